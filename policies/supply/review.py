"""The best (s, S) under periodic review with Poisson demand, unmet demand owed.

At each review, stock on hand and on order minus what is owed is raised to S where it is s or less. Renewal
reward over the periods between two orders gives the cost of any pair (Veinott & Wagner, Management Science
11, 1965); the search is Zheng & Federgruen, Operations Research 39 (1991) 654-665.
"""

from dataclasses import dataclass, field
from functools import lru_cache

from policies.supply.poisson import pmf, short


@dataclass(frozen=True, slots=True)
class Levels:
    """A pair of levels and what it costs a period [money]."""

    s: int
    S: int
    cost: float


@dataclass(frozen=True)
class Review:
    """Stock of one item.

    Parameters
    ----------
    mean : demand of a period [units]
    K : cost of an order
    h : cost of a unit held at the end of a period
    b : cost of a unit owed at the end of a period
    L : whole periods from an order to its delivery, 0: before the period's demand

    Raises
    ------
    ValueError
        If the demand, ``h`` or ``b`` is not above 0, or ``K`` or ``L`` below 0.
    """

    mean: float
    K: float
    h: float
    b: float
    L: int = 0
    _renewals: list[float] = field(default_factory=list, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not (self.mean > 0.0 and self.h > 0.0 and self.b > 0.0 and self.K >= 0.0 and self.L >= 0):
            raise ValueError(f"{self}: mean, h and b above 0, K and L at least 0")

    def period_cost(self, level: int) -> float:
        """Expected cost of holding and owing at the end of the period that an order now reaches [money]."""
        return _period_cost(self.mean * (self.L + 1), self.h, self.b, level)

    def cost(self, s: int, S: int) -> float:
        """What a pair of levels costs a period in the long run [money].

        Raises
        ------
        ValueError
            If ``S`` is not above ``s``.
        """
        if s >= S:
            raise ValueError(f"S above s: given s {s}, S {S}")
        renewals = self._renewals_to(S - s)
        held = sum(m * self.period_cost(S - j) for j, m in enumerate(renewals))
        return (self.K + held) / sum(renewals)

    def best(self) -> Levels:
        """The pair of least cost; of equals the one with the lowest S."""
        base = self._base()
        s, S = base - 1, base
        while self.cost(s, S) > self.period_cost(s):
            s -= 1
        least, level = self.cost(s, S), S + 1
        while self.period_cost(level) <= least:
            if self.cost(s, level) < least:
                S = level
                while self.cost(s, S) <= self.period_cost(s + 1):
                    s += 1
                least = self.cost(s, S)
            level += 1
        return Levels(s, S, least)

    def _base(self) -> int:
        """The level of least cost where orders are free."""
        level = int(self.mean * (self.L + 1))
        while self.period_cost(level - 1) < self.period_cost(level):
            level -= 1
        while self.period_cost(level + 1) < self.period_cost(level):
            level += 1
        return level

    def _renewals_to(self, count: int) -> list[float]:
        """Periods spent, between two orders, at 0, 1, … units below S."""
        known = self._renewals
        if len(known) < count:
            probabilities = pmf(self.mean, count)
            stays = 1.0 - probabilities[0]
            if not known:
                known.append(1.0 / stays)
            for j in range(len(known), count):
                known.append(sum(probabilities[n] * known[j - n] for n in range(1, j + 1)) / stays)
        return known[:count]


@lru_cache(maxsize=65_536)
def _period_cost(mean: float, h: float, b: float, level: int) -> float:
    owed = short(mean, level)
    return h * (level - mean + owed) + b * owed
