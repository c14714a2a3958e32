"""Pairs of a forecast and a replenishment rule, each with a lever by which it buys more or less.

At one fill rate pairs can be compared by money alone; the lever is what brings a pair to that rate.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from policies.supply.forecast import FORECASTS
from policies.supply.review import Review
from scenarios.calibration.parts.chance import generator, uniform
from scenarios.calibration.parts.playing import Plan, Terms

Floats = NDArray[np.float64]
SEMESTER_MONTHS: Final = 6
ERROR_SIGMA, BIAS, UNCHECKED = 0.55, 0.12, 0.40
"""Buying by experience: spread of the buyer's error (lognormal), its bias, share bought without a look at the shelf."""
EXPERIENCE, BASE_STOCK, LEVELS = "experience", "base_stock", "s_S"
LEVERS: Final[Mapping[str, tuple[float, ...]]] = {
    EXPERIENCE: (0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 9.0),
    BASE_STOCK: (-1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 7.0, 10.0),
    LEVELS: (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 512.0, 4096.0),
}
"""By rule: multiples of the semester's need; standard deviations of safety stock; cost of a unit owed, beside one held."""
DIGITS: Final = 2
"""Significant digits of a mean for which the best levels are computed once."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A forecast with the weight of what is new (0: none), and a replenishment rule."""

    forecast: str
    replenish: str
    alpha: float = 0.0

    @property
    def name(self) -> str:
        """As ``sba + s_S``."""
        return f"{self.forecast} + {self.replenish}"


def expected(demand: Floats, forecast: str, alpha: float, first: int, ahead: int) -> Floats:
    """What a forecast expected of the next ``ahead`` months, at the start of each month from ``first`` on [months x parts].

    Parameters
    ----------
    demand : parts x months; a month not recorded is not told
    """
    found = np.zeros((demand.shape[1] - first, demand.shape[0]))
    for part, row in enumerate(demand):
        learner = FORECASTS[forecast](alpha)
        for month, units in enumerate(row):
            if month >= first:
                found[month - first, part] = learner.ahead(ahead)
            if not np.isnan(units):
                learner.see(float(units))
    return found


def spread(demand: Floats, first: int) -> Floats:
    """Standard deviation of a month's demand as it had been recorded by the start of each month [months x parts]."""
    known = np.nan_to_num(demand)
    counts = np.cumsum(~np.isnan(demand), axis=1)[:, first - 1 : -1]
    sums, squares = (np.cumsum(known**power, axis=1)[:, first - 1 : -1] for power in (1, 2))
    mean = sums / np.maximum(counts, 1)
    return np.asarray(np.sqrt(np.maximum(0.0, squares / np.maximum(counts, 1) - mean**2)).T)


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who buys by experience: the error of each guess (a factor) and whether the shelf is looked at, months x parts."""

    errors: Floats
    blind: NDArray[np.bool_]


def buyer(months: int, parts: int, seed: int) -> Buyer:
    """A buyer as the handbook's numbers have it, drawn once for all pairs."""
    rng = generator([seed])
    errors = (1.0 + BIAS) * np.exp(ERROR_SIGMA * rng.standard_normal((months, parts)) - ERROR_SIGMA**2 / 2.0)
    return Buyer(errors, uniform(rng, months, parts) < UNCHECKED)


def plan(pair: Pair, lever: float, mean: Floats, sd: Floats, terms: Terms, who: Buyer) -> Plan:
    """What a pair orders with its lever set.

    Parameters
    ----------
    mean : demand expected until the order after this one has come, months x parts (``horizon`` months)
    sd : standard deviation of a month's demand, months x parts
    """
    if pair.replenish == EXPERIENCE:
        buys = np.arange(len(mean)) % SEMESTER_MONTHS == 0
        return Plan(
            np.where(buys, np.inf, -np.inf)[:, None] + 0.0 * mean, np.ceil(lever * mean * who.errors), who.blind
        )
    cover = terms.lead + 1
    if pair.replenish == BASE_STOCK:
        level = np.ceil(np.maximum(0.0, mean + lever * sd * sqrt(cover)))
        return Plan(level - 1.0, level)
    flat = _rounded(mean / cover)
    values, where = np.unique(flat, return_inverse=True)
    best = np.array([_best(float(one), terms.order, terms.held, lever * terms.held, terms.lead) for one in values])
    found = best[where.reshape(flat.shape)]
    return Plan(found[..., 0], found[..., 1])


def horizon(pair: Pair, terms: Terms) -> int:
    """Months from an order to the delivery of the next one, whose demand it must meet."""
    return terms.lead + (SEMESTER_MONTHS if pair.replenish == EXPERIENCE else 1)


def _rounded(mean: Floats) -> Floats:
    """Means to a few significant digits, so that levels are computed some hundred times and not once a part and month."""
    with np.errstate(divide="ignore"):
        scale = 10.0 ** (np.floor(np.log10(np.where(mean > 0.0, mean, 1.0))) - (DIGITS - 1))
    return np.asarray(np.where(mean > 0.0, np.round(mean / scale) * scale, 0.0))


@lru_cache(maxsize=65_536)
def _best(mean: float, order: float, held: float, owed: float, lead: int) -> tuple[float, float]:
    if mean <= 0.0:
        return -1.0, 0.0
    found = Review(mean, order, held, owed, lead).best()
    return float(found.s), float(found.S)
