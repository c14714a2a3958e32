"""Assumptions moved to the ends of the ranges their notes state."""

import pytest

from scenarios.problems import ScenarioProblems
from scenarios.resolution.assumptions import ENDS, assumptions, settings
from scenarios.resolution.ranges import range_of
from scenarios.resolution.resolve import resolve
from scenarios.study.arms import arm_of

SMALL = ("campus=campus_small",)


@pytest.fixture(scope="module")
def campus():
    return resolve("as_is", sets=SMALL)


@pytest.fixture(scope="module")
def found(campus):
    return {one.key: one for one in assumptions(campus)[0]}


@pytest.mark.parametrize(
    ("note", "value", "low", "high"),
    [
        ("[A], 5-25: searching is 7 % of the day [S16]", 12.0, 5.0, 25.0),
        ("[A], -5 to 0", -2.0, -5.0, 0.0),
        ("[A], x 0.6-1.6, handbook 6.3; fit", 10.0, 6.0, 16.0),
        ("[A], +-25 %, handbook 6.2", 2.0, 1.5, 2.5),
        ("[A], +-0.08, handbook 6.3", 0.7, 0.62, 0.78),
        ("[W], 14-17: the central plain (S7)", 15.0, 14.0, 17.0),
    ],
)
def test_a_range_is_read_from_its_note(note, value, low, high):
    limits = range_of(note)
    assert (limits.at("low", value), limits.at("high", value)) == pytest.approx((low, high))


@pytest.mark.parametrize(
    "note",
    [
        "[A], handbook 6.2; lifts 0.5-4 [S19]", "[A], 0 (nobody gives up) or 10-60", "[A]: weekly", "[S2], 7: silence",
        "[A], one to four times a day; fit", "[W], 1.5 on working days, 2 on rest days", "no tag, 1-2", "",
    ],
)  # fmt: skip
def test_a_note_without_a_range_behind_its_tag_has_none(note):
    assert range_of(note) is None


def test_a_range_upside_down_is_refused():
    with pytest.raises(ValueError, match="low end first"):
        range_of("[A], 9-3")


def test_every_move_gives_a_scenario_or_says_why_not(campus, found):
    refused, unmoved = [], arm_of("as_is", SMALL).digest
    for one in found.values():
        for end in ENDS:
            moved = settings(campus, one, end)
            try:
                arm = arm_of("as_is", (*SMALL, *moved)) if moved else None
            except ScenarioProblems:
                refused.append((one.key, end))
            else:
                assert arm is None or arm.digest != unmoved
    assert len(found) > 90 and refused == [("shifts.*.every_days", "low")]


def test_what_one_note_speaks_of_moves_together(campus, found):
    moved = dict(one.split("=") for one in settings(campus, found["trades.*.work_cv"], "high"))
    assert {"world.trades.plumbing.work_cv", "world.trades.lift.work_cv"} <= moved.keys()
    assert set(moved.values()) == {"1.2"}


def test_factors_of_a_sourced_value_are_values_wherever_the_scenario_lies(campus, found):
    sourced = found["trades.plumbing.work_mean_min"]
    assert settings(campus, sourced, "high") == ("world.trades.plumbing.work_mean_min=67.2",)
    assert settings(campus, sourced, "low") == ("world.trades.plumbing.work_mean_min=25.2",)


def test_an_exception_its_note_explains_is_left_alone(campus, found):
    assert "trades.masonry.part_share" not in found["trades.*.part_share"].keys
    assert not [one for one in settings(campus, found["trades.*.part_share"], "low") if "masonry" in one]


def test_a_share_stays_a_share_and_its_whole_a_whole(campus, found):
    skilled = settings(campus, found["work.diagnosis"], "high")[0]
    assert skilled == "world.work.diagnosis=[0.78, 0.9, 0.98, 1.0]"
    moved = resolve("as_is", sets=(*SMALL, *settings(campus, found["reporting.phone_share"], "high"))).campus.reporting
    assert moved.phone_share == 0.8
    assert moved.phone_share + moved.paper_share + moved.chat_share == pytest.approx(1.0)
    assert moved.paper_share / moved.chat_share == pytest.approx(0.25 / 0.2)


def test_a_list_of_tables_keeps_what_was_not_moved(campus, found):
    moved = resolve("as_is", sets=(*SMALL, *settings(campus, found["chains.*.capacity"], "low"))).campus.chains
    before = campus.campus.chains["standard"]
    assert [one.capacity for one in moved["standard"]] == [20, 20]
    assert [one.model_copy(update={"capacity": 40}) for one in moved["standard"]] == before


def test_an_end_where_the_value_lies_already_needs_no_setting(campus, found):
    assert settings(campus, found["clerks.count"], "low") == ()
    assert settings(campus, found["clerks.count"], "high") == ("world.clerks.count=2",)


def test_what_cannot_be_moved_is_named_with_its_reason(campus):
    left = {one.key: one.why for one in assumptions(campus)[1]}
    assert "column of a table" in left["assets.rate_per_year"]
    assert "no range" in left["departments.meeting_min"]
