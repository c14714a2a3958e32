"""Which scenario is best, and which could be: Hsu's constrained comparisons with the best.

On common random numbers the scenarios correlate, so each pair has its own paired half-width and the
one-sided bounds are Bonferroni's over the others. Sources: Hsu, Ann. Stat. 12 (1984); Nelson &
Matejcik, Manage. Sci. 41 (1995) (with common random numbers).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from results.statistics.intervals import NAN, Values
from results.statistics.laws import student_quantile
from results.statistics.pairs import spread


@dataclass(slots=True)
class Standing:
    """A scenario against the best of the others, in the unit of the figure.

    ``gap`` is its mean minus theirs; [``low``, ``high``] holds the true gap of every scenario at once
    at the level asked for, and ends at 0 on the side where nothing more can be said. ``could_be_best``:
    the interval does not exclude it. ``best``: nothing else could be.
    """

    name: str
    mean: float
    gap: float
    low: float
    high: float
    could_be_best: bool
    best: bool


def against_the_best(values: Mapping[str, Values], better: str, level: float = 0.95) -> list[Standing]:
    """Standings in the order given; replications that lack a value in any scenario are left out.

    Parameters
    ----------
    values : scenario → one value a replication, the same replications in each
    better : ``lower`` or ``higher``

    Raises
    ------
    ValueError
        With less than two scenarios, or another word for better.
    """
    if len(values) < 2 or better not in {"lower", "higher"}:
        raise ValueError(f"{len(values)} scenarios, better {better!r}: expected two or more, and lower or higher")
    sign = 1.0 if better == "higher" else -1.0
    y = sign * np.array([np.asarray(v, dtype=np.float64) for v in values.values()])
    y = y[:, np.isfinite(y).all(axis=0)]
    if y.shape[1] < 2:
        return [Standing(name, NAN, NAN, NAN, NAN, True, False) for name in values]
    means = y.mean(axis=1)
    ahead, width = means[:, None] - means[None, :], _half_widths(y, level)
    np.fill_diagonal(ahead, np.inf)
    upper = np.maximum(0.0, (ahead + width).min(axis=1))
    could = (ahead + width).min(axis=1) >= 0.0  # those that are the same in every run are all of them best
    standings = []
    for i, name in enumerate(values):
        rivals = could.copy()
        rivals[i] = False
        lower = min(0.0, float((ahead[i] - width[i])[rivals].min())) if rivals.any() else 0.0
        low, high = sorted((sign * lower + 0.0, sign * float(upper[i]) + 0.0))  # no "-0.00"
        gap = sign * float(ahead[i].min())
        standings.append(
            Standing(name, sign * float(means[i]), gap, low, high, bool(could[i]), bool(could[i] and not rivals.any()))
        )
    return standings


def _half_widths(y: NDArray[np.float64], level: float) -> NDArray[np.float64]:
    """One-sided half-width of each pair's difference, Bonferroni over the others."""
    k, n = y.shape
    t = student_quantile(1.0 - (1.0 - level) / (k - 1), n - 1)
    sd = np.array([[spread(a - b) if a is not b else 0.0 for b in y] for a in y])
    return np.asarray(t * sd / np.sqrt(n), dtype=np.float64)
