"""The clock: SimPy's Environment with event methods in absolute minutes.

SimPy schedules delays; ``now + (t - now)`` differs from ``t`` for some instants, enough to swap two
things meant for the same minute. So ``at`` puts its own entries, five long, on SimPy's heap; a
four-long entry is SimPy's own and steps as SimPy does. Both share one counter, so ties run in the
order they were scheduled. The clock pickles (no iterator holds its counter), hence a world forks.
"""

from collections.abc import Callable, Generator
from heapq import heappop, heappush
from typing import Any, final

import simpy
from simpy.core import EmptySchedule
from simpy.events import NORMAL, Event, Process

Method = Callable[..., None]


class ClockError(ValueError):
    """An event was asked for in the past, or at no time at all."""


@final
class Clock(simpy.Environment):
    """Virtual time in minutes since the start of the run."""

    def __init__(self, start_min: float = 0.0) -> None:
        super().__init__(start_min)
        self._n = 0

    def at(self, t: float, method: Method, *args: object) -> None:
        """Call ``method(*args)`` at the absolute minute ``t``.

        Raises
        ------
        ClockError
            If ``t`` lies in the past or is not a number.
        """
        if not t >= self._now:
            raise ClockError(f"event at {t!r} refused: the time is {self._now!r}, and time does not run back")
        self._n += 1
        heappush(self._queue, (t, NORMAL, self._n, method, args))  # type: ignore[misc]

    def schedule(self, event: Event, priority: int = NORMAL, delay: float = 0) -> None:
        """Schedule one of SimPy's own events, on the shared counter."""
        self._n += 1
        heappush(self._queue, (self._now + delay, priority, self._n, event))  # type: ignore[misc]

    def step(self) -> None:
        """Process one entry, ours or SimPy's."""
        if not self._queue:
            raise EmptySchedule
        entry: Any = self._queue[0]
        if len(entry) == 4:
            super().step()
            return
        heappop(self._queue)
        self._now = entry[0]
        entry[3](*entry[4])

    def advance(self, until: float) -> None:
        """Run every entry strictly before ``until``, then stand at ``until``: the half-open ``[now, until)``."""
        if not until >= self._now:
            raise ClockError(f"cannot advance to {until!r}: the time is {self._now!r}")
        queue: Any = self._queue
        pop = heappop
        while queue:
            entry = pop(queue)
            try:
                t, _, _, method, args = entry
            except ValueError:
                heappush(queue, entry)
                if entry[0] >= until:
                    break
                super().step()
                continue
            if t >= until:
                heappush(queue, entry)
                break
            self._now = t
            method(*args)
        self._now = until

    def process(self, generator: Generator[Event, Any, Any]) -> Process:
        """Run a SimPy process beside the model; a world that holds a live one cannot be forked."""
        return Process(self, generator)

    def live_processes(self) -> list[str]:
        """Names of SimPy processes waiting in the schedule (they cannot be saved)."""
        names: dict[str, None] = {}
        queue: Any = self._queue
        for entry in queue:
            if len(entry) != 4:
                continue
            for callback in entry[3].callbacks or ():
                owner = getattr(callback, "__self__", None)
                if isinstance(owner, Process):
                    names[owner.name] = None
        return list(names)
