"""What a what-if changes in the table of people."""

import pytest

from policies.contract.units import HOUR_MIN
from scenarios.campus.staffing import shrunk, trade_of, trades_of
from scenarios.problems import ScenarioProblems
from scenarios.resolution.build import campus_of
from scenarios.resolution.resolve import resolve
from scenarios.resolution.showing import differences
from twin.streams import Streams

CREW = {"plumbing": 8, "electrical": 7, "carpentry": 7, "hvac": 4, "masonry": 3}


def crew(size):
    return resolve("as_is", sets=[f"world.staff.day_crew={size}"])


@pytest.mark.parametrize("total", range(5, 30))
def test_everybody_who_leaves_is_taken_in_proportion(total):
    left = shrunk(CREW, total)
    assert sum(left.values()) == total
    for trade, count in CREW.items():
        exact = total * count / 29
        assert left[trade] == 1 or abs(left[trade] - exact) < 1.0, (trade, left[trade], exact)
    assert min(left.values()) >= 1


def test_thirteen_by_hand():
    assert shrunk(CREW, 13) == {"plumbing": 4, "electrical": 3, "carpentry": 3, "hvac": 2, "masonry": 1}


def test_the_whole_crew_is_the_table_itself():
    assert crew(29).digest() == resolve("as_is").digest()


def test_the_last_of_a_trade_leave_and_nobody_else_does():
    before, after = resolve("as_is").people, crew(21).people
    gone = [row.name for row in before if row.name not in {one.name for one in after}]
    assert gone == [
        "plumbing 7", "plumbing 8", "electrical 6", "electrical 7", "carpentry 6", "carpentry 7", "hvac 4", "masonry 3",
    ]  # fmt: skip
    assert [row for row in after if row.crew != "reactive"] == [row for row in before if row.crew != "reactive"]


@pytest.mark.parametrize("size", [25, 17, 13, 5])
def test_every_zone_keeps_somebody_of_every_trade(size):
    found = crew(size)
    for trade in CREW:
        of_trade = [row for row in found.people if row.crew == "reactive" and trade_of(row) == trade]
        assert {zone for row in of_trade for zone in row.zones} == {0, 1, 2, 3}
    assert not [warning for warning in found.warnings if "zone" in warning]


def test_a_smaller_crew_is_told_as_people_not_as_columns():
    rows = differences(resolve("as_is"), crew(28))
    assert rows == [("world.people.plumbing 8", "in the table", None)]


def test_another_shift_changes_the_hours_and_nothing_else():
    sets = ['world.staff.shifts.plumbing 1="day_mon_fri"']
    assert differences(resolve("as_is"), resolve("as_is", sets=sets)) == [
        ("world.people.plumbing 1.shift", "day_free_mon", "day_mon_fri")
    ]


def test_what_cannot_be_is_said_all_at_once():
    with pytest.raises(ScenarioProblems) as caught:
        resolve("as_is", sets=["world.staff.day_crew=30", 'world.staff.shifts.plumbing 11="night_1"'])
    said = str(caught.value)
    assert "given 30; expected a number from 5 (one of each trade) to 29" in said
    assert 'did you mean "plumbing 1"' in said


def test_no_day_crew_at_all_is_refused_where_it_is_written():
    with pytest.raises(ScenarioProblems, match="a number more than 0"):
        resolve("as_is", sets=["world.staff.day_crew=0"])


def test_trades_are_those_of_the_day_crew():
    assert trades_of(resolve("as_is").people) == CREW


def duty_h(it):
    """Hours on duty by name over the whole horizon [h], sick days taken out as drawn."""
    campus = campus_of(it, Streams(1, 0))
    found = {}
    for person in campus.people:
        total, since, n = 0.0, None, 0
        while (change := person.roster.after(n)) is not None:
            at, on, _ = change
            if since is not None:
                total += at - since
            since = at if on else None
            n += 1
        found[person.name] = total / HOUR_MIN
    return found


def test_every_arm_of_the_shift_question_is_paid_the_same_hours():
    """P3 asks for the same paid hours: person by person, sick days and days off included."""
    from scenarios.questions.reading import read_question

    question = read_question("P3")
    hours = {arm.name: duty_h(arm.scenario()) for arm in question.arms}
    first = hours["today"]
    moved = [row.name for row in question.arms[1].scenario().people if row.shift.startswith("evening")]
    assert len(moved) == 6
    for name, found in hours.items():
        assert {k: round(v, 6) for k, v in found.items()} == {k: round(v, 6) for k, v in first.items()}, name
