"""How long things take, stretch by stretch as far as the stamps tell them apart, by category."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from scenarios.calibration.columns import Floats, Ints, LogColumns, Mask
from scenarios.calibration.component import ORDERS, Check, Fit, Judgement, judged
from scenarios.calibration.mixture import bins_of, fitted
from scenarios.calibration.spans import cannot_be_told_apart, spans
from scenarios.calibration.values import Draws

FEWEST: Final = 30
"""Durations below which a category is passed over."""
SHORTEST_MIN: Final = 0.5
"""Durations of 0 are taken as half the minute stamps are written in [min]."""
QUANTILES: Final = {"p25": 0.25, "median": 0.5, "p75": 0.75, "p90": 0.9}
NEAR: Final = {"p25": 0.15, "median": 0.15, "p75": 0.15, "p90": 0.30}
"""Relative differences up to which quantiles count as the same."""
EVERY: Final = "all"
"""Not a category: all of them together."""


class Durations:
    """A lognormal, or a mixture of up to three where the log clearly asks for it, for each stretch and category."""

    name = "durations"
    reads = ORDERS

    def fit(self, draws: Draws) -> Fit:
        log = draws.log
        fit = Fit()
        told = cannot_be_told_apart(log)
        fit.remarks += [told] if told else []
        fit.remarks += _unfinished(log)
        for span, category, kept, minutes in _cases(log):
            logs = np.log(np.maximum(minutes[kept], SHORTEST_MIN))
            centres, number = bins_of(logs)
            by_day = _by_day(log, kept, number, len(centres))
            law = fitted(centres, draws.weights @ by_day)
            mean, cv = law.moments()
            key = f"durations.{span}.{category}"
            blocks = min(draws.blocks, int((by_day.sum(axis=1) > 0).sum()))
            fit.values += [
                draws.value(f"{key}.mean_min", mean, "log", "min", blocks),
                draws.value(f"{key}.cv", cv, "log", "", blocks),
                *(
                    draws.value(f"{key}.{name}_min", law.quantile(p), "log", "min", blocks)
                    for name, p in QUANTILES.items()
                ),
            ]
            fit.kept[f"{span}.{category}"] = law.row(0)
        return fit

    def judge(self, fit: Fit, later: Draws) -> Judgement:
        checks = []
        for span, category, kept, minutes in _cases(later.log):
            law = fit.kept.get(f"{span}.{category}")
            if law is None:
                continue
            for name, p in QUANTILES.items():
                said = float(law.quantile(p)[0])
                came, low, high = _quantile(later, kept, minutes, p)
                low, high = min(low, came * (1.0 - NEAR[name])), max(high, came * (1.0 + NEAR[name]))
                checks.append(
                    Check(f"{name} of {span}, {category},", said, came, low, high, low <= said <= high, "min")
                )
        return judged(self.name, checks)


def _cases(log: LogColumns) -> Iterator[tuple[str, str, Mask, Floats]]:
    for span, minutes in spans(log).items():
        known = ~np.isnan(minutes)
        for number, category in [(-1, EVERY), *enumerate(log.trades)]:
            kept = known if number < 0 else known & (log.trade == number)
            if kept.sum() >= FEWEST:
                yield span, category, kept, minutes


def _quantile(later: Draws, kept: Mask, minutes: Floats, p: float) -> tuple[float, float, float]:
    """A quantile of the later part with its own 95 % bootstrap interval [min]."""
    logs = np.log(np.maximum(minutes[kept], SHORTEST_MIN))
    centres, number = bins_of(logs)
    reached = np.cumsum(later.weights @ _by_day(later.log, kept, number, len(centres)), axis=1)
    at = np.argmax(reached >= p * reached[:, -1:], axis=1)
    value = later.value("", np.exp(centres[at]), "log", "min")
    return float(np.quantile(np.exp(logs), p)), value.low_95, value.high_95


def _by_day(log: LogColumns, kept: Mask, number: Ints, bins: int) -> Floats:
    """Durations by day and bin [shape: days × bins]."""
    flat = np.bincount(log.day[kept] * bins + number, minlength=log.days * bins)
    return np.asarray(flat.reshape(log.days, bins), dtype=np.float64)


def _unfinished(log: LogColumns) -> list[str]:
    open_ = np.isnan(log.after["closed"])
    if not open_.any() or open_.all():
        return []
    return [f"{open_.mean():.1%} of the rows have no end and are left out of the durations"]


COMPONENT = Durations()
