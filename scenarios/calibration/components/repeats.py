"""Requests on the same thing again, beyond what chance brings together."""

from typing import Final

import numpy as np

from scenarios.calibration.columns import Floats, LogColumns
from scenarios.calibration.component import ORDERS, Check, Fit, Judgement, judged
from scenarios.calibration.hanging import hanging
from scenarios.calibration.pairs import again, chains
from scenarios.calibration.values import Draws

WINDOW_DAYS: Final = 7
ALIKE: Final = 0.05
"""Difference of shares up to which repeats count as the same."""


class Repeats:
    """Share of requests followed by another on the same thing beyond chance, and the mean time until then."""

    name = "repeats"
    reads = ORDERS

    def fit(self, draws: Draws) -> Fit:
        found = again(draws.log, draws.weights)
        within = _within(draws.log, draws.weights)
        fit = Fit([draws.value("repeats.within_7_days", within, "logit")])
        longer = hanging(found, 0.0, float(draws.log.counts.mean()), draws.log.days, draws.block_days)
        share = draws.value("repeats.again", found.again, "plain", hanging=longer)
        fit.kept = {"within": within[0], "again": found.again[0], "gap_days": found.gap_days[0]}
        if share.low_95 > 0.0:
            share = draws.value("repeats.again", found.again, "logit", hanging=longer)
            fit.values += [share, draws.value("repeats.gap_days", found.gap_days, "log", "days", hanging=longer)]
        else:
            fit.values.append(share)
            fit.kept["again"] = 0.0
            fit.remarks.append("no repeats beyond chance can be shown: the overlay holds none")
        return fit

    def judge(self, fit: Fit, later: Draws) -> Judgement:
        if later.log.days <= 2 * WINDOW_DAYS:
            return Judgement(
                self.name, "not judged", f"the later part has {later.log.days} days, {2 * WINDOW_DAYS + 1} are needed"
            )
        came = later.value("within", _within(later.log, later.weights), "logit")
        said = fit.kept["within"]
        low, high = min(came.low_95, came.estimate - ALIKE), max(came.high_95, came.estimate + ALIKE)
        return judged(
            self.name,
            [Check("share with one before within 7 days", said, came.estimate, low, high, low <= said <= high)],
        )


def _within(log: LogColumns, weights: Floats) -> Floats:
    """Share of requests after the first week with one before them on the same thing within a week."""
    gap = chains(log)
    late = log.day >= WINDOW_DAYS
    every = np.bincount(log.day[late], minlength=log.days).astype(np.float64)
    near = np.bincount(log.day[late & (gap >= 0) & (gap < WINDOW_DAYS)], minlength=log.days).astype(np.float64)
    return np.asarray((weights @ near) / np.maximum(weights @ every, 1e-12))


COMPONENT = Repeats()
