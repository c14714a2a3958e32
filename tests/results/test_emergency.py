"""K-E1 to K-E4 on journals small enough to work by hand."""

import numpy as np
import pytest

from policies.contract.commands import RejectRequest
from results.kpi_emergency import breaker_side_effect, emergency_handling, emergency_late, emergency_response
from tests.results.log import DAY, Log, by_name, seen
from twin.facts import WorkInterrupted

NINE, NIGHT = 540.0, 1380.0


def emergencies(run):
    return by_name([*emergency_response(run), *emergency_handling(run), *emergency_late(run)])


def test_a_true_emergency_counts_whatever_its_label_and_a_false_one_does_not():
    log = Log()
    log.report(NINE, 1, priority=1, claimed=3)
    log.report(NINE, 2, priority=3, claimed=1)
    log.arrive(NINE + 20, 1)
    log.safe(NINE + 50, 1)
    rows = emergencies(seen(log))
    assert rows["K-E1"].denominator == 1 and rows["K-E1"].value == 100.0


def test_the_clock_runs_at_night_and_from_the_report_not_from_the_arrival():
    log = Log()
    log.report(NIGHT, 1, priority=1)
    log.arrive(NIGHT + 31, 1)
    log.safe(NIGHT + 121, 1)
    rows = emergencies(seen(log))
    assert rows["K-E1"].value == 0.0
    assert rows["K-E2"].value == 0.0 and rows["K-E3"].value == 100.0


def test_exactly_the_limit_is_on_time():
    log = Log()
    log.report(NINE, 1, priority=1)
    log.arrive(NINE + 30, 1)
    log.safe(NINE + 120, 1)
    rows = emergencies(seen(log))
    assert (rows["K-E1"].value, rows["K-E2"].value, rows["K-E3.either"].value) == (100.0, 100.0, 0.0)


def test_made_safe_is_handled_though_the_repair_takes_days():
    log = Log()
    log.report(NINE, 1, priority=1)
    log.arrive(NINE + 25, 1)
    log.safe(NINE + 60, 1)
    log.finish(3 * DAY, 1)
    log.end_fault(3 * DAY, 1, 1)
    assert emergencies(seen(log))["K-E3"].value == 0.0


def test_repaired_without_a_milestone_is_handled_when_the_fault_ends_not_when_a_botched_visit_does():
    log = Log()
    for number in (1, 2):
        log.report(NINE, number, priority=1)
        log.visit(number, number, NINE, NINE + 10, NINE + 60)
    log.end_fault(NINE + 60, 1, 1)
    log.reopen(NINE + 600, 2)
    log.visit(2, 2, NINE + 600, NINE + 610, NINE + 700)
    log.end_fault(NINE + 700, 2, 2)
    orders = seen(log).orders
    assert orders.t_safe.tolist() == [NINE + 60, NINE + 700]


def test_without_truth_in_the_journal_completion_is_handling():
    log = Log()
    log.report(NINE, 1, priority=1)
    log.visit(1, 0, NINE, NINE + 10, NINE + 60)
    assert seen(log).orders.t_safe.tolist() == [NINE + 60]


def test_open_emergencies_are_late_once_overdue_and_undetermined_before():
    log = Log()
    log.report(NINE, 1, priority=1)
    log.report(NINE + 100, 2, priority=1)
    log.report(NINE + 200, 3, priority=1)
    rows = emergencies(seen(log, until=NINE + 210))
    assert rows["K-E3"].numerator == 1 and rows["K-E3"].denominator == 1
    assert rows["K-E3.undetermined"].value == 2
    assert rows["K-E1"].value == 0.0 and rows["K-E1"].denominator == 2
    assert rows["K-E3.either"].numerator == 2 and rows["K-E3.either.undetermined"].value == 1


def test_late_response_alone_makes_the_variant_late():
    log = Log()
    log.report(NINE, 1, priority=1)
    log.arrive(NINE + 40, 1)
    log.safe(NINE + 60, 1)
    rows = emergencies(seen(log))
    assert rows["K-E3"].value == 0.0 and rows["K-E3.either"].value == 100.0


def test_an_emergency_turned_away_is_told_and_one_filed_away_stays():
    log = Log()
    log.report(NINE, 1, priority=1)
    log.note(NINE, RejectRequest(1, "looked harmless"))
    log.report(NINE, 2)
    log.report(NINE, 3, priority=1)
    log.merge(NINE, 3, 2)
    rows = emergencies(seen(log))
    assert rows["K-E3.turned_away"].value == 1 and rows["K-E3.turned_away"].denominator == 2
    assert rows["K-E3"].value == 100.0 and rows["K-E3"].denominator == 1


def test_minutes_lost_by_pre_emption_are_service_minutes_until_somebody_is_back():
    """Interrupted 17:00, back next day 08:20: 30 + 20 = 50 service minutes over two normal orders."""
    log = Log()
    log.report(NINE, 1)
    log.report(NINE, 2)
    log.arrive(960.0, 1)
    log.note(1020.0, WorkInterrupted(1, 0, 25.0, "preempted"))
    log.note(1020.0, WorkInterrupted(2, 0, 25.0, "shift_end"))
    log.arrive(DAY + 500.0, 1)
    rows = by_name(breaker_side_effect(seen(log)))
    assert rows["K-E4"].numerator == pytest.approx(50.0) and rows["K-E4"].value == pytest.approx(25.0)
    assert rows["K-E4.interruptions"].value == 1


def test_an_interrupted_order_nobody_came_back_to_loses_until_the_end():
    log = Log()
    log.report(NINE, 1)
    log.arrive(600.0, 1)
    log.note(660.0, WorkInterrupted(1, 0, 25.0, "preempted"))
    assert by_name(breaker_side_effect(seen(log, until=720.0)))["K-E4"].value == pytest.approx(60.0)


def test_no_emergency_no_rate():
    log = Log()
    log.report(NINE, 1)
    rows = emergencies(seen(log))
    assert np.isnan(rows["K-E3"].value) and rows["K-E3"].denominator == 0


def test_handled_late_or_on_time_is_known_only_when_response_and_handling_both_are():
    """Reached in time and not yet made safe, 100 minutes after the report: nobody can say yet."""
    log = Log()
    log.report(NINE, 1, priority=1)
    log.arrive(NINE + 20, 1)
    rows = emergencies(seen(log, until=NINE + 100))
    assert rows["K-E1"].value == 100.0
    assert rows["K-E3.either.undetermined"].value == 1 and rows["K-E3.either"].denominator == 0


def test_every_figure_of_emergencies_has_its_unit_and_its_cases():
    log = Log()
    for number in (1, 2, 3, 4, 5):
        log.report(NINE, number, priority=1)
    log.visit(4, 0, NINE, NINE + 40, NINE + 50)
    for number in (1, 2, 5):
        log.note(NINE, RejectRequest(number, "looked harmless"))
    rows = emergencies(seen(log))
    assert [tuple(row) for row in rows.values()] == [
        ("K-E1", "%", 0.0, 0, 2),
        ("K-E1.undetermined", "orders", 0, 0, 2),
        ("K-E2", "%", 50.0, 1, 2),
        ("K-E2.undetermined", "orders", 0, 0, 2),
        ("K-E3", "%", 50.0, 1, 2),
        ("K-E3.undetermined", "orders", 0, 0, 2),
        ("K-E3.either", "%", 100.0, 2, 2),
        ("K-E3.either.undetermined", "orders", 0, 0, 2),
        ("K-E3.turned_away", "orders", 3, 3, 5),
    ]


def test_minutes_lost_are_those_of_normal_orders_of_the_cohort_until_their_own_next_arrival():
    """Order 1 waits from 600 to 640, order 2 from 650 to the end at 690, though order 3 is reached meanwhile.

    An emergency and a stranger lose nothing that counts, nor does what happens after the end.
    """
    log = Log()
    for number, priority in ((1, 3), (2, 3), (3, 1), (4, 2)):
        log.report(NINE, number, priority=priority)
    for order in (1, 3, 99):
        log.note(600.0, WorkInterrupted(order, 0, 25.0, "preempted"))
    log.arrive(610.0, 2)
    log.arrive(640.0, 1)
    log.note(650.0, WorkInterrupted(2, 0, 25.0, "preempted"))
    log.arrive(660.0, 3)
    log.note(700.0, WorkInterrupted(1, 0, 25.0, "preempted"))
    rows = breaker_side_effect(seen(log, until=690.0))
    assert [tuple(row) for row in rows] == [
        ("K-E4", "min/order", pytest.approx(80.0 / 3), pytest.approx(80.0), 3),
        ("K-E4.interruptions", "interruptions", 2, 2, 3),
    ]
