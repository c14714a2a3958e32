"""Triage (分诊)."""

from policies.contract.decisions import Triage
from policies.contract.views import P2, P3, View, WorkOrder


class NewRule:
    """As claimed, but what is claimed as urgent by a group that chased many requests before is normal work.

    Parameters
    ----------
    nudges : int
        Reminders on the group's latest requests from which its urgent claims (P2) are taken as P3.
    look_back : int
        Latest requests of everybody that are looked at.
    """

    sees = ("trade_claimed", "priority_claimed", "group", "orders", "nudges")

    def __init__(self, nudges: int = 5, look_back: int = 50) -> None:
        self.nudges = nudges
        self.look_back = look_back

    def triage(self, request: WorkOrder, view: View) -> Triage:
        """Trade as claimed; priority as claimed or P3."""
        priority = min(request.priority_claimed, P3)
        if priority == P2 and self._chased(request, view) >= self.nudges:
            priority = P3
        return Triage(request.trade_claimed, priority)

    def _chased(self, request: WorkOrder, view: View) -> int:
        latest = list(view.orders)[-self.look_back :]
        return sum(view.orders[number].nudges for number in latest if view.orders[number].group == request.group)
