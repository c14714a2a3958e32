"""Dispatch by an index of each order: due dates, and marginal cost times rate."""

from collections.abc import Sequence
from typing import final

from policies.contract.decisions import Pair
from policies.contract.matching import Nearest, match, serve
from policies.contract.plan import EMERGENCY_RESPONSE_MIN, RESPONSE_MIN
from policies.contract.units import DAY_MIN, NEVER
from policies.contract.views import Candidates, Key, View, Waiting, WorkOrder


@final
class EarliestDue:
    """Least slack first: the order whose promised response is due soonest, by the nearest idle person.

    All slack shrinks by the minute alike, so the due instant is a static key.

    Parameters
    ----------
    emergency_min, urgent_min, normal_min : float
        Promised response of P1, P2, P3 [min]; by default the plan's (三(一)1 and 五).
    planned_days : float
        Promise of a planned order (P4) that names no day of its own [days].

    Source: Jackson 1955 (earliest due date); Pinedo, Scheduling, ch. 3.
    """

    sees = ("priority", "reported_at", "due_at", "trade", "building", "at")

    def __init__(
        self,
        emergency_min: float = EMERGENCY_RESPONSE_MIN,
        urgent_min: float = RESPONSE_MIN,
        normal_min: float = RESPONSE_MIN,
        planned_days: float = 7.0,
    ) -> None:
        self.emergency_min = emergency_min
        self.urgent_min = urgent_min
        self.normal_min = normal_min
        self.planned_days = planned_days
        self._promise = (0.0, emergency_min, urgent_min, normal_min, planned_days * DAY_MIN)

    def key(self, order: WorkOrder) -> Key:
        """Due instant [min], then priority, then number."""
        due = order.due_at if order.due_at < NEVER else order.reported_at + self._promise[order.priority]
        return (due, order.priority, order.id)

    def dispatch(self, waiting: Waiting, candidates: Candidates, view: View) -> Sequence[Pair]:
        """Pairs for what changed since the last question."""
        return match(waiting, candidates, Nearest(view))


@final
class Gcmu:
    """Generalised c-mu: the order whose delay now costs most per minute of work goes first.

    Delay of priority p for t minutes costs ``c_p t^2 / 2``; the index is marginal cost times rate,
    ``c_p t / estimate``. Asymptotically optimal in heavy traffic for convex delay costs. Within a
    trade and priority the oldest leads, so only the heads are compared.

    Parameters
    ----------
    emergency, urgent, normal, planned : float
        Cost weight of P1, P2, P3, P4 [1].
    mean_min : float
        Service mean where the office has no estimate [min].

    Source: Van Mieghem 1995; Mandelbaum & Stolyar 2004.
    """

    sees = ("priority", "reported_at", "estimate_min", "trade", "building", "at", "trades")
    by_priority = True

    def __init__(
        self,
        emergency: float = 100.0,
        urgent: float = 4.0,
        normal: float = 1.0,
        planned: float = 0.1,
        mean_min: float = 45.0,
    ) -> None:
        self.emergency = emergency
        self.urgent = urgent
        self.normal = normal
        self.planned = planned
        self.mean_min = mean_min
        self._cost = (0.0, emergency, urgent, normal, planned)

    def key(self, order: WorkOrder) -> Key:
        """Report time, then number: the order within one trade and priority."""
        return (order.reported_at, order.id)

    def index(self, order: WorkOrder, now: float) -> float:
        """Marginal delay cost times service rate [cost per minute of work]."""
        age = max(0.0, now - order.reported_at)
        return self._cost[order.priority] * age / (order.estimate_min or self.mean_min)

    def dispatch(self, waiting: Waiting, candidates: Candidates, view: View) -> Sequence[Pair]:
        """Pairs for what changed since the last question."""
        orders, people = waiting.fresh, candidates.fresh
        nearest = Nearest(view)
        if len(orders) == 1 and not people:
            tech = nearest(orders[0], candidates.idle(orders[0].trade))
            return [(orders[0], tech)] if tech is not None else []

        def rank(order: WorkOrder) -> Key:
            return (-self.index(order, view.now), order.priority, order.id)

        if len(people) == 1 and not orders:
            heads = (order for trade in people[0].trades for order in waiting.heads(trade))
            first = min(heads, key=rank, default=None)
            return [(first, people[0])] if first is not None else []
        return serve(sorted(waiting.all(), key=rank), candidates, nearest)
