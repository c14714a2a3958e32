"""Dispatch rules (派单)."""

from collections.abc import Iterable, Sequence
from typing import final

from policies.contract.decisions import Pair
from policies.contract.matching import first_for, match
from policies.contract.views import Candidates, Technician, View, Waiting, WorkOrder


@final
class NearestIdle:
    """The idle technician with the least travel time; who becomes idle takes the least key.

    Source: Larson & Odoni, Urban Operations Research, 1981, ch. 5 (closest-unit dispatch).
    """

    sees = ("trade", "building", "at")

    def dispatch(self, waiting: Waiting, candidates: Candidates, view: View) -> Sequence[Pair]:
        """Pairs for what changed since the last question."""
        orders, people = waiting.fresh, candidates.fresh
        if len(orders) == 1 and not people:
            order = orders[0]
            tech = candidates.nearest(order.trade, order.building)
            return ((order, tech),) if tech is not None else ()
        if len(people) == 1 and not orders:
            first = first_for(people[0], waiting)
            return ((first, people[0]),) if first is not None else ()
        minutes_to = view.site.minutes_to

        def choose(order: WorkOrder, idle: Iterable[Technician]) -> Technician | None:
            row = minutes_to[order.building]
            return min(idle, key=lambda tech: (row[tech.at], tech.id), default=None)

        return match(waiting, candidates, choose)
