"""What most dispatch rules share: matching, without going through the whole of a long list."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.contract.matching import in_key_order, serve
from policies.contract.views import Candidates, Key, Site, Technician, Waiting, WorkOrder, standard_key

TRADES = ("plumbing", "electrical", "hvac")
ORDERS = st.lists(st.tuples(st.sampled_from(TRADES), st.integers(1, 4), st.integers(0, 5)), max_size=25)
PEOPLE = st.lists(st.lists(st.sampled_from(TRADES), min_size=1, max_size=3, unique=True), max_size=6)
GONE = st.sets(st.integers(0, 24))
MOVED = st.dictionaries(st.integers(0, 24), st.sampled_from(TRADES))


def office(orders, people, gone=(), moved=None) -> tuple[Waiting, Candidates]:
    """A waiting list some orders have left, or changed their trade on, after they were filed; idle people."""
    candidates = Candidates(
        [Technician(k, dict.fromkeys(skills, 2), 0) for k, skills in enumerate(people)], Site([[0.0]])
    )
    for tech in candidates.everyone:
        tech.on_duty = True
        candidates.add(tech)
    waiting = Waiting()
    for k, (trade, priority, reported) in enumerate(orders):
        waiting.add(WorkOrder(k, 0, trade, priority, "app", 0, float(reported)))
    for trade in TRADES:
        waiting.first(trade)
    for k, trade in (moved or {}).items():
        if k in waiting.orders:
            order = waiting.orders[k]
            waiting.remove(order)
            order.trade = trade
            waiting.add(order)
    for k in gone:
        if k in waiting.orders:
            waiting.remove(waiting.orders[k])
    return waiting, candidates


@given(ORDERS, GONE, MOVED)
def test_in_order_is_the_sorted_list_of_the_trade(orders, gone, moved) -> None:
    waiting, _ = office(orders, [], gone, moved)
    for trade in TRADES:
        expected = sorted((o for o in waiting.all() if o.trade == trade), key=lambda o: (waiting.key(o), o.id))
        assert [o.id for o in waiting.in_order(trade)] == [o.id for o in expected]
        assert next(waiting.in_order(trade), None) is waiting.first(trade)


def lowest(order: WorkOrder, idle: Iterable[Technician]) -> Technician | None:
    return min(idle, key=lambda tech: tech.id)


def choosy(order: WorkOrder, idle: Iterable[Technician]) -> Technician | None:
    """Declines every third order though somebody is left."""
    return None if order.id % 3 == 0 else max(idle, key=lambda tech: tech.id)


@pytest.mark.parametrize("choose", [lowest, choosy])
@given(orders=ORDERS, people=PEOPLE, gone=GONE, moved=MOVED)
def test_matching_in_key_order_is_serving_the_whole_sorted_list(choose, orders, people, gone, moved) -> None:
    waiting, candidates = office(orders, people, gone, moved)
    whole = sorted(waiting.all(), key=lambda o: (waiting.key(o), o.id))
    expected = serve(whole, candidates, choose)
    assert [(o.id, t.id) for o, t in in_key_order(waiting, candidates, choose)] == [(o.id, t.id) for o, t in expected]


def test_a_long_list_is_not_gone_through_for_one_person() -> None:
    """Ten thousand wait, one plumber is free: a handful of orders is looked at."""
    waiting, candidates = office([("plumbing", 3, k) for k in range(10_000)], [["plumbing"]])
    asked: list[int] = []

    def key(order: WorkOrder) -> Key:
        asked.append(order.id)
        return standard_key(order)

    waiting.rekey(key)
    waiting.first("plumbing")
    asked.clear()
    assert [(o.id, t.id) for o, t in in_key_order(waiting, candidates, lowest)] == [(0, 0)]
    assert len(asked) < 10
