"""Continuous review with Poisson demand, unmet demand owed: (r, Q), one-for-one ordering, pooling.

An order of Q is placed whenever stock on hand and on order minus what is owed falls to r. It then lies evenly
over r + 1, …, r + Q (Hadley & Whitin, 1963), whatever the law of lead times where orders do not cross. The
search is Federgruen & Zheng, Operations Research 40 (1992) 808-813; one-for-one ordering is Palm's theorem
(1938) as Sherbrooke used it (METRIC, 1968).
"""

from dataclasses import dataclass

from policies.supply.poisson import cdf, left_over, quantile, short


@dataclass(frozen=True, slots=True)
class Performance:
    """What a rule comes to in the long run, in the units of the item's demand and time."""

    fill_rate: float
    mean_backorders: float
    mean_on_hand: float
    orders_per_time: float
    cost_rate: float


@dataclass(frozen=True, slots=True)
class Stock:
    """An item under continuous review.

    Parameters
    ----------
    rate : demand a unit of time
    lead : time from an order to its delivery; of one-for-one ordering its mean
    h : cost of a unit held for a unit of time
    b : cost of a unit owed for a unit of time
    K : cost of an order

    Raises
    ------
    ValueError
        If the rate, the lead time, ``h`` or ``b`` is not above 0, or ``K`` below 0.
    """

    rate: float
    lead: float
    h: float = 1.0
    b: float = 1.0
    K: float = 0.0

    def __post_init__(self) -> None:
        if not (self.rate > 0.0 and self.lead > 0.0 and self.h > 0.0 and self.b > 0.0 and self.K >= 0.0):
            raise ValueError(f"{self}: rate, lead, h and b above 0, K at least 0")

    def cost_at(self, position: int) -> float:
        """Cost rate of holding and owing a lead time after the position was ``position`` [money a unit of time]."""
        mean = self.rate * self.lead
        owed = short(mean, position)
        return self.h * (position - mean + owed) + self.b * owed

    def best_r_Q(self) -> tuple[int, int]:
        """The pair (r, Q) of least cost."""
        position = self.best_base_stock()
        r, Q, total = position - 1, 1, self.rate * self.K + self.cost_at(position)
        while True:
            lower, upper = self.cost_at(r), self.cost_at(r + Q + 1)
            if total / Q <= min(lower, upper):
                return r, Q
            total += min(lower, upper)
            Q += 1
            if lower < upper:
                r -= 1

    def best_base_stock(self) -> int:
        """The level S of least cost where orders are free and each unit is ordered for itself."""
        return quantile(self.rate * self.lead, self.b / (self.b + self.h))

    def under_r_Q(self, r: int, Q: int) -> Performance:
        """What (``r``, ``Q``) comes to.

        Raises
        ------
        ValueError
            If ``Q`` is below 1.
        """
        if Q < 1:
            raise ValueError(f"Q at least 1, given {Q}")
        mean = self.rate * self.lead
        positions = range(r + 1, r + Q + 1)
        table = [0.0, *cdf(mean, max(0, r + Q))]
        owed = sum(short(mean, position) for position in positions) / Q
        on_hand = sum(left_over(mean, position) for position in positions) / Q
        filled = sum(table[position] for position in positions if position > 0) / Q
        orders = self.rate / Q
        return Performance(filled, owed, on_hand, orders, self.K * orders + self.h * on_hand + self.b * owed)

    def under_base_stock(self, S: int) -> Performance:
        """What one-for-one ordering up to ``S`` >= 0 comes to, for any law of the lead time."""
        return self.under_r_Q(S - 1, 1)


def least_stock(stock: Stock, fill: float) -> int:
    """The least base stock whose fill is ``fill`` at least; ``fill`` lies in [0, 1)."""
    return quantile(stock.rate * stock.lead, fill) + 1 if fill > 0.0 else 0
