"""Replenishment by the levels of least cost: (s, S), (r, Q), base stock, can-order, and (s, S) from the forecast."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import ceil, sqrt
from statistics import NormalDist
from typing import Final, final

from policies.contract.decisions import Purchase
from policies.contract.stock import Stock, StockItem
from policies.contract.units import YEAR_DAYS
from policies.contract.views import View
from policies.supply import continuous
from policies.supply.lots import eoq
from policies.supply.review import Levels, Review
from policies.supply.shelf_rules import MONTH_DAYS, REVIEW_DAYS, per_day, rushed, see_positive, spread_per_month

DIGITS: Final = 3
"""Digits of an expectation that its levels are computed for: the fourth moves no level that anybody would notice."""
LEAST_PRICE_CNY: Final = 0.01
COUNTED_UP_TO: Final = 400.0
"""Pieces of a lead time up to which every one is counted; of more, Poisson demand is as good as normal."""


@final
class Costs:
    """What levels weigh: an order [CNY], holding [% of the price a year], a piece missing for a day [CNY]."""

    __slots__ = ("holding_pct_per_year", "order_cny", "short_cny_per_day")

    def __init__(self, order_cny: float, holding_pct_per_year: float, short_cny_per_day: float) -> None:
        see_positive(holding_pct_per_year=holding_pct_per_year, short_cny_per_day=short_cny_per_day)
        if order_cny < 0.0:
            raise ValueError(f"order_cny is {order_cny}, expected a number >= 0")
        self.order_cny = order_cny
        self.holding_pct_per_year = holding_pct_per_year
        self.short_cny_per_day = short_cny_per_day

    def holding_per_day(self, item: StockItem) -> float:
        """Holding a piece for a day [CNY]."""
        return max(item.price_cny, LEAST_PRICE_CNY) * self.holding_pct_per_year / 100.0 / YEAR_DAYS


@final
class ReorderUpTo:
    """(s, S): at the review, up to S where the position is s or less; s and S of least cost for Poisson demand.

    Parameters
    ----------
    order_cny : float
        An order with its receiving [CNY].
    holding_pct_per_year : float
        Holding a piece for a year [% of its price].
    short_cny_per_day : float
        A piece missing for a day [CNY].
    s, S : int or None
        Levels for every line in place of the best ones; both or none.

    Raises
    ------
    ValueError
        If a cost is out of its range, one level is given without the other, or S is not above s.

    Source: Zheng & Federgruen, Operations Research 39 (1991) 654-665; Zipkin, Foundations of Inventory Management, 2000.
    """

    sees = ("backorders", "expected_per_month", "lead_days", "on_hand", "on_order", "position", "price_cny")

    def __init__(
        self,
        order_cny: float = 120.0,
        holding_pct_per_year: float = 25.0,
        short_cny_per_day: float = 20.0,
        s: int | None = None,
        S: int | None = None,
    ) -> None:
        self._costs = Costs(order_cny, holding_pct_per_year, short_cny_per_day)
        if (s is None) != (S is None) or (s is not None and S is not None and s >= S):
            raise ValueError(f"s {s} and S {S}: expected both, S above s, or none")
        self.order_cny = order_cny
        self.holding_pct_per_year = holding_pct_per_year
        self.short_cny_per_day = short_cny_per_day
        self.s = s
        self.S = S

    def replenish(self, stock: Stock, view: View) -> Sequence[Purchase]:
        """Lines at or below s, of those that changed."""
        return tuple(self._bought(stock))

    def _bought(self, stock: Stock) -> Iterator[Purchase]:
        for item in stock.fresh():
            levels = self._levels(item)
            if levels is None:
                yield from rushed((item,))
            elif item.position <= levels[0]:
                yield Purchase(item, levels[1] - item.position)

    def _levels(self, item: StockItem) -> tuple[int, int] | None:
        if self.s is not None and self.S is not None:
            return self.s, self.S
        if item.expected_per_month <= 0.0:
            return None
        best = _best(item, self._costs, self.order_cny)
        return best.s, best.S


@final
class ReorderLots:
    """(r, Q): whenever the position falls to r, lots of Q; r and Q of least cost for Poisson demand.

    Parameters
    ----------
    order_cny : float
        An order with its receiving [CNY].
    holding_pct_per_year : float
        Holding a piece for a year [% of its price].
    short_cny_per_day : float
        A piece missing for a day [CNY].
    r, Q : int or None
        For every line in place of the best ones; both or none.

    Raises
    ------
    ValueError
        If a cost is out of its range, one of the two is given without the other, or Q is below 1.

    Source: Federgruen & Zheng, Operations Research 40 (1992) 808-813.
    """

    sees = ("backorders", "expected_per_month", "lead_days", "on_hand", "on_order", "position", "price_cny")
    continuous = True

    def __init__(
        self,
        order_cny: float = 120.0,
        holding_pct_per_year: float = 25.0,
        short_cny_per_day: float = 20.0,
        r: int | None = None,
        Q: int | None = None,
    ) -> None:
        self._costs = Costs(order_cny, holding_pct_per_year, short_cny_per_day)
        if (r is None) != (Q is None) or (Q is not None and Q < 1):
            raise ValueError(f"r {r} and Q {Q}: expected both, Q at least 1, or none")
        self.order_cny = order_cny
        self.holding_pct_per_year = holding_pct_per_year
        self.short_cny_per_day = short_cny_per_day
        self.r = r
        self.Q = Q

    def replenish(self, stock: Stock, view: View) -> Sequence[Purchase]:
        """As many lots as bring a line above r, of those that changed."""
        return tuple(self._bought(stock))

    def _bought(self, stock: Stock) -> Iterator[Purchase]:
        for item in stock.fresh():
            found = self._levels(item)
            if found is None:
                yield from rushed((item,))
            elif item.position <= found[0]:
                r, Q = found
                yield Purchase(item, Q * ceil((r + 1 - item.position) / Q))

    def _levels(self, item: StockItem) -> tuple[int, int] | None:
        if self.r is not None and self.Q is not None:
            return self.r, self.Q
        if item.expected_per_month <= 0.0:
            return None
        costs = self._costs
        return _best_lots(
            _rounded(per_day(item)), max(item.lead_days, REVIEW_DAYS), costs.holding_per_day(item),
            costs.short_cny_per_day, costs.order_cny,
        )  # fmt: skip


@final
class BaseStock:
    """One for one: each piece that leaves is bought at once, up to S; S of least cost where orders are free.

    For dear and slow spares, whose order costs little beside the piece.

    Parameters
    ----------
    holding_pct_per_year : float
        Holding a piece for a year [% of its price].
    short_cny_per_day : float
        A piece missing for a day [CNY].
    S : int or None
        Level of every line in place of the best one (>= 0).

    Raises
    ------
    ValueError
        If a cost is out of its range, or S below 0.

    Source: Palm 1938; Sherbrooke, Operations Research 16 (1968) 122-141 (METRIC).
    """

    sees = ("backorders", "expected_per_month", "lead_days", "on_hand", "on_order", "position", "price_cny")
    continuous = True

    def __init__(
        self, holding_pct_per_year: float = 25.0, short_cny_per_day: float = 20.0, S: int | None = None
    ) -> None:
        self._costs = Costs(0.0, holding_pct_per_year, short_cny_per_day)
        if S is not None and S < 0:
            raise ValueError(f"S is {S}, expected a number of pieces >= 0")
        self.holding_pct_per_year = holding_pct_per_year
        self.short_cny_per_day = short_cny_per_day
        self.S = S

    def replenish(self, stock: Stock, view: View) -> Sequence[Purchase]:
        """Up to S, of the lines that changed."""
        return tuple(
            Purchase(item, level - item.position)
            for item in stock.fresh()
            if (level := self._level(item)) > item.position
        )

    def _level(self, item: StockItem) -> int:
        if self.S is not None:
            return self.S
        if item.expected_per_month <= 0.0:
            return 0
        costs = self._costs
        return _best_base(
            _rounded(per_day(item)),
            max(item.lead_days, REVIEW_DAYS),
            costs.holding_per_day(item),
            costs.short_cny_per_day,
        )


@final
class CanOrder:
    """(s, c, S): a line at s must be ordered, and whatever of the same supplier is at its can-order level c goes along.

    s and S are those of (s, S) with the whole cost of an order; c is the s of a line that pays for its own line of the
    order alone, which is what going along costs it. An approximation: the chances to go along are not weighed.

    Parameters
    ----------
    order_cny, line_cny : float
        An order with its receiving, and a further line of it [CNY].
    holding_pct_per_year : float
        Holding a piece for a year [% of its price].
    short_cny_per_day : float
        A piece missing for a day [CNY].

    Raises
    ------
    ValueError
        If a cost is out of its range.

    Source: Silver, Management Science 20 (1974) 1351-1361; Federgruen, Groenevelt & Tijms, Management Science 30 (1984) 344-357.
    """

    sees = (
        "backorders", "expected_per_month", "lead_days", "on_hand", "on_order", "place", "position", "price_cny", "supplier",
    )  # fmt: skip

    def __init__(
        self,
        order_cny: float = 120.0,
        line_cny: float = 10.0,
        holding_pct_per_year: float = 25.0,
        short_cny_per_day: float = 20.0,
    ) -> None:
        self._costs = Costs(order_cny, holding_pct_per_year, short_cny_per_day)
        if line_cny < 0.0:
            raise ValueError(f"line_cny is {line_cny}, expected a number >= 0")
        self.order_cny = order_cny
        self.line_cny = line_cny
        self.holding_pct_per_year = holding_pct_per_year
        self.short_cny_per_day = short_cny_per_day

    def replenish(self, stock: Stock, view: View) -> Sequence[Purchase]:
        """The lines that must be ordered, and those that go along."""
        must = [item for item in stock.fresh() if self._must(item)]
        if not must:
            return tuple(rushed(stock.fresh()))
        orders = {(item.place, item.supplier) for item in must}
        named = {item.id for item in must}
        along = (
            item
            for item in stock.all()
            if (item.place, item.supplier) in orders and item.id not in named and self._can(item)
        )
        bought = [self._up_to(item) for item in (*must, *along)]
        named |= {one.item.id for one in bought}
        return (*bought, *rushed(item for item in stock.fresh() if item.id not in named))

    def _must(self, item: StockItem) -> bool:
        return item.expected_per_month > 0.0 and item.position <= _best(item, self._costs, self.order_cny).s

    def _can(self, item: StockItem) -> bool:
        if item.expected_per_month <= 0.0:
            return False
        ceiling = _best(item, self._costs, self.order_cny).S - 1
        return item.position <= min(ceiling, _best(item, self._costs, self.line_cny).s)

    def _up_to(self, item: StockItem) -> Purchase:
        return Purchase(item, _best(item, self._costs, self.order_cny).S - item.position)


@final
class ForecastReorderUpTo:
    """(s, S) from what the book shows: the mean by the forecast, the spread of its months, a lot by the square root.

    s holds the need of lead time and review with a safety factor by the costs of holding and missing; no law of demand is
    asked for, so lumpy lines get more than by Poisson demand.

    Parameters
    ----------
    order_cny : float
        An order with its receiving [CNY] (> 0).
    holding_pct_per_year : float
        Holding a piece for a year [% of its price].
    short_cny_per_day : float
        A piece missing for a day [CNY].

    Raises
    ------
    ValueError
        If a cost is out of its range.

    Source: Silver, Pyke & Thomas, Inventory and Production Management, 4th ed. 2017, ch. 7.
    """

    sees = ("asked", "backorders", "expected_per_month", "lead_days", "on_hand", "on_order", "position", "price_cny")

    def __init__(
        self, order_cny: float = 120.0, holding_pct_per_year: float = 25.0, short_cny_per_day: float = 20.0
    ) -> None:
        see_positive(order_cny=order_cny)
        self._costs = Costs(order_cny, holding_pct_per_year, short_cny_per_day)
        self.order_cny = order_cny
        self.holding_pct_per_year = holding_pct_per_year
        self.short_cny_per_day = short_cny_per_day

    def replenish(self, stock: Stock, view: View) -> Sequence[Purchase]:
        """Lines at or below s, of those that changed."""
        return tuple(self._bought(stock))

    def _bought(self, stock: Stock) -> Iterator[Purchase]:
        for item in stock.fresh():
            if item.expected_per_month <= 0.0:
                yield from rushed((item,))
                continue
            level = self._reorder_point(item)
            if item.position <= level:
                lot = eoq(per_day(item), self.order_cny, self._costs.holding_per_day(item)).Q
                yield Purchase(item, level - item.position + max(1, round(lot)))

    def _reorder_point(self, item: StockItem) -> int:
        holding = self._costs.holding_per_day(item)
        months = (item.lead_days + REVIEW_DAYS) / MONTH_DAYS
        factor = NormalDist().inv_cdf(self.short_cny_per_day / (self.short_cny_per_day + holding))
        need = item.expected_per_month * months + factor * spread_per_month(item) * sqrt(months)
        return max(0, ceil(need) - 1)


def _best(item: StockItem, costs: Costs, order_cny: float) -> Levels:
    lead = max(0, round(item.lead_days))
    return _best_levels(_rounded(per_day(item)), order_cny, costs.holding_per_day(item), costs.short_cny_per_day, lead)


def _rounded(a_day: float) -> float:
    return float(f"{a_day:.{DIGITS}g}")


@lru_cache(maxsize=65_536)
def _best_levels(a_day: float, K: float, h: float, b: float, lead: int) -> Levels:
    if a_day * (lead + REVIEW_DAYS) <= COUNTED_UP_TO and _lot(a_day, K, h) <= COUNTED_UP_TO:
        return Review(a_day, K, h, b, lead).best()
    mean = a_day * (lead + REVIEW_DAYS)
    s = round(mean + NormalDist().inv_cdf(b / (b + h)) * sqrt(mean))
    return Levels(s, s + max(1, round(_lot(a_day, K, h))), float("nan"))


@lru_cache(maxsize=65_536)
def _best_lots(a_day: float, lead: float, h: float, b: float, K: float) -> tuple[int, int]:
    if a_day * lead <= COUNTED_UP_TO and _lot(a_day, K, h) <= COUNTED_UP_TO:
        return continuous.Stock(a_day, lead, h, b, K).best_r_Q()
    mean = a_day * lead
    return round(mean + NormalDist().inv_cdf(b / (b + h)) * sqrt(mean)), max(1, round(_lot(a_day, K, h)))


@lru_cache(maxsize=65_536)
def _best_base(a_day: float, lead: float, h: float, b: float) -> int:
    return continuous.Stock(a_day, lead, h, b).best_base_stock()


def _lot(a_day: float, K: float, h: float) -> float:
    return sqrt(2.0 * K * a_day / h)
