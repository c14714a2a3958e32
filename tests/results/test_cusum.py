"""The cumulative sum does what Page's does, and its run lengths are the published ones."""

import numpy as np
import pytest

from results.cusum import alarms, began, evidence, highest


def told(values, step=1.0):
    values = np.asarray(values, dtype=float)
    days = values.shape[-1]
    return evidence(values, np.zeros(days), np.ones(days), np.full(days, step))


def test_the_sum_is_pages_by_hand():
    days = told([0.0, 1.0, 2.0, 2.0, -9.0, -9.0])
    # up: 0, 0.5, 2.0, 3.5 → alarm, 0, 0; down: 0, 0, 0, begins anew with the alarm, 8.5 → alarm, 8.5 → alarm
    assert alarms(days, 3.0).tolist() == [0, 0, 0, 1, -1, -1]
    assert alarms(days, 3.5).tolist() == [0, 0, 0, 0, -1, -1]


def test_a_threshold_for_each_series_and_one_for_all_agree():
    rng = np.random.default_rng(3)
    days = told(rng.normal(0.4, 1.0, (5, 60)))
    thresholds = np.array([2.0, 4.0])
    both = alarms(days, thresholds[:, None])
    assert both.shape == (2, 5, 60)
    for k, threshold in enumerate(thresholds):
        assert (both[k] == alarms(days, threshold)).all()


def test_days_on_which_nothing_was_seen_or_expected_say_nothing():
    values = np.array([3.0, np.nan, 3.0, 3.0])
    days = evidence(values, np.array([0.0, 0.0, np.nan, 0.0]), np.array([1.0, 1.0, 1.0, 0.0]), np.ones(4))
    assert days.push.tolist() == [3.0, 0.0, 0.0, 0.0]
    assert days.weight.tolist() == [1.0, 0.0, 0.0, 0.0]


def test_a_change_is_said_to_have_begun_where_it_did():
    values = np.concatenate([np.full(20, -0.4), np.full(10, 2.0)])
    days = told(values)
    alarm = int(np.argmax(alarms(days, 5.0)))
    assert alarm == 23
    assert began(days, 1, 0, alarm) == 20
    assert began(days, 1, 22, alarm) == 22


def test_nothing_exceeds_the_highest_sum():
    days = told(np.random.default_rng(4).normal(0.0, 1.0, (8, 200)))
    top = highest(days)
    assert not alarms(days, top).any()
    assert alarms(days, top * 0.999).any()


@pytest.mark.parametrize(("shift", "published"), [(0.0, 168.0), (1.0, 8.38), (2.0, 3.34)])
def test_average_run_lengths_are_the_published_ones(shift, published):
    """Two-sided, reference value 0.5, decision interval 4 (Montgomery, Statistical Quality Control, table 9.3)."""
    rng = np.random.default_rng(5)
    days = told(rng.normal(shift, 1.0, (2000, 1500 if not shift else 100)))
    first = (alarms(days, 4.0) != 0).argmax(axis=1) + 1
    assert first.mean() == pytest.approx(published, rel=0.06)
