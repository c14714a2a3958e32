"""How much to buy once for a season that is not known (the newsvendor; Arrow, Harris & Marschak, Econometrica 19, 1951)."""

from dataclasses import dataclass
from math import exp, pi, sqrt
from statistics import NormalDist

from policies.supply import poisson


@dataclass(frozen=True, slots=True)
class Purchase:
    """A stock for a season, what it costs, the chance that it is enough (the critical ratio) and the share of demand it meets."""

    S: float
    cost: float
    critical_ratio: float
    fill_rate: float


def normal(mean: float, sd: float, h: float, b: float) -> Purchase:
    """The best stock for normal demand.

    Parameters
    ----------
    mean, sd : of the season's demand [units], both above 0
    h : cost of a unit left over
    b : cost of a unit short
    """
    ratio = b / (b + h)
    z = NormalDist().inv_cdf(ratio)
    density = exp(-z * z / 2.0) / sqrt(2.0 * pi)
    missing = sd * (density - z * (1.0 - ratio))
    return Purchase(mean + z * sd, (h + b) * sd * density, ratio, 1.0 - missing / mean)


def of_poisson(mean: float, h: float, b: float) -> Purchase:
    """The best stock for Poisson demand of ``mean`` > 0 [units]; ``h`` and ``b`` as for ``normal``."""
    ratio = b / (b + h)
    S = poisson.quantile(mean, ratio)
    missing = poisson.short(mean, S)
    return Purchase(S, h * (S - mean + missing) + b * missing, ratio, 1.0 - missing / mean)
