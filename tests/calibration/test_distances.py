"""Distances, change points and spans on samples that can be reckoned by hand."""

from datetime import date

import numpy as np
import pytest

from results import distances
from results.changes import changes
from scenarios.calibration.columns import LogColumns
from scenarios.calibration.floor import halves, split_half
from scenarios.calibration.mixture import bins_of, fitted
from scenarios.calibration.pairs import again
from scenarios.calibration.spans import cannot_be_told_apart, spans
from twin.streams import Streams


def a_log(days=56, per_day=30, seed=0, **stamps):
    rng = np.random.default_rng(seed)
    at = np.sort(rng.uniform(0.0, days * 1440.0, days * per_day))
    n = len(at)
    after = {name: stamps.get(name, np.full(n, np.nan)) for name in ("assigned", "arrived", "closed", "work")}
    zeros = np.zeros(n, dtype=np.int64)
    return LogColumns(
        date(2024, 1, 1),
        days,
        at,
        rng.integers(2, size=n),
        zeros,
        zeros + 3,
        np.arange(n),
        zeros - 1,
        after,
        ["a", "b"],
        ["x"],
        [],
    )


def test_distances_of_a_sample_moved_by_two_hours_are_two_hours():
    hours, weekday = np.array([8.0, 9.0, 10.0]), np.zeros(3)
    assert distances.earth_movers(hours, hours + 2.0) == pytest.approx(2.0)
    assert distances.circadian(weekday, hours, weekday, hours + 2.0) == pytest.approx(2.0)
    assert distances.inter_arrival(np.array([0.0, 1.0, 2.0]), np.array([0.0, 3.0, 6.0])) == pytest.approx(2.0)
    assert distances.total_variation(np.array([1.0, 1.0]), np.array([3.0, 1.0])) == pytest.approx(0.25)
    assert distances.dispersion(np.array([1.0, 3.0])) == pytest.approx(1.0)
    assert np.isnan(distances.earth_movers(hours, np.empty(0)))
    assert np.isnan(distances.circadian(weekday, hours, weekday + 1.0, hours))


def test_a_step_is_found_where_it_is_and_noise_has_none():
    rng = np.random.default_rng(2)
    noise = rng.normal(10.0, 1.0, 120)
    assert changes(noise, np.ones(120)) == []
    stepped = noise + np.where(np.arange(120) >= 50, 4.0, 0.0)
    (one,) = changes(stepped, np.ones(120))
    assert abs(one.day - 50) <= 1
    assert (one.before, one.after) == (pytest.approx(10.0, abs=0.5), pytest.approx(14.0, abs=0.5))
    assert changes(np.ones(120), np.ones(120)) == []


def test_false_alarms_are_rare():
    rng = np.random.default_rng(3)
    assert sum(bool(changes(rng.normal(size=90), np.ones(90))) for _ in range(200)) <= 8


def test_stamps_that_are_missing_leave_their_neighbours_joined():
    n = 56 * 30
    full = a_log(assigned=np.full(n, 5.0), arrived=np.full(n, 12.0), closed=np.full(n, 40.0))
    assert {name: float(m[0]) for name, m in spans(full).items()} == {
        "open_to_close": 40.0,
        "wait": 5.0,
        "travel": 7.0,
        "work": 28.0,
    }
    assert cannot_be_told_apart(full) == ""
    no_arrival = a_log(assigned=np.full(n, 5.0), closed=np.full(n, 40.0))
    assert set(spans(no_arrival)) == {"open_to_close", "wait", "travel_and_work"}
    assert "travel + work" in cannot_be_told_apart(no_arrival)
    assert set(spans(a_log(closed=np.full(n, 40.0)))) == {"open_to_close"}
    assert "wait + travel + work" in cannot_be_told_apart(a_log(closed=np.full(n, 40.0)))
    assert "nothing is known of durations" in cannot_be_told_apart(a_log())
    backwards = a_log(assigned=np.full(n, 9.0), arrived=np.full(n, 5.0))
    assert np.isnan(spans(backwards)["travel"]).all()


def test_one_lognormal_is_taken_for_one_and_two_for_two():
    rng = np.random.default_rng(4)
    one = rng.normal(3.0, 0.7, 4000)
    both = np.concatenate((one, rng.normal(6.0, 0.5, 2000)))
    for logs, components in ((one, 1), (both, 2)):
        centres, number = bins_of(logs)
        law = fitted(centres, np.bincount(number, minlength=len(centres))[None].astype(float))
        assert law.share.shape[1] == components
        for p in (0.25, 0.5, 0.9):
            assert law.quantile(p)[0] == pytest.approx(np.exp(np.quantile(logs, p)), rel=0.12)
    mean, cv = fitted(*_histogram(one)).moments()
    assert mean[0] == pytest.approx(np.exp(3.0 + 0.7**2 / 2), rel=0.05)
    assert cv[0] == pytest.approx(np.sqrt(np.expm1(0.7**2)), rel=0.06)


def _histogram(logs):
    centres, number = bins_of(logs)
    return centres, np.bincount(number, minlength=len(centres))[None].astype(float)


def test_things_that_never_repeat_do_not_come_back_and_twins_do():
    log = a_log(days=120)
    ones = np.ones((1, log.days))
    assert again(log, ones).again[0] == 0.0
    unit = np.arange(len(log)) // 2
    order = np.argsort(log.at)
    at = log.at.copy()
    at[1::2] = at[::2] + np.random.default_rng(1).exponential(1440.0, len(at) // 2)
    order = np.argsort(at)
    twins = LogColumns(
        log.first_day, log.days, at[order], log.trade[order], log.place[order], log.priority[order], unit[order], log.staff, log.after,
        log.trades, log.places, [],
    )  # fmt: skip
    kept = twins.part(0, 118)
    assert again(kept, np.ones((1, kept.days))).again[0] == pytest.approx(1.0 / 3.0, abs=0.06)


def test_halves_share_nothing_and_keep_whole_weeks():
    log = a_log()
    for a, b in halves(log, Streams(1, 0), 3):
        assert len(a) + len(b) == len(log)
        assert not set(a.unit.tolist()) & set(b.unit.tolist())
        assert a.days == b.days == 28
    floor = split_half(log, lambda a, b: abs(len(a) - len(b)) / len(log), Streams(1, 0))
    assert 0.0 < floor.mean < floor.high < 0.2
