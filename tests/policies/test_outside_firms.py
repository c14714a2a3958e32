"""Outside firms: called by a rung for one order, on contract for the trades nobody in the house has, and nothing else."""

import pytest

from policies.contract.commands import Assign, GuardHit, Wake
from policies.contract.events import (
    DutyChanged,
    MadeSafe,
    OnSite,
    OrderAccepted,
    OrderReopened,
    PartNeeded,
    PartReady,
    TradeFound,
    VisitEnded,
    WorkCompleted,
)
from policies.response.breaker import AtOnce
from tests.policies.office import NINE, Diary, person, site

ANN, FIRM = 0, 1
AT_CHANGES = ["nearest_idle", "fifo_pooled", "least_loaded", "skill_place_load", "earliest_due", "gcmu", "hold_reserve"]


def firm(number=FIRM, *trades, on_duty=True):
    return person(number, *(trades or ("plumbing", "electrical")), at=4, crew="partner", on_duty=on_duty)


def called(*others, rule="nearest_idle", **diary):
    """Ann is on an emergency of her own; the firm is called for emergency 1 and has accepted it."""
    office = Diary([person(ANN), firm(), *others], dispatch=rule, escalate="breaker_30_2", **diary)
    office.request(0, priority=1)
    office.tell(OrderAccepted(0, ANN))
    office.request(1, priority=1)
    for _ in range(3):
        limit = [wake for wake in office.only(Wake) if wake.subject == 1][-1]
        office.wake(limit)
    assert given(office) == [(0, ANN), (1, FIRM)]
    office.tell(OrderAccepted(1, FIRM))
    office.tell(OnSite(1, FIRM))
    return office


def given(office):
    return [(command.order, command.tech) for command in office.only(Assign)]


@pytest.mark.parametrize("rule", AT_CHANGES)
def test_a_firm_that_has_done_what_it_was_called_for_leaves_whatever_waits(rule):
    office = called(rule=rule)
    for number in (2, 3):
        office.request(number)
    office.tell(WorkCompleted(1, FIRM))
    assert given(office) == [(0, ANN), (1, FIRM)]
    office.tell(WorkCompleted(0, ANN))
    assert given(office)[2:] == [(2, ANN)]
    assert office.only(GuardHit) == []


def test_made_safe_the_repair_stays_with_the_firm_while_it_is_there():
    office = called()
    office.request(2)
    office.tell(MadeSafe(1, FIRM))
    assert (office.record(1).priority, office.record(1).tech) == (3, FIRM)
    office.tell(WorkCompleted(1, FIRM))
    assert office.record(2).tech == -1


@pytest.mark.parametrize("left", [VisitEnded(1, FIRM, "not_fixed"), PartNeeded(1, FIRM, 7)])
def test_what_a_firm_leaves_undone_is_the_houses(left):
    office = called()
    office.tell(MadeSafe(1, FIRM))
    office.tell(left)
    office.tell(PartReady(1))
    assert given(office) == [(0, ANN), (1, FIRM)]
    office.tell(WorkCompleted(0, ANN))
    assert given(office)[2:] == [(1, ANN)]


def test_work_sent_back_is_the_houses():
    office = called()
    office.tell(MadeSafe(1, FIRM))
    office.tell(WorkCompleted(1, FIRM))
    office.tell(OrderReopened(1))
    assert office.record(1).tech == -1
    office.tell(WorkCompleted(0, ANN))
    assert given(office)[2:] == [(1, ANN)]


def test_an_emergency_of_another_trade_than_reported_is_still_the_firms_if_it_can():
    office = called()
    office.tell(TradeFound(1, FIRM, "electrical"))
    assert given(office)[2:] == [(1, FIRM)]


def test_a_firm_that_did_not_hear_the_call_is_offered_nothing_else():
    office = Diary([person(ANN), firm(), firm(2)], dispatch="nearest_idle", escalate=AtOnce())
    office.request(0, priority=1)
    office.tell(OrderAccepted(0, ANN))
    office.request(1, priority=1)
    office.request(2)
    at_report = office.wake([wake for wake in office.only(Wake) if wake.subject == 1][-1])
    assert given(office)[1:] == [(1, FIRM)]
    office.wake(office.only(Wake, at_report)[0])
    assert given(office)[1:] == [(1, FIRM), (1, 2)]
    office.request(3)
    assert given(office)[1:] == [(1, FIRM), (1, 2)]


def test_a_firm_set_free_is_called_to_the_emergency_whose_rung_allows_it():
    office = called()
    office.request(2)
    office.request(3, priority=1, now=NINE + 40.0)
    office.request(4, priority=1, now=NINE + 40.0)
    for _ in range(3):
        office.wake([wake for wake in office.only(Wake) if wake.subject == 3][-1])
    assert office.now == NINE + 70.0
    office.tell(WorkCompleted(1, FIRM))
    assert given(office)[2:] == [(3, FIRM)]


def test_a_firm_set_free_is_not_called_to_an_emergency_before_its_rung():
    office = called()
    office.request(2, priority=1)
    office.tell(WorkCompleted(1, FIRM))
    assert given(office)[2:] == []


def test_a_firm_that_comes_on_duty_waits_for_a_call():
    office = Diary([person(ANN), firm(on_duty=False)], dispatch="nearest_idle", escalate="breaker_30_2")
    for number in (0, 1):
        office.request(number)
    office.tell(DutyChanged(FIRM, True, "shift", 10_000.0))
    assert given(office) == [(0, ANN)]


@pytest.mark.parametrize("rule", AT_CHANGES)
def test_on_contract_a_firm_is_offered_the_trades_nobody_in_the_house_has_and_no_other(rule):
    lifts = firm(FIRM, "plumbing", "lift")
    office = Diary([person(ANN), lifts], dispatch=rule, of=site(partner_trades=("lift",)))
    for number, trade in enumerate(("plumbing", "lift", "plumbing", "lift")):
        office.request(number, trade=trade)
    office.tell(WorkCompleted(1, FIRM))
    office.tell(WorkCompleted(3, FIRM))
    assert given(office) == [(0, ANN), (1, FIRM), (3, FIRM)]
    assert office.only(GuardHit) == []


@pytest.mark.parametrize("work_lists", [False, True])
def test_no_rule_sends_a_firm_no_rung_has_called(work_lists):
    class Anybody:
        def dispatch(self, waiting, candidates, view):
            return [(order, tech) for order in waiting.fresh for tech in candidates.skilled(order.trade) if tech.id]

    rule = Anybody()
    rule.work_lists = work_lists
    office = Diary([person(ANN), firm()], dispatch=rule)
    office.request(0)
    assert given(office) == [(0, ANN)]
    assert [hit.why for hit in office.only(GuardHit)] == ["an outside firm that no rung has called"]
