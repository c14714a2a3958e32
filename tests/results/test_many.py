"""Best among many, precision, warm-up, quantiles: against brute force and their own error rates."""

import numpy as np
import pytest

from results.statistics import (
    Interval,
    Precision,
    RunTooShort,
    against_the_best,
    harm,
    mser5,
    next_size,
    paired,
    quantile,
)  # fmt: skip

TRUE = np.array([10.0, 10.4, 11.0, 14.0])


def _drawn(rng, n):
    """Four scenarios on common random numbers: a shared shock and unequal noise of their own."""
    shared = rng.normal(0.0, 3.0, n)
    return {f"s{k}": TRUE[k] + shared + rng.normal(0.0, 0.5 + 0.5 * k, n) for k in range(4)}


@pytest.mark.parametrize("better", ["lower", "higher"])
def test_the_gaps_to_the_best_hold_together_at_the_stated_level(better):
    rng = np.random.default_rng(3)
    ahead = TRUE if better == "higher" else -TRUE
    gaps = np.array([ahead[i] - np.delete(ahead, i).max() for i in range(4)]) * (1 if better == "higher" else -1)
    trials, hold = 400, 0
    for _ in range(trials):
        found = against_the_best(_drawn(rng, 12), better)
        hold += all(one.low <= gap <= one.high for one, gap in zip(found, gaps, strict=True))
    assert hold >= 0.94 * trials


def test_the_best_is_seldom_left_out_and_a_clear_loser_always():
    rng = np.random.default_rng(4)
    rounds = [against_the_best(_drawn(rng, 12), "lower") for _ in range(100)]
    assert sum(found[0].could_be_best for found in rounds) >= 94
    assert not any(found[3].could_be_best for found in rounds)
    assert all(sum(one.best for one in found) <= 1 for found in rounds)


def test_common_random_numbers_leave_fewer_that_could_be_best():
    rng = np.random.default_rng(5)
    together = apart = 0
    for _ in range(60):
        drawn = _drawn(rng, 12)
        together += sum(one.could_be_best for one in against_the_best(drawn, "lower"))
        shuffled = {name: rng.permutation(values) for name, values in drawn.items()}
        apart += sum(one.could_be_best for one in against_the_best(shuffled, "lower"))
    assert together < 0.8 * apart


def test_two_scenarios_a_hair_apart_could_both_be_best():
    found = against_the_best({"a": [1.0, 2.0, 3.0], "b": [1.1, 1.9, 3.1]}, "lower")
    assert [one.could_be_best for one in found] == [True, True]
    assert not any(one.best for one in found)


@pytest.mark.parametrize(("values", "better"), [({"a": [1.0, 2.0]}, "lower"), ({"a": [1.0], "b": [2.0]}, "faster")])
def test_standings_need_rivals_and_a_direction(values, better):
    with pytest.raises(ValueError, match="expected two or more, and lower or higher"):
        against_the_best(values, better)


def test_harm_is_a_one_sided_test_of_the_correlation():
    rng = np.random.default_rng(6)
    false_alarms = sum(harm(paired(rng.normal(size=10), rng.normal(size=10))) < 0.05 for _ in range(2000))
    assert 0.035 <= false_alarms / 2000 <= 0.065
    base = rng.normal(size=30)
    assert harm(paired(base, -base + rng.normal(0.0, 0.3, 30))) < 1e-6
    assert harm(paired(base, base + rng.normal(0.0, 0.3, 30))) > 0.99


def test_mser_is_the_truncation_of_least_marginal_error():
    rng = np.random.default_rng(7)
    series = 20.0 * np.exp(-np.arange(400) / 25.0) + rng.normal(size=400)
    means = series.reshape(80, 5).mean(axis=1)
    errors = [means[d:].var() / (80 - d) for d in range(75)]
    assert mser5(series) == 5 * int(np.argmin(errors))
    assert 40 <= mser5(series) <= 200


def test_a_stationary_run_loses_little():
    rng = np.random.default_rng(8)
    assert np.median([mser5(rng.normal(size=500)) for _ in range(100)]) <= 50


def test_a_run_that_has_not_settled_is_too_short():
    with pytest.raises(RunTooShort, match="past half the run"):
        mser5(np.concatenate([np.linspace(100.0, 0.0, 350), np.zeros(50) + np.sin(np.arange(50))]))


@pytest.mark.parametrize("series", [np.ones(49), np.array([1.0] * 60 + [float("nan")])])
def test_mser_refuses_what_it_cannot_judge(series):
    with pytest.raises(ValueError, match="MSER-5"):
        mser5(series)


def test_sectioned_quantiles_cover_the_true_one():
    rng = np.random.default_rng(9)
    truth, trials = -np.log(0.05), 500
    covered = 0
    for _ in range(trials):
        found = quantile([rng.exponential(size=400) for _ in range(20)], 0.95)
        covered += found.low <= truth <= found.high
    assert 0.92 <= covered / trials <= 0.98


def test_a_quantile_of_sections_is_that_of_all_observations():
    rng = np.random.default_rng(10)
    sections = [rng.exponential(size=size) for size in (3, 0, 50, 7)]
    assert quantile(sections, 0.9).estimate == np.quantile(np.concatenate(sections), 0.9)
    assert np.isnan(quantile(sections[:1], 0.9).low)


@pytest.mark.parametrize("q", [0.0, 1.0, 95.0])
def test_a_quantile_is_inside_zero_and_one(q):
    with pytest.raises(ValueError, match="inside"):
        quantile([np.ones(3)], q)


def test_replications_are_added_until_the_interval_is_narrow_and_no_longer():
    """The sequential rule stops near the width asked for, and its interval still covers the mean."""
    rng = np.random.default_rng(11)
    wanted, stops, covered = Precision("K-R1", 0.05, relative=True), [], 0
    for _ in range(200):
        draws = rng.normal(100.0, 20.0, 2000)
        n = next_size(1, float("inf"), 2000)
        while True:
            found = _interval(draws[:n])
            following = next_size(n, wanted.shortfall(found), 2000)
            if following == n:
                break
            n = following
        stops.append(n)
        covered += found.low <= 100.0 <= found.high
        assert (found.high - found.low) / 2.0 <= 0.05 * 100.0 * 1.05
    assert 60 <= np.median(stops) <= 85  # (1.96 * 20 / (100 * 0.05 / 1.05))² = 68
    assert covered >= 180


def test_a_ceiling_ends_a_study_that_cannot_be_precise():
    assert next_size(40, 5.0, 40) == 40
    assert next_size(30, 5.0, 40) == 40
    assert next_size(3, 5.0, 8) == 8


@pytest.mark.parametrize(("half", "relative"), [(0.0, False), (-1.0, True), (1.0, True), (float("nan"), False)])
def test_a_wanted_width_is_positive_and_a_share_below_one(half, relative):
    with pytest.raises(ValueError, match="half-width"):
        Precision("K-R1", half, relative)


def _interval(values):
    from results.statistics import mean_interval

    found = mean_interval(values)
    assert isinstance(found, Interval)
    return found
