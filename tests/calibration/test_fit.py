"""What a calibration finds in a log whose truth is known, and what it says of logs that are no such thing."""

import csv
from datetime import date

import numpy as np
import pytest

from scenarios.calibration import calibrate
from scenarios.calibration.columns import columns_of
from scenarios.calibration.values import Draws, hang_together
from scenarios.problems import ScenarioProblems
from tests.calibration import generated
from twin.streams import Streams

NOT_IN_FOUR_MONTHS = ("arrivals.month.03", "arrivals.month.07", "arrivals.month.09")


def test_intervals_of_99_percent_width_hold_the_truth_of_every_parameter(done, log):
    truth = log[2].parameters()
    missed = []
    for key, true in truth.items():
        if key in NOT_IN_FOUR_MONTHS:
            continue
        value = done.value(key)
        half = 0.5 * (value.high_95 - value.low_95)
        if abs(value.estimate - true) > 2.0 * half:
            missed.append((key, value, true))
    assert not missed


def test_a_log_that_is_what_it_was_is_valid_in_every_component(done):
    assert done.valid, done.broken
    judged = {one.component: one.verdict for one in done.judgements}
    assert judged.pop("season", "not judged") == "not judged"
    assert set(judged.values()) == {"valid"}
    assert set(judged) == {
        "log",
        "stationarity",
        "arrivals",
        "dispersion",
        "durations",
        "mix",
        "repeats",
        "rhythm",
        "staff",
    }


def test_days_differ_more_than_poisson_and_the_fit_says_so(done, log):
    assert done.value("dispersion.variance_over_mean").low_95 > 1.5
    assert done.value("dispersion.day_cv").low_95 > 0.0


def test_a_poisson_log_has_no_mood_worth_the_name(tmp_path):
    rng = np.random.default_rng(5)
    truth = generated.drawn_truth(rng)
    truth.day_cv, truth.again = 1e-3, 0.0
    truth.month[:] = 1.0
    done = calibrate(*generated.write(truth, rng, tmp_path, 84))
    assert done.value("dispersion.day_cv").estimate < 0.12
    assert done.fits["repeats"].kept["again"] == pytest.approx(0.0, abs=0.05)


def test_the_same_log_and_seed_give_the_same_values_and_another_seed_other_intervals(log):
    once, again, other = (_arrivals(log, seed) for seed in (1, 1, 2))
    assert once == again
    assert once.estimate == other.estimate
    assert once.low_90 != other.low_90


def _arrivals(log, seed):
    from scenarios.calibration.components.arrivals import COMPONENT
    from scenarios.trace.log import load

    trace = load(log[0], log[1], untimely=True)
    columns = columns_of(trace.rows, trace.first_day, trace.days)
    return COMPONENT.fit(Draws(columns, Streams(seed, 2))).value("arrivals.per_day")


def test_days_that_hang_together_are_resampled_by_weeks(log):
    from scenarios.trace.log import load

    trace = load(log[0], log[1], untimely=True)
    columns = columns_of(trace.rows, trace.first_day, trace.days)
    assert not hang_together(columns)
    busy = np.repeat(np.arange(columns.days // 14 + 1) % 2 == 0, 14)[: columns.days]
    kept = [row for row in trace.rows if busy[int(row.at_min // 1440)] or row.line % 3 == 0]
    assert hang_together(columns_of(kept, trace.first_day, trace.days))


def _rewritten(log, folder, change):
    with log[0].open() as file:
        rows = list(csv.DictReader(file))
    rows = change(rows)
    copy = folder / "copy.csv"
    with copy.open("w", newline="") as file:
        out = csv.DictWriter(file, generated.HEADER)
        out.writeheader()
        out.writerows(rows)
    return copy


def _shuffled(rows, columns=("opened",)):
    order = np.random.default_rng(1).permutation(len(rows))
    return [{**row, **{c: rows[k][c] for c in columns}} for row, k in zip(rows, order, strict=True)]


def test_a_log_with_shuffled_timestamps_is_not_valid(log, tmp_path):
    done = calibrate(_rewritten(log, tmp_path, _shuffled), log[1])
    why = str(done.judgement("log"))
    assert why.startswith("not valid, because")
    assert "rows before an earlier one" in why
    assert "ends before their start" in why


def test_shuffled_timestamps_sorted_again_are_given_away_by_the_running_numbers(log, tmp_path):
    stamps = ("opened", "assigned", "arrived", "closed")
    copy = _rewritten(log, tmp_path, lambda rows: sorted(_shuffled(rows, stamps), key=lambda row: row["opened"]))
    done = calibrate(copy, log[1])
    assert done.trace.counted.out_of_order == done.trace.counted.ends_before_start == 0
    assert "rank correlation of number and opening" in str(done.judgement("log"))
    assert not done.valid


def test_durations_that_drift_are_not_valid_and_the_drift_is_named(log, tmp_path):
    def slower(rows):
        last = len(rows) * 3 // 4
        return [row if k < last else {**row, "closed": _later(row)} for k, row in enumerate(rows)]

    done = calibrate(_rewritten(log, tmp_path, slower), log[1])
    assert done.judgement("durations").verdict == "not valid"
    assert "median of" in done.judgement("durations").because
    assert "time to close" in done.judgement("stationarity").because
    assert done.judgement("mix").verdict == "valid"


def _later(row):
    from datetime import datetime

    opened, closed = (datetime.fromisoformat(row[c]) for c in ("opened", "closed"))
    return (closed + 3 * (closed - opened)).isoformat(timespec="seconds")


def test_days_too_few_or_crossed_are_told_at_once(log):
    with pytest.raises(ScenarioProblems) as told:
        calibrate(log[0], log[1], fit_until=date(2024, 1, 5), judge_from=date(2024, 4, 28))
    assert [problem.file for problem in told.value.problems] == ["--fit-until", "--judge-from"]
    with pytest.raises(ScenarioProblems, match="a day after --fit-until"):
        calibrate(log[0], log[1], fit_until=date(2024, 3, 1), judge_from=date(2024, 2, 1))
