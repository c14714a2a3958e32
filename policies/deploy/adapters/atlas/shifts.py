"""Who is on duty when: the office sends nobody who is not, and a CMMS does not know."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WEEK_MIN: Final = 7 * 1440


@dataclass(frozen=True, slots=True)
class Shift:
    """Hours of some people on some days of the week, of the campus' clocks.

    ``begins`` and ``ends``: minutes since midnight [min]; an end that is not after its beginning is of the
    next day. ``days``: 0 Monday … 6 Sunday; ``technicians``: the office's numbers.
    """

    begins: int
    ends: int
    days: frozenset[int]
    technicians: frozenset[int]

    @property
    def lasts_min(self) -> int:
        """Length [min]."""
        return (self.ends - self.begins - 1) % 1440 + 1


def on_duty(shifts: Iterable[Shift], tech: int, at: datetime) -> bool:
    """Whether somebody is on duty at an instant of the campus' clocks."""
    return any((minute(at) - begins) % WEEK_MIN < lasts for begins, lasts in _hours(shifts, tech))


def next_change(shifts: Iterable[Shift], tech: int, at: datetime) -> datetime:
    """When that changes next; a week later at the latest."""
    now = on_duty(shifts, tech, at)
    here = minute(at)
    edges = {(edge - here) % WEEK_MIN for begins, lasts in _hours(shifts, tech) for edge in (begins, begins + lasts)}
    for ahead in sorted(edge for edge in edges if edge > 0):
        then = at + timedelta(minutes=ahead)
        if on_duty(shifts, tech, then) != now:
            return then
    return at + timedelta(minutes=WEEK_MIN)


def minute(at: datetime) -> float:
    """Minutes since Monday began."""
    return at.weekday() * 1440 + at.hour * 60 + at.minute + at.second / 60


def _hours(shifts: Iterable[Shift], tech: int) -> list[tuple[int, int]]:
    """Beginnings since Monday and lengths of a week's duties [min]."""
    return [(day * 1440 + one.begins, one.lasts_min) for one in shifts if tech in one.technicians for day in one.days]
