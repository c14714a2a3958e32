"""When in the day and the week requests come."""

from typing import Final

import numpy as np

from results.distances import total_variation
from scenarios.calibration.columns import Floats, LogColumns
from scenarios.calibration.component import ORDERS, Fit, Judgement, at_most, judged
from scenarios.calibration.floor import split_half
from scenarios.calibration.values import Draws

ALIKE: Final = 0.12
"""Total variation of hours of the day up to which a rhythm counts as the same."""


class Rhythm:
    """Shares of the hours of the day, and the profile of the week hour by hour."""

    name = "rhythm"
    reads = ORDERS

    def fit(self, draws: Draws) -> Fit:
        log = draws.log
        hours = _shares(draws.weights @ log.by_day(log.hour, 24))
        week = _shares(draws.weights @ log.by_day(log.weekday[log.day] * 24 + log.hour, 168))
        fit = Fit([draws.value(f"rhythm.hour.{k:02d}", hours[:, k], "logit") for k in range(24)])
        fit.values += [draws.value(f"rhythm.hour_of_week.{k:03d}", week[:, k], "logit") for k in range(168)]
        product = np.outer(week[0].reshape(7, 24).sum(axis=1), hours[0]).ravel()
        apart = total_variation(week[0], product)
        fit.remarks.append(
            f"hour of the week against weekday × hour of the day, which is what a world can hold: total variation {apart:.3f}"
        )
        fit.kept = {"hours": hours[0], "week": week[0]}
        return fit

    def judge(self, fit: Fit, later: Draws) -> Judgement:
        log = later.log
        came = total_variation(fit.kept["hours"], hours_of(log))
        floor = split_half(log, lambda a, b: total_variation(hours_of(a), hours_of(b)), later.streams)
        high = max(ALIKE, floor.high)
        return judged(self.name, [at_most("total variation of hours", came, high)])


def hours_of(log: LogColumns) -> Floats:
    """Requests by hour of the day [24]."""
    return np.bincount(log.hour, minlength=24).astype(np.float64)


def _shares(counts: Floats) -> Floats:
    return np.asarray(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1e-12))


COMPONENT = Rhythm()
