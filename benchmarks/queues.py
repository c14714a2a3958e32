"""The part of the reference that is queues only: one place, no parts, no repeats, people always there.

Each trade is a queue with its own servers; urgent orders go first, nobody is interrupted. Ciw can
say this much, and so it is compared on this much.
"""

from collections.abc import Sequence

from scenarios.reference.model import ReferenceCampus
from twin.processes.path import PathRow

SERVERS = {"plumbing": 2, "electrical": 2, "hvac": 2, "carpentry": 1, "general": 1}
"""Technicians of each trade: 0.5 to 0.8 of their time is taken by a year's orders."""
EMPTYING_MIN = 60.0 * 1440.0
"""Time after the last report in which every queue empties [min]."""


def queues_of(path: Sequence[PathRow]) -> tuple[ReferenceCampus, list[PathRow]]:
    """A campus of one place, and the dated rows of a path as they would be reported there."""
    rows = [
        PathRow(row.report_min, 0, row.trade, row.priority, row.work_min) for row in path if row.report_min is not None
    ]
    trades = [trade for trade, count in SERVERS.items() for _ in range(count)]
    technicians = [
        {"id": k, "home_building": 0, "trades": [trade], "weekly_on_off_min": [0.0]} for k, trade in enumerate(trades)
    ]
    last = max(row.report_min or 0.0 for row in rows)
    return ReferenceCampus(last + EMPTYING_MIN, [[0.0]], technicians, []), rows
