"""What a day was like, from nothing but what an office is told: the same for a site's journal and for the twin's."""

import math
from collections import Counter
from typing import Final, final

import numpy as np

from policies.contract.events import (
    Event,
    NoAccess,
    OnSite,
    PartNeeded,
    RequestRegistered,
    TradeFound,
    VisitEnded,
    WorkCompleted,
)
from policies.contract.units import DAY_MIN
from results.cusum import Floats
from results.drift import Figure

FIGURES: Final = (
    Figure("requests", "count", 0.25),
    Figure("first_response", "duration", 0.50),
    Figure("unfinished_visits", "share", 0.10),
)
"""Demand, and two figures of service: how long the requests took that were first seen to that day (geometric
mean, 24x7), and which share of the day's visits ended without the work done."""
SHORTEST_MIN: Final = 1.0
"""Shorter responses count as long, so that their logarithm says something [min]."""
UNFINISHED: Final = (NoAccess, PartNeeded, TradeFound, VisitEnded)
TELLING: Final[frozenset[str]] = frozenset(
    kind.__name__ for kind in (RequestRegistered, OnSite, WorkCompleted, *UNFINISHED)
)
"""Kinds of events a figure depends on; of others it is enough to know when they came."""


@final
class Days:
    """Hears events in order of time, knows what each day was like.

    A request counts once, however often it is told. Orders that were registered before the first
    event have no response; a visit to them ends as any other.
    """

    def __init__(self) -> None:
        self._reported: dict[int, float] = {}
        self._requests: Counter[int] = Counter()
        self._answered: Counter[int] = Counter()
        self._log_min: dict[int, float] = {}
        self._done: Counter[int] = Counter()
        self._unfinished: Counter[int] = Counter()
        self._seen_to: set[int] = set()

    def see(self, event: Event, now: float) -> None:
        """One event at a minute."""
        day = int(now // DAY_MIN)
        if isinstance(event, RequestRegistered):
            if event.request not in self._reported:
                self._reported[event.request] = event.reported_at
                self._requests[day] += 1
        elif isinstance(event, OnSite):
            self._first_arrival(event.order, now, day)
        elif isinstance(event, WorkCompleted):
            self._done[day] += 1
        elif isinstance(event, UNFINISHED):
            self._unfinished[day] += 1

    def figures(self, first: int, days: int) -> dict[str, Floats]:
        """The figures of some days by name, NaN where a day has none [(days,)]; units as ``FIGURES`` have them."""
        numbers = range(first, first + days)
        visits = [self._done[day] + self._unfinished[day] for day in numbers]
        return {
            "requests": np.array([float(self._requests[day]) for day in numbers]),
            "first_response": np.array([_share(self._log_min.get(day, 0.0), self._answered[day]) for day in numbers]),
            "unfinished_visits": np.array(
                [_share(self._unfinished[day], count) for day, count in zip(numbers, visits, strict=True)]
            ),
        }

    def _first_arrival(self, order: int, now: float, day: int) -> None:
        reported = self._reported.get(order)
        if reported is None or order in self._seen_to:
            return
        self._seen_to.add(order)
        self._answered[day] += 1
        self._log_min[day] = self._log_min.get(day, 0.0) + math.log(max(now - reported, SHORTEST_MIN))


def _share(part: float, whole: int) -> float:
    return part / whole if whole else math.nan
