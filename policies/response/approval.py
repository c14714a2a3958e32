"""Approval (审批): whose signature an order needs before work. Emergencies are signed for afterwards."""

from typing import final

from policies.contract.decisions import Chain
from policies.contract.views import P1, View, WorkOrder


@final
class TwoSignatures:
    """Today's practice: above a small amount the people of the chain sign one after the other.

    Parameters
    ----------
    above_cny : float
        Amount on the form above which signatures are needed [CNY].
    chain_name : str
        Name of the chain.

    Source: domain handbook M02 (as-is).
    """

    sees = ("amount_cny", "priority")

    def __init__(self, above_cny: float = 150.0, chain_name: str = "standard") -> None:
        self.above_cny = above_cny
        self.chain_name = chain_name

    def chain(self, order: WorkOrder, view: View) -> Chain | None:
        """The chain in series, or None: released at once."""
        if order.priority == P1 or order.amount_cny <= self.above_cny:
            return None
        return Chain(self.chain_name)


@final
class ThresholdParallel:
    """The lean rule: only large amounts need signatures, and everybody is asked at once.

    What it lets through is not looked at beforehand: unneeded and disputed work gets done too.

    Parameters
    ----------
    above_cny : float
        Amount on the form above which signatures are needed [CNY].
    chain_name : str
        Name of the chain.

    Source: plan 三(一)1; domain handbook M02.
    """

    sees = ("amount_cny", "priority")

    def __init__(self, above_cny: float = 1000.0, chain_name: str = "standard") -> None:
        self.above_cny = above_cny
        self.chain_name = chain_name

    def chain(self, order: WorkOrder, view: View) -> Chain | None:
        """The chain in parallel, or None: released at once."""
        if order.priority == P1 or order.amount_cny <= self.above_cny:
            return None
        return Chain(self.chain_name, parallel=True)
