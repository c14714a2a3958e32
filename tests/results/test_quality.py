"""K-Q1 to K-Q6 and technician time by hand."""

import numpy as np
import pytest

from policies.contract.events import PartNeeded, PreventiveDue
from policies.contract.states import TechnicianState
from results import Person
from results.kpi_quality import (
    callback_rate,
    first_time_fix,
    hands_on_share,
    preventive_on_time,
    recurrence,
    utilisation,
)  # fmt: skip
from tests.results.log import DAY, Log, by_name, seen
from twin.facts import PreventiveDone

NINE = 540.0
IDLE, OFF, FETCHING, WAITING = (
    TechnicianState.IDLE, TechnicianState.OFF, TechnicianState.FETCHING_PARTS, TechnicianState.WAITING,
)  # fmt: skip


def fixed(log, **told):
    return by_name(first_time_fix(seen(log, until=10 * DAY, end=60 * DAY, **told)))["K-Q1"]


def one_visit(log, order, tech=0):
    log.report(NINE, order)
    log.visit(order, tech, NINE, NINE + 10, NINE + 40)


def test_one_visit_without_wait_or_recurrence_is_a_first_time_fix():
    log = Log()
    log.fault(500.0, 1, asset=4)
    one_visit(log, 1)
    assert (fixed(log).numerator, fixed(log).denominator) == (1, 1)


@pytest.mark.parametrize("asset", [(4, 4, -1), (-1, -1, 1)], ids=["same asset", "same root cause"])
def test_a_recurrence_within_thirty_days_is_no_fix_and_one_after_is(asset):
    of_fault, of_recurrence, parent = asset
    for later, expected in ((29 * DAY, 0), (31 * DAY, 1)):
        log = Log()
        log.fault(500.0, 1, asset=of_fault)
        one_visit(log, 1)
        log.fault(NINE + 40 + later, 9, asset=of_recurrence, parent=parent)
        assert fixed(log).numerator == expected


def test_a_third_link_of_a_chain_recurs_on_the_second():
    log = Log()
    log.fault(500.0, 1)
    log.fault(510.0, 2, parent=1)
    one_visit(log, 2)
    log.fault(5 * DAY, 3, parent=1)
    assert fixed(log).numerator == 0


def test_another_assets_fault_is_no_recurrence():
    log = Log()
    log.fault(500.0, 1, asset=4)
    one_visit(log, 1)
    log.fault(2 * DAY, 2, asset=5)
    assert fixed(log).numerator == 1


def test_second_visits_waits_for_parts_and_reopenings_are_no_first_time_fix():
    log = Log()
    for number in (1, 2, 3):
        log.fault(500.0, number)
    one_visit(log, 1, tech=1)
    log.reopen(NINE + 100, 1)
    log.visit(1, 1, NINE + 110, NINE + 120, NINE + 150)
    log.report(NINE, 2)
    log.arrive(NINE + 5, 2, tech=2)
    log.note(NINE + 10, PartNeeded(2, 2, 0))
    log.visit(2, 2, NINE + 200, NINE + 210, NINE + 220)
    log.report(NINE, 3)
    log.arrive(NINE + 5, 3, tech=3)
    log.visit(3, 3, NINE + 200, NINE + 210, NINE + 220)
    assert (fixed(log).numerator, fixed(log).denominator) == (0, 3)


def test_an_order_whose_thirty_days_are_not_over_is_undetermined():
    log = Log()
    one_visit(log, 1)
    rows = by_name(first_time_fix(seen(log, until=10 * DAY, end=20 * DAY)))
    assert rows["K-Q1"].denominator == 0 and rows["K-Q1.undetermined"].value == 1


def test_a_callback_is_a_completed_task_after_a_reopening():
    log = Log()
    for number in (1, 2, 3):
        one_visit(log, number, tech=number)
    log.reopen(NINE + 100, 1)
    log.visit(1, 1, NINE + 110, NINE + 120, NINE + 150)
    log.reopen(NINE + 100, 2)  # not done again yet: no task
    row = by_name(callback_rate(seen(log)))["K-Q2"]
    assert (row.numerator, row.denominator) == (1, 4)


def test_recurrence_is_the_share_of_faults_with_a_cause_nobody_removed():
    log = Log()
    log.fault(500.0, 1)
    log.fault(600.0, 2, parent=1)
    log.fault(700.0, 3)
    log.fault(700.0, 4)
    assert by_name(recurrence(seen(log)))["K-Q3"].value == 25.0


@pytest.fixture
def one_day():
    """Technician 0: on 08:00-12:00 and 13:00-17:30. Travel 09:00-09:10, work to 09:40, parts to 10:00,
    work to 10:30, idle; travel 17:00-17:10, work to 18:00, thirty minutes of it overtime."""
    log = Log()
    log.duty(480.0, 0, True)
    log.does(480.0, 0, IDLE)
    log.leave(540.0, 1)
    log.work(550.0, 1)
    log.does(580.0, 0, FETCHING)
    log.work(600.0, 1)
    log.does(630.0, 0, IDLE)
    log.duty(720.0, 0, False, "break")
    log.duty(780.0, 0, True, "break")
    log.leave(1020.0, 2)
    log.work(1030.0, 2)
    log.duty(1050.0, 0, False)
    log.does(1080.0, 0, OFF)
    return log


def test_paid_minutes_are_duty_without_breaks_plus_overtime(one_day):
    crew = seen(one_day, until=DAY).crew
    assert crew.on_duty_min[0] == pytest.approx(240 + 270)
    assert crew.overtime_min[0] == pytest.approx(30)


def test_work_that_runs_into_a_break_is_paid_but_no_overtime():
    one_day = Log()
    one_day.duty(480.0, 0, True)
    one_day.work(700.0, 1)
    one_day.duty(720.0, 0, False, "break")
    one_day.does(735.0, 0, IDLE)
    one_day.duty(780.0, 0, True, "break")
    one_day.duty(1050.0, 0, False)
    crew = seen(one_day, until=DAY).crew
    assert (crew.overtime_min[0], crew.break_work_min[0]) == (pytest.approx(0), pytest.approx(15))
    assert crew.paid_min[0] == pytest.approx(240 + 15 + 270)


def test_wrench_time_and_utilisation_by_hand(one_day):
    run = seen(one_day, until=DAY)
    wrench, used = by_name(hands_on_share(run))["K-Q4"], by_name(utilisation(run))["K-Q5"]
    assert (wrench.numerator, wrench.denominator) == (pytest.approx(30 + 30 + 50), pytest.approx(540))
    assert used.numerator == pytest.approx(10 + 60 + 20 + 10 + 50)


def test_technician_time_is_cut_to_the_period(one_day):
    crew = seen(one_day, since=545.0, until=560.0).crew
    assert crew.doing[0].tolist() == pytest.approx([5, 10, 0, 0, 0])
    assert crew.on_duty_min[0] == pytest.approx(15)


def test_people_of_outside_firms_are_not_paid_by_the_hour_here(one_day):
    one_day.duty(1100.0, 5, True)
    people = [Person(0, "plumbing", "reactive"), Person(5, "lift", "partner")]
    run = seen(one_day, until=DAY, people=people)
    assert by_name(hands_on_share(run))["K-Q4"].denominator == pytest.approx(540)


def test_utilisation_is_told_by_trade_and_its_spread_between_people(one_day):
    one_day.duty(1200.0, 1, True)
    one_day.duty(1260.0, 1, False)
    run = seen(one_day, until=DAY, people=[Person(0, "plumbing"), Person(1, "electrical")])
    rows = by_name(utilisation(run))
    assert rows["K-Q5.trade:plumbing"].value == pytest.approx(100 * 150 / 540)
    assert rows["K-Q5.trade:electrical"].value == 0.0
    assert rows["K-Q5.spread"].value == pytest.approx(np.std([100 * 150 / 540, 0.0], ddof=1))


def test_maintenance_is_on_time_late_overdue_or_undetermined():
    log = Log()
    for task, late_after in ((1, 5 * DAY), (2, 5 * DAY), (3, 5 * DAY), (4, 500 * DAY)):
        log.note(NINE, PreventiveDue(task, 0, "plant", task, late_after, 60.0))
    log.note(4 * DAY, PreventiveDone(1, 1, False))
    log.note(6 * DAY, PreventiveDone(2, 2, False))
    rows = by_name(preventive_on_time(seen(log, until=10 * DAY)))
    assert (rows["K-Q6"].numerator, rows["K-Q6"].denominator) == (1, 3)
    assert rows["K-Q6.undetermined"].value == 1
