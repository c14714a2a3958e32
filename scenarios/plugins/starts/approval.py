"""Approval (审批)."""

from policies.contract.decisions import Chain
from policies.contract.views import P1, View, WorkOrder


class NewRule:
    """Dear orders need signatures: everybody at once, one after the other only where it is very dear.

    Parameters
    ----------
    above_cny, serial_above_cny : float
        Amounts on the form above which signatures are needed, and are asked for one by one [CNY].
    chain_name : str
        Name of the chain of people, as the campus file has it.
    """

    sees = ("amount_cny", "priority")

    def __init__(
        self, above_cny: float = 800.0, serial_above_cny: float = 5000.0, chain_name: str = "standard"
    ) -> None:
        self.above_cny = above_cny
        self.serial_above_cny = serial_above_cny
        self.chain_name = chain_name

    def chain(self, order: WorkOrder, view: View) -> Chain | None:
        """The chain, or None: released at once. Emergencies are signed for afterwards."""
        if order.priority == P1 or order.amount_cny <= self.above_cny:
            return None
        return Chain(self.chain_name, parallel=order.amount_cny <= self.serial_above_cny)
