"""Requests that come back: more pairs on the same thing than chance would bring together.

Every request is taken to be followed, with probability ``again``, by another on the same thing (the same
unit, or place and category) after an exponential time of mean ``gap_days``, that one likewise. The
density of such pairs at a lag t is then ``again / gap · exp(-(1 - again) t / gap)`` (a thinned renewal
process; Cox and Isham, Point Processes, 1980, ch. 3). Lags are in demand time: on the wall clock gaps
would be short in busy months and long in quiet ones, and their long end would be taken for chance.
Chance pairs follow the shape of pairs on *different* things, which share the days of the log and nothing else.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from policies.contract.units import DAY_MIN
from scenarios.calibration.columns import Floats, Ints, LogColumns
from scenarios.calibration.demand_time import demand_days, middays

EDGES_DAYS: Final = np.array(
    [0, 1 / 24, 2 / 24, 4 / 24, 8 / 24, 0.5, 1, 1.5, 2, 3, 4, 5, 6, 7, 9, 11, 14, 18, 22, 28, 35, 42, 49, 56.0]
)
"""Lags looked at [days of mean demand]; the far ones tell chance."""
GAPS_DAYS: Final = np.geomspace(0.05, 14.0, 60)
"""Means tried for the time to the next, times 1 / (1 - again) [days of mean demand]."""


@dataclass(slots=True)
class Again:
    """Share of requests followed by another beyond chance, mean time until then [days of mean demand]; one value a resample."""

    again: Floats
    gap_days: Floats

    def followers(self, days: int) -> Floats:
        """Expected followers of a request on its own day and on each day after [shape: resamples × days]."""
        decay = np.maximum((1.0 - self.again) / self.gap_days, 1e-9)[:, None]
        left = -np.expm1(-decay)
        own_day = (decay - left) / decay
        later = np.exp(-decay * np.arange(days - 1)) * left**2 / decay
        return np.asarray((self.again / (1.0 - self.again))[:, None] * np.hstack((own_day, later)))


def again(log: LogColumns, weights: Floats) -> Again:
    """How often and how soon requests come back, for each resample [shape of ``weights``: resamples × days].

    Where the log is too short to tell chance (less than twice the lags), or nothing repeats, ``again`` is 0.
    """
    none = Again(np.zeros(len(weights)), np.ones(len(weights)))
    edges = EDGES_DAYS[log.days / 2.0 >= EDGES_DAYS]
    if len(edges) < 10:
        return none
    same, every = _pairs(log, edges)
    excess, decay = _fitted(weights @ same, weights @ (every - same), weights @ _followed(log, edges), edges)
    share = excess / (1.0 + excess)
    return Again(share, np.where(excess > 0.0, (1.0 - share) / decay, 1.0))


def _pairs(log: LogColumns, edges: Floats) -> tuple[Floats, Floats]:
    """Pairs on the same thing, and all pairs, by day of the earlier one and lag [shape: days × lags]."""
    at = demand_days(log, log.at)
    order = np.lexsort((at, log.unit))
    # One time axis for all things, each shifted clear of the others, so that one search serves all.
    clear = log.days + edges[-1] + 1.0
    axis = at[order] + log.unit[order] * clear
    same = _later(axis, axis, edges)[np.argsort(order, kind="stable")]
    every = _later(at, at, edges)
    return _summed(log, same), _summed(log, every)


def _later(at: Floats, axis: Floats, edges: Floats) -> Floats:
    """How many instants of the axis lie within each lag after each instant [shape: instants × lags]."""
    reach = np.searchsorted(axis, at[:, None] + edges[None, :], side="right")
    return np.diff(reach, axis=1).astype(np.float64)


def _summed(log: LogColumns, table: Floats) -> Floats:
    """Rows of a table (in the order of time) summed by day."""
    begins = np.searchsorted(log.day, np.arange(log.days + 1))
    reached = np.concatenate((np.zeros((1, table.shape[1])), np.cumsum(table, axis=0)))
    return np.asarray(reached[begins[1:]] - reached[begins[:-1]])


def _followed(log: LogColumns, edges: Floats) -> Floats:
    """Requests by day that the log follows to the end of each lag, as a share of the lag [shape: days × lags]."""
    left = log.days - demand_days(log, middays(log))[:, None]
    share = np.clip((left - edges[None, :-1]) / np.diff(edges)[None, :], 0.0, 1.0)
    return np.asarray(share * log.counts[:, None])


def _fitted(same: Floats, other: Floats, followed: Floats, edges: Floats) -> tuple[Floats, Floats]:
    """Excess followers a request and decay [1/day]: least squares of ``same`` on chance and decay, best of the gaps."""
    noise = 1.0 / np.maximum(same[0] + 1.0, 1.0)
    best = np.full(len(same), np.inf)
    excess, decay = np.zeros(len(same)), np.ones(len(same))
    for gap in GAPS_DAYS:
        near = followed * (np.exp(-edges[:-1] / gap) - np.exp(-edges[1:] / gap))[None, :]
        a, left = _two(same, other, near, noise)
        better = left < best
        best = np.where(better, left, best)
        excess, decay = np.where(better, a, excess), np.where(better, 1.0 / gap, decay)
    return excess, decay


def _two(y: Floats, x: Floats, z: Floats, noise: Floats) -> tuple[Floats, Floats]:
    """Coefficient of z (not negative) in y = b x + a z by weighted least squares, row by row; what is left."""

    def dot(p: Floats, q: Floats) -> Floats:
        return np.asarray((p * q * noise).sum(axis=1))

    xx, zz, xz, xy, zy, yy = dot(x, x), dot(z, z), dot(x, z), dot(x, y), dot(z, y), dot(y, y)
    both = np.maximum(xx * zz - xz * xz, 1e-300)
    a = np.maximum((xx * zy - xz * xy) / both, 0.0)
    b = np.where(xx > 0.0, (xy - a * xz) / np.maximum(xx, 1e-300), 0.0)
    left = yy - 2.0 * (a * zy + b * xy) + a * a * zz + b * b * xx + 2.0 * a * b * xz
    return a, left


def chains(log: LogColumns) -> Ints:
    """Days from the last request on the same thing to each request, -1 for the first."""
    order = np.lexsort((log.at, log.unit))
    gap = np.full(len(log), -1, dtype=np.int64)
    at, unit = log.at[order], log.unit[order]
    later = np.flatnonzero(unit[1:] == unit[:-1]) + 1
    gap[order[later]] = ((at[later] - at[later - 1]) // DAY_MIN).astype(np.int64)
    return gap
