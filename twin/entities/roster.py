"""Rosters: when a technician comes on duty and goes off."""

from collections.abc import Sequence
from typing import Protocol, final

from policies.contract.units import WEEK_MIN

Change = tuple[float, bool, str]
"""(instant [min], on duty from now on?, why: shift, break, sick)."""


class Roster(Protocol):
    """The duty changes of one person, in order."""

    def after(self, n: int) -> Change | None:
        """Change number ``n`` (0 first), or None: no more."""
        ...


@final
class WeeklyRoster:
    """The same week again and again: instants on, off, on, … inside a week [min from Monday 00:00].

    An odd count means the last "on" lasts past the week's end.
    """

    __slots__ = ("count", "instants")

    def __init__(self, instants: Sequence[float]) -> None:
        self.instants = tuple(instants)
        self.count = len(self.instants)

    def after(self, n: int) -> Change | None:
        if not self.count:
            return None
        k = n % self.count
        return n // self.count * WEEK_MIN + self.instants[k], not k & 1, "shift"


@final
class ListedRoster:
    """Changes written out one by one (shifts, breaks, sick days, holidays already worked in)."""

    __slots__ = ("changes",)

    def __init__(self, changes: Sequence[Change]) -> None:
        self.changes = list(changes)

    def after(self, n: int) -> Change | None:
        return self.changes[n] if n < len(self.changes) else None


@final
class AlwaysOn:
    """On duty from minute 0 for good (degenerate worlds, 24x7 partners)."""

    __slots__ = ()

    def after(self, n: int) -> Change | None:
        return (0.0, True, "shift") if n == 0 else None
