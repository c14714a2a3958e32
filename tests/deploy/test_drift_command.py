"""``twin policy drift`` says current, stale or too few days, for a log as for a host's state, and disturbs nobody."""

import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from policies.contract import chance
from policies.contract.units import DAY_MIN
from policies.controller.centre import CommandCentre
from policies.deploy import golden
from policies.deploy.host.host import Choices, Host
from policies.deploy.host.journal import JournalProblem
from policies.deploy.host.reading import office_in, told_in
from results.daily import FIGURES
from results.drift import LEAST_RUNS
from scenarios.cli.deploy import drift
from scenarios.deploy.drift import SETTLE_DAYS, NothingToJudge, Run, RunsFailed, SiteDays, other_office, ran, site_days
from scenarios.resolution.build import campus_of, settings_of
from scenarios.study.arms import arm_of
from tests.deploy.host.conftest import tell
from twin.build import build
from twin.streams import Streams

BUSY = ("run.start=2025-09-01", "world.demand.needs_per_occupant_year=20")
MORE = "world.demand.month=[0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 1.0, 1.8, 1.8, 1.8]"
"""From the first of October on, day 30, four fifths more than before."""
ASKED = ("--scenario", "two_buildings", *(part for one in BUSY for part in ("--set", one)), "-n", 10, "-j", 0)


@cache
def pairs(days, *sets):
    """What the office of two busy buildings is told and answers."""
    scenario = arm_of("two_buildings", (*BUSY, *sets)).scenario()
    campus = campus_of(scenario, Streams(77, 0))
    recorder = golden.Recorder(CommandCentre(settings_of(scenario, campus, chance.key(77, 0, "office"))))
    world = build(campus, recorder, seed=77, replication=0)
    world.begin()
    world.run(days * DAY_MIN)
    return recorder.pairs


@pytest.fixture
def log(tmp_path):
    def written(days, *sets, without=()):
        path = tmp_path / "events.jsonl"
        path.write_bytes(golden.write([one for one in pairs(days, *sets) if one.seen["now"] // DAY_MIN not in without]))
        return path

    return written


@dataclass(frozen=True)
class Told:
    """The state of a host that was told a golden file, its days while it ran, and those of the file itself."""

    state: Path
    running: SiteDays
    logged: SiteDays


@pytest.fixture(scope="module")
def told(made, tmp_path_factory):
    folder = tmp_path_factory.mktemp("told")
    log = folder / "events.jsonl"
    log.write_bytes(golden.write(made.opened().pairs))
    host = Host(folder / "state", made.opened(), Choices())
    tell(host, made.opened().pairs)
    running = site_days(folder / "state")
    host.stop()
    return Told(folder / "state", running, site_days(log))


def test_a_site_like_its_twin_is_current(twin, log, tmp_path):
    done = twin("policy", "drift", log(60), *ASKED, "--json", "-o", tmp_path / "drift.json")
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert said == json.loads((tmp_path / "drift.json").read_text())
    data = said["data"]
    assert (said["ok"], data["state"], data["since"], data["because"]) == (True, "current", None, [])
    assert (data["from"], data["to"], data["days"], data["replications"]) == ("2025-09-15", "2025-10-29", 45, 10)
    states = {one["figure"]: one["state"] for one in data["figures"]}
    assert states == {"requests": "current", "first_response": "current", "unfinished_visits": "cannot be judged"}


def test_a_site_whose_demand_rose_is_stale_since_about_that_day(twin, log, tmp_path):
    done = twin("policy", "drift", log(60, MORE), *ASKED, "-o", tmp_path / "drift.json")
    assert done.exit_code == 1, done.output
    said = json.loads((tmp_path / "drift.json").read_text())
    first = said["data"]["because"][0]
    assert (said["ok"], said["data"]["state"], first["figure"], first["direction"]) == (
        False,
        "stale",
        "requests",
        "up",
    )
    assert "2025-09-27" <= said["data"]["since"] <= "2025-10-03"
    assert "2025-10-01" <= first["seen_on"] <= "2025-10-08"
    assert first["change"]["low"] < 0.8 < first["change"]["high"]
    assert done.stdout.startswith(f"stale since {said['data']['since']}, because requests registered a day +")
    assert f"seen on {first['seen_on']}" in done.stdout


def test_few_days_are_said_to_be_too_few_with_how_many_are_needed(twin, log):
    done = twin("policy", "drift", log(18), *ASKED)
    assert done.exit_code == 1, done.output
    assert done.stdout.startswith("too few days: 3 days from 2025-09-15 to 2025-09-17 beside 10 replications")
    assert "requests registered a day: too few days, 3 of the" in done.stdout


def test_what_the_twin_expects_does_not_depend_on_the_number_of_workers():
    arm = arm_of("two_buildings", BUSY)
    runs = [Run(arm, 3, number, 10) for number in (1, 2, 3)]
    for one, two in zip(ran(runs, 0), ran(runs, 2), strict=True):
        for name, values in one.items():
            np.testing.assert_array_equal(values, two[name])


def test_a_replication_that_does_not_end_is_named():
    arm = replace(arm_of("two_buildings", BUSY), digest="another scenario by now")
    with pytest.raises(RunsFailed, match="seed 3, replication 4: ScenarioChanged: two_buildings no longer gives"):
        ran([Run(arm, 3, 4, 10)], 0)


def test_days_on_which_nothing_was_told_are_left_out_and_named(log):
    site = site_days(log(30, without=(20, 21)))
    assert site.silent == (20, 21)
    assert np.isnan(site.figures["requests"][[20, 21]]).all()
    assert site.without_first(21).silent == (21,)


def test_only_days_heard_from_midnight_to_midnight_count(log, tmp_path):
    site = site_days(log(30, without=(0, 1)))
    assert (site.first, site.count) == (3, 26)
    lines = log(1).read_bytes().splitlines(keepends=True)
    late = tmp_path / "late.jsonl"
    late.write_bytes(b"".join(lines[1:]))
    with pytest.raises(NothingToJudge, match="no day was heard from its midnight to the next"):
        site_days(late)


def test_a_hosts_state_tells_the_same_days_as_a_log_running_or_resting(told):
    logged = told.logged
    assert logged.count > 5
    for site in (told.running, site_days(told.state)):
        assert (site.first, site.count, site.silent) == (logged.first, logged.count, logged.silent)
        for name, values in logged.figures.items():
            np.testing.assert_array_equal(site.figures[name], values)


def test_a_state_is_judged_as_a_log_is_and_nothing_in_it_changes(twin, told):
    """The host of a small campus beside the wrong scenario: another office, and other days."""
    before = {one.name: one.read_bytes() for one in told.state.rglob("*") if one.is_file()}
    done = twin("policy", "drift", told.state, *ASKED, "--settle-days", 0, "--json")
    assert {one.name: one.read_bytes() for one in told.state.rglob("*") if one.is_file()} == before
    assert done.exit_code == 1, done.output
    said = json.loads(done.stdout)
    assert "the office of this journal is not the one packed from" in said["warnings"][0]
    assert {one["figure"] for one in said["data"]["because"]} >= {"first_response"}


def test_the_office_of_a_journal_is_known_again(told):
    ours = arm_of("all_together", ("campus=campus_small",)).scenario()
    assert other_office(told.state, ours, ours.scenario.run.seed) == ""
    assert "is not the one packed from" in other_office(told.state, ours, 99)


def test_the_command_offers_what_the_ruler_and_the_site_ask_for():
    assert (drift.SETTLE_DAYS, drift.LEAST) == (SETTLE_DAYS, LEAST_RUNS)
    assert set(drift.WORDS) == {figure.name for figure in FIGURES}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("-n", 9), "9 is not in the range x>=10"),
        (
            ("--settle-days", 30),
            "whole days so far, of which the first 30 are not judged: wait until there are more, or ask for fewer by --settle-days",
        ),
        (("--scenario", "two_bildings"), 'did you mean "two_buildings"'),
        (("--set", "world.demand.needs=1"), "needs"),
    ],
)
def test_wrong_usage_is_said_in_a_line_and_nothing_is_written(twin, log, tmp_path, change, message):
    done = twin("policy", "drift", log(30), *ASKED, *change, "-o", tmp_path / "drift.json")
    assert done.exit_code == 2, done.output
    assert message in done.stderr
    assert not (tmp_path / "drift.json").exists()


def test_what_is_no_journal_and_no_log_is_refused(twin, tmp_path):
    with pytest.raises(JournalProblem, match=r"no journal.sqlite here; expected the state of a host"):
        office_in(tmp_path)
    (tmp_path / "journal.sqlite").write_text("no data base at all, but long enough to look like one" * 40)
    with pytest.raises(JournalProblem, match="no journal of a host"):
        list(told_in(tmp_path))
    log = tmp_path / "log"
    log.write_text('{"event": {"kind": "OnSight"}, "now": 3.0}\n')
    for path, message in ((tmp_path, "no journal of a host"), (log, "did you mean 'OnSite'")):
        done = twin("policy", "drift", path, *ASKED)
        assert done.exit_code == 2, done.output
        assert message in done.stderr


def test_a_line_that_is_no_event_is_named_with_its_file(twin, log):
    path = log(3)
    path.write_bytes(path.read_bytes() + b"{\n")
    done = twin("policy", "drift", path, *ASKED)
    assert done.exit_code == 2
    assert f"{path}, line " in done.stderr
