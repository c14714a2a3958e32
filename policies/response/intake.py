"""Intake (受理): is this request one we already have?"""

from collections.abc import Iterable
from typing import final

from policies.contract.units import DAY_MIN
from policies.contract.views import P1, P4, View, WorkOrder

NEW = -1


@final
class ByHand:
    """Today's practice: the clerk knows a duplicate only by the tag of the asset, and only for a day.

    Parameters
    ----------
    within_min : float
        How long the clerk remembers [min].

    Source: domain handbook M01 (as-is).
    """

    sees = ("asset", "reported_at", "priority")

    def __init__(self, within_min: float = DAY_MIN) -> None:
        self.within_min = within_min

    def duplicate_of(self, request: WorkOrder, open_here: Iterable[WorkOrder], view: View) -> int:
        """The oldest open order on the same asset."""
        if request.asset < 0:
            return NEW
        since = request.reported_at - self.within_min
        same = [
            (order.reported_at, order.id)
            for order in open_here
            if order.asset == request.asset and order.reported_at >= since and order.priority < P4
        ]
        return min(same)[1] if same else NEW


@final
class SamePlaceTrade:
    """The lean desk: same asset; or, where no tag tells, same room and trade.

    Two different faults of one trade in one room are merged too, and the second is then forgotten
    until somebody asks again: a longer window buys fewer duplicates with more of these. A claimed
    emergency is never merged into anything less.

    Parameters
    ----------
    within_min : float
        How long ago the open order of the asset or the room may have been reported [min].
    unplaced_within_min : float
        The same for building and trade alone, where a room was not written down [min]; 0: never merged.

    Source: plan 三(一)1 (线上化报修); domain handbook M01.
    """

    sees = ("asset", "room", "trade", "reported_at", "priority", "priority_claimed")

    def __init__(self, within_min: float = 7 * DAY_MIN, unplaced_within_min: float = 0.0) -> None:
        self.within_min = within_min
        self.unplaced_within_min = unplaced_within_min

    def duplicate_of(self, request: WorkOrder, open_here: Iterable[WorkOrder], view: View) -> int:
        """The oldest open order it seems to repeat."""
        same = [(order.reported_at, order.id) for order in open_here if self._same(request, order)]
        return min(same)[1] if same else NEW

    def _same(self, request: WorkOrder, order: WorkOrder) -> bool:
        if order.priority == P4 or (request.priority_claimed == P1 and order.priority != P1):
            return False
        age = request.reported_at - order.reported_at
        if request.asset >= 0 and order.asset >= 0:
            return request.asset == order.asset and age <= self.within_min
        if request.trade != order.trade:
            return False
        if request.room >= 0 and order.room >= 0:
            return request.room == order.room and age <= self.within_min
        return age < self.unplaced_within_min
