"""Fairness, hand-offs, refusals and costs by hand."""

import numpy as np
import pytest

from policies.contract.commands import Escalate, GuardHit, PutOnAgenda, SendCase
from policies.contract.events import CaseMoved, CommandRefused, ReminderReceived
from results import Person, Place
from results.kpi_cost import booked_costs
from results.kpi_fairness import fairness
from results.kpi_flow import hand_offs, orders_per_day, refusals, reminders
from tests.results.log import DAY, Log, by_name, seen
from twin.facts import CostBooked

NINE = 540.0


def test_fairness_is_the_worst_over_the_best_p90_of_groups_with_enough_orders():
    log = Log()
    number = 0
    for building, minutes, count in ((0, 20.0, 10), (1, 50.0, 10), (2, 400.0, 3)):
        for _ in range(count):
            number += 1
            log.report(NINE, number, building=building, group=building)
            log.arrive(NINE + minutes, number)
    places = [Place(0, "teaching"), Place(1, "dormitory"), Place(2, "dormitory")]
    rows = by_name(fairness(seen(log, places=places)))
    assert rows["K-V3"].value == pytest.approx(2.5)
    assert rows["K-V3.zone:2"].value == pytest.approx(400.0) and rows["K-V3.zone:2"].denominator == 3
    assert rows["K-V3.kind:dormitory"].denominator == 13
    assert not [name for name in rows if name.startswith("K-V3.group")]


def test_hand_offs_ping_pong_and_cycle_time_by_hand():
    log = Log()
    for number in (1, 2, 3):
        log.report(NINE, number)
    log.note(NINE, SendCase(1, 0), SendCase(2, 0))
    log.note(NINE + 60, CaseMoved(1, "bounced", 0), SendCase(1, 1))
    log.note(NINE + 120, CaseMoved(1, "bounced", 1), SendCase(1, 0))
    log.note(NINE + 200, CaseMoved(1, "settled", 0), CaseMoved(2, "stuck", 0), PutOnAgenda(2))
    log.note(NINE + 300, CaseMoved(2, "settled", 0))
    rows = by_name(hand_offs(seen(log)))
    assert rows["handoffs_per_case"].value == pytest.approx(4 / 2)
    assert rows["ping_pong_share"].value == pytest.approx(50.0)
    assert rows["case_cycle_time"].value == pytest.approx((200 + 300) / 2)
    assert rows["case_cycle_time.open"].value == 0


def test_refusals_and_escalations_are_counted_in_the_period_only():
    log = Log()
    for at in (NINE, 40 * DAY):
        log.note(at, GuardHit("dispatch", 1, 0, "no licence"), Escalate(1, 1), Escalate(1, 2))
    log.note(50 * DAY, CommandRefused("Assign", 1, 0, "busy"))
    rows = by_name(refusals(seen(log, until=30 * DAY, end=60 * DAY)))
    assert [tuple(row) for row in rows.values()] == [
        ("guard_hits", "hits", 1, 1, 1),
        ("commands_refused", "commands", 0, 0, 1),
        ("escalations", "steps", 2, 2, 1),
    ]


def test_reminders_are_told_a_hundred_orders():
    log = Log()
    for number in range(4):
        log.report(NINE, number)
    log.note(DAY, ReminderReceived(1), ReminderReceived(1), ReminderReceived(3))
    assert by_name(reminders(seen(log)))["reminders_per_100_orders"].value == pytest.approx(75.0)


def test_orders_a_technician_day_leave_out_plant_crews_and_partners():
    log = Log()
    for tech in (0, 1, 2):
        log.duty(480.0, tech, True)
        log.report(NINE, tech)
    for tech in (0, 1, 2):
        log.visit(tech, tech, NINE, NINE + 10, NINE + 60)
    for tech in (0, 1, 2):
        log.duty(960.0, tech, False)
    people = [Person(0, "plumbing"), Person(1, "plant", "plant"), Person(2, "lift", "partner")]
    row = by_name(orders_per_day(seen(log, people=people)))["orders_per_technician_day"]
    assert (row.numerator, row.denominator) == (1, pytest.approx(1.0))


def test_costs_are_told_by_kind_and_in_all_for_the_period():
    log = Log()
    log.note(NINE, CostBooked("overtime", 1, 30.0), CostBooked("parts", 2, 12.5), CostBooked("parts", 2, 7.5))
    log.note(40 * DAY, CostBooked("parts", 2, 1000.0))
    rows = by_name(booked_costs(seen(log, until=30 * DAY, end=60 * DAY)))
    assert rows["cost"].value == pytest.approx(50.0)
    assert rows["cost.kind:parts"].value == pytest.approx(20.0) and rows["cost.kind:parts"].denominator == 2


def test_no_case_no_hand_off():
    assert np.isnan(by_name(hand_offs(seen(Log())))["handoffs_per_case"].value)


def test_what_is_booked_counts_from_the_first_minute_of_the_period_and_no_longer_than_before_its_last():
    log = Log()
    for at, cny in ((DAY - 1.0, 1.0), (DAY, 10.0), (2 * DAY, 100.0)):
        log.note(at, CostBooked("parts", 1, cny))
    rows = by_name(booked_costs(seen(log, since=DAY, until=2 * DAY, end=3 * DAY)))
    assert tuple(rows["cost"]) == ("cost", "CNY", 10.0, 10.0, 1)
