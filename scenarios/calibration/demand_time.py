"""Demand time: a clock that runs as fast as requests usually come, so that every day of it brings as many.

Who comes back keeps the hours, weekdays and seasons everybody keeps: three days of demand time are one
busy day in September and a week in the holidays.
"""

import numpy as np

from policies.contract.units import DAY_MIN, HOUR_MIN
from scenarios.calibration.columns import Floats, LogColumns
from scenarios.calibration.profile import SEASON_DAYS, expected, factors


def demand_days(log: LogColumns, minutes: Floats) -> Floats:
    """Demand time of instants of a log [days of mean demand]; the log lasts as many of them as days."""
    whole = np.ones((1, log.days))
    days = expected(log, *factors(log, whole, season=log.days >= SEASON_DAYS))[0]
    hours = np.bincount(log.hour, minlength=24)
    clock = np.concatenate(([0.0], np.cumsum(np.outer(days, hours))))
    wall = np.arange(len(clock)) * HOUR_MIN
    return np.asarray(np.interp(minutes, wall, clock * (log.days / clock[-1])))


def middays(log: LogColumns) -> Floats:
    """The middle of each day [min]."""
    return np.asarray((np.arange(log.days) + 0.5) * DAY_MIN, dtype=np.float64)
