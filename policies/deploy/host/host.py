"""The host: observations in, decisions out, one after the other, each kept before it is answered."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Condition, Lock, RLock
from time import perf_counter
from typing import Any, Final, final

from policies.contract.events import Woke
from policies.deploy import canonical, messages
from policies.deploy.bundle import Bundle
from policies.deploy.host import history, sense
from policies.deploy.host.breakers import Breakers, Tolerance
from policies.deploy.host.counts import Counts
from policies.deploy.host.deciding import Deciding, Made
from policies.deploy.host.journal import Journal, JournalProblem
from policies.deploy.host.place import Place
from policies.deploy.host.shelf import office_of, rules_of
from policies.deploy.host.workers import BROKE, Limits, Scribe, WorkerFailed, started
from policies.deploy.service import (
    ID_LENGTH,
    Decision,
    Figures,
    NotOurs,
    Observation,
    SameIdOtherEvent,
    ServiceError,
    Status,
    Stopping,
    TimeRunsBack,
)
from policies.deploy.strict import WrongDocument

log = logging.getLogger(__name__)
MINUTE_S: Final = 60.0
PAGE: Final = 500
"""Decisions read at once where all are read."""
STEPPED: Final = "stepped"
WALL: Final = "wall"


@dataclass(frozen=True, slots=True)
class Choices:
    """How a host is run. ``clock``: minutes since the start of the office's calendar, or None: tellers say what time it is."""

    limits: Limits = field(default_factory=Limits)
    tolerance: Tolerance = field(default_factory=Tolerance)
    clock: Callable[[], float] | None = None
    durable: bool = False


@final
class Host:
    """A ``Service`` that a verified bundle decides for.

    ``turn`` is held while an event is decided, and nobody who only looks something up waits for it, nor an event for whoever looks up.
    ``looks_on`` says who looks on, without the turn; ``preparers`` hear of an event's minute before, ``watchers`` what came of it after.

    Parameters
    ----------
    folder : of its state; a host that ran here before goes on where it stood
    bundle : verified, made for the office whose record lies in the folder
    place : the folder, where it is held already; the host leaves it

    Raises
    ------
    JournalProblem
        If the folder is another office's, or in use.
    Refused
        If the bundle's workers do not come up.
    """

    def __init__(self, folder: Path, bundle: Bundle, choices: Choices = Choices(), place: Place | None = None) -> None:
        self.choices = choices
        self.bundle = bundle
        self.counts = Counts()
        self.office = office_of(bundle)
        self._shown = self._about(bundle)
        self._sense = sense.Sense(bundle.settings)
        self.turn = RLock()
        self._place = place or Place(folder)
        self.journal = self._opened(folder)
        self._reader = self.journal.reader()
        self._reading = Lock()
        self._made = Condition(RLock())
        self._now = self.journal.now
        self._stopping = False
        self.looks_on: Callable[[], Mapping[str, Any] | None] = _nobody
        self.preparers: list[Callable[[float], None]] = []
        self.watchers: list[Callable[[Made], None]] = []
        try:
            self.deciding = self._first(bundle)
            if not self.journal.eras():
                self.journal.begin_era(bundle.sha256, self.deciding.scribe.declared, "first")
            self._show()
        except BaseException:
            self._close(undo=True)
            raise

    def decide(self, seen: Observation) -> Decision:
        """As ``Service.decide``."""
        event = messages.event_of(dict(seen.event))
        plain = messages.to_plain(event)
        self._sense.see(plain)
        if len(seen.id) > ID_LENGTH:
            raise WrongDocument([f"id: {len(seen.id)} letters, expected at most {ID_LENGTH}"])
        if isinstance(event, Woke) and self.choices.clock is not None:
            raise NotOurs("Woke: on the wall clock the host wakes itself")
        return self.take(plain, seen.now, seen.id)

    def take(self, event: dict[str, Any], now: float | None, name: str = "") -> Decision:
        """Decide on an event that was read already.

        Raises
        ------
        WrongDocument, ServiceError
            As ``Service.decide``; what nobody thought of is ``Stopping``: whoever told the event tells it again.
        """
        try:
            return self._taken(event, now, name)
        except (WrongDocument, ServiceError):
            raise
        except Exception as error:
            log.exception("an event could not be decided")
            raise Stopping(f"something went wrong that should not have ({error!r}); ask again") from error

    def _taken(self, event: dict[str, Any], now: float | None, name: str) -> Decision:
        with self.turn:
            if self._stopping:
                raise Stopping("the host is stopping")
            before = self.journal.of_id(name) if name else None
            if before is not None:
                return _again(before, event, now)
            started_at = perf_counter()
            minute = self._now = self._minute(now)
            for prepare in self.preparers:
                prepare(minute)
            observation = {"event": event, "now": minute}
            try:
                made = self._decided(observation)
                decision = Decision(
                    self.journal.last + 1, name, minute, event, made.commands, canonical.digest(observation),
                    canonical.digest(made.commands), self.bundle.sha256, made.fallback,
                )  # fmt: skip
                self._keep(decision, made)
            finally:
                self._show()
            self.counts.decision(event[messages.KIND], made, perf_counter() - started_at)
            for watcher in self.watchers:
                _hears(watcher, made)
        with self._made:
            self._made.notify_all()
        return decision

    def decisions(self, after: int, limit: int, wait_s: float = 0.0) -> Sequence[Decision]:
        """As ``Service.decisions``."""
        if wait_s > 0.0:
            with self._made:
                self._made.wait_for(lambda: self.journal.last > after or self._stopping, wait_s)
        with self._reading:
            return self._reader.decisions(after, limit)

    def everything(self) -> Iterator[Decision]:
        """Every decision there is, oldest first."""
        after = 0
        while page := self.decisions(after, PAGE):
            yield from page
            after = page[-1].number

    def status(self) -> Status:
        """As ``Service.status``: as it was after the last event, whatever is being decided now."""
        spare = self.deciding.scribe.process.poll() is None
        return replace(self._shown, spare=spare, shadow=self.looks_on())

    def figures(self) -> Figures:
        """As ``Service.figures``."""
        opened = {decision: one.opened for decision, one in self.deciding.breakers.of.items()}
        return self.counts.figures(opened, self.deciding.rss_bytes)

    def news(self, number: int, within_s: float) -> int:
        """The last event, as soon as there is one beyond a number; at the latest after ``within_s``; -1: there will be none."""
        with self._made:
            self._made.wait_for(lambda: self.journal.last > number or self._stopping, within_s)
            return -1 if self._stopping else self.journal.last

    def succeed(self, scribe: Scribe) -> Scribe:
        """Another bundle decides from the next event on; the scribe of the one that did. The caller has the turn."""
        gone = self.deciding.rest()
        self.bundle = scribe.bundle
        self.deciding = self._deciding(scribe)
        self._show(self._about(scribe.bundle))
        return gone

    def stop(self, *, undo: bool = False) -> None:
        """Take no more observations, answer those that were taken, end every process.

        Parameters
        ----------
        undo : its start failed: leave the folder as it was before, unless something was answered
        """
        with self.turn:
            if self._stopping:
                return
            self._stopping = True
            self.deciding.end()
        with self._made:
            self._made.notify_all()
            self._close(undo=undo)

    def _opened(self, folder: Path) -> Journal:
        try:
            return Journal(folder, self.office, self.choices.durable)
        except BaseException:
            self._place.leave(undo=True)
            raise

    def _close(self, *, undo: bool) -> None:
        with self._reading:
            self._reader.close()
        self.journal.close()
        self._place.leave(undo=undo and not self.journal.last)

    def _show(self, about: Status | None = None) -> None:
        """What is told of the host until the next event, or another bundle decides. The caller has the turn, or is alone."""
        self._shown = replace(
            about or self._shown,
            last=self.journal.last,
            now=self.journal.now,
            breakers=self.deciding.breakers.states(),
        )

    def _about(self, bundle: Bundle) -> Status:
        """What there is to tell while a bundle decides, before its first event."""
        told = bundle.manifest
        rules = {decision: duty.rule for decision, duty in told.decisions.items()}
        named = {"name": told.name, "rules": rules, "sha256": bundle.sha256, "version": told.version}
        start = bundle.settings.calendar.start.isoformat()
        clock = STEPPED if self.choices.clock is None else WALL
        return Status(0, 0.0, named, self.office, rules_of(bundle), {}, clock, spare=True, start=start)

    def _first(self, bundle: Bundle) -> Deciding:
        try:
            scribe = self._scribe(bundle)
            scribe.see_complete()
            return self._deciding(scribe)
        except (WorkerFailed, canonical.NotJson) as error:
            raise JournalProblem(f"{self.journal.path}: no record can be made again from it ({error})") from error

    def _deciding(self, scribe: Scribe) -> Deciding:
        bundle = scribe.bundle
        breakers = Breakers(bundle.manifest.decisions, self.choices.tolerance, lambda: self._now * MINUTE_S)
        return Deciding(scribe, breakers, lambda: self._scribe(bundle), self.counts.replaced)

    def _scribe(self, bundle: Bundle) -> Scribe:
        """A scribe of a bundle that knows everything that was kept."""
        scribe = started(bundle, self.choices.limits)
        try:
            history.begin(scribe, self.journal)
            history.tell(scribe, self.journal, self.journal.last)
        except BaseException:
            scribe.end()
            raise
        return scribe

    def _minute(self, now: float | None) -> float:
        """The minute of an observation: what its teller says, or the host's own clock."""
        last: float = self.journal.now
        if now is None:
            if self.choices.clock is None:
                raise WrongDocument(["now is missing: this host is stepped, its tellers say what time it is"])
            return max(last, self.choices.clock())
        sense.minute(now, last, None if self.choices.clock is None else self.choices.clock())
        if now < last:
            raise TimeRunsBack(f"minute {now!r} after minute {last!r}: observations are told in order of time")
        return float(now)

    def _decided(self, observation: Mapping[str, Any]) -> Made:
        try:
            return self.deciding.decide(observation)
        except Exception as error:
            self._recover()
            if isinstance(error, WorkerFailed) and error.why == BROKE:
                kind = observation["event"][messages.KIND]
                raise NotOurs(
                    f"{kind}: this office cannot take it, not even without its rules; nothing was changed"
                ) from error
            raise Stopping(f"nobody can decide at the moment ({error}); ask again") from error

    def _keep(self, decision: Decision, made: Made) -> None:
        """Keep a decision; where that fails, it was never made."""
        try:
            self.journal.keep(decision, made.notes)
        except Exception as error:
            self._recover()
            raise Stopping(f"a decision could not be kept ({error}); ask again") from error

    def _recover(self) -> None:
        """The record as it was kept; where it cannot be made now (a full disk, say), it is with the next event."""
        try:
            self.deciding.recover()
        except Exception as error:
            raise Stopping(f"nobody can decide at the moment ({error}); ask again") from error


def _hears(watcher: Callable[[Made], None], made: Made) -> None:
    """A watcher hears of a decision that was kept; it is answered, and the next one hears of it, whatever becomes of that."""
    try:
        watcher(made)
    except Exception:
        log.exception("a watcher failed")


def _nobody() -> None:
    """Nobody looks on."""


def _again(before: Decision, event: Mapping[str, Any], now: float | None) -> Decision:
    """The answer that was given before to the same observation."""
    if before.event != event or now not in (None, before.now):
        raise SameIdOtherEvent(f"id {before.id!r} was used for decision {before.number}, on another observation")
    return replace(before, again=True)
