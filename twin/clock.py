"""The clock: SimPy's Environment with event methods in absolute minutes.

SimPy schedules delays; ``now + (t - now)`` differs from ``t`` for some instants, enough to swap two
things meant for the same minute. So ``at`` keeps its own entries beside SimPy's heap. Both share one
counter, so ties run in the order they were scheduled. The clock pickles (no iterator holds its
counter), hence a world forks.

Our entries stand in a calendar queue (Brown, CACM 31(10), 1988): a list for each stretch of
``SLOT_MIN`` to come, sorted when its time has come and then walked. Most entries are made hours
before they are due, and an append and their part of one sort cost a third of a push and a pop.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Generator
from heapq import heappop, heappush
from typing import Any, final

import simpy
from simpy.events import NORMAL, Event, Process

Method = Callable[..., None]
Entry = tuple[float, int, Method, tuple[object, ...]]
"""Instant [min], number, method and its arguments; numbers differ, so methods are never compared."""

SLOT_MIN = 30.0
"""Width of a slot of the calendar queue [min]: some ten to a hundred entries on a busy campus."""


class ClockError(ValueError):
    """An event was asked for in the past, or at no time at all."""


@final
class Clock(simpy.Environment):
    """Virtual time in minutes since the start of the run."""

    def __init__(self, start_min: float = 0.0) -> None:
        super().__init__(start_min)
        self._n = 0
        self._open: list[Entry] = []
        self._open_until = start_min
        self._later: dict[float, list[Entry]] = {}
        self._slots: list[float] = []

    def at(self, t: float, method: Method, *args: object) -> None:
        """Call ``method(*args)`` at the absolute minute ``t``; at ``inf``: never.

        Raises
        ------
        ClockError
            If ``t`` lies in the past or is not a number.
        """
        if not t >= self._now:
            raise ClockError(f"event at {t!r} refused: the time is {self._now!r}, and time does not run back")
        self._n = n = self._n + 1
        if t < self._open_until:
            insort(self._open, (t, n, method, args))
            return
        slot = t // SLOT_MIN
        if slot in self._later:
            self._later[slot].append((t, n, method, args))
        elif slot == slot:  # of inf it is not a number
            self._later[slot] = [(t, n, method, args)]
            heappush(self._slots, slot)

    def schedule(self, event: Event, priority: int = NORMAL, delay: float = 0) -> None:
        """Schedule one of SimPy's own events, on the shared counter."""
        self._n += 1
        queue: list[Any] = self._queue
        heappush(queue, (self._now + delay, priority, self._n, event))

    def peek(self) -> float:
        """When the next entry is due, ours or SimPy's [min]; ``inf`` if there is none."""
        ours = self._next()
        return super().peek() if ours is None else min(ours[0], super().peek())

    def step(self) -> None:
        """Process one entry, ours or SimPy's."""
        ours = self._next()
        if ours is None or (self._queue and self._queue[0][:3] < (ours[0], NORMAL, ours[1])):
            super().step()
            return
        del self._open[0]
        self._now, _, method, args = ours
        method(*args)

    def advance(self, until: float) -> None:
        """Run every entry strictly before ``until``, then stand at ``until``: the half-open ``[now, until)``."""
        if not until >= self._now:
            raise ClockError(f"cannot advance to {until!r}: the time is {self._now!r}")
        while self.peek() < until:
            if self._queue:
                self.step()
            else:
                self._walk(until)
        self._now = until

    def _walk(self, until: float) -> None:
        """Run the open slot up to ``until``, or to where one of SimPy's own events was scheduled.

        The list grows while it is walked, but never before the entry in hand.
        """
        queue = self._queue
        entries = self._open
        for entry in entries:
            t, _, method, args = entry
            if t >= until or queue:
                del entries[: bisect_left(entries, entry)]
                return
            self._now = t
            method(*args)
        entries.clear()

    def _next(self) -> Entry | None:
        """Our next entry; its slot is opened."""
        if not self._open and self._slots:
            slot = heappop(self._slots)
            self._open_until = (slot + 1.0) * SLOT_MIN
            self._open = self._later.pop(slot)
            self._open.sort()
        return self._open[0] if self._open else None

    def process(self, generator: Generator[Event, Any, Any]) -> Process:
        """Run a SimPy process beside the model; a world that holds a live one cannot be forked."""
        return Process(self, generator)

    def live_processes(self) -> list[str]:
        """Names of SimPy processes waiting in the schedule (they cannot be saved)."""
        names: dict[str, None] = {}
        for _, _, _, event in self._queue:
            for callback in event.callbacks or ():
                owner = getattr(callback, "__self__", None)
                if isinstance(owner, Process):
                    names[owner.name] = None
        return list(names)
