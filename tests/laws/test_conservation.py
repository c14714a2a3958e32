"""Nothing is lost: orders, places, time, parts and money, under every dispatch rule and today's and tomorrow's practice."""

from collections.abc import Mapping

import numpy as np
import pytest

from policies.contract.states import OrderState
from policies.controller import registry
from policies.controller.settings import RuleChoice
from results import checks
from tests.worlds import AS_IS, TO_BE, run, village
from twin.journal import Journal
from twin.processes.stores import Storeroom
from twin.world import World

DAYS = 20.0
PRACTICES: dict[str, Mapping[str, RuleChoice]] = {
    **{name: {"dispatch": RuleChoice(name)} for name in registry.names("dispatch")},
    "today's practice": AS_IS,
    "tomorrow's practice": TO_BE,
}
FINISHED = (int(OrderState.COMP), int(OrderState.CLOSE))


@pytest.fixture(scope="module", params=list(PRACTICES))
def world(request: pytest.FixtureRequest) -> World:
    return run(DAYS, PRACTICES[request.param])


def total(journal: Journal, table: str, column: str, by: str, count: int) -> np.ndarray:
    """Sum of a column by number."""
    if table not in journal.tables():
        return np.zeros(count)
    rows = journal.table(table)
    weights = rows[column] if column else np.ones(len(rows))
    return np.bincount(rows[by], weights, count)


def test_orders_places_and_time_are_conserved(world):
    assert checks.violations(world.journal) == []
    assert checks.littles_law(world.journal).rate_per_min > 0.0


def test_every_request_is_somewhere(world):
    """Reported = ended + open: what the register holds open has no end in the journal, and the other way round."""
    journal = world.journal
    jobs = world.register.jobs
    reported = journal.table("RequestReported")["request"].tolist()
    planned = journal.table("PreventiveDue")["task"].tolist() if "PreventiveDue" in journal.tables() else []
    assert sorted([*reported, *planned]) == sorted(jobs)
    done = total(journal, "WorkCompleted", "", "order", len(jobs))
    again = total(journal, "OrderReopened", "", "order", len(jobs))
    finished = {number for number, job in jobs.items() if job.state in FINISHED}
    assert finished == set(np.flatnonzero(done > again).tolist())


def test_no_part_is_made_or_lost(world):
    """Bought - taken = what is more on the shelf than at the start, item by item."""
    store = world.parts["stores"]
    assert isinstance(store, Storeroom)
    count = len(store.shelves)
    bought = total(world.journal, "StockDelivered", "quantity", "sku", count)
    taken = total(world.journal, "PartTaken", "", "sku", count)
    now = np.array([shelf.on_hand for shelf in store.shelves])
    start = np.array([sku.order_up_to for sku in village(days=int(DAYS) + 20).skus])
    assert (now == start + bought - taken).all()
    assert taken.sum() > 0.0


def test_every_piece_bought_is_paid_for_once(world):
    """Money for parts = price x (delivered + still on order)."""
    store = world.parts["stores"]
    assert isinstance(store, Storeroom)
    booked = world.journal.table("CostBooked")
    for_parts = np.array(booked.text("kind")) == "parts"
    paid = np.bincount(booked["subject"][for_parts], booked["cny"][for_parts], len(store.shelves))
    bought = total(world.journal, "StockDelivered", "quantity", "sku", len(store.shelves))
    coming = np.array([shelf.on_order for shelf in store.shelves])
    price = np.array([shelf.price_cny for shelf in store.shelves])
    assert paid == pytest.approx(price * (bought + coming))
