"""A desk with an inbox: looked through at times of the office's day, so many papers a session."""

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, final

from policies.contract.calendar import Calendar
from policies.contract.units import DAY_MIN
from twin.clock import Clock


@final
class Inbox:
    """Papers in the order they came; ``done`` is called with each as it is signed. No times: each is signed at once."""

    def __init__(
        self, clock: Clock, calendar: Calendar, hours: str, times: Sequence[float], capacity: int,
        done: Callable[[Any], None],
    ) -> None:  # fmt: skip
        self.clock = clock
        self.calendar = calendar
        self.hours = hours
        self.times = tuple(times)
        self.capacity = capacity
        self.done = done
        self._papers: deque[Any] = deque()
        self._awaited = False

    def lay(self, paper: Any) -> None:
        """Lay a paper in."""
        if not self.times:
            self.done(paper)
            return
        self._papers.append(paper)
        self._await()

    def _await(self) -> None:
        if not self._awaited:
            self._awaited = True
            self.clock.at(self._next_session(), self._session)

    def _next_session(self) -> float:
        now = self.clock._now
        day = int(now // DAY_MIN)
        while True:
            for minute in self.times:
                at = day * DAY_MIN + minute
                if at > now and self.calendar.is_open(self.hours, at):
                    return at
            day += 1

    def _session(self) -> None:
        self._awaited = False
        papers = self._papers
        for _ in range(min(self.capacity, len(papers))):
            self.done(papers.popleft())
        if papers:
            self._await()
