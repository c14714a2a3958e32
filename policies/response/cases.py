"""Joint handling (联办): how a case that needs other departments is moved on."""

from typing import final

from policies.contract.decisions import CaseStep
from policies.contract.views import View, WorkOrder

AGENDA = -1
"""The weekly review (协同复盘会) instead of a department."""


@final
class PassAlong:
    """Today's practice: whoever has the case passes it to the next department, acted or not.

    A case that is stuck lies there; it comes to the weekly review only when the requester asks again.

    Source: domain handbook M05 (as-is).
    """

    sees = ()

    def next_step(self, order: WorkOrder, what: str, at_department: int, view: View) -> CaseStep | None:
        """The next department in turn."""
        if what in ("opened", "accepted", "bounced"):
            return CaseStep(at_department + 1)
        return CaseStep(AGENDA) if what == "reminded" else None


@final
class OneOwner:
    """The command centre owns the case: it insists, remembers who has acted, and asks for a decision at once.

    Once one department has acted, the case is known to belong in this line: the next one is asked
    again up to ``insist`` times before the case moves on. Departments that have acted are not asked
    again. A stuck case goes on the agenda of the next weekly review the moment it is stuck.

    Parameters
    ----------
    insist : int
        Times a department is asked after the first has acted (>= 1).

    Raises
    ------
    ValueError
        If ``insist`` is less than 1.

    Source: plan 三(一)3; domain handbook M05 (首问负责制).
    """

    sees = ("handoffs",)

    def __init__(self, insist: int = 3) -> None:
        if insist < 1:
            raise ValueError(f"insist is {insist}, expected a number of times >= 1")
        self.insist = insist

    def next_step(self, order: WorkOrder, what: str, at_department: int, view: View) -> CaseStep | None:
        """The department to ask, the agenda, or nothing while a decision is under way."""
        if what == "stuck":
            return CaseStep(AGENDA)
        if what not in ("opened", "accepted", "bounced"):
            return None
        acted = [department for move, department in order.handoffs if move == "accepted"]
        if what == "bounced" and acted and self._asked(order, at_department) < self.insist:
            return CaseStep(at_department)
        following = at_department + 1
        while following in acted:
            following += 1
        return CaseStep(following)

    def _asked(self, order: WorkOrder, department: int) -> int:
        """How often the department has sent the case back in a row, this time included."""
        count = 0
        for move, at in reversed(order.handoffs):
            if (move, at) != ("bounced", department):
                break
            count += 1
        return count
