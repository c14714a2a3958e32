"""Duplicates at the desk (受理)."""

from collections.abc import Iterable

from policies.contract.units import DAY_MIN
from policies.contract.views import P4, View, WorkOrder

NEW = -1


class NewRule:
    """A request about an asset on which an order is open repeats that order.

    Parameters
    ----------
    within_days : float
        Age of the open order up to which it is the same fault [days].
    """

    sees = ("asset", "reported_at", "priority")

    def __init__(self, within_days: float = 3.0) -> None:
        self.within_days = within_days

    def duplicate_of(self, request: WorkOrder, open_here: Iterable[WorkOrder], view: View) -> int:
        """Number of the oldest such order, or -1."""
        since = request.reported_at - self.within_days * DAY_MIN
        same = [
            (order.reported_at, order.id)
            for order in open_here
            if order.asset == request.asset >= 0 and order.reported_at >= since and order.priority < P4
        ]
        return min(same)[1] if same else NEW
