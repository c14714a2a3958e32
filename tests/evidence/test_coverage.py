"""Fifty intervals of 95 % through the whole road: a degenerate twin, its journal, the ruler, its t-intervals.

The twin is an M/M/1 queue at a load of 0.6 (Kleinrock, Queueing Systems I, 1975, sec. 3.2), begun in its
steady state. Each interval stands on as many replications as ``twin run`` makes by default; the figure is
the mean response K-R4, which is here the wait in the queue. A thousand intervals without the twin, on
Lindley's recursion: tests/results/test_coverage.py.
"""

from datetime import date

import numpy as np
import pytest
from joblib import Parallel, delayed
from scipy import stats

from policies.contract.calendar import Calendar
from policies.contract.units import DAY_MIN, HOUR_MIN
from results.comparison import Level, compare
from results.kpis import measure
from results.meta import Meta, Period
from results.rows import KpiRow
from results.statistics import wilson
from scenarios.resolution.resolve import resolve
from scenarios.verify.degenerate import POOLED, degenerate, finish
from scenarios.verify.draws import demand, generator, poisson
from tests.evidence import tables
from tests.evidence.kept import jobs

pytestmark = pytest.mark.evidence

SEED = 81
INTERVALS = 50
LEVEL = 0.95
RATE, MEAN_H = 0.6, 1.0
TRUE_MIN = RATE * MEAN_H / (1.0 - RATE * MEAN_H) * MEAN_H * HOUR_MIN
DAYS = 90
KPI = "K-R4"
MISSES = int(stats.binom.ppf(0.975, INTERVALS, 1.0 - LEVEL))
"""Most intervals of fifty that may miss: more have a chance below 2.5 % if the level is what it says."""
WIDEST = 0.4
"""Median width of an interval, relative to the true wait: wide ones would always hold it."""


def test_fifty_intervals_through_the_twin_cover_as_often_as_they_say() -> None:
    replications = resolve("as_is").scenario.run.replications
    tasks = [(interval, replication) for interval in range(INTERVALS) for replication in range(replications)]
    runs = iter(Parallel(n_jobs=jobs())(delayed(_run)(*task) for task in tasks))
    found = [_level([next(runs) for _ in range(replications)]) for _ in range(INTERVALS)]
    rows = [_row(number, level) for number, level in enumerate(found)]
    held = sum(bool(row[4]) for row in rows)
    share = wilson(held, INTERVALS)
    tables.write(
        "coverage",
        ["interval", "mean", "low95", "high95", "holds", "ratio_of_sums", "ratio_low95", "ratio_high95", "ratio_holds"],
        rows,
        {
            "made_by": "tests/evidence/test_coverage.py", "seed": SEED, "intervals": INTERVALS, "per_interval": replications,
            "true_min": TRUE_MIN, "held": held, "share_low95": share.low, "share_high95": share.high,
            "accepted": f"{INTERVALS - MISSES}-{INTERVALS} of {INTERVALS} (binomial, {LEVEL}, 2.5 % a side)",
            "how": f"degenerate twin, M/M/1, load {RATE}, steady start, {DAYS} days each, {KPI} by the ruler",
        },
    )  # fmt: skip
    assert held >= INTERVALS - MISSES
    assert sum(bool(row[8]) for row in rows) >= INTERVALS - MISSES
    assert np.median([level.mean.high - level.mean.low for level in found]) < WIDEST * TRUE_MIN


def _run(interval: int, replication: int) -> list[KpiRow]:
    """The figures of one replication: everybody reported in the days after the first, watched to the end."""
    rng = generator([SEED, interval, replication])
    there = int(rng.geometric(1.0 - RATE * MEAN_H)) - 1
    come = poisson(RATE / HOUR_MIN, int(2.0 * RATE * DAYS * DAY_MIN / HOUR_MIN), rng)
    report = np.concatenate([np.zeros(there), come[come < DAYS * DAY_MIN]])
    world = finish(degenerate(demand(report, rng.exponential(MEAN_H * HOUR_MIN, len(report))), 1, POOLED))
    until = DAYS * DAY_MIN
    meta = Meta(Calendar(date(2025, 9, 1)), Period(DAY_MIN, until, 2.0 * until))
    return measure(world.journal, meta, [KPI])


def _level(runs: list[list[KpiRow]]) -> Level:
    """The figure over replications, as ``twin run`` prints it."""
    return compare({"mm1": dict(enumerate(runs))}).figure("mm1", KPI)


def _row(number: int, level: Level) -> list[tables.Value]:
    cells: list[tables.Value] = [number]
    for one in (level.mean, level.pooled):
        assert one is not None
        cells += [one.estimate, one.low, one.high, one.low <= TRUE_MIN <= one.high]
    return cells
