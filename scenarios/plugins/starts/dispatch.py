"""A dispatch rule (派单)."""

from collections.abc import Iterable, Sequence

from policies.contract.decisions import Pair
from policies.contract.matching import match
from policies.contract.views import Candidates, Technician, View, Waiting, WorkOrder


class NewRule:
    """The nearest idle technician, where a better skill is worth some minutes of travel.

    Parameters
    ----------
    level_worth_min : float
        Minutes of travel that one level of skill (of 1-4) is worth [min].
    """

    sees = ("trade", "building", "skills", "at")

    def __init__(self, level_worth_min: float = 3.0) -> None:
        self.level_worth_min = level_worth_min

    def dispatch(self, waiting: Waiting, candidates: Candidates, view: View) -> Sequence[Pair]:
        """Pairs for what changed since the last question."""

        def choose(order: WorkOrder, idle: Iterable[Technician]) -> Technician | None:
            return min(idle, key=lambda tech: (self._cost(order, tech, view), tech.id), default=None)

        return match(waiting, candidates, choose)

    def _cost(self, order: WorkOrder, tech: Technician, view: View) -> float:
        return view.minutes(tech, order) - self.level_worth_min * tech.skills[order.trade]
