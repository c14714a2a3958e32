"""The rule of last resort: first come, first served, lowest number. Depends on nothing."""

from collections.abc import Iterable, Sequence
from typing import final

from policies.contract.decisions import Pair
from policies.contract.matching import in_key_order
from policies.contract.views import Candidates, Technician, View, Waiting, WorkOrder


@final
class FirstCome:
    """Waiting orders in key order to the idle technician with the lowest number."""

    def dispatch(self, waiting: Waiting, candidates: Candidates, view: View) -> Sequence[Pair]:
        """Pairs for everything that waits and somebody idle can do."""
        return in_key_order(waiting, candidates, _lowest)


def _lowest(order: WorkOrder, idle: Iterable[Technician]) -> Technician | None:
    return min(idle, key=lambda tech: tech.id, default=None)
