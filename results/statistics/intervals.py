"""Intervals over replications: means, shares, ratios of sums.

Replications are the units of analysis, never orders. Sources: Law, Simulation Modeling and Analysis,
5th ed., ch. 9; Wilson, JASA 22 (1927); Quenouille, Biometrika 43 (1956) (jackknife).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from results.statistics.laws import normal_quantile, student_quantile

Values = Sequence[float] | NDArray[np.float64]
NAN = float("nan")


@dataclass(slots=True)
class Interval:
    """An estimate with its two-sided interval; NaN limits where the data allow none."""

    estimate: float
    low: float
    high: float
    n: int
    level: float = 0.95


def mean_interval(values: Values, level: float = 0.95) -> Interval:
    """Mean over replications with its t-interval; NaN values are left out and not counted."""
    kept = _finite(values)
    if not len(kept):
        return Interval(NAN, NAN, NAN, 0, level)
    centre = float(kept.mean())
    if len(kept) < 2:
        return Interval(centre, NAN, NAN, len(kept), level)
    half = half_width(float(kept.std(ddof=1)), len(kept), level)
    return Interval(centre, centre - half, centre + half, len(kept), level)


def wilson(hits: int, n: int, level: float = 0.95) -> Interval:
    """A share with Wilson's interval [0-1]."""
    if not 0 <= hits <= n:
        raise ValueError(f"{hits} hits of {n}: expected 0 <= hits <= n")
    if n == 0:
        return Interval(NAN, NAN, NAN, 0, level)
    z2 = normal_quantile(0.5 + level / 2.0) ** 2
    p = hits / n
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = np.sqrt(z2) * np.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    low = 0.0 if hits == 0 else float(centre - half)
    high = 1.0 if hits == n else float(centre + half)
    return Interval(p, low, high, n, level)


def ratio_of_sums(numerators: Values, denominators: Values, level: float = 0.95) -> Interval:
    """Σ numerator / Σ denominator with a jackknife t-interval over replications."""
    top, bottom = np.asarray(numerators, dtype=np.float64), np.asarray(denominators, dtype=np.float64)
    kept = np.isfinite(top) & np.isfinite(bottom)
    top, bottom = top[kept], bottom[kept]
    n = len(top)
    if n == 0 or not bottom.sum():
        return Interval(NAN, NAN, NAN, n, level)
    whole = float(top.sum() / bottom.sum())
    if n < 2:
        return Interval(whole, NAN, NAN, n, level)
    rest = bottom.sum() - bottom
    if not rest.all():
        return Interval(whole, NAN, NAN, n, level)
    return jackknifed(whole, (top.sum() - top) / rest, level)


def jackknifed(whole: float, left_out: NDArray[np.float64], level: float) -> Interval:
    """The jackknife's interval around the whole sample's value (what an outsider's Σ/Σ gives)."""
    n = len(left_out)
    pseudo = n * whole - (n - 1) * left_out
    half = half_width(float(pseudo.std(ddof=1)), n, level)
    return Interval(whole, whole - half, whole + half, n, level)


def half_width(sd: float, n: int, level: float) -> float:
    """Half of a t-interval of a mean of ``n`` values."""
    return student_quantile(0.5 + level / 2.0, n - 1) * sd / float(np.sqrt(n))


def _finite(values: Values) -> NDArray[np.float64]:
    given = np.asarray(values, dtype=np.float64)
    return given[np.isfinite(given)]
