"""Two bundles that decide week by week in turn: the same people, the same campus, one after the other.

By the week and never by the order: technicians are shared, so an order that one rule gives away is missing to the other's,
and neither would be seen at its own. Another site has another host, and needs none of this.

Source: switchback experiments, Bojinov, Simchi-Levi & Zhao, Management Science 69 (2023) 3759.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from statistics import fmean
from typing import Any, Final

from policies.contract.units import WEEK_MIN
from policies.deploy.messages import KIND
from policies.deploy.service import Decision

DAYS: Final = 7
DAY_MIN: Final = WEEK_MIN / DAYS


@dataclass(frozen=True, slots=True)
class Canary:
    """The bundle that decides in every second week from week ``first`` on, in the place of ``incumbent``."""

    bundle: str
    incumbent: str
    first: int

    def decides(self, week: int) -> str:
        """Whose week it is [SHA-256 of its bundle]."""
        return self.bundle if week >= self.first and (week - self.first) % 2 == 0 else self.incumbent

    def other(self, bundle: str) -> str:
        """The one of the two that is not this one [SHA-256]."""
        return self.incumbent if bundle == self.bundle else self.bundle

    def as_plain(self) -> dict[str, Any]:
        """A plain object; ``Canary(**…)`` reads it."""
        return asdict(self)


def week_of(minute: float, start: date) -> int:
    """Number of the week, from Monday on, counted from the one in which the office's calendar begins."""
    return int((minute + start.weekday() * DAY_MIN) // WEEK_MIN)


def monday(week: int, start: date) -> date:
    """The day on which a week begins."""
    return start + timedelta(days=DAYS * week - start.weekday())


@dataclass(slots=True)
class Week:
    """What came of a week: who decided, how many events, requests heard of, and from hearing to arrival how long it took [min]."""

    bundle: str
    events: int = 0
    reported: int = 0
    fallbacks: int = 0
    response_min: list[float] = field(default_factory=list)

    def as_plain(self) -> dict[str, Any]:
        """A plain object; without anybody on site there is no mean."""
        response = fmean(self.response_min) if self.response_min else None
        return {
            "answered": len(self.response_min), "bundle": self.bundle, "events": self.events, "fallbacks": self.fallbacks,
            "mean_response_min": response, "reported": self.reported,
        }  # fmt: skip


def weeks(decisions: Iterable[Decision], start: date, first: int) -> dict[int, dict[str, Any]]:
    """Week → what came of it, from week ``first`` on; a response counts in the week in which its order was reported.

    Weeks share people and what they left over: the last orders of one are the first burden of the next.
    """
    found: dict[int, Week] = {}
    reported: dict[int, float] = {}
    for one in decisions:
        number = week_of(one.now, start)
        if number < first:
            continue
        week = found.setdefault(number, Week(one.policy))
        week.events += 1
        week.fallbacks += bool(one.fallback)
        if one.event[KIND] == "RequestRegistered":
            week.reported += 1
            reported[one.event["request"]] = one.now
        elif one.event[KIND] == "OnSite":
            at = reported.pop(one.event["order"], None)
            if at is not None:
                found[week_of(at, start)].response_min.append(one.now - at)
    return {number: week.as_plain() for number, week in sorted(found.items())}
