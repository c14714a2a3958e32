"""What is asked for, where and how urgently: shares of categories, places and priorities."""

from typing import Final

import numpy as np

from results.distances import total_variation
from scenarios.calibration.columns import Floats, Ints, LogColumns
from scenarios.calibration.component import ORDERS, Fit, Judgement, at_most, judged
from scenarios.calibration.floor import Distance, split_half
from scenarios.calibration.hanging import hanging
from scenarios.calibration.pairs import again
from scenarios.calibration.values import Draws

ALIKE: Final = {"category": 0.05, "place": 0.10, "priority": 0.05}
"""Total variation up to which shares count as the same; the noise floor where that is more."""
KEPT: Final = ("category", "place")
"""What a request that comes back has in common with the one before."""
PRIORITIES: Final = ("1", "2", "3", "4")


class Mix:
    """Three sets of shares, each taken as the same at all times."""

    name = "mix"
    reads = ORDERS

    def fit(self, draws: Draws) -> Fit:
        log = draws.log
        fit = Fit()
        back = again(log, np.ones((1, log.days)))
        longer = hanging(back, 0.0, float(log.counts.mean()), log.days, draws.block_days)
        for what, (names, kind) in _kinds(log).items():
            counts = draws.weights @ log.by_day(kind, len(names))
            shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1e-12)
            seen = shares[0] > 0.0
            fit.values += [
                draws.value(f"mix.{what}.{name}", shares[:, k], "logit", hanging=longer if what in KEPT else 1.0)
                for k, name in enumerate(names)
                if seen[k]
            ]
            fit.kept[what] = {name: float(shares[0, k]) for k, name in enumerate(names)}
        return fit

    def judge(self, fit: Fit, later: Draws) -> Judgement:
        checks = []
        for what, (names, kind) in _kinds(later.log).items():
            said = np.array([fit.kept[what].get(name, 0.0) for name in names])
            came = total_variation(said, _counts(kind, len(names)))
            floor = split_half(later.log, _apart(what), later.streams)
            high = max(ALIKE[what], floor.high)
            checks.append(at_most(f"total variation of {what}", came, high))
        return judged(self.name, checks)


def _kinds(log: LogColumns) -> dict[str, tuple[list[str], Ints]]:
    return {
        "category": (log.trades, log.trade),
        "place": (log.places, log.place),
        "priority": (list(PRIORITIES), log.priority - 1),
    }


def _counts(kind: Ints, kinds: int) -> Floats:
    return np.bincount(kind, minlength=kinds).astype(np.float64)


def _apart(what: str) -> Distance:
    def distance(a: LogColumns, b: LogColumns) -> float:
        (names, one), (_, other) = _kinds(a)[what], _kinds(b)[what]
        return total_variation(_counts(one, len(names)), _counts(other, len(names)))

    return distance


COMPONENT = Mix()
