"""The two public logs, where they are: what can be believed of them, and what not."""

import gzip
from datetime import date

import numpy as np
import pytest

from results.distances import dispersion, total_variation
from scenarios.calibration import calibrate
from scenarios.trace.mapping import shipped

LIFTS = "data/lifts_dcmetro/status.csv.gz"
DESK = "data/incidents_uci498/incidents.csv.gz"
LIVE = date(2016, 4, 4)
"""From here on the desk is steady (the data's own notes)."""


@pytest.fixture(scope="module")
def lifts(shared):
    return calibrate(shared / LIFTS, shipped()["lifts_dcmetro"], first_day=date(2013, 6, 1), last_day=date(2014, 6, 30))


@pytest.fixture(scope="module")
def desk(shared):
    return calibrate(shared / DESK, shipped()["incidents_uci498"], first_day=LIVE, last_day=date(2016, 4, 30))


def later(done):
    return done.log.part((done.judged_from - done.log.first_day).days, done.log.days)


def criteria(done):
    return {check.what: check for check in done.judgement("arrivals").checks}


def test_lifts_events_a_day_of_the_last_quarter_are_met_within_15_percent(lifts):
    check = criteria(lifts)["within 15 %"]
    assert check.judged == pytest.approx(later(lifts).counts.mean())
    assert abs(check.fitted / check.judged - 1.0) <= 0.15
    assert check.ok
    assert "within 15 %: met" in lifts.judgement("arrivals").because


def test_lifts_quartiles_are_met_within_15_percent_and_the_90th_percentile_within_30(lifts):
    minutes = later(lifts).after["closed"]
    law = lifts.first["durations"].kept["open_to_close.all"]
    for p, near in ((0.25, 0.15), (0.5, 0.15), (0.75, 0.15), (0.9, 0.30)):
        assert law.quantile(p)[0] == pytest.approx(np.nanquantile(minutes, p), rel=near)
    assert lifts.judgement("durations").verdict == "valid"


def test_lifts_hours_of_the_day_differ_by_less_than_12_percent(lifts):
    hours = np.bincount(later(lifts).hour, minlength=24).astype(float)
    assert total_variation(lifts.first["rhythm"].kept["hours"], hours) < 0.12


def test_lifts_variance_over_mean_lies_inside_the_last_parts_bootstrap_interval(lifts):
    (check,) = lifts.judgement("dispersion").checks
    assert check.low <= check.fitted <= check.high
    assert check.judged == pytest.approx(dispersion(later(lifts).counts))
    assert check.fitted > 3.0, "plain Poisson would say 1"


def test_lifts_joined_the_record_in_august_and_the_calibration_sees_it(lifts):
    assert lifts.stationarity.live_date.startswith("2013-08")
    assert "share of escalator" in lifts.judgement("stationarity").because


def test_desk_events_a_day_lie_inside_the_prediction_interval(desk):
    check = criteria(desk)["inside the 95 % prediction interval"]
    assert check.low <= check.judged <= check.high
    assert check.ok
    assert desk.judgement("arrivals").verdict == "valid"
    assert "inside the 95 % prediction interval: met" in desk.judgement("arrivals").because


def test_desk_durations_are_not_valid_and_the_drift_is_named(desk):
    judgement = desk.judgement("durations")
    assert judgement.verdict == "not valid"
    assert "median of open_to_close, all, fitted" in judgement.because
    median = next(check for check in judgement.checks if check.what.startswith("median of open_to_close, all"))
    assert median.judged < 0.5 * median.fitted
    assert not desk.valid


def test_the_five_weeks_in_which_the_desk_went_live_are_not_stationary(shared):
    done = calibrate(
        shared / DESK, shipped()["incidents_uci498"], first_day=date(2016, 2, 29), last_day=date(2016, 4, 30)
    )
    assert done.judgement("stationarity").verdict == "not valid"
    assert "goes live until" in done.judgement("stationarity").because
    assert abs((date.fromisoformat(done.stationarity.live_date) - LIVE).days) <= 7
    assert "duration" in done.stationarity.drifts


@pytest.mark.parametrize("name", ["lifts_dcmetro", "incidents_uci498"])
def test_a_copy_with_shuffled_timestamps_is_not_valid(name, shared, tmp_path):
    source, opens = {"lifts_dcmetro": (LIFTS, "start"), "incidents_uci498": (DESK, "opened_at")}[name]
    header, *rows = (line.split(",") for line in gzip.decompress((shared / source).read_bytes()).decode().splitlines())
    rows = rows[:12_000]
    column = header.index(opens)
    order = np.random.default_rng(1).permutation(len(rows))
    times = [rows[k][column] for k in order]
    for row, time in zip(rows, times, strict=True):
        row[column] = time
    copy = tmp_path / "shuffled.csv"
    copy.write_text("\n".join(",".join(row) for row in [header, *rows]) + "\n")
    for beside in (shared / source).parent.glob("units.csv.gz"):
        (tmp_path / beside.name).write_bytes(beside.read_bytes())
    period = (
        (date(2013, 6, 1), date(2014, 6, 30)) if name == "lifts_dcmetro" else (date(2016, 2, 29), date(2016, 4, 30))
    )
    done = calibrate(copy, shipped()[name], first_day=period[0], last_day=period[1])
    assert done.judgement("log").verdict == "not valid"
    assert "rows before an earlier one" in done.judgement("log").because
