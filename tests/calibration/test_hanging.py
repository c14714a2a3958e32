"""Days hang together: what comes back, what moods leave behind, and what blocks of days do not see of it."""

import numpy as np
import pytest

from scenarios.calibration.columns import columns_of
from scenarios.calibration.demand_time import demand_days
from scenarios.calibration.hanging import LONGEST, echo, hanging, surplus
from scenarios.calibration.pairs import Again, again
from scenarios.trace.log import load
from tests.calibration import generated

OFTEN = Again(np.array([0.25]), np.array([2.0]))
NEVER = Again(np.array([0.0]), np.array([1.0]))
FOR_EVER = 100_000


def test_followers_of_all_days_are_those_of_a_geometric_family():
    assert OFTEN.followers(200).sum() == pytest.approx(0.25 / 0.75)
    assert not NEVER.followers(200).any()


def test_where_nothing_comes_back_blocks_see_everything():
    assert surplus(NEVER) == echo(NEVER) == 1.0
    assert hanging(NEVER, 0.3, 50.0, 366, 7) == pytest.approx(1.0)


def test_families_and_moods_make_sums_over_long_stretches_as_uneven_as_the_theory_says():
    calm = 50.0 * (1.0 + 0.25) / (1.0 - 0.25)
    assert hanging(OFTEN, 0.0, 50.0, FOR_EVER, 1) * 50.0 * surplus(OFTEN)[0] == pytest.approx(calm, rel=1e-3)
    of_a_day = 50.0 * surplus(OFTEN)[0] + (0.3 * 50.0 * 0.75) ** 2 * echo(OFTEN)[0]
    moody = calm + (0.3 * 50.0) ** 2
    assert hanging(OFTEN, 0.3, 50.0, FOR_EVER, 1) * of_a_day == pytest.approx(moody, rel=1e-3)


def test_longer_blocks_miss_less():
    missed = [hanging(OFTEN, 0.3, 50.0, 366, days) for days in (1, 7, 28, LONGEST)]
    assert missed == sorted(missed, reverse=True)
    assert missed[-1] < 1.1 < missed[0]


@pytest.fixture(scope="module")
def seasons(tmp_path_factory):
    """A year whose summer is all but empty, and its truth."""
    rng = np.random.default_rng(11)
    truth = generated.drawn_truth(rng)
    truth.month[:] = [1.5, 0.3, 1.8, 1.6, 1.5, 1.2, 0.2, 0.2, 1.9, 1.5, 1.2, 0.3]
    truth.month /= truth.month.mean()
    truth.per_day, truth.again, truth.gap_days = 70.0, 0.3, 5.0
    trace = load(*generated.write(truth, rng, tmp_path_factory.mktemp("seasons")), untimely=True)
    return columns_of(trace.rows, trace.first_day, trace.days), truth


def test_every_day_of_demand_time_brings_as_many(seasons):
    log, _ = seasons
    at = demand_days(log, log.at)
    assert demand_days(log, np.array([0.0, log.days * 1440.0])) == pytest.approx([0.0, log.days])
    months = np.bincount((at // 30.5).astype(int), minlength=12)
    assert months.max() / months.min() < 1.3
    assert log.counts[181:212].sum() < 0.3 * log.counts[60:91].sum(), "in days of the calendar July is empty"


def test_what_comes_back_is_found_whatever_the_season(seasons):
    log, truth = seasons
    found = again(log, np.ones((1, log.days)))
    assert found.again[0] == pytest.approx(truth.again, rel=0.12)
    assert found.gap_days[0] == pytest.approx(truth.gap_days, rel=0.2)
