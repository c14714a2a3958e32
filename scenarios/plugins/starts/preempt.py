"""Whose work gives way to an emergency (中断)."""

from collections.abc import Iterable

from policies.contract.decisions import Pair
from policies.contract.views import Technician, View, WorkOrder


class NewRule:
    """The nearest technician at work on anything less, who has the skill and the licence.

    Parameters
    ----------
    within_min : float
        Nobody farther away than this is called off [min].
    """

    sees = ("priority", "trade", "building", "skills", "at", "licences")

    def __init__(self, within_min: float = 15.0) -> None:
        self.within_min = within_min

    def victim(self, order: WorkOrder, busy: Iterable[Pair], view: View) -> Technician | None:
        """Whose present work gives way, or None."""
        licence = view.site.licence_of.get(order.trade)
        able = [
            (view.minutes(tech, order), tech.id, tech)
            for present, tech in busy
            if present.priority > order.priority
            and order.trade in tech.skills
            and (licence is None or licence in tech.licences)
        ]
        near = [entry for entry in able if entry[0] <= self.within_min]
        return min(near)[2] if near else None
