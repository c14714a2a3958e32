"""When a series has left what was expected of it: the two-sided cumulative sum, in units of evidence.

Each day adds the logarithm of how much better a stated change explains its value than no change does,
and the sum never falls below 0; an alarm is a sum above a threshold, after which both begin anew.
A day that says much (many requests, little spread) weighs more than one that says little.

Sources: Page, Biometrika 41 (1954), 100-115 (the scheme, the day a change began, two sides); Lorden,
Ann. Math. Stat. 42 (1971), 1897-1908, and Moustakides, Ann. Stat. 14 (1986), 1379-1387 (no scheme with
as rare false alarms sees the stated change sooner, where days are independent).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Signs = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What each day says of a stated change upwards; downwards it says the opposite.

    ``push``: positive where the day is above what was expected; ``weight``: how much a day of that kind can
    say. An upward change is worth ``push - weight / 2``, a downward one ``-push - weight / 2`` [nats].
    Shape of both: (..., days); 0 where nothing was seen.
    """

    push: Floats
    weight: Floats


def evidence(values: Floats, centre: Floats, spread: Floats, step: Floats) -> Evidence:
    """The evidence of normal days for a change of their means by ``step``.

    Parameters
    ----------
    values : one a day, NaN: nothing was seen [(..., days)]
    centre, spread : what is expected of each day; a spread that is no positive number: nothing is [(days,)]
    step : the change that is looked for, in the unit of the values [(days,)]
    """
    seen = np.isfinite(values) & np.isfinite(centre) & (spread > 0.0)
    variance = np.where(spread > 0.0, spread, 1.0) ** 2
    push = np.where(seen, step * (values - centre) / variance, 0.0)
    return Evidence(push, np.where(seen, step**2 / variance, 0.0))


def alarms(told: Evidence, threshold: float | Floats) -> Signs:
    """+1 or -1 on the days of an alarm, else 0.

    Parameters
    ----------
    threshold : one for all, or one a series, broadcast against the series [nats]

    Returns
    -------
    Signs : shape of the evidence, broadcast by the threshold
    """
    limit = np.asarray(threshold, dtype=np.float64)
    shape = np.broadcast_shapes(limit.shape, told.push.shape[:-1])
    up, down = np.zeros(shape), np.zeros(shape)
    days = told.push.shape[-1]
    found = np.zeros((*shape, days), dtype=np.int8)
    for day in range(days):
        push, cost = told.push[..., day], told.weight[..., day] / 2.0
        up, down = np.maximum(up + push - cost, 0.0), np.maximum(down - push - cost, 0.0)
        found[..., day] = np.where(up > limit, 1, np.where(down > limit, -1, 0))
        over = found[..., day] != 0
        up, down = np.where(over, 0.0, up), np.where(over, 0.0, down)
    return found


def highest(told: Evidence) -> float:
    """The highest sum of either side of any series that never begins anew: above it no threshold gives an alarm [nats]."""
    up = down = np.zeros(told.push.shape[:-1])
    top = 0.0
    for day in range(told.push.shape[-1]):
        push, cost = told.push[..., day], told.weight[..., day] / 2.0
        up, down = np.maximum(up + push - cost, 0.0), np.maximum(down - push - cost, 0.0)
        top = max(top, float(up.max(initial=0.0)), float(down.max(initial=0.0)))
    return top


def began(told: Evidence, sign: int, restarted: int, alarm: int) -> int:
    """The day on which a change most likely began: the one after the sum was last at 0.

    Parameters
    ----------
    told : of one series [(days,)]
    sign : +1 or -1, of the alarm
    restarted : first day after the alarm before, or 0
    alarm : day of the alarm
    """
    span = slice(restarted, alarm + 1)
    total = np.cumsum(sign * told.push[span] - told.weight[span] / 2.0)
    before = np.concatenate(([0.0], total[:-1]))
    return restarted + int(len(before) - 1 - np.argmin(before[::-1]))
