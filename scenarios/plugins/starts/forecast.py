"""A forecast of what is needed of a line of stock (需求预测)."""

from policies.contract.stock import StockItem
from policies.contract.views import View


class NewRule:
    """The mean of the last months; before there are so many, what was expected so far.

    Parameters
    ----------
    months : int
        Months looked back at (>= 1).

    Raises
    ------
    ValueError
        If it is below 1.
    """

    sees = ("asked", "expected_per_month")

    def __init__(self, months: int = 12) -> None:
        if months < 1:
            raise ValueError(f"months is {months}, expected a number of months >= 1")
        self.months = months

    def forecast(self, item: StockItem, view: View) -> float:
        """Pieces expected in a month to come."""
        if len(item.asked) < self.months:
            return item.expected_per_month
        return sum(item.asked[-self.months :]) / self.months
