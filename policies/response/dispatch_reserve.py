"""Dispatch that keeps people back for emergencies by itself (beside the ``reserve`` decision)."""

from collections.abc import Sequence
from typing import final

from policies.contract.decisions import Pair
from policies.contract.matching import Nearest
from policies.contract.views import P1, Candidates, Technician, View, Waiting, WorkOrder


@final
class HoldReserve:
    """The nearest idle technician, but other work only while more than ``reserve`` of the trade are idle.

    Orders held back are offered again as soon as somebody of their trade becomes idle. A trade that
    has no more people than the reserve, or belongs to outside firms, keeps nobody back.

    Parameters
    ----------
    reserve : int
        Idle people of each trade kept for emergencies (>= 0).

    Raises
    ------
    ValueError
        If ``reserve`` is negative.

    Source: Larson & Odoni 1981, ch. 5 (cut-off priority queue: Schaack & Larson 1986).
    """

    sees = ("trade", "building", "priority", "tried", "at", "trades", "crew", "skills")

    def __init__(self, reserve: int = 1) -> None:
        if reserve < 0:
            raise ValueError(f"reserve is {reserve}, expected a number of people >= 0")
        self.reserve = reserve

    def dispatch(self, waiting: Waiting, candidates: Candidates, view: View) -> Sequence[Pair]:
        """Pairs for what changed since the last question."""
        nearest, orders, people = Nearest(view), waiting.fresh, candidates.fresh
        if len(orders) == 1 and not people:
            order = orders[0]
            if not self._may_go(order, candidates.idle_count(order.trade), candidates, view):
                return []
            tech = nearest(order, candidates.idle(order.trade))
            return [(order, tech)] if tech is not None else []
        if len(people) == 1 and not orders:
            return self._for_one(people[0], waiting, candidates, view)
        return self._for_all(waiting, candidates, view)

    def _for_one(self, tech: Technician, waiting: Waiting, candidates: Candidates, view: View) -> list[Pair]:
        """The least key among the trades of somebody just freed whose reserve allows it."""
        heads = (waiting.first(trade) for trade in tech.trades)
        allowed = [
            order for order in heads
            if order is not None and self._may_go(order, candidates.idle_count(order.trade), candidates, view)
        ]  # fmt: skip
        if not allowed:
            return []
        order = min(allowed, key=lambda order: (waiting.key(order), order.id))
        sent = Nearest(view)(order, candidates.idle(order.trade))
        return [(order, sent)] if sent is not None else []

    def _for_all(self, waiting: Waiting, candidates: Candidates, view: View) -> list[Pair]:
        nearest = Nearest(view)
        taken: dict[int, None] = {}
        pairs: list[Pair] = []
        for order in sorted(waiting.all(), key=lambda order: (waiting.key(order), order.id)):
            left = [tech for tech in candidates.idle(order.trade) if tech.id not in taken]
            tech = nearest(order, left) if self._may_go(order, len(left), candidates, view) else None
            if tech is not None:
                taken[tech.id] = None
                pairs.append((order, tech))
        return pairs

    def _may_go(self, order: WorkOrder, idle: int, candidates: Candidates, view: View) -> bool:
        if order.priority == P1 or idle > self.reserve or order.trade in view.site.partner_trades:
            return True
        return not self._staffed(order.trade, candidates)

    def _staffed(self, trade: str, candidates: Candidates) -> bool:
        """Whether the house has more people of a trade than the reserve."""
        found = 0
        for tech in candidates.all():
            found += trade in tech.skills and tech.crew != "partner"
            if found > self.reserve:
                return True
        return False
