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
    """The lean desk: same building, same trade, reported a short while ago, and no tag that says otherwise.

    Two different faults of one trade in one building within the window are merged too, and the
    second is then forgotten until somebody asks again: a longer window buys fewer duplicates with
    more of these. A claimed emergency is never merged into anything less.

    Parameters
    ----------
    within_min : float
        How long ago the open order may have been reported when no tag tells [min].
    tagged_within_min : float
        The same when both name the same asset [min].

    Source: plan 三(一)1 (线上化报修); domain handbook M01.
    """

    sees = ("asset", "trade", "reported_at", "priority", "priority_claimed")

    def __init__(self, within_min: float = 120.0, tagged_within_min: float = 7 * DAY_MIN) -> None:
        self.within_min = within_min
        self.tagged_within_min = tagged_within_min

    def duplicate_of(self, request: WorkOrder, open_here: Iterable[WorkOrder], view: View) -> int:
        """The oldest open order it seems to repeat."""
        same = [(order.reported_at, order.id) for order in open_here if self._same(request, order)]
        return min(same)[1] if same else NEW

    def _same(self, request: WorkOrder, order: WorkOrder) -> bool:
        if order.priority == P4 or (request.priority_claimed == P1 and order.priority != P1):
            return False
        age = request.reported_at - order.reported_at
        if request.asset >= 0 and order.asset >= 0:
            return request.asset == order.asset and age <= self.tagged_within_min
        return request.trade == order.trade and age <= self.within_min
