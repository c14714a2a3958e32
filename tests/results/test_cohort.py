"""The order table: who is in the cohort, what became of whom, and when."""

import numpy as np
import pytest

from policies.contract.commands import OpenOrder, RejectRequest, ReservePart
from policies.contract.events import PartNeeded, PartReady, PreventiveDue, RequestCancelled
from policies.contract.states import RequestState
from results.cohort import FATES
from results.kpi_flow import turned_away, wrong_merges
from results.kpi_response import completion, response
from tests.results.log import DAY, Log, by_name, seen
from twin.facts import EventHeard, RequestLost
from twin.journal import REQUEST

NINE = 540.0


def fates(run):
    return {int(number): FATES[code] for number, code in zip(run.orders.ids, run.orders.fate, strict=True)}


def test_orders_enter_by_report_time_not_by_completion():
    log = Log()
    log.report(NINE, 1)
    log.report(DAY + NINE, 2)
    log.visit(1, 0, DAY + NINE, DAY + NINE + 5, DAY + NINE + 10)
    log.report(2 * DAY + NINE, 3)
    log.visit(2, 0, 2 * DAY + NINE, 2 * DAY + NINE + 5, 2 * DAY + NINE + 10)
    run = seen(log, since=DAY, until=2 * DAY, end=5 * DAY)
    assert run.orders.ids.tolist() == [2]
    assert run.orders.t_comp.tolist() == [2 * DAY + NINE + 10]


def test_what_happens_after_the_end_of_observation_is_not_seen():
    log = Log()
    log.report(NINE, 1)
    log.visit(1, 0, 3 * DAY + NINE, 3 * DAY + NINE + 5, 3 * DAY + NINE + 10)
    run = seen(log, until=DAY, end=2 * DAY)
    assert fates(run) == {1: "open"} and np.isnan(run.orders.t_arr).all()


def test_maintenance_orders_are_outside_the_cohort():
    log = Log()
    log.note(NINE, PreventiveDue(7, 0, "plant", 3, 5 * DAY, 60.0))
    log.report(NINE, 8)
    assert seen(log).orders.ids.tolist() == [8]


def test_a_reopened_order_keeps_its_first_clock_and_its_last_completion():
    log = Log()
    log.report(NINE, 1)
    log.visit(1, 0, NINE, NINE + 10, NINE + 40)
    log.reopen(NINE + 300, 1)
    log.visit(1, 0, NINE + 310, NINE + 320, NINE + 400)
    orders = seen(log).orders
    assert len(orders) == 1
    assert (orders.t_arr[0], orders.t_comp[0]) == (NINE + 10, NINE + 400)
    assert (orders.visits[0], orders.completions[0], orders.reopenings[0]) == (2, 2, 1)


def test_an_order_reopened_and_not_done_again_is_open():
    log = Log()
    log.report(NINE, 1)
    log.visit(1, 0, NINE, NINE + 10, NINE + 40)
    log.reopen(NINE + 300, 1)
    run = seen(log)
    assert fates(run) == {1: "open"} and np.isnan(run.orders.t_comp[0])


def test_duplicates_rejected_and_cancelled_leave_both_sides_and_their_shares_are_told():
    log = Log()
    for number in range(10):
        log.report(NINE, number, fault=0 if number == 1 else number)
    log.merge(NINE, 1, 0)
    log.note(NINE, RejectRequest(2, "nobody's work"))
    log.note(NINE, RequestCancelled(3))
    log.report(NINE, 10, opened=False)
    log.journal.state(NINE, REQUEST, 10, RequestState.REJECTED)  # turned away at the counter, no command
    for number in (0, 4, 5, 6, 7, 8, 9):
        log.visit(number, number, NINE, NINE + 30, NINE + 60)
    run = seen(log)
    assert [fates(run)[k] for k in (1, 2, 3, 10)] == ["duplicate", "rejected", "cancelled", "rejected"]
    rows = by_name([*turned_away(run), *response(run), *completion(run)])
    assert rows["K-R1"].denominator == 7 and rows["K-R1"].numerator == 210
    assert rows["K-R6.orders"].value == 7
    assert rows["excluded_share"].value == pytest.approx(100 * 4 / 11)
    assert rows["duplicate_share"].numerator == 1 and rows["rejected_share"].numerator == 2


def test_a_request_merged_into_another_faults_order_stays_an_order():
    """No rule gets a better response by filing people away: this one's fault is attended a day later."""
    log = Log()
    log.report(NINE, 1)
    log.report(NINE + 10, 2, fault=77)
    log.merge(NINE + 10, 2, 1)
    log.visit(1, 0, NINE + 20, NINE + 30, NINE + 60)
    log.end_fault(NINE + 60, 1, 1)
    log.report(DAY + NINE, 3, fault=77, actionable=False)
    log.visit(3, 0, DAY + NINE, DAY + NINE + 10, DAY + NINE + 40)
    log.end_fault(DAY + NINE + 40, 77, 3)
    run = seen(log)
    orders = run.orders
    assert fates(run)[2] == "completed" and orders.misfiled.tolist() == [False, True, False]
    assert (orders.t_arr[1], orders.t_comp[1]) == (DAY + NINE + 10, DAY + NINE + 40)
    assert by_name(response(run))["K-R1"].denominator == 2
    assert by_name(wrong_merges(run))["wrong_merge_share"].value == 100.0


def test_an_unmerged_duplicate_is_an_order_but_no_normal_order():
    log = Log()
    log.report(NINE, 1)
    log.report(NINE, 2, fault=1, actionable=False)
    run = seen(log)
    assert run.orders.is_order.tolist() == [True, True] and run.orders.normal.tolist() == [True, False]


def test_a_lost_slip_handed_in_again_keeps_the_first_clock_and_one_never_found_again_is_lost():
    log = Log()
    log.report(NINE, 1, opened=False)
    log.report(NINE, 2, opened=False)
    log.note(NINE, RequestLost(1), RequestLost(2))
    log.register(2 * DAY + NINE, 1)
    run = seen(log)
    assert fates(run) == {1: "open", 2: "lost"} and run.orders.t_report[0] == NINE


def test_an_attendance_without_access_is_an_arrival_but_no_visit():
    log = Log()
    log.report(NINE, 1)
    log.arrive(NINE + 20, 1)
    log.shut(NINE + 25, 1)
    log.let_in(DAY + 600.0, 1)
    log.visit(1, 0, DAY + 600.0, DAY + 610.0, DAY + 640.0)
    orders = seen(log).orders
    assert orders.t_arr[0] == NINE + 20 and orders.visits[0] == 1


def test_waiting_for_the_requester_pauses_the_service_clock_only_and_both_are_kept():
    """09:00 reported; 09:25 nobody in; appointment next day 10:00; done 10:40.

    Service 510 (Monday 09:00-17:30) + 160 = 670; paused Monday 09:25-17:30 = 485 and 120 = 605.
    """
    log = Log()
    log.report(NINE, 1)
    log.arrive(NINE + 20, 1)
    log.shut(NINE + 25, 1)
    log.let_in(DAY + 600.0, 1)
    log.visit(1, 0, DAY + 600.0, DAY + 610.0, DAY + 640.0)
    rows = by_name(completion(seen(log)))
    assert rows["K-R6.svc"].value == pytest.approx(670.0)
    assert rows["K-R6.svc_paused"].value == pytest.approx(65.0)
    assert rows["K-R6"].value == pytest.approx(DAY + 100.0)


def test_a_pause_nobody_ended_lasts_until_the_end_and_two_pauses_add_up():
    log = Log()
    log.report(480.0, 1)
    log.shut(500.0, 1)
    log.let_in(530.0, 1)
    log.shut(600.0, 1)
    run = seen(log, until=700.0)
    assert run.orders.paused_service(run.orders.t_comp)[0] == pytest.approx(30.0 + 100.0)


def test_waits_for_parts_are_counted_on_site_and_before_dispatch_unless_the_shelf_had_it():
    log = Log()
    for number in (1, 2, 3):
        log.report(NINE, number)
    log.note(NINE, ReservePart(1, 0), PartReady(1), ReservePart(2, 0))
    log.note(NINE + 100, PartReady(2))
    log.note(NINE + 100, PartNeeded(3, 0, 0))
    log.note(NINE + 200, PartReady(3))
    assert seen(log).orders.part_holds.tolist() == [0, 1, 1]


def test_recorded_response_is_the_devices_stamp_and_an_arrival_nobody_pressed_is_open():
    log = Log()
    for number in (1, 2):
        log.report(NINE, number)
        log.arrive(NINE + 30, number)
    log.note(NINE + 50, EventHeard("OnSite", 1, 0, NINE + 45), EventHeard("OnSite", 1, 0, NINE + 46))
    rows = by_name(response(seen(log, until=2 * DAY)))
    assert rows["K-R1"].value == pytest.approx(30.0)
    assert rows["K-R1.recorded.open"].value == 1
    assert rows["K-R1.recorded"].value > 45.0


def test_without_devices_there_is_no_recorded_version():
    log = Log()
    log.report(NINE, 1)
    log.arrive(NINE + 30, 1)
    assert "K-R1.recorded" not in by_name(response(seen(log)))


def test_response_may_stop_at_acceptance():
    log = Log()
    log.report(NINE, 1)
    log.accept(NINE + 12, 1)
    log.arrive(NINE + 30, 1)
    assert by_name(response(seen(log)))["K-R1"].value == pytest.approx(30.0)
    assert by_name(response(seen(log, response_stop="accept")))["K-R1"].value == pytest.approx(12.0)


def test_an_empty_journal_has_an_empty_cohort():
    run = seen(Log())
    assert len(run.orders) == 0
    assert np.isnan(by_name(response(run))["K-R1"].value)


def test_the_order_table_says_of_an_order_what_the_journal_says():
    log = Log()
    log.report(NINE, 5, building=3, group=2, priority=2, claimed=3, opened=False, trade="carpentry")
    log.register(NINE + 1, 5, building=3, trade="carpentry", claimed=3)
    log.report(NINE + 2, 6, opened=False)
    log.note(NINE + 2, OpenOrder(5, "carpentry", 1), OpenOrder(5, "carpentry", 4))
    log.assign(NINE + 3, 5)
    log.assign(NINE + 4, 5)
    log.accept(NINE + 5, 5)
    log.arrive(NINE + 6, 5)
    orders = seen(log).orders
    assert [orders.texts[code] for code in orders.trade] == ["carpentry", "plumbing"]
    assert [orders.texts[code] for code in orders.channel] == ["phone", "phone"]
    assert (orders.building.tolist(), orders.group.tolist()) == ([3, 0], [2, 0])
    assert (orders.priority_true[0], orders.priority_claimed[0]) == (2, 3)
    assert orders.priority_triaged.tolist() == [1, 0]
    for name, minutes in {"t_reg": 1, "t_open": 2, "t_asg": 3, "t_acc": 5, "t_arr": 6, "t_arr_recorded": 6}.items():
        first, second = getattr(orders, name)
        assert first == NINE + minutes and np.isnan(second), name


def test_what_is_neither_registered_nor_lost_is_open():
    log = Log()
    log.report(NINE, 1, opened=False)
    assert fates(seen(log)) == {1: "open"}


def test_a_request_about_the_first_fault_may_be_misfiled_too_and_into_maintenance():
    """Fault 0 merged into an order of fault 1, fault 1 into a maintenance task, which has no fault."""
    log = Log()
    log.report(NINE, 1, fault=1)
    log.report(NINE, 2, fault=0)
    log.report(NINE, 3, fault=1)
    log.note(NINE, PreventiveDue(7, 0, "plant", 3, 5 * DAY, 60.0))
    log.merge(NINE, 2, 1)
    log.merge(NINE, 3, 7)
    assert seen(log).orders.misfiled.tolist() == [False, True, True]


def test_a_merge_of_a_request_that_nobody_reported_is_passed_over():
    log = Log()
    log.report(NINE, 1)
    log.merge(NINE, 77, 1)
    assert seen(log).orders.misfiled.tolist() == [False]


def test_an_emergency_made_safe_in_the_very_minute_of_the_report_was_handled_then():
    log = Log()
    log.report(NINE, 1, priority=1)
    log.report(NINE + 20, 2, priority=1, fault=1)
    log.safe(NINE + 20, 1)
    log.end_fault(NINE + 90, 1, 1)
    assert seen(log).orders.t_safe.tolist() == [NINE + 20, NINE + 20]


def test_a_stamp_of_anything_but_the_arrival_is_no_arrival():
    log = Log()
    log.report(NINE, 1)
    log.arrive(NINE + 30, 1)
    for kind, minutes in (("OrderAccepted", 10), ("OnSite", 35), ("WorkCompleted", 38)):
        log.note(NINE + 40, EventHeard(kind, 1, 0, NINE + minutes))
    assert seen(log).orders.t_arr_recorded.tolist() == [NINE + 35]


def test_each_order_waits_for_its_own_requester():
    log = Log()
    for number in (1, 2, 3):
        log.report(480.0, number)
        log.shut(500.0 + 10 * number, number)
    for number in (1, 2, 3):
        log.let_in(600.0 + 20 * number, number)
    run = seen(log, until=700.0)
    assert run.orders.paused_service(run.orders.t_comp).tolist() == [110.0, 120.0, 130.0]
