"""An escalation ladder (熔断升级)."""

from collections.abc import Sequence

from policies.contract.decisions import EscalationStep
from policies.contract.views import View, WorkOrder


class NewRule:
    """Two rungs: a second technician, then people are called off normal work.

    Parameters
    ----------
    second_min, preempt_min : float
        Minutes since the report of the two rungs [min], increasing.

    Raises
    ------
    ValueError
        If the rungs do not increase.
    """

    sees = ()

    def __init__(self, second_min: float = 10.0, preempt_min: float = 20.0) -> None:
        if not 0.0 <= second_min < preempt_min:
            raise ValueError(f"rungs at {second_min} and {preempt_min} min: expected increasing times >= 0")
        self.second_min = second_min
        self.preempt_min = preempt_min

    def steps(self, order: WorkOrder, view: View) -> Sequence[EscalationStep]:
        """The two rungs."""
        return (
            EscalationStep(self.second_min, 1, second=True),
            EscalationStep(self.preempt_min, 2, second=True, preempt=True),
        )
