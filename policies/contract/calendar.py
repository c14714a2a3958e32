"""Two calendars: the wall clock and service hours.

Minutes (float) since the start of the run inside, local dates at the edge. Service time is a
piecewise linear function of wall time, so that "how many service minutes lie between" is one
subtraction; the ruler interpolates the same breakpoints in bulk.

Source: domain handbook rule R5; Chinese holidays and make-up days (调休) come from a file.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import final

from policies.contract.units import DAY_MIN

Window = tuple[float, float]
Week = tuple[tuple[Window, ...], ...]

ALWAYS: Week = (((0.0, DAY_MIN),),) * 7
STANDARD_HOURS: Week = (((480.0, 1050.0),),) * 6 + ((),)
"""Default service calendar SVC: Monday to Saturday 08:00-17:30 (domain handbook 4.1)."""
CLOSED_DAYS = 400
"""Days in a row without an opening after which a calendar is taken to be shut for good."""


@dataclass(slots=True)
class Term:
    """A stretch of the Chinese university year: name, first and last day, presence [0-1]."""

    name: str
    first: date
    last: date
    presence: float


@dataclass(slots=True)
class DayTable:
    """Exceptions to the week: holidays (closed) and make-up days (worked as ``weekday``)."""

    holidays: dict[date, str] = field(default_factory=dict)
    makeup: dict[date, int] = field(default_factory=dict)
    terms: list[Term] = field(default_factory=list)

    def presence(self, day: date) -> float:
        """Share of the occupants present on a day [0-1]; 1 outside every term."""
        for term in self.terms:
            if term.first <= day <= term.last:
                return term.presence
        return 1.0


@final
class Calendar:
    """Service hours from a start date on.

    Parameters
    ----------
    start : date
        Day 0; minute 0 is its midnight.
    weeks : dict[str, Week]
        Named service hours, Monday first, windows in minutes of the day. ``"SVC"`` is required.
    table : DayTable
        Holidays close every named calendar except those in ``through`` (24x7 posts).
    through : names of calendars that holidays do not close

    Raises
    ------
    ValueError
        If ``"SVC"`` is missing, or windows of a day overlap or leave the day.
    """

    def __init__(
        self,
        start: date,
        weeks: dict[str, Week] | None = None,
        table: DayTable | None = None,
        through: Iterable[str] = ("24x7",),
    ) -> None:
        self.start = start
        self.table = table or DayTable()
        self.weeks: dict[str, Week] = {"24x7": ALWAYS, "SVC": STANDARD_HOURS, **(weeks or {})}
        self.through = tuple(through)
        for name, week in self.weeks.items():
            _check_week(name, week)
        self._days: dict[str, list[tuple[Window, ...]]] = {name: [] for name in self.weeks}
        self._open_before: dict[str, list[float]] = {name: [0.0] for name in self.weeks}

    def date_of(self, day: int) -> date:
        """Calendar date of day number ``day``."""
        return self.start + timedelta(days=day)

    def datetime_of(self, minute: float) -> datetime:
        """Local date and time of a minute."""
        return datetime.combine(self.start, datetime.min.time()) + timedelta(minutes=minute)

    def minute_of(self, moment: datetime) -> float:
        """Minute of a local date and time."""
        return (moment - datetime.combine(self.start, datetime.min.time())) / timedelta(minutes=1)

    def weekday(self, day: int) -> int:
        """Weekday *worked* on a day, Monday 0: a make-up day counts as the day it stands for."""
        on = self.date_of(day)
        return self.table.makeup.get(on, on.weekday())

    def is_holiday(self, day: int) -> bool:
        """Whether the day is a public holiday."""
        return self.date_of(day) in self.table.holidays

    def windows(self, name: str, day: int) -> tuple[Window, ...]:
        """Open windows of a day, minutes of the day."""
        days = self._days[name]
        while len(days) <= day:
            self._extend(name)
        return days[day]

    def elapsed(self, name: str, minute: float) -> float:
        """Service minutes from minute 0 to ``minute`` (>= 0)."""
        day = int(minute // DAY_MIN)
        windows = self.windows(name, day)
        total = self._open_before[name][day]
        into = minute - day * DAY_MIN
        for opens, closes in windows:
            if into <= opens:
                break
            total += min(into, closes) - opens
        return total

    def between(self, name: str, a: float, b: float) -> float:
        """Service minutes between two instants."""
        return self.elapsed(name, b) - self.elapsed(name, a)

    def is_open(self, name: str, minute: float) -> bool:
        """Whether the service is open at an instant (closing instants are closed)."""
        day = int(minute // DAY_MIN)
        into = minute - day * DAY_MIN
        return any(opens <= into < closes for opens, closes in self.windows(name, day))

    def next_open(self, name: str, minute: float) -> float:
        """First open instant at or after ``minute``."""
        day = int(minute // DAY_MIN)
        into = minute - day * DAY_MIN
        for _ in range(CLOSED_DAYS):
            for opens, closes in self.windows(name, day):
                if into < closes:
                    return day * DAY_MIN + max(into, opens)
            day, into = day + 1, 0.0
        raise ValueError(f"calendar {name!r} does not open within {CLOSED_DAYS} days of minute {minute}")

    def add(self, name: str, minute: float, service_min: float) -> float:
        """Instant at which ``service_min`` service minutes have passed since ``minute``."""
        left = service_min
        day = int(minute // DAY_MIN)
        into, shut = minute - day * DAY_MIN, 0
        while shut < CLOSED_DAYS:
            shut += 1
            base = day * DAY_MIN
            for opens, closes in self.windows(name, day):
                if into < closes:
                    at = base + max(into, opens)
                    open_min = closes - (at - base)
                    if left <= open_min:
                        return at + left
                    left -= open_min
                    shut = 0
            day, into = day + 1, 0.0
        raise ValueError(f"calendar {name!r} does not open within {CLOSED_DAYS} days of minute {day * DAY_MIN}")

    def breakpoints(self, name: str, days: int) -> tuple[list[float], list[float]]:
        """Corners of the elapsed-service curve over ``days`` days: (wall minutes, service minutes)."""
        wall, service = [0.0], [0.0]
        for day in range(days):
            base, total = day * DAY_MIN, self.elapsed(name, day * DAY_MIN)
            for opens, closes in self.windows(name, day):
                wall += [base + opens, base + closes]
                service += [total, total + closes - opens]
                total += closes - opens
        end = days * DAY_MIN
        return [*wall, end], [*service, self.elapsed(name, end)]

    def _extend(self, name: str) -> None:
        day = len(self._days[name])
        closed = self.is_holiday(day) and name not in self.through
        windows = () if closed else self.weeks[name][self.weekday(day)]
        self._days[name].append(windows)
        self._open_before[name].append(self._open_before[name][day] + sum(c - o for o, c in windows))


def next_of_day(now: float, times: Sequence[float]) -> float:
    """Next instant strictly after ``now`` at one of the sorted minutes of the day."""
    day = int(now // DAY_MIN)
    at = bisect_right(times, now - day * DAY_MIN)
    return day * DAY_MIN + times[at] if at < len(times) else (day + 1) * DAY_MIN + times[0]


def _check_week(name: str, week: Week) -> None:
    if len(week) != 7:
        raise ValueError(f"calendar {name!r} has {len(week)} days, expected 7 (Monday first)")
    for day, windows in enumerate(week):
        last = 0.0
        for opens, closes in windows:
            if not last <= opens < closes <= DAY_MIN:
                raise ValueError(
                    f"calendar {name!r}, weekday {day}: window {opens}-{closes} is out of order or of the day"
                )
            last = closes
