"""The burn-in is checked by MSER, on a year without seasons."""

import numpy as np
import pytest

from policies.contract.units import DAY_MIN
from scenarios.study.arms import arm_of, arms_of
from scenarios.study.burnin_check import EVEN_YEAR, check, kept_in, settled
from scenarios.study.experiment import Study

DAYS = 378


def paths(start, noise=1.0, runs=5):
    """Daily series that begin ``start`` below their level and climb to it; a weekly rhythm on top."""
    day = np.arange(DAYS)
    level = 20.0 + 3.0 * (day % 7 < 5)
    return np.array([level - start(day) + np.random.default_rng(r).normal(0.0, noise, DAYS) for r in range(runs)])


def test_a_start_of_five_weeks_is_found_and_a_shorter_burn_in_is_called_short():
    by_run = paths(lambda day: 15.0 * np.maximum(0.0, 1.0 - day / 35.0))
    found = settled("orders_open", by_run, 63)
    assert found.state == "enough" and 14 <= found.truncation_days <= 42
    assert settled("orders_open", by_run, 7).state == "short"


def test_a_campus_that_never_settles_is_told_apart_from_a_long_start():
    found = settled("orders_open", paths(lambda day: -0.5 * day), 63)
    assert (found.state, found.truncation_days) == ("run too short", None)


def test_a_weekly_rhythm_is_no_start():
    assert settled("response", paths(lambda day: 0.0 * day, noise=0.2), 7).truncation_days <= 7


def test_one_path_with_a_lasting_backlog_does_not_decide():
    by_run = paths(lambda day: 0.0 * day)
    by_run[0, :200] += 30.0
    assert settled("orders_open", by_run, 14).state == "enough"


def test_days_without_orders_are_bridged():
    by_run = paths(lambda day: 0.0 * day)
    by_run[:, 6::7] = np.nan
    assert settled("response", by_run, 14).state == "enough"


def test_an_even_year_has_no_season():
    even = arm_of("as_is", ("campus=campus_small", *EVEN_YEAR)).scenario()
    assert set(even.campus.demand.month) == {1.0} and even.campus.weather.amplitude_c == 0.0
    assert even.calendar.windows("SVC", 93) == even.calendar.windows("SVC", 100), (
        "the national day is a day like others"
    )


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    sets = ("run.burn_in_days=7", "run.days=8", "run.run_out_days=2")
    made = Study(tmp_path_factory.mktemp("study"), arms_of(["two_buildings"], sets), 1, 2, 0)
    made.prepare()
    return made


def test_what_was_found_is_kept_for_the_same_as_is_and_seed_only(study):
    found = check(study)
    assert {one.name for one in found.outputs} == {"response", "orders_open"}
    assert (found.burn_in_days, found.days, found.replications) == (7, 140, 2)
    assert kept_in(study) == found
    other = Study(study.folder, study.arms, 2, 2, 0)
    assert kept_in(other) is None


def test_a_check_is_the_same_twice(study):
    assert check(study) == check(study)


def test_the_series_begin_with_the_empty_start():
    from scenarios.study.burnin_check import _series

    arm = arm_of("two_buildings", ("run.burn_in_days=44",))
    series = _series(arm, 1, 0, 30, 0.0)
    assert len(series["response"]) == len(series["orders_open"]) == 30 and DAY_MIN == 1440.0
    assert np.nansum(series["response"]) > 0.0 and series["orders_open"].min() >= 0.0
