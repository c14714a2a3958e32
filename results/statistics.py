"""What replications allow to be said: paired differences, equivalence, shares, ratios of sums.

Replications are the units of analysis, never orders. Sources: Law, Simulation Modeling and Analysis,
5th ed., ch. 10 (paired t on common random numbers); Holm, Scand. J. Stat. 6 (1979); Schuirmann, J.
Pharmacokinet. Biopharm. 15 (1987) (two one-sided tests); Wilson, JASA 22 (1927).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Values = Sequence[float] | NDArray[np.float64]
Verdict = Literal["better", "worse", "equivalent", "not shown", "reported"]
"""``reported``: the figure has no better direction, so nothing is decided about it."""
NAN = float("nan")


@dataclass(slots=True)
class Interval:
    """An estimate with its two-sided interval; NaN limits where the data allow none."""

    estimate: float
    low: float
    high: float
    n: int
    level: float = 0.95


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


def mean_interval(values: Values, level: float = 0.95) -> Interval:
    """Mean over replications with its t-interval; NaN values are left out and not counted."""
    kept = _finite(values)
    if not len(kept):
        return Interval(NAN, NAN, NAN, 0, level)
    centre = float(kept.mean())
    if len(kept) < 2:
        return Interval(centre, NAN, NAN, len(kept), level)
    half = _half_width(float(kept.std(ddof=1)), len(kept), level)
    return Interval(centre, centre - half, centre + half, len(kept), level)


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
    sd = _spread(d)
    half = _half_width(sd, n, level)
    return Paired(
        n, float(a.mean()), float(b.mean()), centre, centre - half, centre + half, sd,
        _p_two_sided(centre, sd, n), _correlation(a, b), _variance_ratio(a, b),
    )  # fmt: skip


def holm(p: Values) -> NDArray[np.float64]:
    """Holm's adjusted p-values, in the order given; NaN (no test) stays NaN and is not counted."""
    given = np.asarray(p, dtype=np.float64)
    adjusted = np.full(len(given), NAN)
    tested = np.flatnonzero(np.isfinite(given))
    rank = tested[np.argsort(given[tested], kind="stable")]
    steps = given[rank] * np.arange(len(rank), 0, -1)
    adjusted[rank] = np.minimum(1.0, np.maximum.accumulate(steps)) if len(rank) else steps
    return adjusted


def tost(found: Paired, margin: float) -> float:
    """p-value of equivalence: two one-sided t-tests of the difference against ±``margin``.

    Raises
    ------
    ValueError
        If the margin is not above 0.
    """
    if not margin > 0:
        raise ValueError(f"equivalence margin {margin}: expected more than 0, in the unit of the figure")
    if found.n < 2:
        return NAN
    if found.sd == 0.0:
        return 0.0 if abs(found.difference) < margin else 1.0
    error = found.sd / np.sqrt(found.n)
    below = stats.t.sf((found.difference + margin) / error, found.n - 1)
    above = stats.t.cdf((found.difference - margin) / error, found.n - 1)
    return float(max(below, above))


def verdict(difference: float, p_adjusted: float, better: str, p_equivalent: float, alpha: float = 0.05) -> Verdict:
    """Better or worse after correction; else equivalent if that was shown; else not shown."""
    if better == "neither":
        return "reported"
    if p_adjusted < alpha and difference != 0.0:
        return "better" if (difference < 0.0) == (better == "lower") else "worse"
    return "equivalent" if p_equivalent < alpha else "not shown"


def wilson(hits: int, n: int, level: float = 0.95) -> Interval:
    """A share with Wilson's interval [0-1]."""
    if not 0 <= hits <= n:
        raise ValueError(f"{hits} hits of {n}: expected 0 <= hits <= n")
    if n == 0:
        return Interval(NAN, NAN, NAN, 0, level)
    z2 = float(stats.norm.ppf(0.5 + level / 2.0)) ** 2
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
    return _jackknifed(whole, (top.sum() - top) / rest, level)


def variance_ratio(base: Values, other: Values, level: float = 0.95) -> Interval:
    """What common random numbers gained: (var base + var other) / var difference, jackknifed on the log scale."""
    a, b = np.asarray(base, dtype=np.float64), np.asarray(other, dtype=np.float64)
    whole = _variance_ratio(a, b)
    n = len(a)
    if n < 3 or not np.isfinite(whole):
        return Interval(whole, NAN, NAN, n, level)
    keep = ~np.eye(n, dtype=bool)
    left_out = np.array([_variance_ratio(a[k], b[k]) for k in keep])
    logs = _jackknifed(float(np.log(whole)), np.log(left_out), level)
    return Interval(whole, float(np.exp(logs.low)), float(np.exp(logs.high)), n, level)


def _jackknifed(whole: float, left_out: NDArray[np.float64], level: float) -> Interval:
    """The jackknife's interval around the whole sample's value (what an outsider's Σ/Σ gives)."""
    n = len(left_out)
    pseudo = n * whole - (n - 1) * left_out
    half = _half_width(float(pseudo.std(ddof=1)), n, level)
    return Interval(whole, whole - half, whole + half, n, level)


def _finite(values: Values) -> NDArray[np.float64]:
    given = np.asarray(values, dtype=np.float64)
    return given[np.isfinite(given)]


def _spread(d: NDArray[np.float64]) -> float:
    """Standard deviation, exactly 0 for equal differences (rounding must not make a tiny one)."""
    if np.ptp(d) <= 1e-12 * max(1.0, float(np.abs(d).max())):
        return 0.0
    return float(d.std(ddof=1))


def _half_width(sd: float, n: int, level: float) -> float:
    return float(stats.t.ppf(0.5 + level / 2.0, n - 1)) * sd / float(np.sqrt(n))


def _p_two_sided(centre: float, sd: float, n: int) -> float:
    if sd == 0.0:
        return 1.0 if abs(centre) <= 1e-12 else 0.0
    return float(2.0 * stats.t.sf(abs(centre) / (sd / np.sqrt(n)), n - 1))


def _correlation(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    if not a.std() or not b.std():
        return NAN
    return float(np.corrcoef(a, b)[0, 1])


def _variance_ratio(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    apart = float(a.var(ddof=1) + b.var(ddof=1)) if len(a) > 1 else NAN
    together = _spread(b - a) ** 2 if len(a) > 1 else NAN
    if together == 0.0:
        return float("inf") if apart > 0.0 else NAN
    return apart / together
