"""Poisson demand: probabilities, tail, and the demand that is left over."""

from itertools import accumulate
from math import exp, lgamma, log


def pmf(mean: float, most: int) -> list[float]:
    """P(D = 0), …, P(D = ``most``) for Poisson D.

    Parameters
    ----------
    mean : mean demand, >= 0
    """
    if mean == 0.0:
        return [1.0] + [0.0] * most
    return [exp(n * log(mean) - mean - lgamma(n + 1.0)) for n in range(most + 1)]


def cdf(mean: float, most: int) -> list[float]:
    """P(D <= 0), …, P(D <= ``most``)."""
    return list(accumulate(pmf(mean, most)))


def left_over(mean: float, stock: int) -> float:
    """E[(``stock`` - D)+], what of a stock is left after Poisson demand."""
    return sum((stock - n) * p for n, p in enumerate(pmf(mean, stock))) if stock > 0 else 0.0


def short(mean: float, stock: int) -> float:
    """E[(D - ``stock``)+], the demand a stock cannot meet; a stock may be negative (owed)."""
    return mean - stock + left_over(mean, stock)


def quantile(mean: float, probability: float) -> int:
    """The least n with P(D <= n) >= ``probability``, which lies in [0, 1)."""
    n, p = 0, exp(-mean) if mean < 700.0 else 0.0
    if p == 0.0:
        return _from_the_middle(mean, probability)
    below = p
    while below < probability and p > 0.0:
        n += 1
        p *= mean / n
        below += p
    return n


def _from_the_middle(mean: float, probability: float) -> int:
    """As ``quantile``, where P(D = 0) is no number: from a table of everything that can be told from 0."""
    table = cdf(mean, int(mean + 40.0 * mean**0.5))
    return next((n for n, below in enumerate(table) if below >= probability), len(table))
