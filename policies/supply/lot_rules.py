"""How much is bought at once (采购批量): in bulk, in small batches, by the square root, by price breaks."""

from itertools import pairwise
from math import ceil
from typing import final

from policies.contract.stock import StockItem
from policies.contract.units import YEAR_DAYS
from policies.contract.views import View
from policies.supply.lots import discounted, eoq
from policies.supply.shelf_rules import per_day, see_positive


@final
class Bulk:
    """Today's practice: some months' need at least, because it is cheaper by the lot and asked for once.

    Parameters
    ----------
    months : float
        Months of need that an order holds at least (> 0).

    Raises
    ------
    ValueError
        If it is not above 0.

    Source: plan 二; domain handbook M06 (as-is).
    """

    sees = ("expected_per_month",)

    def __init__(self, months: float = 6.0) -> None:
        see_positive(months=months)
        self.months = months

    def lot(self, item: StockItem, quantity: int, view: View) -> int:
        """The need of the months, or what is asked for if that is more."""
        return max(quantity, ceil(self.months * item.expected_per_month))


@final
class SmallBatch:
    """The plan's rule, small batches and many (小批量多批次): no more than some months' need at once, and what is owed.

    Parameters
    ----------
    months : float
        Months of need that an order holds at most (> 0).

    Raises
    ------
    ValueError
        If it is not above 0.

    Source: plan 三(一)2; domain handbook M07.
    """

    sees = ("expected_per_month", "position")

    def __init__(self, months: float = 1.0) -> None:
        see_positive(months=months)
        self.months = months

    def lot(self, item: StockItem, quantity: int, view: View) -> int:
        """What is asked for, cut to the need of the months."""
        return min(quantity, max(1, -item.position, ceil(self.months * item.expected_per_month)))


@final
class SquareRoot:
    """The economic order quantity, or what is asked for if that is more.

    Parameters
    ----------
    order_cny : float
        An order with its receiving [CNY] (> 0).
    holding_pct_per_year : float
        Holding a piece for a year [% of its price] (> 0).

    Raises
    ------
    ValueError
        If one of them is not above 0.

    Source: Harris, Factory, The Magazine of Management 10 (1913) 135-136.
    """

    sees = ("expected_per_month", "price_cny")

    def __init__(self, order_cny: float = 120.0, holding_pct_per_year: float = 25.0) -> None:
        see_positive(order_cny=order_cny, holding_pct_per_year=holding_pct_per_year)
        self.order_cny = order_cny
        self.holding_pct_per_year = holding_pct_per_year

    def lot(self, item: StockItem, quantity: int, view: View) -> int:
        """The lot of least ordering and holding cost."""
        if item.expected_per_month <= 0.0 or item.price_cny <= 0.0:
            return quantity
        holding = item.price_cny * self.holding_pct_per_year / 100.0
        return max(quantity, round(eoq(per_day(item) * YEAR_DAYS, self.order_cny, holding).Q))


@final
class DiscountAware:
    """The lot of least purchase, ordering and holding cost where larger lots are cheaper, or what is asked for if that is more.

    Parameters
    ----------
    order_cny : float
        An order with its receiving [CNY] (> 0).
    holding_pct_per_year : float
        Holding a piece for a year [% of its price] (> 0).

    Raises
    ------
    ValueError
        If one of them is not above 0.

    Source: Hadley & Whitin, Analysis of Inventory Systems, 1963, sec. 2-11 (all-units discounts).
    """

    sees = ("breaks", "expected_per_month", "price_cny")

    def __init__(self, order_cny: float = 120.0, holding_pct_per_year: float = 25.0) -> None:
        see_positive(order_cny=order_cny, holding_pct_per_year=holding_pct_per_year)
        self.order_cny = order_cny
        self.holding_pct_per_year = holding_pct_per_year

    def lot(self, item: StockItem, quantity: int, view: View) -> int:
        """The best lot at the prices of the line."""
        if item.expected_per_month <= 0.0 or item.price_cny <= 0.0:
            return quantity
        steps = [(0, 1.0), *item.breaks]
        prices = [(float(least), item.price_cny * share) for least, share in steps if least >= 0]
        if any(a[0] >= b[0] for a, b in pairwise(prices)):
            return quantity
        best = discounted(per_day(item) * YEAR_DAYS, self.order_cny, self.holding_pct_per_year / 100.0, prices)
        return max(quantity, ceil(best.Q))
