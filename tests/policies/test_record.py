"""The record: what the office believes after each thing it hears. Order and technician number 0 are like any other."""

import pytest

from policies.contract.calendar import Calendar
from policies.contract.chance import Chance
from policies.contract.states import OrderState
from policies.contract.units import NEVER
from policies.controller.record import Record
from tests.policies.office import MONDAY, NINE, order, person, site

WSCH, ASSIGNED, COMP = OrderState.WSCH, OrderState.ASSIGNED, OrderState.COMP


def office(*people):
    """A record with its technicians as they are; who is on duty and has nothing is a candidate."""
    record = Record(people or (person(0), person(1)), site(), Calendar(MONDAY), Chance(1))
    for one in record.technicians:
        if one.on_duty and one.order < 0:
            record.candidates.add(one)
    return record


def written(record, *numbers, building=0):
    """Orders written down and ready for dispatch."""
    made = [order(number, building) for number in numbers]
    for one in made:
        record.add(one)
        record.wait(one, NINE)
    return made


def idle(record):
    return [tech.id for tech in record.candidates.idle("plumbing")]


def open_at(record, building):
    return [one.id for one in record.open_at(building)]


class TestOrders:
    def test_orders_of_a_building_are_told_oldest_first_and_each_building_by_itself(self):
        record = office()
        written(record, 3, 0, 7, building=2)
        written(record, 5, building=4)
        assert (open_at(record, 2), open_at(record, 4), open_at(record, 1)) == ([3, 0, 7], [5], [])
        assert next(record.open_at(4)) is record.orders[5]

    def test_what_is_over_is_open_nowhere_and_waits_no_more(self):
        record = office()
        first, second = written(record, 0, 1, building=2)
        record.close(first, COMP)
        assert first.state == COMP
        assert open_at(record, 2) == [1]
        assert first not in record.waiting and second in record.waiting

    def test_what_is_over_may_be_closed_again(self):
        record = office()
        (one,) = written(record, 0, building=2)
        record.close(one, COMP)
        record.close(one, OrderState.CAN)
        assert one.state == OrderState.CAN and open_at(record, 2) == []

    def test_a_reopened_order_is_open_at_its_building_again(self):
        record = office()
        first, _ = written(record, 0, 1, building=2)
        record.close(first, COMP)
        record.reopen(first)
        assert open_at(record, 2) == [1, 0]
        assert list(record.open_at(2))[-1] is first

    def test_an_order_of_a_place_nobody_wrote_of_may_be_reopened_and_closed(self):
        record = office()
        stranger = order(9, 3)
        record.close(stranger, COMP)
        record.reopen(stranger)
        assert open_at(record, 3) == [9]

    def test_a_waiting_order_is_nobodys_from_now_on(self):
        record = office()
        one = order(4, tech=1)
        record.add(one)
        record.wait(one, NINE + 7.0)
        assert (one.state, one.tech, one.released_at) == (WSCH, -1, NINE + 7.0)
        assert list(record.waiting.all()) == [one]

    def test_a_rule_sees_the_record_as_it_is_the_map_the_calendar_and_its_chance(self):
        at, calendar, chance = site(), Calendar(MONDAY), Chance(1)
        record = Record([person(0)], at, calendar, chance)
        written(record, 3)
        assert (record.view.site, record.view.calendar, record.view.chance) == (at, calendar, chance)
        assert record.view.orders is record.orders and list(record.orders) == [3]
        assert record.parts_ahead == {}


class TestWorkLists:
    def test_an_order_is_in_hand_of_who_is_free_and_on_the_list_of_who_is_not(self):
        record = office(person(0))
        (tech,) = record.technicians
        orders = written(record, 0, 1, 2, 3)
        for k, (one, first) in enumerate(zip(orders, (False, False, False, True), strict=True)):
            one.accepted_at = 1.0
            record.give(one, tech, NINE + k, first)
        assert (tech.order, tech.queue) == (0, [3, 1, 2])
        assert [(o.state, o.tech, o.assigned_at, o.accepted_at) for o in orders] == [
            (ASSIGNED, 0, NINE + k, NEVER) for k in range(4)
        ]
        assert idle(record) == [] and len(record.waiting) == 0

    def test_an_order_goes_behind_the_list_unless_it_is_said_to_go_first(self):
        record = office(person(0))
        (tech,) = record.technicians
        for one in written(record, 0, 1, 2):
            record.give(one, tech, NINE)
        assert tech.queue == [1, 2]

    def test_who_is_off_duty_finds_it_on_the_list(self):
        record = office(person(0, on_duty=False))
        (tech,) = record.technicians
        record.give(written(record, 4)[0], tech, NINE)
        assert (tech.order, tech.queue) == (-1, [4])

    def test_what_is_taken_back_from_the_list_leaves_the_rest_in_turn(self):
        record = office(person(0))
        (tech,) = record.technicians
        orders = written(record, 0, 1, 2, 3)
        for one in orders:
            record.give(one, tech, NINE)
        record.take_back(orders[2], tech)
        assert (tech.order, tech.queue, orders[2].tech) == (0, [1, 3], -1)

    def test_what_is_taken_back_out_of_the_hand_makes_room_for_the_next(self):
        record = office(person(0))
        (tech,) = record.technicians
        orders = written(record, 0, 1, 2)
        for one in orders:
            record.give(one, tech, NINE)
        record.take_back(orders[0], tech)
        assert (tech.order, tech.queue, orders[0].tech) == (1, [2], -1)
        assert idle(record) == []

    def test_what_somebody_else_has_is_not_taken_out_of_a_hand(self):
        record = office()
        ann, bob = record.technicians
        mine, theirs = written(record, 0, 1)
        record.give(mine, ann, NINE)
        record.give(theirs, bob, NINE)
        record.take_back(theirs, ann)
        assert (ann.order, bob.order, idle(record)) == (0, 1, [])

    def test_who_has_nothing_left_is_a_candidate_again(self):
        record = office(person(0))
        (tech,) = record.technicians
        (one,) = written(record, 0)
        record.give(one, tech, NINE)
        record.free(tech)
        assert (tech.order, idle(record)) == (-1, [0])

    def test_who_waits_at_home_is_there_again(self):
        there, here = person(0, at=3), person(1, at=3)
        there.stays_home = True
        record = office(there, here)
        for tech in record.technicians:
            tech.at = 1
            record.free(tech)
        assert [tech.at for tech in record.technicians] == [3, 1]

    def test_who_is_free_after_hours_takes_up_nothing_and_is_no_candidate(self):
        record = office(person(0))
        (tech,) = record.technicians
        for one in written(record, 0, 1):
            record.give(one, tech, NINE)
        record.went_off(tech)
        record.free(tech)
        assert (tech.order, tech.queue, idle(record)) == (-1, [1], [])


class TestDuty:
    @pytest.mark.parametrize(("new_shift", "worked"), [(True, 0.0), (False, 90.0)])
    def test_a_new_shift_counts_work_from_nothing_and_a_break_does_not(self, new_shift, worked):
        record = office(person(0, on_duty=False, worked=90.0))
        (tech,) = record.technicians
        record.came_on(tech, new_shift)
        assert (tech.on_duty, tech.worked_min, idle(record)) == (True, worked, [0])

    def test_coming_on_duty_twice_changes_nothing(self):
        record = office(person(0, worked=90.0))
        (tech,) = record.technicians
        record.candidates.remove(tech)
        record.came_on(tech, new_shift=True)
        assert tech.worked_min == 90.0 and idle(record) == []

    def test_the_list_is_taken_up_when_the_shift_begins(self):
        record = office(person(0, on_duty=False))
        (tech,) = record.technicians
        for one in written(record, 0, 1):
            record.give(one, tech, NINE)
        record.came_on(tech, new_shift=True)
        assert (tech.order, tech.queue, idle(record)) == (0, [1], [])

    def test_what_is_in_hand_stays_in_hand_over_a_break(self):
        record = office(person(0))
        (tech,) = record.technicians
        record.give(written(record, 0)[0], tech, NINE)
        record.went_off(tech)
        assert tech.on_duty is False
        record.came_on(tech, new_shift=False)
        assert (tech.order, idle(record)) == (0, [])

    def test_who_goes_off_duty_is_no_candidate(self):
        record = office()
        record.went_off(record.technicians[0])
        assert idle(record) == [1] and not record.technicians[0].on_duty
