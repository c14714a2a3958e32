"""What the office forgets changes nothing that it does."""

from collections import deque

import pytest

from policies.contract.calendar import Calendar
from policies.contract.chance import Chance
from policies.contract.states import OrderState
from policies.controller import record as record_file
from policies.controller.record import Record
from policies.response.triage import Checklist
from scenarios.deploy.from_twin import record_days
from scenarios.study.arms import arm_of
from tests.policies.office import MONDAY, Diary, order, person, site, view

WSCH, COMP, CLOSE, CAN = OrderState.WSCH, OrderState.COMP, OrderState.CLOSE, OrderState.CAN
EVERYTHING = 10**9


def few(monkeypatch, remembered=3):
    monkeypatch.setattr(record_file, "REMEMBERED", remembered)
    return Record([person(0)], site(), Calendar(MONDAY), Chance(1))


def written(record, numbers, state=WSCH):
    made = [order(number, state=int(state)) for number in numbers]
    for one in made:
        record.add(one)
    return made


@pytest.mark.parametrize(
    ("state", "channel", "stays"),
    [(CLOSE, "app", False), (CAN, "app", False), (COMP, "plan", False), (COMP, "app", True), (WSCH, "app", True)],
)
def test_of_the_older_orders_those_that_are_settled_are_forgotten(monkeypatch, state, channel, stays):
    record = few(monkeypatch)
    record.add(order(0, state=int(state), channel=channel))
    written(record, (1, 2))
    assert list(record.orders) == [0, 1, 2]
    written(record, (3,))
    assert list(record.view.orders) == ([0] if stays else []) + [1, 2, 3]


def test_what_outlived_the_others_is_forgotten_soon_after_it_is_settled(monkeypatch):
    record, gone = few(monkeypatch), []
    record.when_forgotten.append(gone.append)
    old = written(record, range(4))
    written(record, range(4, 12), CAN)
    assert list(record.orders) == [0, 1, 2, 3, 9, 10, 11] and gone == [4, 5, 6, 7, 8]
    old[1].state = old[2].state = int(CLOSE)
    written(record, range(12, 16), CAN)
    assert list(record.orders) == [0, 3, 13, 14, 15]
    assert sorted(gone) == [1, 2, *range(4, 13)]


def test_of_a_merged_request_and_of_one_that_came_back_nothing_is_left(monkeypatch):
    monkeypatch.setattr(record_file, "REMEMBERED", 2)
    diary = Diary([person(0)], intake="same_place_trade")
    diary.request(1, room=4)
    diary.request(2, room=4)
    assert diary.record(2).state == CAN
    for number in range(3, 9):
        diary.request(number, room=number + 10)
    assert 1 in diary.centre.record.orders and 2 not in diary.centre.record.orders


def watched(forget_if_settled, gone):
    """The same, and ``gone`` keeps the number of each order that was forgotten."""

    def forget(record, order):
        forget_if_settled(record, order)
        if order.id not in record.orders:
            gone.append(order.id)

    return forget


@pytest.mark.parametrize(
    ("words", "days", "remembered"),
    [
        (("as_is", "campus=campus_small"), 60, 25),
        (("all_together", "campus=campus_small", "policies.triage.rule=as_claimed"), 60, 25),
    ],
)
def test_an_office_that_remembers_little_gives_the_same_commands(monkeypatch, words, days, remembered):
    gone = []
    monkeypatch.setattr(Record, "_forget_if_settled", watched(Record._forget_if_settled, gone))

    def lived(orders):
        monkeypatch.setattr(record_file, "REMEMBERED", orders)
        gone.clear()
        resolved = arm_of(words[0], words[1:]).scenario()
        pairs = record_days(resolved, 3, days).pairs
        return [(one.seen, one.decision) for one in pairs], len(gone)

    few_days, forgotten = lived(remembered)
    assert len(few_days) > 3000 and forgotten > 500
    assert (few_days, 0) == lived(EVERYTHING)


def test_a_rule_that_looks_back_sees_the_same_in_an_office_that_forgets(monkeypatch):
    """Asked after every order, or for the first time after all of them: the last claims are the same."""
    monkeypatch.setattr(record_file, "REMEMBERED", 40)
    record = Record([person(0)], site(), Calendar(MONDAY), Chance(1))
    always, claims = Checklist(look_back=30), deque(maxlen=30)
    for number in range(300):
        one = order(number, priority=1 + number % 3, group=number % 4, state=int(CLOSE if number % 5 else WSCH))
        record.add(one)
        claims.append(one)
        wanted = [claim.id for claim in claims if claim.priority_claimed == 1]
        assert [claim.id for _, claim in always._urgent_claims(record.view)] == wanted
    assert len(record.orders) == 40 + 52
    assert [claim.id for _, claim in Checklist(look_back=30)._urgent_claims(record.view)] == wanted


def test_nobody_can_look_back_further_than_the_office_remembers():
    assert Checklist(look_back=record_file.REMEMBERED).triage(order(1, priority=1), view()).priority == 1
    with pytest.raises(ValueError, match="expected 1 to 5000, as far as the record remembers"):
        Checklist(look_back=record_file.REMEMBERED + 1)
