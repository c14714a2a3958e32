"""How many requests a day brings: level × weekday × month, and the factor that makes days differ further."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from scenarios.calibration.columns import Floats, LogColumns
from scenarios.calibration.hanging import echo, hanging, surplus
from scenarios.calibration.pairs import Again, again
from scenarios.calibration.profile import SEASON_DAYS, expected, factors
from scenarios.calibration.values import Draws

MONTH_DAYS: Final = 30
"""Days a month's mean is of."""


@dataclass(slots=True)
class Daily:
    """The fit for each resample, row 0 the log as it is.

    ``months``: means of months fitted (1 without a season); ``level`` [a day]; ``weekday`` and ``month``: factors of mean 1; ``cv``: of the day factor; ``back``: requests
    that come back.
    """

    season: bool
    months: int
    level: Floats
    weekday: Floats
    month: Floats
    cv: Floats
    back: Again

    def kept(self) -> dict[str, Any]:
        """What is kept of it: the values of the log as it is."""
        values = {name: getattr(self, name)[0] for name in ("level", "weekday", "month", "cv")}
        more = {"again": self.back.again, "surplus": surplus(self.back), "echo": echo(self.back)}
        return values | {name: one[0] for name, one in more.items()}


def daily(draws: Draws) -> Daily:
    """Fit the daily counts of a log and of its resamples."""
    log = draws.log
    season = log.days >= SEASON_DAYS
    level, weekday, month = factors(log, draws.weights, season=season)
    mean = expected(log, level, weekday, month)
    back, months = again(log, draws.weights), len(np.unique(log.month)) if season else 1
    return Daily(season, months, level, weekday, month, day_factor(log, draws.weights, mean, back, months), back)


def foreseen(log: LogColumns, kept: Mapping[str, Any]) -> Floats:
    """Expected requests of each day of a log, by an earlier fit [a day]."""
    return np.asarray(expected(log, *(np.asarray(kept[name])[None] for name in ("level", "weekday", "month")))[0])


def day_factor(log: LogColumns, weights: Floats, mean: Floats, back: Again, months: int) -> Floats:
    """Coefficient of variation of the day factor, for each resample.

    By moments (Breslow, Appl. Stat. 33, 1984), after taking out what requests that come back add: those of the
    same day, and the moods of days before that echo in them. Done again with every day weighted by how well it
    tells the factor (Davidian and Carroll, JASA 82, 1987), else the few busiest days would decide, and with the
    degrees of freedom that months take where days hang together.
    """
    squares, chance = (log.counts - mean) ** 2, mean * surplus(back)[:, None]
    moved = (mean * (1.0 - back.again)[:, None]) ** 2 * echo(back)[:, None]

    def solved(told: Floats, parameters: float) -> Floats:
        over = squares * (log.days / max(1.0, log.days - parameters)) - chance
        found = (weights * told * over).sum(axis=1) / (weights * told * moved).sum(axis=1)
        return np.asarray(np.maximum(found, 0.0))

    first = float(solved(np.ones(log.days), 6.0 + months)[0])
    hung = hanging(back, math.sqrt(first), float(mean[0].mean()), MONTH_DAYS, 1)
    spread = np.maximum(chance[0] + first * moved[0], 1e-12)
    return np.asarray(np.sqrt(solved(moved[0] / spread**2, 7.0 + (months - 1) * hung)))


def spread_of_day(kept: Mapping[str, Any], mean: Floats) -> Floats:
    """Variance of the count of a day by the fit [a day²]."""
    own = mean * (1.0 - kept["again"])
    return np.asarray(mean * kept["surplus"] + kept["echo"] * (kept["cv"] * own) ** 2, dtype=np.float64)
