"""The waist of the hourglass: facts go out as events, commands come back and are obeyed.

Run to completion: a fact raised while commands are obeyed waits its turn in a first-in-first-out
outbox at the same instant, so no controller sees half of a change. Rounds per instant are bounded;
a controller and a world that keep each other busy without time passing are named.
"""

from collections import deque
from collections.abc import Callable
from typing import Any, final

from policies.contract.commands import Command, GuardHit, Later, Wake
from policies.contract.events import Event, Woke
from twin.clock import Clock
from twin.journal import Journal, Row
from twin.ports import Controller, Field

MAX_ROUNDS = 10_000
"""Events one instant may raise before it is called a loop (a storm morning raises some hundreds)."""


class LoopError(RuntimeError):
    """Controller and world keep each other busy at one instant."""


@final
class Waist:
    """Between the world's processes and the controller.

    Two rows in three of the journal pass here, so they go straight to its log; and nearly every fact
    finds nobody busy, so ``emit`` hands it over without the outbox.

    Parameters
    ----------
    field : Field or None
        Devices between fact and event; None is the perfect field: facts are events, unchanged.
    """

    def __init__(self, clock: Clock, journal: Journal, controller: Controller, field: Field | None = None) -> None:
        self.clock = clock
        self.journal = journal
        self.controller = controller
        self.field = field
        self._log = journal.log
        self._outbox: deque[Event] = deque()
        self._busy = False
        self._obey: dict[type, Callable[[Any], None]] = {
            Wake: self._wake,
            GuardHit: _kept,
            Later: self._later,
        }
        self._instant = -1.0
        self._counted = -1.0
        self._rounds = 0

    def obeys(self, kind: type[Command], method: Callable[[Any], None]) -> None:
        """Name the process that obeys a kind of command."""
        self._obey[kind] = method

    def note(self, fact: Row) -> None:
        """Journal a fact the office does not hear of."""
        log = self._log
        log += (self.clock._now, fact)

    def emit(self, fact: Event) -> None:
        """Journal a fact of the field and let the office hear it, at once or as the devices will.

        Raises
        ------
        LoopError
            As ``deliver``.
        """
        now = self.clock._now
        log = self._log
        log += (now, fact)
        if self.field is not None and self.field.notice(fact, now):
            return
        if self._busy:
            self._outbox.append(fact)
            return
        if now == self._instant:
            self._count(fact)
        self._instant = now
        self._busy = True
        try:
            for command in self.controller.handle(fact, now):
                log += (now, command)
                self._obey[type(command)](command)
            if self._outbox:
                self._clear(now)
        finally:
            self._busy = False

    def deliver(self, event: Event) -> None:
        """Let the office hear what a device has to say, and obey; then the next, until none is left.

        Raises
        ------
        LoopError
            After ``MAX_ROUNDS`` events at one instant, naming the last one.
        """
        self._outbox.append(event)
        if self._busy:
            return
        self._busy = True
        try:
            self._clear(self.clock._now)
        finally:
            self._busy = False

    def _clear(self, now: float) -> None:
        """The facts that waited their turn, and those they raise."""
        outbox = self._outbox
        while outbox:
            event = outbox.popleft()
            self._count(event)
            for command in self.controller.handle(event, now):
                self._log.extend((now, command))
                self._obey[type(command)](command)

    def _count(self, event: Event) -> None:
        """One more event at an instant that has had one."""
        now = self.clock._now
        if now != self._counted:
            self._counted, self._rounds = now, 0
        self._rounds += 1
        if self._rounds > MAX_ROUNDS:
            raise LoopError(
                f"{MAX_ROUNDS} events at minute {now}: the last is {event!r}; "
                "controller and world keep each other busy without time passing"
            )

    def _wake(self, command: Wake) -> None:
        self.clock.at(max(command.at, self.clock._now), self.emit, Woke(command.tag, command.subject))

    def _later(self, command: Later) -> None:
        self.clock.at(self.clock._now + command.after_min, self._land, command.command)

    def _land(self, command: Command) -> None:
        """A command given some time ago lands now; what it raises waits its turn as ever."""
        self.journal.note(self.clock._now, command)
        self._obey[type(command)](command)


def _kept(command: GuardHit) -> None:
    """A guard hit asks for nothing; it is kept by being journalled."""
