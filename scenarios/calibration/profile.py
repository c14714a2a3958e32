"""What a day usually brings: level × weekday × month."""

from typing import Final

import numpy as np

from scenarios.calibration.columns import Floats, Ints, LogColumns

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SEASON_DAYS: Final = 330
"""A log at least this long tells months apart; a shorter one would take a trend for a season [days]."""
ROUNDS: Final = 12


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
