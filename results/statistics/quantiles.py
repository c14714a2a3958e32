"""Quantiles with intervals, by sections.

Source: Asmussen & Glynn, Stochastic Simulation (2007), sec. III.5a (sectioning): the estimate is that
of all observations together, the interval comes from the sections' own quantiles around it, so that
the bias of short sections does not enter the estimate.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from results.statistics.intervals import NAN, Interval
from results.statistics.laws import student_quantile


def quantile(
    sections: Sequence[NDArray[np.float64]],
    q: float,
    level: float = 0.95,
    method: Literal["linear", "inverted_cdf"] = "linear",
) -> Interval:
    """The ``q``-quantile of all observations, with an interval from independent sections.

    Parameters
    ----------
    sections : the observations of one replication each; empty ones are left out
    method : ``inverted_cdf``: always one of the observations, so that some may be infinite (not ended yet)

    Raises
    ------
    ValueError
        If ``q`` does not lie inside (0, 1).
    """
    if not 0.0 < q < 1.0:
        raise ValueError(f"quantile {q}: expected a number inside (0, 1)")
    kept = [section for section in sections if len(section)]
    if not kept:
        return Interval(NAN, NAN, NAN, 0, level)
    whole = float(np.quantile(np.concatenate(kept), q, method=method))
    n = len(kept)
    if n < 2 or not np.isfinite(whole):
        return Interval(whole if np.isfinite(whole) else NAN, NAN, NAN, n, level)
    own = np.array([np.quantile(section, q, method=method) for section in kept])
    if not np.isfinite(own).all():
        return Interval(whole, NAN, NAN, n, level)
    error = float(np.sqrt(((own - whole) ** 2).sum() / (n * (n - 1))))
    half = student_quantile(0.5 + level / 2.0, n - 1) * error
    return Interval(whole, whole - half, whole + half, n, level)
