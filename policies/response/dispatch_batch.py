"""Dispatch in batches: every few minutes the cheapest assignment of all who wait to all who are idle."""

from collections.abc import Sequence
from typing import Any, final

from policies.contract.decisions import Pair
from policies.contract.matching import Nearest, serve
from policies.contract.views import Candidates, Technician, View, Waiting, WorkOrder

IMPOSSIBLE = 1.0e9
"""Cost of a pair that may not be [min]; dropped after the assignment."""
TIE = 1.0e-6
"""What each place further down the list of people adds [min], so that ties go to the lowest numbers."""


@final
class BatchHungarian:
    """The least total of travel minutes less what waiting is worth, over whole batches.

    The cost of a pair is its travel time less ``wait_worth`` minutes for each minute the order has
    waited, less ``urgent_worth_min`` for an urgent order (P2). Emergencies (P1) do not wait for the
    batch: the nearest idle person goes at once.

    Parameters
    ----------
    every_min : float
        Time between batches [min], > 0.
    wait_worth : float
        Minutes of travel worth one minute of waiting [1].
    urgent_worth_min : float
        Minutes of travel by which an urgent order goes before a normal one [min].

    Raises
    ------
    ValueError
        If ``every_min`` is not positive.

    Source: Kuhn 1955; Jonker & Volgenant 1987 (``scipy.optimize.linear_sum_assignment``).
    """

    sees = ("trade", "building", "priority", "reported_at", "tried", "at", "skills")
    requires = ("scipy",)

    def __init__(self, every_min: float = 10.0, wait_worth: float = 0.2, urgent_worth_min: float = 30.0) -> None:
        if not every_min > 0.0:
            raise ValueError(f"every_min is {every_min}, expected a time between batches > 0 [min]")
        self.every_min = every_min
        self.wait_worth = wait_worth
        self.urgent_worth_min = urgent_worth_min

    def dispatch(self, waiting: Waiting, candidates: Candidates, view: View) -> Sequence[Pair]:
        """Emergencies at any time; at a batch everybody."""
        urgent = sorted(waiting.urgent(), key=lambda order: (order.reported_at, order.id))
        pairs = serve(urgent, candidates, Nearest(view))
        if not view.round:
            return pairs
        gone = {tech.id: None for _, tech in pairs}
        orders = sorted((order for order in waiting.all() if order.priority > 1), key=lambda order: order.id)
        trades = {order.trade: None for order in orders}
        idle = {tech.id: tech for trade in trades for tech in candidates.idle(trade) if tech.id not in gone}
        people = [idle[number] for number in sorted(idle)]
        return [*pairs, *self._cheapest(orders, people, view)] if orders and people else pairs

    def _cheapest(self, orders: list[WorkOrder], people: list[Technician], view: View) -> list[Pair]:
        from scipy.optimize import linear_sum_assignment

        cost = self._cost(orders, people, view)
        rows, columns = linear_sum_assignment(cost)
        return [
            (orders[row], people[column])
            for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
            if cost[row, column] < IMPOSSIBLE / 2
        ]

    def _cost(self, orders: list[WorkOrder], people: list[Technician], view: View) -> Any:
        """Cost of every pair, orders by people [min]."""
        import numpy as np

        minutes_to = view.site.minutes_to
        at = np.array([tech.at for tech in people])
        rows = {order.building: None for order in orders}
        travel = {building: np.asarray(minutes_to[building])[at] for building in rows}
        able = {trade: np.array([trade in tech.skills for tech in people]) for trade in {o.trade: None for o in orders}}
        worth = [
            self.wait_worth * (view.now - order.reported_at) + self.urgent_worth_min * (order.priority == 2)
            for order in orders
        ]
        cost = np.stack([travel[order.building] for order in orders]) - np.array(worth)[:, None]
        cost += TIE * np.arange(len(people))
        cost[~np.stack([able[order.trade] for order in orders])] = IMPOSSIBLE
        column = {tech.id: k for k, tech in enumerate(people)}
        for row, order in enumerate(orders):
            for number in order.tried:
                if number in column:
                    cost[row, column[number]] += self.urgent_worth_min
        return cost
