"""How many requests a day: level, weekday, month."""

import math
from typing import Final

import numpy as np
from scipy import stats

from scenarios.calibration.columns import Floats, Ints, LogColumns
from scenarios.calibration.component import ORDERS, Check, Fit, Judgement, judged
from scenarios.calibration.pairs import again
from scenarios.calibration.values import Draws

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SEASON_DAYS: Final = 330
"""A log at least this long tells months apart; a shorter one would take a trend for a season [days]."""
ROUNDS: Final = 12
NEAR: Final = 0.15
"""Events a day as good as equal, relative."""
SILENT: Final = 0.2
"""A day with less than this share of what its weekday brings is told as silent."""


class Arrivals:
    """Requests a day: ``level × weekday × month``; days of their own mood are ``dispersion``'s."""

    name = "arrivals"
    reads = ORDERS

    def fit(self, draws: Draws) -> Fit:
        log = draws.log
        season = log.days >= SEASON_DAYS
        level, weekday, month = factors(log, draws.weights, season=season)
        cv, share = day_factor(log, draws.weights, expected(log, level, weekday, month), season=season)
        fit = Fit([draws.value("arrivals.per_day", level, "log", "a day")])
        for k, name in enumerate(WEEKDAYS):
            fit.values.append(draws.value(f"arrivals.weekday.{name}", weekday[:, k], "log"))
        if season:
            days = np.bincount(log.month, minlength=12)
            for k in np.flatnonzero(days).tolist():
                blocks = max(2, int(days[k]) // draws.block_days)
                fit.values.append(draws.value(f"arrivals.month.{k + 1:02d}", month[:, k], "log", blocks=blocks))
        else:
            fit.remarks.append(f"no season: {log.days} days, {SEASON_DAYS} are needed to tell months from a trend")
        fit.remarks += _silent(log, weekday[0])
        fit.kept = {
            "level": level[0], "weekday": weekday[0], "month": month[0], "cv": cv[0], "again": share[0],
            "spread": float(np.log(level[1:]).std(ddof=1)), "blocks": draws.blocks, "block_days": draws.block_days,
        }  # fmt: skip
        return fit

    def judge(self, fit: Fit, later: Draws) -> Judgement:
        log, kept = later.log, fit.kept
        mean = expected(log, *(np.asarray(kept[k])[None] for k in ("level", "weekday", "month")))[0]
        low, high = _foreseen(kept, mean)
        said, came = float(mean.mean()), float(log.counts.mean())
        low, high = min(low, said / (1.0 + NEAR)), max(high, said / (1.0 - NEAR))
        return judged(self.name, [Check("events a day", said, came, low, high, low <= came <= high)])


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


def _one_hot(kind: Ints, kinds: int) -> Floats:
    return np.asarray(kind[:, None] == np.arange(kinds)[None, :], dtype=np.float64)


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


def _foreseen(kept: dict[str, float], mean: Floats) -> tuple[float, float]:
    """The 95 % prediction interval of the mean count of days to come [a day].

    The level's own uncertainty, and that of so many days; where days hang together, as if half a block were one day.
    """
    together = (1.0 + kept["block_days"]) / 2.0
    of_days = float(spread_of_day(kept, mean).sum()) / len(mean) ** 2 * together
    sd = math.sqrt((kept["spread"] * float(mean.mean())) ** 2 + of_days)
    half = float(stats.t.ppf(0.975, max(kept["blocks"] - 1, 1))) * sd
    return float(mean.mean()) - half, float(mean.mean()) + half


def _silent(log: LogColumns, weekday: Floats) -> list[str]:
    usual = log.counts.mean() * weekday[log.weekday]
    days = np.flatnonzero((log.counts < SILENT * usual) & (usual >= 10.0))
    if not len(days):
        return []
    shown = ", ".join(str(log.date_of(int(day))) for day in days[:6]) + (", …" if len(days) > 6 else "")
    return [f"{len(days)} nearly silent days (a holiday, or the recorder was down), kept: {shown}"]


COMPONENT = Arrivals()
