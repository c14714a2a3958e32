"""Intervals hold the true value as often as they say, on a queue whose true wait is known.

M/M/1 at a load of 0.8 from its stationary start, by Lindley's recursion; each interval is a t-interval
over replications, as the ruler makes them. Truth: Kleinrock, Queueing Systems I (1975), sec. 3.2.
"""

import numpy as np

from results.statistics import mean_interval

ARRIVALS, SERVICES = 0.8, 1.0
TRUE_WAIT = ARRIVALS / (SERVICES * (SERVICES - ARRIVALS))
INTERVALS, REPLICATIONS, CUSTOMERS = 1000, 20, 3000


def _waits(rng, replications):
    """Mean wait of each replication [mean services]: a walk reflected at its running minimum."""
    steps = rng.exponential(1.0 / SERVICES, (replications, CUSTOMERS)) - rng.exponential(
        1.0 / ARRIVALS, (replications, CUSTOMERS)
    )
    first = np.where(
        rng.uniform(size=replications) < 1.0 - ARRIVALS / SERVICES,
        0.0,
        rng.exponential(1.0 / (SERVICES - ARRIVALS), replications),
    )
    walk = first[:, None] + np.cumsum(steps, axis=1)
    return (walk - np.minimum(0.0, np.minimum.accumulate(walk, axis=1))).mean(axis=1)


def test_a_thousand_intervals_of_95_percent_cover_as_often_as_they_say():
    rng = np.random.default_rng(2026)
    found = [mean_interval(_waits(rng, REPLICATIONS)) for _ in range(INTERVALS)]
    covered = sum(one.low <= TRUE_WAIT <= one.high for one in found)
    assert 0.935 <= covered / INTERVALS <= 0.965
    assert np.median([one.high - one.low for one in found]) < 0.4 * TRUE_WAIT
