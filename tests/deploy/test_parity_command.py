"""The same events over every road, the same decisions; one line of a rule changed, and every road that has it shows it."""

import json
import re

from tests.deploy.conftest import SMALL
from tests.deploy.test_replay import resealed


def parity(twin, made, *words):
    return twin("policy", "parity", *words, *SMALL, "--key", made.public)


def test_thirty_days_over_every_road_are_decided_the_same(made, twin):
    done = parity(twin, made, made.path, "--json")
    assert done.exit_code == 0, done.output
    roads = json.loads(done.stdout)["data"]
    assert [road["road"] for road in roads] == [
        "in the twin", "in this process", "through the host", "through its HTTP door",
    ]  # fmt: skip
    assert {road["first_difference"] for road in roads} == {None}
    (number,) = {road["decisions"] for road in roads}
    assert number > 2500


def test_one_line_of_the_rule_changed_shows_on_every_road_that_has_it(made, twin, tmp_path):
    changed = resealed(
        made, tmp_path / "night-crew-8.bundle", "policies/response/dispatch.py",
        b"+ skill * (TOP_LEVEL", b"- skill * (TOP_LEVEL",
    )  # fmt: skip
    done = parity(twin, made, changed, "--days", "10")
    assert done.exit_code == 1
    assert "in this process: the same, all of them" in done.stdout
    differs = re.findall(r"(through .*): decision (\d+) is the first that differs", done.stdout)
    assert [road for road, _ in differs] == ["through the host", "through its HTTP door"]
    assert differs[0][1] == differs[1][1]


def test_a_scenario_of_another_office_is_refused_and_so_is_too_long_a_time(made, twin):
    done = twin("policy", "parity", made.path, SMALL[0], "--set", "campus=two_buildings", "--key", made.public)
    assert done.exit_code == 2
    assert "is not the one this bundle was made for" in done.stderr
    done = parity(twin, made, made.path, "--days", "9999")
    assert done.exit_code == 2
    assert "9999 are asked for" in done.stderr
