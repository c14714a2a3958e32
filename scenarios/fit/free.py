"""What may be moved in a fit, and how far: the free parameters of domain handbook 5.

The range stands beside the value, in the campus file's provenance: ``[A], 0.05-0.30; fit``. A value is
free if the handbook's list names it *and* its note ends in ``fit`` and begins with a range. Rules have
no provenance of their own; the ranges of their parameters stand here.
"""

import re
from collections.abc import Mapping
from typing import Final

from scenarios.resolution.ranges import Range, range_of

FREE: Final[Mapping[str, str]] = {
    "clerks.count": "clerk hours",
    "clerks.registration_mean_min": "registration time",
    "demand.recurrence_mean_days": "recurrence interval",
    "policies.approval.parameters.above_cny": "approval share",
    "policies.dispatch.parameters.rounds": "batch rounds",
    "reporting.missed_emergency": "triage error",
    "reporting.reminder_after_h": "patience",
    "reporting.wrong_trade": "triage error",
    "trades.*.work_mean_min": "work-time scale",
}
"""Key (``*`` for any part) → its item in the handbook's list."""

ELSEWHERE: Final[Mapping[str, str]] = {
    "assets.root_share": "a column of the assets table",
    "calendar.hours.clerk.windows": "clock windows, not a number",
    "chains.*.inbox_min": "a list within a list of approvers",
    "people.shift": "a column of the people table",
    "skus.order_up_to": "a column of the stock table",
    "skus.reorder_point": "a column of the stock table",
    "work.root_repair": "a list by skill level",
}
"""Free in the handbook, but not one number under one key → what they are."""

OF_RULES: Final[Mapping[str, str]] = {
    "policies.approval.parameters.above_cny": "[A], 0-1000 CNY; fit",
    "policies.dispatch.parameters.rounds": "[A], 2-4 a day; fit",
}
"""Notes of the parameters of rules."""

HELD_OUT: Final = ("K-R6.24h", "K-Q1")
"""Figures that are never fitted, only checked: finished in 24 h, first-time fix."""

MARK: Final = re.compile(r"; fit\b")


def limits(note: str) -> Range | None:
    """The range of a note that ends in ``fit``; None where it tells none."""
    return range_of(note) if MARK.search(note) is not None else None


def item_of(key: str, known: Mapping[str, str]) -> str:
    """What a table above says of a key; empty if nothing."""
    parts = key.split(".")
    for pattern, item in known.items():
        names = pattern.split(".")
        if len(names) == len(parts) and all(n in ("*", p) for n, p in zip(names, parts, strict=True)):
            return item
    return ""
