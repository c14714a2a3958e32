"""Figures of the stores, on journals written by hand."""

from dataclasses import replace
from datetime import date

import pytest

from policies.contract.calendar import Calendar
from policies.contract.events import ItemSuperseded, StockCounted, StockIssued, StockReceived
from policies.contract.states import PurchaseState
from results import Meta, Observation, Period
from results.kpis import measure
from twin.facts import CostBooked, PurchaseLine, ShelfOpened, StockMoved
from twin.journal import PURCHASE, Journal

DAY = 1440.0


@pytest.fixture
def journal():
    """Two lines: line 0 of the central store is used, line 1 of a department lies still."""
    made = Journal()
    for item in (0, 1):
        made.note(0.0, ShelfOpened(item, item, False))
    made.note(0.0, StockMoved(0, "opening", 10, 1000))
    made.note(0.0, StockMoved(1, "opening", 4, 4000))
    return made


def observed(journal, from_day=400.0, to_day=431.0, end_day=540.0):
    meta = Meta(Calendar(date(2025, 1, 1)), Period(from_day * DAY, to_day * DAY, end_day * DAY))
    return Observation(journal, meta)


def figures(run, *kpis):
    return {row.kpi: row for row in measure(run.journal, run.meta, kpis)}


def issue(journal, at, item, pieces, cents, **slip):
    journal.note(at, StockMoved(item, "issued", -pieces, -cents))
    journal.note(at, StockIssued(item, pieces, pieces, **slip))


def test_idle_is_what_nobody_used_for_a_year_at_the_ends_of_months(journal):
    issue(journal, 100 * DAY, 0, 2, 200)
    found = figures(observed(journal, 364.0, 367.0), "K-M1")
    assert found["K-M1"].value == pytest.approx(100.0 * 4000 / 4800)
    assert (found["K-M1.idle"].value, found["K-M1.held"].value) == (40.0, 48.0)
    later = figures(observed(journal, 424.0, 540.0), "K-M1")
    assert later["K-M1.idle"].value == pytest.approx((40.0 + 48.0 + 48.0) / 3)


def test_insurance_spares_are_shown_apart(journal):
    journal.note(0.0, ShelfOpened(2, 0, True))
    journal.note(0.0, StockMoved(2, "opening", 1, 99_900))
    found = figures(observed(journal, 364.0, 367.0), "K-M1")
    assert found["K-M1.spares"].value == 999.0
    assert found["K-M1.held"].value == 50.0


def test_what_was_superseded_is_idle_by_the_last_use_of_the_item_that_died(journal):
    issue(journal, 30 * DAY, 1, 1, 1000)
    journal.note(60 * DAY, StockMoved(1, "superseded", -3, -3000))
    journal.note(60 * DAY, StockMoved(1, "dead", 3, 3000))
    journal.note(60 * DAY, ItemSuperseded(1))
    journal.note(90 * DAY, StockMoved(1, "received", 5, 5000))
    issue(journal, 100 * DAY, 1, 1, 1000)
    issue(journal, 350 * DAY, 0, 1, 100)
    found = figures(observed(journal, 423.0, 425.0), "K-M1")
    assert found["K-M1.idle"].value == 30.0
    assert found["K-M1.held"].value == pytest.approx((900 + 3000 + 4000) / 100.0)


def test_unused_purchases_go_first_in_first_out_and_ninety_days_are_waited_for(journal):
    journal.note(410 * DAY, StockMoved(0, "received", 20, 4000))
    issue(journal, 420 * DAY, 0, 14, 1400)
    journal.note(440 * DAY, StockMoved(0, "received", 5, 1000))
    issue(journal, 445 * DAY, 0, 3, 300)
    found = figures(observed(journal), "K-M2")["K-M2"]
    assert found.value == pytest.approx(100.0 * 13 / 20)
    short = figures(observed(journal, end_day=500.0), "K-M2")["K-M2"]
    assert short.value != short.value


def test_fill_is_what_was_there_at_the_request_and_what_waited_counts_as_asked_once(journal):
    issue(journal, 401 * DAY, 0, 3, 300)
    journal.note(402 * DAY, StockIssued(1, 5, 2, 3, False))
    journal.note(403 * DAY, StockIssued(1, 0, 3, -3))
    found = figures(observed(journal), "K-M3")
    assert (found["K-M3"].numerator, found["K-M3"].denominator) == (5.0, 8.0)
    assert found["K-M3.place:central"].value == 100.0
    assert found["K-M3.place:departments"].value == 40.0


def test_a_record_is_right_to_the_piece(journal):
    run = observed(journal, 364.0, 367.0)
    assert figures(run, "K-M4")["K-M4"].value == 100.0
    journal.note(100 * DAY, StockMoved(0, "unrecorded", -1, -100))
    assert figures(observed(journal, 364.0, 367.0), "K-M4")["K-M4"].value == 50.0
    journal.note(200 * DAY, StockCounted(0, 9))
    assert figures(observed(journal, 364.0, 367.0), "K-M4")["K-M4"].value == 100.0
    journal.note(210 * DAY, StockIssued(0, 1, 0, 1, True))
    assert figures(observed(journal, 364.0, 367.0), "K-M4")["K-M4"].value == 50.0
    journal.note(220 * DAY, StockReceived(0, 0, 9, 9))
    assert figures(observed(journal, 364.0, 367.0), "K-M4")["K-M4"].value == 100.0


def test_procurement_gets_no_credit_for_eating_up_stock(journal):
    for kind, cny in (
        ("parts", 100.0),
        ("rush_premium", 25.0),
        ("purchase_order", 120.0),
        ("holding", 2.0),
        ("scrap", 3.0),
        ("labour", 999.0),
    ):
        journal.note(410 * DAY, CostBooked(kind, 0, cny))
    issue(journal, 420 * DAY, 0, 6, 600)
    found = figures(observed(journal), "K-P1.cost")
    assert found["K-P1.stock_change"].value == -6.0
    assert found["K-P1.cost"].value == 256.0


def test_the_cycle_runs_from_the_need_to_the_accepted_receipt(journal):
    for number, (made, accepted, rush) in enumerate(
        ((401, 411, False), (402, 404, True), (403, None, False), (390, 420, False))
    ):
        journal.note(made * DAY, PurchaseLine(number, 0, 1, 100, 25 * rush, rush))
        journal.state(made * DAY, PURCHASE, number, int(PurchaseState.PR_DRAFT))
        if accepted is not None:
            journal.state(accepted * DAY, PURCHASE, number, int(PurchaseState.INSPECTED))
    found = figures(observed(journal), "K-P4")
    assert found["K-P4"].value == 6.0
    assert found["K-P4.urgency:rush"].value == 2.0
    assert found["K-P4.urgency:normal"].value == 10.0


def test_a_run_without_stores_has_none_of_these_figures():
    run = observed(Journal())
    assert (
        measure(
            run.journal, replace(run.meta), ["K-M1", "K-M2", "K-M3", "K-M4", "K-P1.cost", "K-P4", "waits_for_material"]
        )
        == []
    )
