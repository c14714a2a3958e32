"""How much is bought at once (采购批量)."""

from math import ceil

from policies.contract.stock import StockItem
from policies.contract.views import View


class NewRule:
    """What is cheap comes by the quarter, what is dear as it is needed.

    Parameters
    ----------
    dear_cny : float
        Price of a piece from which it is dear [CNY].
    months : float
        Months of need that an order of something cheap holds at least.
    """

    sees = ("expected_per_month", "price_cny")

    def __init__(self, dear_cny: float = 100.0, months: float = 3.0) -> None:
        self.dear_cny = dear_cny
        self.months = months

    def lot(self, item: StockItem, quantity: int, view: View) -> int:
        """Pieces of the order."""
        if item.price_cny >= self.dear_cny:
            return quantity
        return max(quantity, ceil(self.months * item.expected_per_month))
