"""A log as columns: what every component fits and judges."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from policies.contract.units import DAY_MIN, HOUR_MIN
from scenarios.trace.checking import Logged

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
SPANS: Final = ("assigned", "arrived", "closed")
"""Stamps after the opening, in the order a case meets them."""


@dataclass(frozen=True)
class LogColumns:
    """Rows of whole days, in the order of time.

    ``at``: minutes from the first day's midnight; ``after[stamp]``: minutes after the opening, NaN where
    not told; ``trade``, ``place``, ``staff``, ``unit``: numbers of the names beside them (staff -1: nobody).
    """

    first_day: date
    days: int
    at: Floats
    trade: Ints
    place: Ints
    priority: Ints
    unit: Ints
    staff: Ints
    after: dict[str, Floats]
    trades: list[str]
    places: list[str]
    people: list[str]
    duration_is_work: bool = False

    def __len__(self) -> int:
        return len(self.at)

    @cached_property
    def day(self) -> Ints:
        """Day of each row, the first day being 0."""
        return (self.at // DAY_MIN).astype(np.int64)

    @cached_property
    def hour(self) -> Ints:
        """Hour of the day of each row [0-23]."""
        return (self.at % DAY_MIN // HOUR_MIN).astype(np.int64)

    @cached_property
    def hour_exact(self) -> Floats:
        """Time of the day of each row [h]."""
        return self.at % DAY_MIN / HOUR_MIN

    @cached_property
    def weekday(self) -> Ints:
        """Weekday of each day, Monday being 0 [shape: days]."""
        return (np.arange(self.days) + self.first_day.weekday()) % 7

    @cached_property
    def month(self) -> Ints:
        """Month of each day, January being 0 [shape: days]."""
        return np.array([(self.first_day + timedelta(days=d)).month - 1 for d in range(self.days)])

    @cached_property
    def counts(self) -> Floats:
        """Rows a day [shape: days]."""
        return np.bincount(self.day, minlength=self.days).astype(np.float64)

    @property
    def last_day(self) -> date:
        """The last day."""
        return self.first_day + timedelta(days=self.days - 1)

    def date_of(self, day: int) -> date:
        """Date of a day by its number."""
        return self.first_day + timedelta(days=day)

    def by_day(self, kind: Ints, kinds: int, kept: Mask | None = None) -> Floats:
        """Rows by day and kind [shape: days × kinds]."""
        chosen = slice(None) if kept is None else kept
        flat = self.day[chosen] * kinds + kind[chosen]
        return np.bincount(flat, minlength=self.days * kinds).reshape(self.days, kinds).astype(np.float64)

    def summed(self, value: Floats, kept: Mask) -> Floats:
        """Sum of a value by day over the rows kept [shape: days]."""
        return np.asarray(np.bincount(self.day[kept], weights=value[kept], minlength=self.days), dtype=np.float64)

    def part(self, begins: int, ends: int) -> "LogColumns":
        """The days from ``begins`` to before ``ends``, counted from 0 again."""
        kept = (self.day >= begins) & (self.day < ends)
        return LogColumns(
            self.date_of(begins), ends - begins, self.at[kept] - begins * DAY_MIN, self.trade[kept], self.place[kept],
            self.priority[kept], self.unit[kept], self.staff[kept], {k: v[kept] for k, v in self.after.items()},
            self.trades, self.places, self.people, self.duration_is_work,
        )  # fmt: skip

    def of_days(self, days: Ints) -> "LogColumns":
        """The days named, in their order, side by side (weekdays are kept by whole weeks only)."""
        kept = np.flatnonzero(np.isin(self.day, days))
        new = np.full(self.days, -1, dtype=np.int64)
        new[days] = np.arange(len(days))
        at = self.at[kept] + (new[self.day[kept]] - self.day[kept]) * DAY_MIN
        order = kept[np.argsort(at, kind="stable")]
        return LogColumns(
            self.date_of(int(days[0])), len(days), np.sort(at, kind="stable"), self.trade[order], self.place[order],
            self.priority[order], self.unit[order], self.staff[order], {k: v[order] for k, v in self.after.items()},
            self.trades, self.places, self.people, self.duration_is_work,
        )  # fmt: skip


def columns_of(rows: list[Logged], first_day: date, days: int, *, duration_is_work: bool = False) -> LogColumns:
    """The columns of the rows of a log (in the order of time)."""
    trades = _names(row.trade for row in rows)
    places = _names(row.place for row in rows)
    people = _names(row.stamps.staff for row in rows if row.stamps.staff)
    units = _names(row.stamps.unit or f"{row.place}\x1f{row.trade}" for row in rows)
    trade_no, place_no, unit_no = _numbered(trades), _numbered(places), _numbered(units)
    person_no = {**_numbered(people), "": -1}
    return LogColumns(
        first_day=first_day,
        days=days,
        at=np.array([row.at_min for row in rows]),
        trade=np.array([trade_no[row.trade] for row in rows]),
        place=np.array([place_no[row.place] for row in rows]),
        priority=np.array([row.priority for row in rows]),
        unit=np.array([unit_no[row.stamps.unit or f"{row.place}\x1f{row.trade}"] for row in rows]),
        staff=np.array([person_no[row.stamps.staff] for row in rows]),
        after={
            "assigned": _told(row.stamps.assigned_min for row in rows),
            "arrived": _told(row.stamps.arrived_min for row in rows),
            "closed": _told(row.stamps.closed_min for row in rows),
            "work": _told(row.work_min for row in rows),
        },
        trades=trades,
        places=places,
        people=people,
        duration_is_work=duration_is_work,
    )


def _names(words: Iterable[str]) -> list[str]:
    return sorted(dict.fromkeys(words))


def _numbered(names: list[str]) -> dict[str, int]:
    return {name: k for k, name in enumerate(names)}


def _told(values: Iterable[float | None]) -> Floats:
    return np.array([np.nan if v is None else v for v in values], dtype=np.float64)
