"""How far a trial is off: distance from the middles of the bands, a small pull home, and what noise makes of it.

misfit = mean over fitted bands of ((mean figure − middle) / half-width)²: 0 in all the middles, 1 on the edge of
all. home = mean over parameters of (place − place of the default)², places as shares of the range. The
objective is misfit + pull × home: bands that are fewer than the parameters leave many points equally good, and
the pull says which of them is taken.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite, sqrt

import numpy as np

from scenarios.fit.space import Parameter, Point
from scenarios.schema.bands import Band

Figures = Mapping[str, Sequence[float]]
"""KPI → its value in each replication."""
Luck = Mapping[str, float]
"""KPI → how far the few replications of the search lie above many, at the same points."""
STANDARD_ERRORS = 2.0
"""How far noise alone may carry every band of a trial that is as good as the best."""


@dataclass(slots=True)
class Score:
    """What became of a trial: mean figures, and the parts of the objective."""

    means: dict[str, float]
    misfit: float
    home: float
    total: float
    figures: dict[str, list[float]] = field(default_factory=dict)


def score(
    bands: Sequence[Band], space: Sequence[Parameter], point: Point, pull: float, figures: Figures, luck: Luck
) -> Score | None:
    """The objective of a trial, the luck of its seed taken off; None where a figure is undefined."""
    means = {band.kpi: float(np.mean(figures[band.kpi])) - luck.get(band.kpi, 0.0) for band in bands}
    if not all(map(isfinite, means.values())):
        return None
    misfit = float(np.mean([((means[band.kpi] - band.middle) / band.half) ** 2 for band in bands]))
    home = float(np.mean([(one.place(point[one.key]) - one.home) ** 2 for one in space]))
    return Score(means, misfit, home, misfit + pull * home, {kpi: list(values) for kpi, values in figures.items()})


def luck(few: Sequence[Score], many: Sequence[Score]) -> dict[str, float]:
    """How far the figures of some points lie above those of the same points over many replications.

    Common random numbers make it nearly the same for all points, so it can be taken off the points that were
    run on the few alone.
    """
    kpis = few[0].figures if few else {}
    return {kpi: float(np.mean([_raw(a, kpi) - _raw(b, kpi) for a, b in zip(few, many, strict=True)])) for kpi in kpis}


def _raw(score: Score, kpi: str) -> float:
    return float(np.mean(score.figures[kpi]))


def slack(bands: Sequence[Band], scores: Sequence[Score], replications: int) -> float:
    """How much worse than the best a trial of so many replications may be and still be as good, by noise alone.

    A trial every band of which is off by two standard errors of its mean; the variance between replications is
    pooled over the scores given.
    """
    return float(np.mean([(STANDARD_ERRORS * _error(band, scores, replications) / band.half) ** 2 for band in bands]))


def _error(band: Band, scores: Sequence[Score], replications: int) -> float:
    variance = np.mean([np.var(one.figures[band.kpi], ddof=1) for one in scores])
    return sqrt(float(variance) / replications)
