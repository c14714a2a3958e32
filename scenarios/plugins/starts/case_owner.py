"""Joint handling of a cross-department case (联办)."""

from policies.contract.decisions import CaseStep
from policies.contract.views import View, WorkOrder

AGENDA = -1


class NewRule:
    """On to the next department; to the weekly review once the case has been sent back too often.

    Parameters
    ----------
    bounces : int
        Times a case may be sent back before the review decides (>= 1).

    Raises
    ------
    ValueError
        If ``bounces`` is less than 1.
    """

    sees = ("handoffs",)

    def __init__(self, bounces: int = 2) -> None:
        if bounces < 1:
            raise ValueError(f"bounces is {bounces}, expected a number of times >= 1")
        self.bounces = bounces

    def next_step(self, order: WorkOrder, what: str, at_department: int, view: View) -> CaseStep | None:
        """The next department, the agenda, or nothing while a decision is under way."""
        if what == "stuck":
            return CaseStep(AGENDA)
        if what not in ("opened", "accepted", "bounced"):
            return None
        sent_back = sum(move == "bounced" for move, _ in order.handoffs)
        return CaseStep(AGENDA if sent_back >= self.bounces else at_department + 1)
