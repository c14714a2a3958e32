"""How many requests a day brings: level × weekday × month, and the factor that makes days differ further."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from scenarios.calibration.columns import Floats, Ints, LogColumns
from scenarios.calibration.pairs import again
from scenarios.calibration.values import Draws

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SEASON_DAYS: Final = 330
"""A log at least this long tells months apart; a shorter one would take a trend for a season [days]."""
ROUNDS: Final = 12


@dataclass(slots=True)
class Daily:
    """The fit for each resample, row 0 the log as it is.

    ``level`` [a day]; ``weekday`` and ``month``: factors of mean 1; ``cv``: of the day factor; ``again``: share of
    requests that come back.
    """

    season: bool
    level: Floats
    weekday: Floats
    month: Floats
    cv: Floats
    again: Floats

    def kept(self) -> dict[str, Any]:
        """What is kept of it: the values of the log as it is."""
        return {name: getattr(self, name)[0] for name in ("level", "weekday", "month", "cv", "again")}


def daily(draws: Draws) -> Daily:
    """Fit the daily counts of a log and of its resamples."""
    log = draws.log
    season = log.days >= SEASON_DAYS
    level, weekday, month = factors(log, draws.weights, season=season)
    mean = expected(log, level, weekday, month)
    return Daily(season, level, weekday, month, *day_factor(log, draws.weights, mean, season=season))


def foreseen(log: LogColumns, kept: Mapping[str, Any]) -> Floats:
    """Expected requests of each day of a log, by an earlier fit [a day]."""
    return np.asarray(expected(log, *(np.asarray(kept[name])[None] for name in ("level", "weekday", "month")))[0])


def factors(log: LogColumns, weights: Floats, *, season: bool) -> tuple[Floats, Floats, Floats]:
    """Level [a day], weekday and month factors of mean 1, by maximum likelihood, for each resample.

    Iterative proportional fitting (Deming and Stephan, Ann. Math. Stat. 11, 1940); months not seen have factor 1.
    """
    cell = _one_hot(log.weekday * 12 + log.month, 84)
    days = (weights @ cell).reshape(-1, 7, 12)
    counted = ((weights * log.counts) @ cell).reshape(-1, 7, 12)
    seen = np.isin(np.arange(12), log.month)
    weekday, month = np.ones((len(weights), 7)), np.ones((len(weights), 12))
    for _ in range(ROUNDS if season else 1):
        weekday = counted.sum(axis=2) / np.maximum((days * month[:, None, :]).sum(axis=2), 1e-12)
        weekday /= np.maximum(weekday.mean(axis=1, keepdims=True), 1e-12)
        if season:
            month = counted.sum(axis=1) / np.maximum((days * weekday[:, :, None]).sum(axis=1), 1e-12)
            month /= np.maximum(month[:, seen].mean(axis=1, keepdims=True), 1e-12)
            month[:, ~seen] = 1.0
    level = counted.sum(axis=(1, 2)) / (days * weekday[:, :, None] * month[:, None, :]).sum(axis=(1, 2))
    return level, weekday, month


def expected(log: LogColumns, level: Floats, weekday: Floats, month: Floats) -> Floats:
    """Expected requests of each day, for each resample [a day]."""
    return np.asarray(level[:, None] * weekday[:, log.weekday] * month[:, log.month])


def day_factor(log: LogColumns, weights: Floats, mean: Floats, *, season: bool) -> tuple[Floats, Floats]:
    """Coefficient of variation of the day factor, and the share of requests that come back, for each resample.

    By moments (Breslow, Appl. Stat. 33, 1984) with the degrees of freedom corrected, after taking out what
    requests that come back on the same day add.
    """
    parameters = 7 + (len(np.unique(log.month)) - 1 if season else 0)
    back = again(log, weights)
    surplus = 1.0 + 2.0 * back.same_day()
    rest = (log.counts - mean) ** 2 * (log.days / max(1, log.days - parameters))
    over = (weights * (rest - mean * surplus[:, None])).sum(axis=1)
    own = mean * (1.0 - back.again)[:, None]
    return np.sqrt(np.maximum(over / (weights * own**2).sum(axis=1), 0.0)), back.again


def spread_of_day(kept: dict[str, float], mean: Floats) -> Floats:
    """Variance of the count of a day by the fit [a day²]."""
    own = mean * (1.0 - kept["again"])
    return np.asarray(mean + (kept["cv"] * own) ** 2)


def _one_hot(kind: Ints, kinds: int) -> Floats:
    return np.asarray(kind[:, None] == np.arange(kinds)[None, :], dtype=np.float64)
