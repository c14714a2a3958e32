"""``twin explain order``: the run told is the run made, and the telling changes nothing."""

import json
import re

import numpy as np
import pytest

from scenarios.cli.explain import reason
from scenarios.story.lives import Step, is_over, life_of
from scenarios.story.recorder import Candidate, Question
from scenarios.story.replay import NoSuchOrder, tell
from scenarios.study.arms import arm_of
from scenarios.study.replication import branch, burn_in
from scenarios.study.watchdog import Watchdog

pytestmark = pytest.mark.usefixtures("fresh")
BUSY = (
    "run.burn_in_days=5", "run.days=12", "run.run_out_days=12", "world.demand.needs_per_occupant_year=60",
    "policies.dispatch.rule=skill_place_load",
)  # fmt: skip


@pytest.fixture(scope="module")
def arm():
    return arm_of("two_buildings", BUSY)


@pytest.fixture(scope="module")
def unwatched(arm):
    dog = Watchdog(0.0)
    return branch(arm, burn_in(arm, 3, 0, dog), dog)


def assigned(journal):
    table = journal.table("Assign")
    return dict(zip(table["order"].tolist(), table["tech"].tolist(), strict=True))


def test_a_watched_run_is_the_run_itself(arm, unwatched):
    last = int(unwatched.journal.table("RequestReported")["request"].max())
    told = tell(arm, 3, 0, last)
    assert told.world.now == unwatched.now, "the last order keeps the run going to its end"
    assert told.world.journal.digest() == unwatched.journal.digest()


def test_the_life_told_is_what_the_whole_run_says_of_the_order(arm, unwatched):
    for order in (0, 5, 17):
        told = tell(arm, 3, 0, order)
        assert told.life == life_of(unwatched.journal, order)
        assert [step.what for step in told.life][:2] == ["FaultOccurred", "RequestReported"]
        assert [step.n for step in told.life] == sorted(step.n for step in told.life)


def test_the_person_said_to_be_chosen_is_the_one_the_journal_says_was_sent(arm, unwatched):
    sent = assigned(unwatched.journal)
    asked = 0
    for order in sorted(sent)[:12]:
        told = tell(arm, 3, 0, order)
        answers = [question for question in told.questions if question.chosen >= 0]
        assert [question.chosen for question in answers][-1] == sent[order]
        for question in answers:
            assert [one.tech for one in question.candidates if one.chosen] == [question.chosen]
            assert question.rule == "SkillPlaceLoad"
        asked += len(told.questions)
    assert asked >= 12


def test_candidates_have_the_travel_time_of_the_offices_map(arm, unwatched):
    told = tell(arm, 3, 0, 5)
    site = told.world.controller.record.view.site
    building = int(unwatched.journal.table("RequestReported")["building"][5])
    minutes = {float(m) for m in np.asarray(site.minutes_to)[building]}
    assert told.questions
    assert all(one.travel_min in minutes for question in told.questions for one in question.candidates)


def test_an_order_that_never_was_is_named_with_the_numbers_there_are(arm, unwatched):
    with pytest.raises(NoSuchOrder) as refused:
        tell(arm, 3, 0, 10**6)
    least, most = map(int, re.search(r"expected a number from (\d+) to (\d+)$", str(refused.value)).groups())
    opened = unwatched.journal.table("OpenOrder")["order"]
    reported = unwatched.journal.table("RequestReported")["request"]
    assert (least, most) == (min(opened.min(), reported.min()), max(opened.max(), reported.max()))
    assert all(life_of(unwatched.journal, number) for number in (least, most))


def step(what, **details):
    return Step(0, 0.0, what, "", "", details)


def test_an_order_is_over_until_it_is_reopened_and_a_duplicate_merged_into_it_ends_nothing():
    assert not is_over([step("RequestReported"), step("MergeDuplicate", request=9, into=4)], 4)
    assert is_over([step("RequestReported"), step("MergeDuplicate", request=4, into=2)], 4)
    done = [step("WorkCompleted", tech=1)]
    assert is_over(done, 4)
    assert not is_over([*done, step("OrderReopened")], 4)
    assert is_over([*done, step("OrderReopened"), *done], 4)


def question(chosen, *people, instead=()):
    seen = [Candidate(tech, travel, level, worked, tech == chosen) for tech, travel, level, worked in people]
    return Question(0.0, "dispatch", "rule", chosen, seen, 1, list(instead))


def test_the_reason_is_what_sets_the_chosen_one_apart():
    near, skilled, rested = (1, 2.0, 2, 90.0), (2, 5.0, 4, 90.0), (3, 5.0, 2, 10.0)
    assert reason(question(1, near, skilled, rested)) == "nearest of 3"
    assert reason(question(2, near, skilled, rested)) == "most skilled of 3"
    assert reason(question(3, near, skilled, rested)) == "least loaded of 3"
    assert reason(question(1, near)) == "the only candidate"
    assert reason(question(4, near, rested, (4, 4.0, 2, 50.0))).startswith("neither nearest")
    assert reason(question(-1, near, instead=[7])) == "nobody for this order: 1 other orders were served (first: 7)"


def test_the_command_tells_the_life_in_both_languages_and_as_json(twin):
    assert twin("run", "two_buildings", "-n", "1", "--study", "s").exit_code == 0
    words = ("explain", "order", "0", "--run", "s:two_buildings:0")
    said = {lang: twin(*words, "--lang", lang, settings=None) for lang in ("en", "zh")}
    assert [done.exit_code for done in said.values()] == [0, 0], said["en"].stderr
    assert "on site" in said["en"].stdout
    assert "到场" in said["zh"].stdout
    assert "NearestIdle" in said["en"].stdout
    data = json.loads(twin(*words, "--json", settings=None).stdout)
    assert data["schema"] == "twin/explain-order@1"
    assert data["data"]["decisions"][0]["candidates"][0].keys() >= {"technician", "travel_min", "skill_level", "chosen"}
    assert data["data"]["life"][0]["at"].startswith("2025-09-")


@pytest.mark.parametrize("run", ["s:two_buildings:9", "nowhere", "no/cell.json"])
def test_a_run_that_is_not_there_ends_with_2(twin, run):
    done = twin("explain", "order", "0", "--run", run, settings=None)
    assert done.exit_code == 2
    assert done.stderr.startswith("twin: ") and "no " in done.stderr
