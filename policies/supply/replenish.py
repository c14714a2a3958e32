"""What is bought for which shelf (补货): today's practice, and the plan's alerts with safety stock."""

from collections.abc import Iterable, Iterator, Sequence
from math import ceil, cos, exp, log, pi, sqrt
from typing import Final, final

from policies.contract.decisions import Purchase
from policies.contract.stock import Stock, StockItem
from policies.contract.units import DAY_MIN
from policies.contract.views import View
from policies.supply.shelf_rules import MONTH_DAYS, REVIEW_DAYS, rushed, see_positive, spread_per_month

DRAWS: Final = 3
"""Draws a line and buying day: two for the judgement, one for whether the shelf is looked at."""
PLACES: Final = 1024


@final
class Experience:
    """Today's practice: bought for the semester by experience, too much rather than too little, often without a look at the shelf.

    On the buying days every line with any expectation is judged: the need of so many months, wrong by a lognormal factor
    and too high by a bias. Where the shelf is looked at, what lies there and is on its way is taken off; else the
    whole of it is bought. Between the buying days only what somebody waits for is bought, in a rush, and a bit more with it.

    Parameters
    ----------
    buying_days : sequence of str
        Days of the year, as "08-25".
    months : float
        Months bought for (> 0).
    bias_pct, sigma : float
        How much too high the judgement is [%], and the standard deviation of its logarithm.
    unchecked : float
        Share of judgements without a look at the shelf [0-1].
    top_up_months : float
        Months of need that go along when somebody waits (>= 0).

    Raises
    ------
    ValueError
        If a day is none, or a number out of its range.

    Source: domain handbook 6.4 (semester buying by experience); mechanism M06 (as-is).
    """

    sees = ("backorders", "calendar", "chance", "expected_per_month", "on_hand", "on_order", "place", "position", "sku")

    def __init__(
        self,
        buying_days: Sequence[str] = ("02-20", "08-25"),
        months: float = 6.0,
        bias_pct: float = 12.0,
        sigma: float = 0.55,
        unchecked: float = 0.4,
        top_up_months: float = 1.0,
    ) -> None:
        self._days = {_month_and_day(text) for text in buying_days}
        see_positive(months=months)
        if bias_pct <= -100.0 or min(sigma, top_up_months) < 0.0 or not 0.0 <= unchecked <= 1.0:
            raise ValueError(
                f"bias_pct {bias_pct}, sigma {sigma}, unchecked {unchecked}, top_up_months {top_up_months}: "
                "expected more than -100, at least 0, a share, at least 0"
            )
        self.buying_days = tuple(buying_days)
        self.months = months
        self.bias_pct = bias_pct
        self.sigma = sigma
        self.unchecked = unchecked
        self.top_up_months = top_up_months

    def replenish(self, stock: Stock, view: View) -> Sequence[Purchase]:
        """The semester's purchases on a buying day, else what somebody waits for."""
        on = view.calendar.date_of(int(view.now // DAY_MIN))
        if (on.month, on.day) not in self._days:
            return tuple(self._topped_up(stock.fresh()))
        return tuple(self._semester(stock, view, on.toordinal()))

    def _semester(self, stock: Stock, view: View, day: int) -> Iterator[Purchase]:
        for item in stock.all():
            judged = self._judged(item, view, day)
            quantity = round(judged if self._is_unchecked(item, view, day) else judged - item.position)
            if quantity > 0:
                yield Purchase(item, quantity)
            else:
                yield from self._topped_up((item,))

    def _topped_up(self, items: Iterable[StockItem]) -> Iterator[Purchase]:
        for one in rushed(items):
            yield Purchase(one.item, one.quantity + round(self.top_up_months * one.item.expected_per_month), rush=True)

    def _judged(self, item: StockItem, view: View, day: int) -> float:
        need = item.expected_per_month * self.months
        if need <= 0.0:
            return 0.0
        u, v = (view.chance.uniform(_key(item), DRAWS * day + n) for n in (0, 1))
        normal = sqrt(-2.0 * log(u)) * cos(2.0 * pi * v)
        return need * (1.0 + self.bias_pct / 100.0) * exp(self.sigma * normal)

    def _is_unchecked(self, item: StockItem, view: View, day: int) -> bool:
        return view.chance.uniform(_key(item), DRAWS * day + 2) < self.unchecked


@final
class SafetyStockAlert:
    """The plan's rule: an alert at the reorder point, safety stock in it, bought up to some months' need above it.

    The reorder point is the need of the lead time and a review, and ``z`` standard deviations of it.

    Parameters
    ----------
    z : float
        Safety factor; 1.65 lets an order cycle end without a shortage 95 times in 100 where demand is normal.
    cover_months : float
        Months of need bought beyond the reorder point (> 0).

    Raises
    ------
    ValueError
        If ``cover_months`` is not above 0.

    Source: plan 三(一)2; domain handbook M10; Silver, Pyke & Thomas, Inventory and Production Management, 4th ed. 2017, ch. 6.
    """

    sees = ("asked", "backorders", "expected_per_month", "lead_days", "on_hand", "on_order", "position")

    def __init__(self, z: float = 1.65, cover_months: float = 1.0) -> None:
        see_positive(cover_months=cover_months)
        self.z = z
        self.cover_months = cover_months

    def replenish(self, stock: Stock, view: View) -> Sequence[Purchase]:
        """Lines at or below their reorder point, of those that changed; what somebody waits for in a rush."""
        return tuple(self._alerts(stock))

    def _alerts(self, stock: Stock) -> Iterator[Purchase]:
        for item in stock.fresh():
            missing = tuple(rushed((item,)))
            if missing:
                yield from missing
                continue
            point = self._reorder_point(item)
            if item.position <= point and item.expected_per_month > 0.0:
                yield Purchase(item, point - item.position + max(1, round(self.cover_months * item.expected_per_month)))

    def _reorder_point(self, item: StockItem) -> int:
        months = (item.lead_days + REVIEW_DAYS) / MONTH_DAYS
        need = item.expected_per_month * months
        return max(0, ceil(need + self.z * spread_per_month(item) * sqrt(months)) - 1)


def _key(item: StockItem) -> int:
    return item.sku * PLACES + item.place


def _month_and_day(text: str) -> tuple[int, int]:
    """Raises ValueError if the text is no day of a year."""
    month, dash, day = str(text).partition("-")
    if not (dash and month.isdigit() and day.isdigit() and 1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        raise ValueError(f'buying day "{text}", expected a month and a day, as "08-25"')
    return int(month), int(day)
