"""From p-values to verdicts: many tests at once, equivalence, better or worse.

Sources: Holm, Scand. J. Stat. 6 (1979); Schuirmann, J. Pharmacokinet. Biopharm. 15 (1987) (two one-sided tests).
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from results.statistics.intervals import NAN, Values
from results.statistics.laws import student_above, student_below
from results.statistics.pairs import Paired

Verdict = Literal["better", "worse", "equivalent", "not shown", "reported"]
"""``reported``: the figure has no better direction, so nothing is decided about it."""


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
    below = student_above((found.difference + margin) / error, found.n - 1)
    above = student_below((found.difference - margin) / error, found.n - 1)
    return max(below, above)


def verdict(difference: float, p_adjusted: float, better: str, p_equivalent: float, alpha: float = 0.05) -> Verdict:
    """Better or worse after correction; else equivalent if that was shown; else not shown."""
    if better == "neither":
        return "reported"
    if p_adjusted < alpha and difference != 0.0:
        return "better" if (difference < 0.0) == (better == "lower") else "worse"
    return "equivalent" if p_equivalent < alpha else "not shown"
