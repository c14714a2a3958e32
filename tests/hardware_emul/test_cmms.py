"""The simulated CMMS holds to its own rules."""

from datetime import UTC, datetime, timedelta

import pytest

from hardware_emul.cmms.__main__ import main
from hardware_emul.cmms.crew import Crew, Technician, calls
from hardware_emul.cmms.orders import FOLLOWS, Known, NotAllowed, Orders

START = datetime(2025, 9, 2, 8, tzinfo=UTC)
FORM = {"title": "tap drips", "category": {"id": 11}, "location": {"id": 201}, "priority": "LOW"}


@pytest.fixture
def orders():
    return Orders(Known({101: "Li", 102: "Wang"}, {11: "plumbing"}, {201: "north"}), START)


def test_a_status_follows_only_those_it_may_follow(orders):
    for before, allowed in FOLLOWS.items():
        for after in FOLLOWS:
            number = orders.create({**FORM, "primaryUser": {"id": 101}})["id"]
            orders.of[number]["status"] = before
            if after in allowed:
                assert orders.change_status(number, after)["status"] == after
            else:
                with pytest.raises(NotAllowed, match="it cannot become"):
                    orders.change_status(number, after)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"title": ""}, 422), ({"priority": "URGENT"}, 400), ({"category": {"id": 12}}, 404), ({"location": {"id": "201"}}, 404),
        ({"primaryUser": {"id": 9}}, 404), ({"primaryUser": 101}, 404),
    ],
)  # fmt: skip
def test_what_it_does_not_know_it_does_not_take(orders, wrong, code):
    with pytest.raises(NotAllowed) as refused:
        orders.create({**FORM, **wrong})
    assert refused.value.code == code
    assert not orders.of


def test_a_patch_empties_what_it_leaves_out(orders):
    number = orders.create({**FORM, "primaryUser": {"id": 101}})["id"]
    assert orders.patch(number, {"title": "tap drips", "category": {"id": 11}})["primaryUser"] is None
    assert orders.get(number)["location"] is None
    assert orders.histories[number][-1]["name"] == "given to nobody"


def test_nobody_begins_what_nobody_has(orders):
    number = orders.create(FORM)["id"]
    with pytest.raises(NotAllowed, match="nobody has it"):
        orders.change_status(number, "IN_PROGRESS")


def test_people_work_off_what_they_are_given_and_nothing_else(orders):
    crew = Crew([Technician(101, START), Technician(102, START)], calls(orders, 4, 30.0))
    for minute in range(400):
        orders.now = START + timedelta(minutes=minute)
        crew.step(orders)
        for one in orders.of.values():
            if one["id"] != 2 and one["status"] == "OPEN" and one["primaryUser"] is None:
                orders.patch(one["id"], {**one, "primaryUser": {"id": 101}})
    assert {one["id"]: one["status"] for one in orders.of.values()} == {
        1: "COMPLETE", 2: "OPEN", 3: "COMPLETE", 4: "COMPLETE",
    }  # fmt: skip
    names = [one["name"] for one in orders.histories[3]]
    assert names == ["created", "given to 101", "IN_PROGRESS", "ON_HOLD", "OPEN", "IN_PROGRESS", "COMPLETE"]


def test_without_its_key_it_does_not_start(tmp_path, capsys):
    assert main(["--key-file", str(tmp_path / "nowhere")]) == 2
    assert "No such file" in capsys.readouterr().err
