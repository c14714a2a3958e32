"""Where a daily series changes its level: binary segmentation with a variance that a change does not inflate.

Sources: Scott and Knott, Biometrics 30 (1974) (binary segmentation); the noise is judged from
differences of neighbouring weeks (von Neumann, Ann. Math. Stat. 12, 1941), so that a step adds to one of
them only; Bonferroni over the places where a step is looked for.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]
WEEK: Final = 7
ALPHA: Final = 0.01
SMALLEST_SPELL: Final = 7
"""Days on either side of a change; a shorter spell is noise or an event, not a level [days]."""


@dataclass(slots=True)
class Change:
    """The series has another level from ``day`` on: means before and after (to the next change), corrected p."""

    day: int
    before: float
    after: float
    p: float


def changes(series: Floats, weights: Floats, alpha: float = ALPHA) -> list[Change]:
    """Changes of level of a daily series.

    Parameters
    ----------
    series : one value a day, already freed of the rhythm of the week
    weights : how much a day says (0: nothing); the level is the weighted mean [shape of ``series``]
    """
    if len(series) < 2 * SMALLEST_SPELL:
        return []
    noise = _noise(series, weights)
    if not noise > 0.0:
        return []
    found = sorted(_split(series, weights, noise, 0, len(series), alpha))
    edges = [0, *(day for day, _ in found), len(series)]
    level = [float(np.average(series[a:b], weights=weights[a:b])) for a, b in pairwise(edges)]
    return [Change(day, level[k], level[k + 1], p) for k, (day, p) in enumerate(found)]


def _noise(series: Floats, weights: Floats) -> float:
    """Variance of a unit weight, long run: from differences of neighbouring weekly means (robust: median)."""
    whole = len(series) // WEEK * WEEK
    w = weights[:whole].reshape(-1, WEEK).sum(axis=1)
    x = (series * weights)[:whole].reshape(-1, WEEK).sum(axis=1)
    kept = w > 0.0
    if kept.sum() < 3:
        return _daily_noise(series, weights)
    means, w = x[kept] / w[kept], w[kept]
    steps = np.diff(means) ** 2 / (1.0 / w[1:] + 1.0 / w[:-1])
    return float(max(np.median(steps) / stats.chi2.median(1), _daily_noise(series, weights)))


def _daily_noise(series: Floats, weights: Floats) -> float:
    """The same from neighbouring days: what remains when nothing hangs together."""
    kept = weights > 0.0
    x, w = series[kept], weights[kept]
    if len(x) < 3:
        return 0.0
    return float(np.mean(np.diff(x) ** 2 / (1.0 / w[1:] + 1.0 / w[:-1])))


def _split(
    series: Floats, weights: Floats, noise: float, begins: int, ends: int, alpha: float
) -> Iterator[tuple[int, float]]:
    places = np.arange(begins + SMALLEST_SPELL, ends - SMALLEST_SPELL + 1)
    if not len(places):
        return
    w = np.concatenate(([0.0], np.cumsum(weights[begins:ends])))
    x = np.concatenate(([0.0], np.cumsum((series * weights)[begins:ends])))
    left, right = w[places - begins], w[-1] - w[places - begins]
    can = (left > 0.0) & (right > 0.0)
    if not can.any():
        return
    places, left, right = places[can], left[can], right[can]
    so_far = x[places - begins]
    z = np.abs(so_far / left - (x[-1] - so_far) / right) / np.sqrt(noise * (1.0 / left + 1.0 / right))
    best = int(np.argmax(z))
    p = min(1.0, 2.0 * float(stats.norm.sf(z[best])) * len(places))
    if p >= alpha:
        return
    day = int(places[best])
    yield day, p
    yield from _split(series, weights, noise, begins, day, alpha)
    yield from _split(series, weights, noise, day, ends, alpha)
