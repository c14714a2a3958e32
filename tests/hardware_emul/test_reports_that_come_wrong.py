"""The office's desks, told things twice, late and out of order, one situation at a time."""

from datetime import date
from itertools import pairwise

import pytest

from policies.contract.calendar import Calendar
from policies.contract.commands import Assign, OpenOrder, Wake
from policies.contract.events import (
    AccessGranted,
    CommandRefused,
    DutyChanged,
    MadeSafe,
    NoAccess,
    OnSite,
    OrderAccepted,
    OrderDeclined,
    OrderReopened,
    PartNeeded,
    PartReady,
    RequestRegistered,
    VisitEnded,
    Woke,
    WorkCompleted,
)
from policies.contract.states import OrderState
from policies.contract.units import NEVER
from policies.contract.views import Site, Technician
from policies.controller.centre import CommandCentre
from policies.controller.settings import RuleChoice, Settings


class Office:
    """A command centre with two plumbers on duty, spoken to directly."""

    def __init__(self, people=2):
        self.centre = CommandCentre(
            Settings(
                site=Site([[2.0, 5.0], [5.0, 2.0]]),
                technicians=[Technician(k, {"plumbing": 2}, 0) for k in range(people)],
                calendar=Calendar(date(2024, 9, 2)),
                rules={"dispatch": RuleChoice("nearest_idle")},
            )
        )
        self.record = self.centre.record
        for tech in range(people):
            self.tell(0.0, DutyChanged(tech, True, "shift", 480.0))

    def tell(self, now, event):
        return list(self.centre.handle(event, now))

    def report(self, now, number, priority=3):
        return self.tell(now, RequestRegistered(number, 1, "plumbing", priority, "app", 0, now))

    def state(self, number):
        return OrderState(self.record.orders[number].state)

    def idle(self):
        return sorted(tech.id for tech in self.record.candidates.idle("plumbing"))


@pytest.fixture
def office():
    return Office()


def assigned(commands):
    return [(command.order, command.tech) for command in commands if isinstance(command, Assign)]


def at_work(office, number=7):
    (_, tech), = assigned(office.report(10.0, number))  # fmt: skip
    office.tell(12.0, OrderAccepted(number, tech))
    office.tell(20.0, OnSite(number, tech))
    return tech


def test_an_arrival_pressed_twice_is_one_visit(office):
    tech = at_work(office)
    office.tell(20.1, OnSite(7, tech))
    assert office.record.orders[7].visits == 1
    assert office.record.orders[7].arrived_at == 20.0


def test_a_completion_pressed_twice_frees_nobody_else(office):
    tech = at_work(office)
    office.tell(60.0, WorkCompleted(7, tech))
    (_, again), = assigned(office.report(60.02, 8))  # fmt: skip
    assert office.tell(60.05, WorkCompleted(7, tech)) == []
    assert office.record.technicians[again].order == 8
    assert len(office.idle()) == 1


def test_made_safe_pressed_twice_opens_the_rest_of_the_repair_once(office):
    (_, tech), = assigned(office.report(10.0, 7, priority=1))  # fmt: skip
    office.tell(20.0, OnSite(7, tech))
    assert office.tell(30.0, MadeSafe(7, tech)) == [OpenOrder(7, "plumbing", 3)]
    assert office.tell(30.1, MadeSafe(7, tech)) == []


def test_a_visit_ended_twice_does_not_take_the_order_from_who_was_sent_next(office):
    tech = at_work(office)
    office.tell(21.0, DutyChanged(tech, False, "break", 60.0))
    (_, other), = assigned(office.tell(30.0, VisitEnded(7, tech, "not_fixed")))  # fmt: skip
    assert other != tech
    assert office.tell(30.1, VisitEnded(7, tech, "not_fixed")) == []
    assert office.record.orders[7].tech == other


def test_a_visit_ended_twice_does_not_take_the_order_from_the_same_person_sent_again():
    office = Office(people=1)
    at_work(office)
    assert assigned(office.tell(30.0, VisitEnded(7, 0, "not_fixed"))) == [(7, 0)]
    assert office.tell(30.1, VisitEnded(7, 0, "not_fixed")) == []
    office.tell(40.0, OnSite(7, 0))
    assert assigned(office.tell(60.0, VisitEnded(7, 0, "not_fixed"))) == [(7, 0)], "a second failed visit is heard"


def test_no_access_heard_after_the_appointment_sends_somebody_at_once(office):
    tech = at_work(office)
    assert office.tell(500.0, AccessGranted(7)) == []
    assert assigned(office.tell(510.0, NoAccess(7, tech, again_at=500.0)))


def test_no_access_pressed_twice_still_waits_for_the_appointment(office):
    tech = at_work(office)
    office.tell(30.0, NoAccess(7, tech, again_at=500.0))
    assert office.tell(30.1, NoAccess(7, tech, again_at=500.0)) == []
    assert office.state(7) == OrderState.WACCESS
    assert assigned(office.tell(500.0, AccessGranted(7)))


def test_a_part_that_came_before_its_want_was_heard_is_not_waited_for(office):
    tech = at_work(office)
    assert office.tell(500.0, PartReady(7)) == []
    assert assigned(office.tell(510.0, PartNeeded(7, tech, 3)))


def test_a_part_needed_pressed_twice_waits_for_one_part(office):
    tech = at_work(office)
    office.tell(30.0, PartNeeded(7, tech, 3))
    office.tell(30.1, PartNeeded(7, tech, 3))
    assert office.state(7) == OrderState.WMATL
    assert assigned(office.tell(90.0, PartReady(7)))


def test_an_order_sent_back_before_its_completion_was_heard_is_opened_when_it_is(office):
    tech = at_work(office)
    assert office.tell(90.0, OrderReopened(7)) == []
    assert assigned(office.tell(95.0, WorkCompleted(7, tech)))
    assert office.state(7) == OrderState.ASSIGNED


def test_a_first_completion_heard_again_does_not_finish_what_was_sent_back(office):
    tech = at_work(office)
    office.tell(60.0, WorkCompleted(7, tech))
    office.tell(61.0, DutyChanged(tech, False, "break", 200.0))
    (_, other), = assigned(office.tell(90.0, OrderReopened(7)))  # fmt: skip
    office.tell(95.0, WorkCompleted(7, tech))
    assert office.state(7) == OrderState.ASSIGNED
    office.tell(99.0, WorkCompleted(7, other))
    assert office.state(7) == OrderState.COMP


def test_an_arrival_that_was_never_heard_does_not_hold_up_the_completion(office):
    (_, tech), = assigned(office.report(10.0, 7))  # fmt: skip
    office.tell(60.0, WorkCompleted(7, tech))
    assert office.state(7) == OrderState.COMP
    assert office.idle() == [0, 1]


def test_who_is_under_way_and_cannot_be_called_back_keeps_the_order(office):
    (_, tech), = assigned(office.report(10.0, 7))  # fmt: skip
    order, person = office.record.orders[7], office.record.technicians[tech]
    office.record.take_back(order, person)
    office.record.wait(order, 15.0)
    office.tell(15.0, CommandRefused("Unassign", 7, tech, "under way or not there"))
    assert order.tech == tech
    assert person.order == 7
    office.tell(20.0, OnSite(7, tech))
    assert office.state(7) == OrderState.ONSITE


def test_who_was_sent_to_what_is_already_finished_is_free_again(office):
    (_, tech), = assigned(office.report(10.0, 7))  # fmt: skip
    office.tell(11.0, CommandRefused("Assign", 7, tech, "already finished"))
    assert office.state(7) == OrderState.COMP
    assert office.idle() == [0, 1]


def test_a_refusal_that_lands_after_the_order_was_finished_by_another_frees_who_was_sent(office):
    (_, tech), = assigned(office.report(10.0, 7))  # fmt: skip
    office.tell(11.0, WorkCompleted(7, 1 - tech))
    office.tell(12.0, CommandRefused("Assign", 7, tech, "already finished"))
    assert office.idle() == [0, 1]


def test_refused_orders_are_tried_again_together_once_a_minute():
    office = Office(people=4)
    sent = [pair for number in range(4) for pair in assigned(office.report(10.0, number))]
    wakes = []
    for order, tech in sent:
        wakes += office.tell(11.0, CommandRefused("Assign", order, tech, "already assigned"))
    assert wakes == [Wake(12.0, "dispatch_retry", 0)]
    assert sorted(order for order, _ in assigned(office.tell(12.0, Woke("dispatch_retry", 0)))) == [0, 1, 2, 3]


def test_an_order_that_somebody_unknown_has_is_tried_again_ever_more_rarely_and_never_given_up():
    office = Office(people=4)
    (order, tech), = assigned(office.report(0.0, 7))  # fmt: skip
    (wake,) = office.tell(0.0, CommandRefused("Assign", order, tech, "already assigned"))
    tries = [0.0]
    while wake.at < 1440.0:
        (_, tech), = assigned(office.tell(wake.at, Woke(wake.tag, wake.subject)))  # fmt: skip
        tries.append(wake.at)
        (wake,) = office.tell(wake.at, CommandRefused("Assign", order, tech, "already assigned"))
    between = [later - earlier for earlier, later in pairwise(tries)]
    assert between[:9] == [1.0, 1.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0]
    assert set(between[9:]) == {60.0}


def test_another_order_that_is_refused_does_not_wait_for_one_that_is_tried_rarely():
    office = Office(people=4)
    (order, tech), = assigned(office.report(0.0, 7))  # fmt: skip
    (wake,) = office.tell(0.0, CommandRefused("Assign", order, tech, "already assigned"))
    for _ in range(9):
        (_, tech), = assigned(office.tell(wake.at, Woke(wake.tag, wake.subject)))  # fmt: skip
        (wake,) = office.tell(wake.at, CommandRefused("Assign", order, tech, "already assigned"))
    now = wake.at - 30.0
    other, tech = next(pair for pair in assigned(office.report(now, 8)) if pair[0] == 8)
    assert office.tell(now, CommandRefused("Assign", other, tech, "already assigned")) == [
        Wake(now + 1.0, "dispatch_retry", 8)
    ]


def test_a_decline_from_who_no_longer_has_the_order_changes_nothing(office):
    (_, tech), = assigned(office.report(10.0, 7))  # fmt: skip
    office.tell(11.0, DutyChanged(tech, False, "break", 200.0))
    (_, other), = assigned(office.tell(15.0, OrderDeclined(7, tech, "no time")))  # fmt: skip
    assert office.tell(15.1, OrderDeclined(7, tech, "no time")) == []
    assert office.record.orders[7].tech == other


def test_who_goes_home_is_not_sent_back_at_the_last_moment():
    office = Office(people=1)
    at_work(office)
    assert assigned(office.tell(480.0, VisitEnded(7, 0, "shift_end"))) == []
    office.tell(480.0, DutyChanged(0, False, "shift", 1440.0))
    assert assigned(office.tell(1440.0, DutyChanged(0, True, "shift", NEVER))) == [(7, 0)]


def test_a_shift_end_heard_the_next_morning_leaves_the_person_on_duty():
    office = Office(people=1)
    at_work(office)
    office.tell(480.0, DutyChanged(0, False, "shift", 1440.0))
    office.tell(1440.0, DutyChanged(0, True, "shift", 1920.0))
    assert assigned(office.tell(1450.0, VisitEnded(7, 0, "shift_end"))) == [(7, 0)]
