"""Statistics against scipy, printed values and their own error rates."""

import numpy as np
import pytest
from scipy import stats

from results.statistics import (
    holm,
    mean_interval,
    paired,
    ratio_of_sums,
    tost,
    variance_ratio,
    verdict,
    wilson,
)  # fmt: skip
from results.statistics.laws import normal_quantile, student_above, student_below, student_quantile

BASE = np.array([10.0, 12.0, 9.0, 11.0, 13.0, 8.0])
OTHER = np.array([9.1, 11.2, 8.3, 9.9, 12.5, 6.8])


@pytest.mark.parametrize("freedom", [1, 2, 9, 200])
def test_the_laws_are_scipys_to_the_last_bit(freedom):
    for p in (1e-6, 0.3, 0.5, 0.95, 0.975):
        assert student_quantile(p, freedom) == stats.t.ppf(p, freedom)
        assert normal_quantile(p) == stats.norm.ppf(p)
    for t in (-np.inf, -40.0, -1.5, 0.0, 2.1, np.inf):
        assert student_below(t, freedom) == stats.t.cdf(t, freedom)
        assert student_above(t, freedom) == stats.t.sf(t, freedom)


def test_the_mean_interval_is_scipys():
    found = mean_interval(BASE)
    low, high = stats.t.interval(0.95, 5, loc=BASE.mean(), scale=stats.sem(BASE))
    assert (found.low, found.high) == pytest.approx((low, high))


def test_the_paired_test_is_scipys():
    found = paired(BASE, OTHER)
    reference = stats.ttest_rel(OTHER, BASE)
    interval = reference.confidence_interval(0.95)
    assert found.p == pytest.approx(reference.pvalue)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high))


def test_a_pair_with_a_gap_is_left_out():
    assert paired([1.0, float("nan"), 3.0], [2.0, 2.0, 5.0]).n == 2


def test_unpaired_values_are_refused():
    with pytest.raises(ValueError, match="2 of the base and 3 of the other"):
        paired([1.0, 2.0], [1.0, 2.0, 3.0])


def test_equal_runs_differ_by_nothing_and_a_constant_shift_is_certain():
    same, shifted = paired(BASE, BASE), paired(BASE, BASE + 0.1)
    assert (same.difference, same.p) == (0.0, 1.0)
    assert shifted.p == 0.0 and shifted.difference == pytest.approx(0.1)


def test_holm_by_hand():
    """Sorted 0.005, 0.01, 0.03, 0.04 times 4, 3, 2, 1, never decreasing: 0.02, 0.03, 0.06, 0.06."""
    assert holm([0.01, 0.04, 0.03, 0.005]).tolist() == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.6, 0.9]).tolist() == [1.0, 1.0]


def test_holm_does_not_count_what_was_not_tested():
    found = holm([0.02, float("nan")])
    assert found[0] == pytest.approx(0.02) and np.isnan(found[1])


def test_equivalence_is_two_one_sided_tests():
    d = OTHER - BASE
    expected = max(
        stats.ttest_1samp(d, -1.5, alternative="greater").pvalue, stats.ttest_1samp(d, 1.5, alternative="less").pvalue
    )
    assert tost(paired(BASE, OTHER), 1.5) == pytest.approx(expected)


def test_equivalence_needs_a_margin():
    with pytest.raises(ValueError, match="more than 0"):
        tost(paired(BASE, OTHER), 0.0)


def test_equivalence_is_the_ninety_percent_interval_inside_the_margin():
    found = paired(BASE, OTHER, level=0.90)
    widest = max(abs(found.low), abs(found.high))
    assert tost(found, widest * 1.001) < 0.05 < tost(found, widest * 0.999)


@pytest.mark.parametrize(
    ("difference", "p", "better", "p_equivalent", "expected"),
    [
        (-5.0, 0.01, "lower", 0.9, "better"),
        (5.0, 0.01, "lower", 0.9, "worse"),
        (5.0, 0.01, "higher", 0.9, "better"),
        (-5.0, 0.20, "lower", 0.9, "not shown"),
        (-0.1, 0.20, "lower", 0.01, "equivalent"),
        (5.0, 0.01, "neither", 0.9, "reported"),
        (5.0, float("nan"), "lower", float("nan"), "not shown"),
    ],
)
def test_verdicts(difference, p, better, p_equivalent, expected):
    assert verdict(difference, p, better, p_equivalent) == expected


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(0, 20, 0.0, 0.1611), (10, 20, 0.2993, 0.7007), (20, 20, 0.8389, 1.0), (81, 263, 0.2553, 0.3662)],
)
def test_wilson_known_values(hits, n, low, high):
    """81 of 263 is the worked case of Newcombe, Statistics in Medicine 17 (1998), printed 0.2553 to 0.3662."""
    found = wilson(hits, n)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)
    reference = stats.binomtest(hits, n).proportion_ci(method="wilson")
    assert (found.low, found.high) == pytest.approx((reference.low, reference.high))


def test_wilson_refuses_more_hits_than_trials():
    with pytest.raises(ValueError, match="expected 0 <= hits <= n"):
        wilson(3, 2)


def test_a_ratio_of_sums_with_equal_denominators_is_the_mean_of_ratios():
    found, means = ratio_of_sums(BASE * 7.0, np.full(6, 7.0)), mean_interval(BASE)
    assert (found.estimate, found.low, found.high) == pytest.approx((means.estimate, means.low, means.high))


def test_a_ratio_of_sums_weighs_replications_by_their_orders():
    assert ratio_of_sums([1.0, 90.0, 2.0], [10.0, 100.0, 10.0]).estimate == pytest.approx(93.0 / 120.0)


def test_jackknife_intervals_cover_the_true_ratio():
    rng = np.random.default_rng(11)
    hits = 0
    for _ in range(400):
        bottom = rng.poisson(60, 20)
        found = ratio_of_sums(rng.binomial(bottom, 0.25), bottom)
        hits += found.low <= 0.25 <= found.high
    assert 0.92 <= hits / 400 <= 0.98


def test_common_random_numbers_are_given_their_due():
    rng = np.random.default_rng(3)
    shared, a, b = rng.normal(0, 10, 300), rng.normal(0, 1, 300), rng.normal(0, 1, 300)
    gained = variance_ratio(shared + a, shared + b)
    assert gained.low < 101.0 < gained.high
    alone = variance_ratio(a, b)
    assert alone.low < 1.0 < alone.high


def test_an_a_a_family_finds_a_winner_rarely():
    """Ten figures, 300 studies without any difference: Holm keeps the share of studies with a winner near 5 %."""
    rng = np.random.default_rng(8)
    winners = 0
    for _ in range(300):
        shared = rng.normal(0, 3, 12)
        p = [paired(shared + rng.normal(0, 1, 12), shared + rng.normal(0, 1, 12)).p for _ in range(10)]
        winners += bool((holm(p) < 0.05).any())
    assert winners / 300 <= 0.08


def test_one_replication_gives_no_interval():
    assert np.isnan(mean_interval([3.0]).low) and np.isnan(paired([1.0], [2.0]).p)
    assert mean_interval([]).n == 0
