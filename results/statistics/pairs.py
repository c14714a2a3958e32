"""Pairs of replications: the difference of two scenarios on common random numbers, and what those gained.

Source: Law, Simulation Modeling and Analysis, 5th ed., ch. 10 (paired t on common random numbers).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from results.statistics.intervals import NAN, Interval, Values, half_width, jackknifed
from results.statistics.laws import student_above, student_below


@dataclass(slots=True)
class Paired:
    """Other minus base on the same replications.

    ``p``: two-sided paired t. ``variance_ratio``: variance of the difference with independent seeds
    over the one found, i.e. what common random numbers gained; below 1 they did harm.
    """

    n: int
    base: float
    other: float
    difference: float
    low: float
    high: float
    sd: float
    p: float
    correlation: float
    variance_ratio: float


def paired(base: Values, other: Values, level: float = 0.95) -> Paired:
    """Paired t on replications; pairs with a NaN on either side are left out.

    Raises
    ------
    ValueError
        If the two do not have one value a replication each.
    """
    a, b = np.asarray(base, dtype=np.float64), np.asarray(other, dtype=np.float64)
    if a.shape != b.shape:
        raise ValueError(
            f"paired values: {len(a)} of the base and {len(b)} of the other; expected one pair a replication"
        )
    both = np.isfinite(a) & np.isfinite(b)
    a, b = a[both], b[both]
    n = len(a)
    if n == 0:
        return Paired(0, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN)
    d = b - a
    centre = float(d.mean())
    if n < 2:
        return Paired(n, float(a[0]), float(b[0]), centre, NAN, NAN, NAN, NAN, NAN, NAN)
    sd = spread(d)
    half = half_width(sd, n, level)
    return Paired(
        n, float(a.mean()), float(b.mean()), centre, centre - half, centre + half, sd,
        _p_two_sided(centre, sd, n), _correlation(a, b), _variance_ratio(a, b),
    )  # fmt: skip


def variance_ratio(base: Values, other: Values, level: float = 0.95) -> Interval:
    """What common random numbers gained: (var base + var other) / var difference, jackknifed on the log scale."""
    a, b = np.asarray(base, dtype=np.float64), np.asarray(other, dtype=np.float64)
    whole = _variance_ratio(a, b)
    n = len(a)
    if n < 3 or not 0.0 < whole < np.inf:
        return Interval(whole, NAN, NAN, n, level)
    keep = ~np.eye(n, dtype=bool)
    left_out = np.array([_variance_ratio(a[k], b[k]) for k in keep])
    # by the C library, number by number: numpy's own logarithms have another last bit on some processors
    logs = jackknifed(
        math.log(whole), np.array([math.log(one) if one > 0.0 else NAN for one in left_out.tolist()]), level
    )
    return Interval(whole, math.exp(logs.low), math.exp(logs.high), n, level)


def harm(found: Paired) -> float:
    """p-value that the replications of two scenarios correlate below zero (one-sided).

    Where they do, common random numbers widen the interval of the difference, which stays honest:
    the paired interval has the correlation in it, one for independent samples would be too narrow.
    """
    r, n = found.correlation, found.n
    if not np.isfinite(r) or n < 3:
        return NAN
    if abs(r) >= 1.0:
        return 0.0 if r < 0.0 else 1.0
    return student_below(r * np.sqrt((n - 2) / (1.0 - r * r)), n - 2)


def spread(d: NDArray[np.float64]) -> float:
    """Standard deviation, exactly 0 for equal differences (rounding must not make a tiny one)."""
    if np.ptp(d) <= 1e-12 * max(1.0, float(np.abs(d).max())):
        return 0.0
    return float(d.std(ddof=1))


def _p_two_sided(centre: float, sd: float, n: int) -> float:
    if sd == 0.0:
        return 1.0 if abs(centre) <= 1e-12 else 0.0
    return 2.0 * student_above(abs(centre) / (sd / np.sqrt(n)), n - 1)


def _correlation(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    if not a.std() or not b.std():
        return NAN
    return float(np.corrcoef(a, b)[0, 1])


def _variance_ratio(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    apart = float(a.var(ddof=1) + b.var(ddof=1)) if len(a) > 1 else NAN
    together = spread(b - a) ** 2 if len(a) > 1 else NAN
    if together == 0.0:
        return float("inf") if apart > 0.0 else NAN
    return apart / together
