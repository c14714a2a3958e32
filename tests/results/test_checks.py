"""Conservation laws: a sound journal has no breach, and each planted one is named."""

import re

import pytest

from policies.contract.commands import RejectRequest
from policies.contract.states import TechnicianState
from results import checks
from tests.results.log import Log

NINE = 540.0


@pytest.fixture
def sound():
    log = Log()
    log.report(NINE, 1)
    log.report(NINE + 5, 2)
    log.visit(1, 0, NINE + 10, NINE + 20, NINE + 50)
    log.reopen(NINE + 90, 1)
    log.visit(1, 0, NINE + 100, NINE + 110, NINE + 150)
    log.visit(2, 1, NINE + 160, NINE + 170, NINE + 190)
    return log


def only(log, words):
    found = checks.violations(log.journal)
    assert len(found) == 1 and words in found[0], found
    with pytest.raises(checks.ConservationError, match=re.escape(words)):
        checks.require(log.journal)


def test_a_sound_journal_breaks_no_law(sound):
    assert checks.violations(sound.journal) == []
    checks.require(sound.journal)


def test_a_second_end_of_a_request_is_named(sound):
    sound.note(NINE + 300, RejectRequest(2, "late thought"))
    only(sound, "more than one end: 1 (2)")


def test_a_request_reported_twice_is_named(sound):
    sound.report(NINE + 300, 1, opened=False)
    only(sound, "reported twice: 1 (1)")


def test_completing_twice_without_reopening_is_named(sound):
    sound.visit(2, 1, NINE + 300, NINE + 310, NINE + 320)
    found = checks.completed_once(sound.journal)
    assert found == ["orders completed twice without re-opening: 1 (2)"]


def test_reopening_what_is_not_complete_is_named(sound):
    sound.report(NINE + 200, 3)
    sound.reopen(NINE + 300, 3)
    only(sound, "re-opened that were not complete: 1 (3)")


def test_work_on_what_is_no_order_is_named(sound):
    sound.report(NINE + 200, 3, opened=False)
    sound.visit(3, 1, NINE + 300, NINE + 310, NINE + 320)
    assert any("OnSite before the order was opened: 1 (3)" in words for words in checks.violations(sound.journal))


def test_a_technician_in_two_places_is_named(sound):
    sound.report(NINE + 200, 3)
    sound.report(NINE + 200, 4)
    sound.assign(NINE + 201, 3, 0)
    sound.assign(NINE + 201, 4, 0)
    sound.leave(NINE + 201, 3, 0)
    sound.leave(NINE + 202, 4, 0)
    only(sound, "technician 0 leaves for order 4 while at order 3")


def test_an_arrival_where_nobody_was_going_is_named(sound):
    sound.report(NINE + 200, 3)
    sound.assign(NINE + 201, 3, 0)
    sound.arrive(NINE + 202, 3, 0)
    only(sound, "technician 0 arrives at order 3 while at no order")


def test_many_breaches_of_one_law_are_counted_not_all_written_out(sound):
    for number in range(10, 30):
        sound.report(NINE + 200, number)
        sound.assign(NINE + 201, number, 0)
        sound.arrive(NINE + 202, number, 0)
    assert checks.one_place(sound.journal)[-1] == "… and 15 more"


def test_littles_law_by_hand():
    """Three orders wait 10, 20 and (to the end) 20 min within 40 min: L = 50/40, λ = 3/40, W = 50/3."""
    log = Log()
    log.report(0.0, 1)
    log.report(10.0, 2)
    log.assign(10.0, 1, 0)
    log.report(20.0, 3)
    log.assign(30.0, 2, 0)
    log.does(40.0, 0, TechnicianState.IDLE)
    law = checks.littles_law(log.journal)
    assert (law.length, law.rate_per_min, law.wait_min) == pytest.approx((50 / 40, 3 / 40, 50 / 3))
    assert law.gap < 1e-12


def test_a_queue_that_falls_below_nothing_is_named():
    log = Log()
    log.assign(5.0, 1, 0)
    log.report(10.0, 1)
    assert any("falls to -1" in words for words in checks.little_holds(log.journal))
