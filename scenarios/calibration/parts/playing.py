"""A store that lives through recorded demand: levels, orders, deliveries, what is held, what is owed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Terms:
    """What stock costs: ``price`` [CNY a unit], ``order`` [CNY an order], ``holding`` [share of the price a year], ``lead`` [months].

    Raises
    ------
    ValueError
        If the price or the holding cost is not above 0, or the others below 0.
    """

    price: float = 25.0
    order: float = 120.0
    holding: float = 0.25
    lead: int = 1

    def __post_init__(self) -> None:
        if not (self.price > 0.0 and self.holding > 0.0 and self.order >= 0.0 and self.lead >= 0):
            raise ValueError("price and holding above 0, order and lead 0 or more")

    @property
    def held(self) -> float:
        """Cost of a unit held for a month [CNY]."""
        return self.price * self.holding / 12.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What is ordered when, months x parts.

    Where stock on hand and on order less what is owed is at or below ``points``, it is ordered up to ``levels``;
    where ``blind``, ``levels`` is ordered whatever is there.
    """

    points: Floats
    levels: Floats
    blind: NDArray[np.bool_] | None = None

    def quantity(self, month: int, position: Floats) -> Floats:
        """Units ordered at the start of a month, by part."""
        up_to = np.maximum(0.0, self.levels[month] - position)
        wanted = up_to if self.blind is None else np.where(self.blind[month], self.levels[month], up_to)
        return np.asarray(np.where(position <= self.points[month], wanted, 0.0))


@dataclass(frozen=True, slots=True)
class Played:
    """What came of it in the months that count, by part: units met from the shelf, units asked for, cost [CNY]."""

    met: Floats
    asked: Floats
    cost: Floats


def play(demand: Floats, plan: Plan, first: int, terms: Terms) -> Played:
    """Review at the start of every month, then deliveries that are due, then demand; what is not there is owed.

    Parameters
    ----------
    demand : months x parts [units]
    first : first month that counts; those before it make a store that has a history
    """
    parts = demand.shape[1]
    net = plan.levels[0].copy()
    coming = np.zeros((terms.lead + 1, parts))
    met, asked, cost = np.zeros(parts), np.zeros(parts), np.zeros(parts)
    for month, wanted in enumerate(demand):
        quantity = plan.quantity(month, net + coming.sum(axis=0))
        coming[-1] += quantity
        net += coming[0]
        coming = np.vstack([coming[1:], np.zeros(parts)])
        on_shelf = np.maximum(net, 0.0)
        net -= wanted
        if month >= first:
            met += np.minimum(on_shelf, wanted)
            asked += wanted
            cost += terms.order * (quantity > 0.0) + terms.held * np.maximum(net, 0.0)
    return Played(met, asked, cost)
