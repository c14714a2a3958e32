"""Runs that follow a log: what drives them, what is switched off, what differs between arms."""

import json
import re
import subprocess
import sys

import numpy as np
import pytest

from policies.contract.units import DAY_MIN
from scenarios.problems import ScenarioProblems
from scenarios.trace import load, run
from scenarios.trace.campus import build_campus_world, settings_for
from scenarios.trace.mapping import read_mapping
from scenarios.trace.overlay import read_overlay
from scenarios.trace.world import build_world, path_of
from tests.traces.conftest import HEADER, ROWS
from twin.streams import Streams

LOGGED = ('name = "small"', 'name = "small"\nduration_is_work = true')


def busy_log(desk, orders=400):
    """Four days of requests, close enough together for rules to matter."""
    u = Streams(5, 0).uniform
    rows = []
    for k in range(orders):
        minute = int(k * 4 * 540 / orders)
        at = f"2025-09-0{1 + minute // 540}T{8 + minute % 540 // 60:02d}:{minute % 60:02d}"
        where = "East" if u("where", k) < 0.5 else "West"
        what = "tap" if u("what", k) < 0.5 else "lamp"
        rows.append(f"{k},{at},,{where},{what},{1 + int(3 * u('prio', k))},{int(2 + 6 * u('mins', k))}")
    desk.write(rows)


def world_of(desk, arm="nearest", **given):
    overlay = read_overlay(desk.overlay)
    trace = load(desk.log, desk.mapping, overlay.places, overlay.trades())
    return build_world(trace, overlay, overlay.file.arms[arm], **given), trace


def test_every_logged_request_is_reported_at_its_instant_and_nothing_else_is(desk):
    world, trace = world_of(desk.with_world())
    world.run(trace.horizon_days * DAY_MIN)
    reported = world.journal.table("RequestReported")
    assert reported["at"].tolist() == [row.at_min for row in trace.rows]
    assert reported.text("trade") == [row.trade for row in trace.rows]
    assert reported["priority"].tolist() == [row.priority for row in trace.rows]
    assert len(world.journal.table("WorkCompleted")) == len(trace.rows)
    absent = {"ReminderReceived", "MergeDuplicate", "FaultOccurred", "RequestLost", "OrderReopened"}
    assert absent.isdisjoint(world.journal.tables())


def test_a_logged_duration_is_the_time_on_site_where_the_mapping_says_so(desk):
    desk.with_world()
    desk.map(LOGGED, ("[columns]", 'world = "overlay.toml"\n[columns]'))
    world, trace = world_of(desk)
    world.run(trace.horizon_days * DAY_MIN)
    arrived = dict(
        zip(world.journal.table("OnSite")["order"].tolist(), world.journal.table("OnSite")["at"].tolist(), strict=True)
    )
    done = world.journal.table("WorkCompleted")
    spent = {order: at - arrived[order] for order, at in zip(done["order"].tolist(), done["at"].tolist(), strict=True)}
    assert [spent[k] for k in range(5)] == pytest.approx([30.0, 45.0, 20.0, 60.0, 15.0])


def test_drawn_work_follows_the_law_of_the_trade_and_no_row_shifts_another(desk):
    busy_log(desk)
    overlay = read_overlay(desk.overlay)
    trace = load(desk.log, desk.mapping)
    rows = path_of(trace, overlay, Streams(1, 0))
    taps = np.array([row.work_min for row in rows if row.trade == "plumbing"])
    assert taps.mean() == pytest.approx(40.0, rel=0.1)
    trace.rows = trace.rows[:50]
    assert [row.work_min for row in path_of(trace, overlay, Streams(1, 0))] == [row.work_min for row in rows[:50]]


def test_two_arms_assign_differently_and_both_finish_everything(desk):
    busy_log(desk, 90)
    study = run(desk.log, desk.with_world().mapping, ["nearest", "pooled"])
    assert study.different_assignments("nearest") == 0
    assert study.different_assignments("pooled") > 0
    assert [study.mean(arm, "K-R6.open") for arm in study.arms] == [0.0, 0.0]


def test_a_run_is_the_same_again_and_replications_differ_in_what_the_log_does_not_say(desk):
    desk.with_world()
    first = run(desk.log, desk.mapping, ["nearest"], replications=2)
    again = run(desk.log, desk.mapping, ["nearest"], replications=2)
    digests = [one.journal_digest for one in first.runs]
    assert digests == [one.journal_digest for one in again.runs]
    assert digests[0] != digests[1]
    desk.map(LOGGED, ("[columns]", 'world = "overlay.toml"\n[columns]'))
    logged = run(desk.log, desk.mapping, ["nearest"], replications=2)
    assert logged.runs[0].journal_digest == logged.runs[1].journal_digest, "the log says everything"


def test_phones_can_stand_between_the_log_and_the_office(desk):
    desk.with_world()
    perfect = run(desk.log, desk.mapping, ["nearest"])
    poor = run(desk.log, desk.mapping, ["nearest"], handset="poor")
    assert perfect.runs[0].journal_digest != poor.runs[0].journal_digest
    assert poor.mean("nearest", "K-R6.open") == 0.0


def test_the_report_says_what_is_off(desk):
    lines = run(desk.log, desk.with_world().mapping, ["nearest", "pooled"]).lines()
    assert any("recurrence, duplicates and reminders of the model are off" in line for line in lines)
    assert any(line.startswith("K-R4 [min]") for line in lines)
    assert lines[-1].startswith("different assignments")


def test_what_is_wrong_in_an_overlay_is_told_at_once(desk):
    desk.overlay.write_text(
        desk.overlay.read_text()
        .replace("electrical = 2", "electricl = 2")
        .replace('home = "East"', 'home = "Esat"')
        .replace("nearest_idle", "nearest_idel")
    )
    with pytest.raises(ScenarioProblems) as told:
        run(desk.log, desk.with_world().mapping)
    lines = [line.removeprefix(f"{desk.overlay}:") for line in told.value.errors]
    assert [line.split(":")[0].split(" ")[1] for line in lines] == [
        "crews.day.skills",
        "crews.day.home",
        "arms.nearest.dispatch",
    ]
    assert all("did you mean" in line for line in lines)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("mean_min = 40", "mean_min = -1", "a number more than 0"),
        ("count = 2", "count = 0", "count"),
        ('rule = "one_point"', 'rule = "branches"', "names of a letter in bearing_deg"),
        ("inside_min = 5", "inside = 5", 'did you mean "inside_min"'),
    ],
)
def test_an_impossible_overlay_is_refused(desk, old, new, says):
    desk.overlay.write_text(desk.overlay.read_text().replace(old, new))
    with pytest.raises(ScenarioProblems, match=says):
        run(desk.log, desk.with_world().mapping)


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ('skill_place_load", parameters = { travel = "far" }', r'\.parameters\.travel: given "far"; expected a number'),
        ('skill_place_load", parameters = { travl = 1.0 }', r'\.parameters\.travl: .*did you mean "travel"\?'),
        ('hold_reserve", parameters = { reserve = -1 }', r"\.parameters: given \{'reserve': -1\}"),
    ],
)
def test_a_parameter_that_the_rule_of_an_arm_does_not_take_is_refused(desk, rule, says):
    desk.overlay.write_text(desk.overlay.read_text().replace('nearest_idle"', rule))
    place = rf"{re.escape(str(desk.overlay))}:\d+ arms\.nearest\.dispatch"
    with pytest.raises(ScenarioProblems, match=place + says):
        run(desk.log, desk.with_world().mapping)


def test_an_arm_a_kind_or_a_world_that_is_not_there_is_named(desk):
    with pytest.raises(ScenarioProblems, match='did you mean "nearest"'):
        run(desk.log, desk.with_world().mapping, ["nearst"])
    with pytest.raises(ScenarioProblems, match="a world in the mapping, or a scenario"):
        desk.map()
        run(desk.log, desk.mapping)
    with pytest.raises(ScenarioProblems, match="nobody lives in an overlay"):
        desk.map(('"requests"', '"faults"'), ('name = "small"', 'name = "small"\nworld = "overlay.toml"'))
        run(desk.log, desk.mapping)


def test_a_request_log_drives_a_campus_and_its_own_demand_is_off(desk):
    study = run(desk.log, desk.mapping, ["two_buildings"])
    assert study.mean("two_buildings", "K-R6.orders") == len(ROWS)
    assert study.mean("two_buildings", "duplicate_share") == 0.0
    assert any("planned maintenance is off" in line for line in study.lines())


def test_a_request_log_lets_nothing_recur_and_nobody_remind(desk):
    busy_log(desk, 120)
    world, trace = campus_world(desk)
    world.run(trace.horizon_days * DAY_MIN)
    tables = world.journal.tables()
    assert len(world.journal.table("RequestReported")) == 120
    assert not {"FaultOccurred", "ReminderReceived", "MergeDuplicate", "RequestLost", "PreventiveDue"} & set(tables)


def test_a_fault_log_replaces_the_exogenous_faults_and_people_still_report_them(desk):
    busy_log(desk, 120)
    desk.map(('"requests"', '"faults"'), LOGGED)
    world, trace = campus_world(desk)
    world.run(trace.horizon_days * DAY_MIN)
    faults = world.journal.table("FaultOccurred")
    exogenous = faults["parent"] < 0
    assert faults["at"][exogenous].tolist() == [row.at_min for row in trace.rows]
    assert [t for t, mine in zip(faults.text("trade"), exogenous, strict=True) if mine] == [
        row.trade for row in trace.rows
    ]
    assert faults["priority"][exogenous].tolist() == [row.priority for row in trace.rows]
    reported = world.journal.table("RequestReported")
    assert len(reported) >= 100
    assert set(reported["fault"].tolist()) <= set(faults["fault"].tolist())
    assert (~exogenous).sum() > 0, "causes nobody removed recur"


def campus_world(desk):
    from scenarios.resolution.resolve import resolve

    resolved = resolve("two_buildings", sets=settings_for(read_mapping(desk.mapping)))
    trace = load(desk.log, desk.mapping, [row.name for row in resolved.buildings], list(resolved.campus.trades))
    return build_campus_world(trace, resolved, seed=1, replication=0)[0], trace


def twin(desk, *words):
    return subprocess.run(
        [sys.executable, "-c", "from scenarios.cli import main; main()", "run", *words],
        cwd=desk.folder, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_command_prints_arms_side_by_side_and_writes_nothing(desk):
    desk.with_world()
    before = sorted(desk.folder.rglob("*"))
    done = twin(desk, "nearest", "pooled", "--trace", "log.csv", "--mapping", "mapping.toml", "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["schema"] == "twin/trace@1"
    assert [arm["name"] for arm in said["data"]["arms"]] == ["nearest", "pooled"]
    assert sorted(desk.folder.rglob("*")) == before


def test_a_broken_log_ends_with_exit_code_2_and_every_reason(desk):
    desk.write(["1,2025-09-01T08:00,2025-09-01T07:00,East,tap,2,30", "2,2025-08-31T08:00,,Eats,tap,2,x"], HEADER)
    before = sorted(desk.folder.rglob("*"))
    done = twin(desk.with_world(), "nearest", "--trace", "log.csv", "--mapping", "mapping.toml")
    assert done.returncode == 2
    assert "log.csv:2 closed" in done.stderr
    assert "log.csv:3 opened" in done.stderr
    assert sorted(desk.folder.rglob("*")) == before


def test_a_log_without_a_mapping_is_wrong_usage(desk):
    done = twin(desk, "nearest", "--trace", "log.csv")
    assert done.returncode == 2
    assert "--trace and --mapping go together" in done.stderr


def test_response_on_a_campus_with_poor_phones_is_known_true_and_recorded(desk):
    busy_log(desk, 120)
    perfect = run(desk.log, desk.mapping, ["two_buildings"])
    poor = run(desk.log, desk.mapping, ["two_buildings"], handset="poor")
    assert poor.mean("two_buildings", "K-R1.recorded") > poor.mean("two_buildings", "K-R1")
    assert np.isnan(perfect.mean("two_buildings", "K-R1.recorded")), "one version where nothing stands between"
    assert poor.mean("two_buildings", "K-R6.open") == 0.0
