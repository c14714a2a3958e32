"""One event decided: by the rules within their budgets, or by what stands in for them; always by the scribe's guards."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final, final

from policies.contract.decisions import DECISIONS
from policies.deploy.host.answers import Note
from policies.deploy.host.breakers import Breakers
from policies.deploy.host.workers import OVER_BUDGET, Answer, Decider, Scribe, WorkerFailed
from policies.deploy.messages import KIND

Plain = Mapping[str, Any]
OUT_OF_STEP: Final = "OutOfStep"
LEAKED: Final = "Leaked"
UNAVAILABLE: Final = "Unavailable"
"""Why no rule was asked where none could be."""
TRIES: Final = 3
"""Deciders that are tried on one event; then the fallbacks decide all of it."""


LATE_S: Final = 0.25
"""A rule whose process died later than this is not asked again: twice its time would be more than its budget and a bit."""


@dataclass(frozen=True, slots=True)
class Made:
    """Commands, the notes they were made by, and decision point → why its fallback answered."""

    commands: list[dict[str, Any]]
    notes: list[Note]
    fallback: dict[str, str]


@final
class Deciding:
    """A bundle at work: its scribe, its decider, its breakers.

    Parameters
    ----------
    scribe_again : a scribe that knows everything that was kept, in place of one that failed
    replaced : told why, each time a worker is
    """

    def __init__(
        self, scribe: Scribe, breakers: Breakers, scribe_again: Callable[[], Scribe], replaced: Callable[[str], None]
    ) -> None:
        self.scribe = scribe
        self.breakers = breakers
        self.rss_bytes = 0
        self._scribe_again = scribe_again
        self._replaced = replaced
        self._decider: Decider | None = None

    @property
    def decider(self) -> Decider:
        """The process that runs the rules, forked if there is none.

        Raises
        ------
        WorkerFailed
            If the scribe is gone.
        """
        if self._decider is None:
            self._decider = self.scribe.fork()
        return self._decider

    def decide(self, seen: Plain) -> Made:
        """Commands for an event.

        Raises
        ------
        WorkerFailed
            If not even the fallbacks can answer.
        """
        withheld = self.breakers.withheld()
        failed: dict[str, str] = {}
        died = False
        for _ in range(TRIES):
            asked_at = perf_counter()
            try:
                answer = self.decider.handle(seen, withheld | failed)
                return self._made(seen, answer, failed)
            except WorkerFailed as error:
                self._end_decider(error.why)
                late = bool(error.decision) and perf_counter() - asked_at > LATE_S
                failed |= _blamed(error) if died or late or error.why == OVER_BUDGET else {}
                died = True
                self._see_scribe()
        stood_in = self.scribe.fall_back(seen, dict.fromkeys(DECISIONS, UNAVAILABLE) | withheld | failed)
        return self._told(stood_in.commands, stood_in.notes, failed)

    def rest(self) -> Scribe:
        """Decide no more; its scribe, which knows everything so far."""
        self._end_decider("")
        return self.scribe

    def end(self) -> None:
        """End its processes."""
        self._end_decider("")
        self.scribe.end()

    def recover(self) -> None:
        """The scribe made again from what was kept: what it knows beyond that was never answered."""
        self._end_decider("")
        self.scribe.end()
        self.scribe = self._scribe_again()

    def _made(self, seen: Plain, answer: Answer, failed: Mapping[str, str]) -> Made:
        """What the scribe makes of a decider's answers; a decider that made something else is out of step."""
        made = self.scribe.play(seen, answer.notes)
        if _orders(made.commands) != _orders(answer.commands):
            self._end_decider(OUT_OF_STEP)
        elif answer.grown_bytes > self.scribe.limits.memory_bytes // 2:
            self._end_decider(LEAKED)
        self.rss_bytes = answer.grown_bytes
        return self._told(made.commands, made.notes, failed)

    def _told(self, commands: list[dict[str, Any]], notes: list[Note], failed: Mapping[str, str]) -> Made:
        """The same with what it says of the rules, which their breakers hear."""
        fallback = {note["of"]: note["raised"] for note in notes if "raised" in note}
        hits = {command["decision"] for command in commands if command[KIND] == "GuardHit"}
        for decision, breaker in self.breakers.of.items():
            asked = [note for note in notes if note["of"] == decision and not note.get("withheld")]
            if decision in failed or decision in hits - set(fallback) or any("raised" in note for note in asked):
                breaker.failed()
            elif asked:
                breaker.answered()
        return Made(commands, notes, fallback)

    def _see_scribe(self) -> None:
        """A scribe that failed with its decider is made again."""
        try:
            self._decider = self.scribe.fork()
        except WorkerFailed as error:
            self._replaced(f"scribe {error.why}")
            self.recover()

    def _end_decider(self, why: str) -> None:
        if self._decider is not None:
            self._decider.end()
            self._decider = None
            if why:
                self._replaced(why)


def _blamed(error: WorkerFailed) -> dict[str, str]:
    """Whose rule is not asked about this event again: the one that was asked last, or where none was, every one.

    That a process died once is nobody's fault: somebody from outside may have ended it.
    """
    return {error.decision: error.why} if error.decision else dict.fromkeys(DECISIONS, error.why)


def _orders(commands: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Commands that change something: what a guard said of nonsense may read otherwise."""
    return [command for command in commands if command[KIND] != "GuardHit"]
