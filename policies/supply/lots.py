"""How much to buy at once when demand is known: by the square root, by price breaks, by plan, together.

Harris's square root (1913) with planned backorders; price breaks on all units (Hadley & Whitin, 1963); Wagner &
Whitin (Management Science 5, 1958); joint replenishment by a base cycle and multiples of it (Silver, 1976).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from math import inf, sqrt


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot [units], what it costs a unit of time, and which share of it is owed before it comes."""

    Q: float
    cost_rate: float
    cycle: float
    backordered_fraction: float = 0.0


def eoq(demand: float, K: float, h: float, backorder: float = inf) -> Lot:
    """The lot of least ordering and holding cost.

    Parameters
    ----------
    demand : units a unit of time
    K : cost of an order
    h : cost of a unit held for a unit of time
    backorder : cost of a unit owed for a unit of time; infinite: nothing may be owed

    Raises
    ------
    ValueError
        If one of them is not above 0.
    """
    if not (demand > 0.0 and K > 0.0 and h > 0.0 and backorder > 0.0):
        raise ValueError(f"demand {demand}, K {K}, h {h}, backorder {backorder}: all above 0")
    owed = h / (h + backorder)
    Q = sqrt(2.0 * K * demand / (h * (1.0 - owed)))
    return Lot(Q, sqrt(2.0 * K * demand * h * (1.0 - owed)), Q / demand, owed)


def discounted(demand: float, K: float, holding: float, prices: Sequence[tuple[float, float]]) -> Lot:
    """The lot of least purchase, ordering and holding cost where larger lots are cheaper, all units of them.

    Parameters
    ----------
    holding : cost of holding a unit for a unit of time, as a share of its price
    prices : (least lot, price of a unit) from the least lot 0 on, both in order, lots rising

    Raises
    ------
    ValueError
        If the prices do not begin at 0 or do not rise in lots, or a number is not above 0.
    """
    least = [lot for lot, _ in prices]
    if not prices or least[0] != 0.0 or any(a >= b for a, b in pairwise(least)):
        raise ValueError(f"prices from a lot of 0 on, lots rising: given {list(prices)}")

    def at(number: int) -> Lot:
        from_lot, price = prices[number]
        free = eoq(demand, K, holding * price).Q
        upper = least[number + 1] if number + 1 < len(least) else inf
        Q = max(free, from_lot)
        if upper <= Q:
            return Lot(Q, inf, Q / demand)
        return Lot(Q, demand * price + K * demand / Q + holding * price * Q / 2.0, Q / demand)

    return min(map(at, range(len(prices))), key=lambda lot: lot.cost_rate)


def wagner_whitin(demand: Sequence[float], K: float, h: float) -> tuple[list[float], float]:
    """Orders by period for demand that is known ahead, delivered before it, and what they cost.

    Parameters
    ----------
    demand : units by period
    K : cost of an order
    h : cost of a unit held over the end of a period

    Returns
    -------
    tuple
        (units ordered by period, cost of all periods). Of plans that cost the same, the one with the latest orders.
    """
    least, source = [0.0], [0]
    for last in range(1, len(demand) + 1):
        best, first = inf, last
        held = 0.0
        for begin in range(last, 0, -1):
            if begin < last:
                held += h * sum(demand[begin:last])
            cost = least[begin - 1] + (K if sum(demand[begin - 1 : last]) > 0.0 else 0.0) + held
            if cost < best:
                best, first = cost, begin
        least.append(best)
        source.append(first)
    orders = [0.0] * len(demand)
    last = len(demand)
    while last > 0:
        first = source[last]
        orders[first - 1] = float(sum(demand[first - 1 : last]))
        last = first - 1
    return orders, least[-1]


@dataclass(frozen=True, slots=True)
class Together:
    """A cycle for all, the multiple of it at which each item is bought, and what that costs a unit of time."""

    base_cycle: float
    multiples: tuple[int, ...]
    cost_rate: float


def together(A: float, a: Sequence[float], h: Sequence[float], d: Sequence[float], most: int = 8) -> Together:
    """The best base cycle and multiples for items that share an order.

    Parameters
    ----------
    A : cost of an order, whatever is in it
    a, h, d : by item: cost of a line of the order, of a unit held for a unit of time, demand a unit of time
    most : largest multiple that is looked at

    Returns
    -------
    Together
        The least cost of multiples up to ``most`` with at least one item in every cycle, of equals the first. Up to
        ``LOOKED_AT`` combinations all are looked at; of more, one item's multiple after another is mended until none helps.
    """
    if most ** len(a) <= LOOKED_AT:
        return min((_cycle(A, a, h, d, m) for m in product(range(1, most + 1), repeat=len(a)) if 1 in m), key=_cost)
    found = _cycle(A, a, h, d, (1,) * len(a))
    while True:
        one_changed = (
            (*found.multiples[:i], m, *found.multiples[i + 1 :]) for i in range(len(a)) for m in range(1, most + 1)
        )
        better = min((_cycle(A, a, h, d, multiples) for multiples in one_changed if 1 in multiples), key=_cost)
        if better.cost_rate >= found.cost_rate:
            return found
        found = better


LOOKED_AT = 100_000
"""Combinations of multiples up to which every one is looked at."""


def _cycle(
    A: float, a: Sequence[float], h: Sequence[float], d: Sequence[float], multiples: tuple[int, ...]
) -> Together:
    ordering = A + sum(line / m for line, m in zip(a, multiples, strict=True))
    holding = sum(m * cost * rate for m, cost, rate in zip(multiples, h, d, strict=True))
    cycle = sqrt(2.0 * ordering / holding)
    return Together(cycle, multiples, sqrt(2.0 * ordering * holding))


def _cost(found: Together) -> float:
    return found.cost_rate
