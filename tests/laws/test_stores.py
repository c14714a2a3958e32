"""Laws of the stores: nothing is lost to the piece and the cent, need is the same under every rule, without faults book is truth."""

import numpy as np
import pytest

from policies.contract.states import PurchaseState
from policies.contract.units import DAY_MIN
from policies.controller.centre import CommandCentre
from policies.controller.settings import RuleChoice
from results.columns import columns
from results.stockroom import Stockroom
from scenarios.resolution.build import campus_of, settings_of
from scenarios.resolution.resolve import resolve
from twin.build import build
from twin.journal import PURCHASE, STATES
from twin.snapshot import restore, save
from twin.streams import Streams

DAYS = 240
RULES = {
    "today": {},
    "alerts": {"replenish": RuleChoice("safety_stock_alert"), "order_size": RuleChoice("small_batch")},
    "going along": {
        "replenish": RuleChoice("can_order"),
        "order_size": RuleChoice("none"),
        "forecast": RuleChoice("tsb"),
    },
    "lots": {"replenish": RuleChoice("r_Q"), "order_size": RuleChoice("none")},
}
FAULTLESS = ("unrecorded=0.0", "count_right=1.0", "obsolete_per_year=0.0")


def stores(rules=None, *sets, days=DAYS):
    """A small campus with stores that has begun, bought by some rules in place of today's."""
    settings = [f"world.stores.{one}" for one in sets]
    periods = ["run.start=2024-08-01", "run.burn_in_days=0", f"run.days={days}", "run.run_out_days=0"]
    resolved = resolve("as_is_stores", sets=["campus=campus_small", *periods, *settings])
    campus = campus_of(resolved, Streams(7, 0))
    office = settings_of(resolved, campus)
    office.rules = {**office.rules, **(rules or {})}
    world = build(campus, CommandCentre(office), seed=7, replication=0)
    world.begin()
    return world


@pytest.fixture(scope="module", params=list(RULES))
def ran(request):
    world = stores(RULES[request.param])
    world.run(DAYS * DAY_MIN)
    return world


def test_pieces_and_cents_in_are_those_out_and_on_hand_on_every_day(ran):
    room = Stockroom(ran.journal, np.inf)
    shelves = ran.parts["stores"].shelves
    for day in range(0, DAYS + 1, 8):
        for dead in (False, True):
            assert (room.value(day * DAY_MIN, dead=dead) >= 0).all()
        pieces, cents = room.on_hand(day * DAY_MIN), room.value(day * DAY_MIN, dead=False)
        assert (pieces >= 0).all()
        assert not cents[pieces == 0].any()
    assert room.on_hand(np.inf).tolist() == [shelf.on_hand for shelf in shelves]
    assert room.value(np.inf, dead=False).tolist() == [shelf.cents for shelf in shelves]
    assert room.value(np.inf, dead=True).tolist() == [sum(cents for *_, cents in shelf.dead) for shelf in shelves]


def test_what_was_bought_is_received_or_on_its_way_and_what_was_received_is_paid_once(ran):
    bought, paid = columns(ran.journal, "PurchaseLine"), columns(ran.journal, "PurchasePaid")
    states = columns(ran.journal, STATES)
    number = states["id"][states["kind"] == PURCHASE]
    state = states["state"][states["kind"] == PURCHASE]
    accepted = np.isin(bought["purchase"], number[state == int(PurchaseState.INSPECTED)])
    settled = np.isin(bought["purchase"], paid["purchase"])
    room = Stockroom(ran.journal, np.inf)
    assert room.cents[room.why("received")].sum() == bought["cents"][accepted].sum() > 0
    assert room.pieces[room.why("received")].sum() == bought["pieces"][accepted].sum()
    assert len(np.unique(paid["purchase"])) == len(paid)
    assert paid["cents"].sum() == (bought["cents"] + bought["premium_cents"])[settled].sum() > 0
    booked = columns(ran.journal, "CostBooked")
    parts = booked["cny"][booked.is_text("kind", "parts")]
    assert round(100 * parts.sum()) == bought["cents"][accepted].sum()


def test_a_purchase_goes_through_its_states_in_order(ran):
    states = columns(ran.journal, STATES)
    mine = states["kind"] == PURCHASE
    way = {}
    for number, state in zip(states["id"][mine].tolist(), states["state"][mine].tolist(), strict=True):
        way.setdefault(number, []).append(PurchaseState(state).name)
    whole = [
        "PR_DRAFT",
        "BUDGET_CHECK",
        "APPROVED",
        "PO_SENT",
        "SHIPPED",
        "RECEIVED",
        "INSPECTED",
        "INVOICED",
        "SETTLED",
    ]
    straight = [states for states in way.values() if "RETURNED" not in states]
    assert all(states == whole[: len(states)] for states in straight)
    assert whole in straight
    back = next(states for states in way.values() if "RETURNED" in states)
    assert back[:9] == [*whole[:6], "RETURNED", "SHIPPED", "RECEIVED"]


def test_who_waits_is_served_in_the_order_they_came_and_nobody_is_forgotten(ran):
    owed = columns(ran.journal, "StockIssued")
    total = np.zeros(len(ran.parts["stores"].shelves), dtype=np.int64)
    np.add.at(total, owed["item"], owed["owed"])
    waiting = [sum(pieces for _, pieces in shelf.waiting) for shelf in ran.parts["stores"].shelves]
    assert total.tolist() == waiting
    assert all(not shelf.waiting or shelf.on_hand == 0 for shelf in ran.parts["stores"].shelves)


def test_what_is_asked_for_is_the_same_whoever_buys():
    needs = []
    for name in ("today", "alerts"):
        world = stores(RULES[name], days=120)
        world.run(120 * DAY_MIN)
        issued = columns(world.journal, "StockIssued")
        departments = np.array([line.place > 0 for line in world.parts["stores"].stores.lines])
        asked = (issued["asked"] > 0) & departments[issued["item"]]
        needs.append((issued.at[asked].tolist(), issued["item"][asked].tolist(), issued["asked"][asked].tolist()))
    assert needs[0] == needs[1]
    assert len(needs[0][0]) > 100


def test_the_book_is_the_truth_where_nothing_walks_off_and_counts_are_right_and_is_not_where_pieces_do():
    for sets, exact in ((FAULTLESS, True), ((), False)):
        world = stores(None, *sets)
        world.run(DAYS * DAY_MIN)
        book = [item.on_hand for item in world.controller.record.stock.items]
        truth = [shelf.on_hand for shelf in world.parts["stores"].shelves]
        assert (book == truth) is exact
        room = Stockroom(world.journal, np.inf)
        assert room.book(np.array([DAYS * DAY_MIN]))[0].tolist() == book


def test_more_that_walks_off_makes_a_worse_book():
    right = []
    for share in (0.0, 0.01, 0.04):
        world = stores(None, f"unrecorded={share}", "count_right=1.0", "obsolete_per_year=0.0", days=120)
        world.run(120 * DAY_MIN)
        room = Stockroom(world.journal, np.inf)
        right.append(int((room.book(np.array([120 * DAY_MIN]))[0] == room.on_hand(120 * DAY_MIN)).sum()))
    assert right[0] == room.lines > right[1] > right[2]


def test_a_world_with_stores_that_was_saved_goes_on_as_if_nothing_had_happened():
    plain, saved = stores(days=120), stores(days=120)
    plain.run(120 * DAY_MIN)
    saved.run(45 * DAY_MIN)
    again = restore(save(saved))
    again.run(120 * DAY_MIN)
    assert again.journal.digest() == plain.journal.digest()


def test_what_is_superseded_lies_dead_until_it_is_thrown_away():
    world = stores(None, "obsolete_per_year=1.0", "scrap_after_days=30.0", days=150)
    world.run(150 * DAY_MIN)
    room = Stockroom(world.journal, np.inf)
    assert room.pieces[room.why("superseded")].sum() < 0
    assert room.pieces[room.why("scrapped")].sum() < 0
    died, thrown = room.cents[room.why("dead")].sum(), -room.cents[room.why("scrapped")].sum()
    assert 0 < thrown < died
    booked = columns(world.journal, "CostBooked")
    kept = 1.0 - world.parts["stores"].stores.salvage
    assert booked["cny"][booked.is_text("kind", "scrap")].sum() == pytest.approx(thrown / 100.0 * kept)


def test_a_rush_costs_its_premium_and_comes_sooner():
    world = stores(days=60)
    world.run(60 * DAY_MIN)
    bought = columns(world.journal, "PurchaseLine")
    rush = bought["rush"].astype(bool)
    assert rush.any()
    assert (~rush).any()
    assert np.abs(bought["premium_cents"][rush] - 0.25 * bought["cents"][rush]).max() <= 0.5
    assert not bought["premium_cents"][~rush].any()
