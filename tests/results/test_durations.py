"""Censored durations against hand values."""

import numpy as np
import pytest

from results.durations import Durations, by_deadline, durations

NAN = float("nan")


def test_without_open_orders_the_mean_is_the_mean_and_quantiles_are_those_of_the_sample():
    waits = durations(np.array([30.0, 10.0, 20.0, 40.0]), np.full(4, 99.0))
    assert waits.mean() == 25.0 and waits.open == 0
    assert (waits.quantile(0.5), waits.quantile(0.9), waits.quantile(1.0)) == (20.0, 40.0, 40.0)


def test_kaplan_meier_by_hand():
    """Ends at 1, 3, 4; open at 2 and 5. S = 4/5 from 1, 4/5·2/3 = 8/15 from 3, 4/15 from 4; area to 5."""
    waits = durations(np.array([1.0, NAN, 3.0, 4.0, NAN]), np.array([9.0, 2.0, 9.0, 9.0, 5.0]))
    assert waits.mean() == pytest.approx(1.0 + 2 * 4 / 5 + 8 / 15 + 4 / 15)
    assert waits.quantile(0.5) == 4.0
    assert np.isnan(waits.quantile(0.9))
    assert waits.open == 2


def test_an_end_counts_before_an_open_order_of_the_same_length():
    """At 2 both of two at risk: one ends (S = 1/2), one is open."""
    waits = durations(np.array([NAN, 2.0]), np.array([2.0, 9.0]))
    assert waits.quantile(0.5) == 2.0 and waits.mean() == pytest.approx(2.0)


def test_kaplan_meier_mean_of_exponentials_is_not_pulled_down_by_censoring():
    rng = np.random.default_rng(5)
    truth, stop = rng.exponential(10.0, 20_000), rng.exponential(40.0, 20_000)
    waits = durations(np.where(truth <= stop, truth, NAN), stop)
    assert waits.minutes[waits.ended].mean() < 8.5
    assert waits.mean() == pytest.approx(10.0, abs=0.3)


def test_a_deadline_knows_on_time_late_overdue_and_undetermined():
    waits = durations(np.array([60.0, 60.1, NAN, NAN]), np.array([0.0, 0.0, 61.0, 59.0]))
    judged = by_deadline(waits, 60.0)
    assert judged.on_time.tolist() == [True, False, False, False]
    assert judged.late.tolist() == [False, True, True, False]
    assert judged.undetermined.tolist() == [False, False, False, True]


def test_nothing_ended_has_no_mean():
    waits = Durations(np.array([5.0]), np.array([False]))
    assert np.isnan(waits.mean()) and np.isnan(waits.quantile(0.5))
    assert np.isnan(Durations(np.empty(0), np.empty(0, dtype=bool)).quantile(0.5))


def test_an_end_counts_before_an_open_order_of_the_same_length_also_when_a_longer_one_follows():
    """At 2 one of three ends, then one is open, at 4 the last ends: 2 + 2 · 2/3."""
    waits = durations(np.array([NAN, 2.0, 4.0]), np.array([2.0, 9.0, 9.0]))
    assert waits.mean() == pytest.approx(2.0 + 2.0 * 2 / 3)


def test_each_wait_weighs_its_share_of_the_mean_and_an_open_one_gives_its_own_to_the_longer():
    """Ends at 4, 1 and 3, open at 2 and 5: jumps 1/5 at 1, 4/15 at 3 and at 4; what is left, 4/15, is the longest's."""
    waits = durations(np.array([4.0, 1.0, NAN, 3.0, NAN]), np.array([9.0, 9.0, 2.0, 9.0, 5.0]))
    assert waits.weights() == pytest.approx([4 / 15, 1 / 5, 0.0, 4 / 15, 4 / 15])
    assert waits.weights() @ waits.minutes == pytest.approx(waits.mean())


def test_an_end_weighs_before_an_open_wait_of_the_same_length():
    waits = durations(np.array([NAN, 2.0, 4.0]), np.array([2.0, 9.0, 9.0]))
    assert waits.weights() == pytest.approx([0.0, 1 / 3, 2 / 3])


@pytest.mark.parametrize("count", [0, 1, 4])
def test_finished_waits_weigh_the_same(count):
    assert durations(np.arange(float(count)), np.zeros(count)).weights().tolist() == [1.0 / max(count, 1)] * count
