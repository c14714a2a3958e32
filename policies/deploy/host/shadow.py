"""A bundle that looks over the shoulder of the one that decides: what it would have said, and what came of it.

It is told every event with the notes of what was answered, so its record is the real one and never its own
idea of it, and each question is put to its rules too. What they say has no effect; it is compared. It is asked when
the one that decides is asked: a rule that decides in rounds beside one that decides at once says so little.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, final

from policies.deploy.host.answers import Note
from policies.deploy.host.asked import OUT_OF_STEP
from policies.deploy.host.workers import Decider, Scribe, WorkerFailed

Plain = Mapping[str, Any]
QUANTILES: Final = (0.5, 0.99)
KEPT: Final = 10_000
"""Latest times of each decision point that its quantiles are of."""


@final
class Comparison:
    """What two sets of rules said to the same questions."""

    def __init__(self) -> None:
        self.events = 0
        self.lost = Counter[str]()
        self._asked = Counter[str]()
        self._other = Counter[str]()
        self._bad = Counter[str]()
        self._raised: dict[str, Counter[str]] = defaultdict(Counter)
        self._refused: dict[str, Counter[str]] = defaultdict(Counter)
        self._spent_s: dict[str, list[float]] = defaultdict(list)
        self._travel_min = 0.0
        self._travel_instead_min = 0.0
        self._pairs = self._pairs_instead = self._in_reserve = self._in_reserve_instead = 0

    def event(self, notes: Sequence[Note], peeked: Sequence[Note]) -> None:
        """One event: what was answered, and what would have been."""
        self.events += 1
        decided = defaultdict(list)
        for note in notes:
            decided[note["of"]].append(note)
        for note in peeked:
            decision = note["of"]
            beside = decided[decision].pop(0)
            self._asked[decision] += 1
            self._other[decision] += _differ(note, beside)
            if "raised" in note:
                self._raised[decision][note["raised"]] += 1
            self._refused[decision].update(note["refused"])
            self._bad[decision] += "raised" in note or bool(note["refused"])
            times = self._spent_s[decision]
            times.append(note.get("s", 0.0))
            del times[:-KEPT]
            self._travel_min += note.get("travel_min", 0.0)
            self._pairs += len(note.get("stand", ()))
            self._in_reserve += note.get("in_reserve", 0)
            instead = note.get("instead", {})
            self._travel_instead_min += instead.get("travel_min", 0.0)
            self._pairs_instead += len(instead.get("stand", ()))
            self._in_reserve_instead += instead.get("in_reserve", 0)

    def as_plain(self) -> dict[str, Any]:
        """By decision point: how often asked, how often it said something else, raised, was refused (``bad``: either), in what time [s]."""
        return {
            "decisions": {decision: self._of(decision) for decision in sorted(self._asked)},
            "events": self.events,
            "lost": dict(self.lost),
            "in_reserve": {"shadow": self._in_reserve, "incumbent": self._in_reserve_instead},
            "pairs": {"shadow": self._pairs, "incumbent": self._pairs_instead},
            "travel_min": {"shadow": self._travel_min, "incumbent": self._travel_instead_min},
        }

    def _of(self, decision: str) -> dict[str, Any]:
        times = sorted(self._spent_s[decision])
        asked = self._asked[decision]
        return {
            "asked": asked,
            "bad": self._bad[decision],
            "disagreed": self._other[decision],
            "guard_hits": dict(self._refused[decision]),
            "latency_s": {f"p{quantile * 100:g}": times[min(len(times) - 1, int(quantile * len(times)))] for quantile in QUANTILES},
            "raised": dict(self._raised[decision]),
        }  # fmt: skip


@final
class Shadow:
    """A scribe whose rules are asked beside the notes."""

    def __init__(self, scribe: Scribe) -> None:
        self.scribe = scribe
        self.comparison = Comparison()
        self._decider: Decider | None = None
        self._looks = True

    def stop(self) -> None:
        """Look no more, not even at what another thread looks at now; what comes is only told."""
        self._looks = False
        looking = self._decider
        if looking is not None:
            looking.kill()

    def catch_up(self, events: Iterable[Plain]) -> None:
        """Events that were decided, each looked at.

        Raises
        ------
        WorkerFailed
            If the scribe is gone.
        """
        for one in events:
            if self._looks:
                self._look(one)
            self.scribe.catch_up([one])

    def _look(self, one: Plain) -> None:
        if self._decider is None:
            self._decider = self.scribe.fork(looks_on=True)
        if not self._looks:  # said while it was forked
            self.rest()
            return
        try:
            peeked = self._decider.look(one["seen"], one["notes"]).notes
        except WorkerFailed as error:
            if self._looks:
                self.comparison.lost[error.why] += 1
            self.rest()
        else:
            self._compare(one["notes"], peeked)

    def _compare(self, notes: Sequence[Note], peeked: Sequence[Note]) -> None:
        """Where its process asked other questions than were asked, there is nothing to compare."""
        try:
            self.comparison.event(notes, peeked)
        except (IndexError, KeyError, TypeError):
            self.comparison.lost[OUT_OF_STEP] += 1
            self.rest()

    def rest(self) -> None:
        """End the process that looks; the next event forks another."""
        if self._decider is not None:
            self._decider.end()
            self._decider = None


def _differ(note: Note, beside: Note) -> bool:
    """Of dispatch, whether other pairs would stand by the same reserve: who names somebody held back has sent nobody."""
    instead = note.get("instead")
    if instead is not None and "raised" not in note and "raised" not in beside:
        return bool(list(note["stand"]) != list(instead["stand"]))
    return bool(_said(note) != _said(beside))


def _said(note: Note) -> Any:
    return note.get("note", note.get("raised"))
