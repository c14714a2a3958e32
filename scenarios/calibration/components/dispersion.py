"""How much more days differ than chance alone would make them."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from results.distances import dispersion
from scenarios.calibration.columns import Floats
from scenarios.calibration.component import ORDERS, Check, Fit, Judgement, judged
from scenarios.calibration.daily import daily, foreseen, spread_of_day
from scenarios.calibration.values import Draws

WEEK: Final = 7
ENOUGH_WEEKS: Final = 10
"""Weeks below which days are drawn one by one: a handful of weeks does not tell how far weeks differ."""


class Dispersion:
    """A day has a mood: a factor of mean 1 on everything that is asked for, the same for all hours and places.

    Given the weekday (and the month) counts are then over-dispersed, as real ones are; with a gamma
    factor they would be negative binomial. Only the factor's coefficient of variation is used.
    """

    name = "dispersion"
    reads = ORDERS

    def fit(self, draws: Draws) -> Fit:
        log, days = draws.log, daily(draws)
        observed = _weighted_dispersion(log.counts, draws.weights)
        fit = Fit(
            [
                draws.value("dispersion.day_cv", days.cv, "log", means=days.months),
                draws.value("dispersion.variance_over_mean", observed, "log"),
            ]
        )
        fit.kept = days.kept()
        return fit

    def judge(self, fit: Fit, later: Draws) -> Judgement:
        kept, log = fit.kept, later.log
        mean = foreseen(log, kept)
        said = implied(kept, mean)
        low, high = _interval(later)
        if not np.isfinite(low):
            return judged(self.name, [])
        return judged(
            self.name, [Check("variance/mean of a day", said, dispersion(log.counts), low, high, low <= said <= high)]
        )


def implied(kept: Mapping[str, Any], mean: Floats) -> float:
    """Variance over mean of daily counts as the fit makes them over days of these means."""
    return float((spread_of_day(kept, mean).mean() + mean.var()) / mean.mean())


def _weighted_dispersion(counts: Floats, weights: Floats) -> Floats:
    total = weights.sum(axis=1)
    mean = weights @ counts / total
    n = len(counts)
    variance = (weights * (counts - mean[:, None]) ** 2).sum(axis=1) / total * n / (n - 1)
    return np.asarray(variance / mean)


def _interval(later: Draws) -> tuple[float, float]:
    """The later part's own 95 % bootstrap interval of variance over mean: weeks, or else days, drawn with replacement."""
    weeks = later.log.days // WEEK
    if weeks < 1:
        return float("nan"), float("nan")
    size = WEEK if weeks >= ENOUGH_WEEKS else 1
    blocks = later.log.counts[: later.log.days // size * size].reshape(-1, size)
    numbers = np.arange(len(blocks), dtype=np.uint64)
    drawn = np.empty(later.resamples)
    for n in range(later.resamples):
        chosen = (later.streams.uniforms("block", numbers, n) * len(blocks)).astype(np.int64)
        drawn[n] = dispersion(blocks[chosen].ravel())
    low, high = np.quantile(drawn, (0.025, 0.975))
    return float(low), float(high)


COMPONENT = Dispersion()
