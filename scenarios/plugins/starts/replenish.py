"""A rule of replenishment (补货)."""

from collections.abc import Sequence

from policies.contract.decisions import Purchase
from policies.contract.stock import Stock
from policies.contract.views import View


class NewRule:
    """A line that holds less than some weeks' need is bought up to some months' need; what somebody waits for comes in a rush.

    Parameters
    ----------
    least_weeks : float
        Weeks of need at which a line is bought.
    months : float
        Months of need that it is bought up to.
    """

    sees = ("backorders", "expected_per_month", "on_hand", "on_order", "position")

    def __init__(self, least_weeks: float = 4.0, months: float = 2.0) -> None:
        self.least_weeks = least_weeks
        self.months = months

    def replenish(self, stock: Stock, view: View) -> Sequence[Purchase]:
        """What to buy of the lines that changed since the last question."""
        bought = []
        for item in stock.fresh():
            missing = item.backorders - item.on_hand - item.on_order
            level = round(self.months * item.expected_per_month)
            if missing > 0:
                bought.append(Purchase(item, missing, rush=True))
            elif item.position <= self.least_weeks / 4.35 * item.expected_per_month and level > item.position:
                bought.append(Purchase(item, level - item.position))
        return bought
