"""What each dispatch rule claims, on records small enough to check by hand."""

import pickle

import numpy as np
import pytest

from policies.contract.views import Waiting
from policies.controller import registry
from policies.response.dispatch import FifoPooled, LeastLoaded, NearestIdle, SkillPlaceLoad
from policies.response.dispatch_batch import BatchHungarian
from policies.response.dispatch_index import EarliestDue, Gcmu
from policies.response.dispatch_reserve import HoldReserve
from policies.response.dispatch_zones import FixedZoneBatch
from tests.policies.office import NINE, asked, order, person, site

NIGHT = 120.0
SUNDAY_NINE = 6 * 1440.0 + NINE


def test_nearest_idle_sends_who_is_closest_and_ties_to_the_lowest_number():
    people = [person(0, at=4), person(1, at=1), person(2, at=1)]
    assert asked(NearestIdle(), [order(7, 0)], people, new_people=[]) == [(7, 1)]


def test_fifo_pooled_serves_by_report_time_whatever_the_priority_but_emergencies_first():
    waiting = [
        order(1, reported=5.0, priority=2),
        order(2, reported=1.0, priority=3),
        order(3, reported=9.0, priority=1),
    ]
    for first, expected in ((True, [(3, 0), (2, 1)]), (False, [(2, 0), (1, 1)])):
        assert asked(FifoPooled(first), waiting, [person(0), person(1)]) == expected


def test_fifo_pooled_sends_who_has_been_idle_longest():
    assert asked(FifoPooled(), [order(1)], [person(2), person(0)], new_people=[]) == [(1, 2)]


def test_least_loaded_sends_who_worked_least_and_ties_to_the_lowest_number():
    people = [person(0, worked=90.0), person(1, worked=30.0, at=4), person(2, worked=30.0)]
    assert asked(LeastLoaded(), [order(1)], people, new_people=[]) == [(1, 1)]


@pytest.mark.parametrize(
    ("weights", "sent"),
    [
        ({"travel": 1.0, "skill": 0.0, "load": 0.0}, 0),
        ({"travel": 0.0, "skill": 1.0, "load": 0.0}, 1),
        ({"travel": 0.0, "skill": 0.0, "load": 1.0}, 2),
    ],
)
def test_skill_place_load_weighs_the_three_of_the_plan(weights, sent):
    people = [person(0, at=0, worked=60.0), person(1, at=3, level=4, worked=120.0), person(2, at=4)]
    assert asked(SkillPlaceLoad(**weights), [order(1)], people, new_people=[]) == [(1, sent)]


def test_skill_place_load_asks_who_handed_the_order_back_last_but_does_ask():
    rule = SkillPlaceLoad()
    waiting = [order(1, tried=(0,))]
    assert asked(rule, waiting, [person(0, at=0), person(1, at=4)], new_people=[]) == [(1, 1)]
    assert asked(rule, waiting, [person(0, at=0)], new_people=[]) == [(1, 0)]


def test_earliest_due_serves_the_promise_that_ends_first():
    emergency = order(1, reported=100.0, priority=1)  # due at 130
    old = order(2, reported=60.0, priority=3)  # due at 120
    planned = order(3, reported=0.0, priority=4, due_at=110.0)
    rule, people = EarliestDue(), [person(0)]
    waiting = [emergency, old, planned]
    assert asked(rule, waiting, people, new_orders=[]) == [(3, 0)]
    assert asked(rule, waiting[:2], people, new_orders=[]) == [(2, 0)]
    assert asked(EarliestDue(normal_min=90.0), waiting[:2], people, new_orders=[]) == [(1, 0)]


def test_gcmu_takes_the_most_marginal_cost_per_minute_of_work():
    long = order(1, reported=NINE - 60.0, estimate_min=60.0)  # 60 / 60
    short = order(2, reported=NINE - 40.0, estimate_min=20.0, trade="electrical")  # 40 / 20
    urgent = order(3, reported=NINE - 20.0, estimate_min=30.0, priority=2)  # 4 * 20 / 30
    both = person(0, "plumbing", "electrical")
    assert asked(Gcmu(), [long, short], [both], new_orders=[]) == [(2, 0)]
    assert asked(Gcmu(), [long, short, urgent], [both], new_orders=[]) == [(3, 0)]
    assert asked(Gcmu(mean_min=60.0), [long, order(4, reported=NINE - 90.0)], [both], new_orders=[]) == [(4, 0)]


def test_gcmu_compares_only_heads_and_still_finds_the_largest_index():
    rng = np.random.default_rng(5)
    for _ in range(50):
        waiting = [
            order(
                k, trade=str(rng.choice(["plumbing", "electrical"])), priority=int(rng.integers(1, 5)),
                reported=float(rng.integers(0, 500)),
            )
            for k in range(30)
        ]  # fmt: skip
        for one in waiting:
            one.estimate_min = {"plumbing": 42.0, "electrical": 32.0}[one.trade]
        rule = Gcmu()
        best = min(waiting, key=lambda o: (-rule.index(o, NINE), o.priority, o.id))
        assert asked(rule, waiting, [person(0, "plumbing", "electrical")], new_orders=[]) == [(best.id, 0)]


def test_waiting_keeps_heads_only_for_a_rule_that_declares_it():
    with pytest.raises(LookupError, match="by_priority"):
        next(Waiting().heads("plumbing"))


def test_heads_forget_who_left_and_follow_a_changed_priority():
    waiting = Waiting(by_priority=True)
    first, second = order(1, reported=1.0), order(2, reported=2.0)
    waiting.add(first)
    waiting.add(second)
    assert [o.id for o in waiting.heads("plumbing")] == [1]
    second.priority = 2
    waiting.add(second)
    assert [o.id for o in waiting.heads("plumbing")] == [2, 1]
    waiting.remove(second)
    assert [o.id for o in waiting.heads("plumbing")] == [1]


def test_batch_hungarian_finds_the_least_total_where_greedy_does_not():
    waiting = [order(1, 1), order(2, 0)]
    people = [person(0, at=0), person(1, at=4)]
    rule = BatchHungarian(wait_worth=0.0)
    assert asked(rule, waiting, people, a_round=True) == [(1, 1), (2, 0)]
    greedy = asked(NearestIdle(), waiting, people)
    total = lambda pairs: sum(1.0 + 2.0 * abs({1: 1, 2: 0}[o] - {0: 0, 1: 4}[t]) for o, t in pairs)  # noqa: E731
    assert total(asked(rule, waiting, people, a_round=True)) < total(greedy)


def test_batch_hungarian_is_no_dearer_than_any_order_of_greedy_service():
    rng = np.random.default_rng(11)
    for _ in range(30):
        waiting = [order(k, int(rng.integers(5))) for k in range(4)]
        people = [person(k, at=int(rng.integers(5))) for k in range(6)]
        best = asked(BatchHungarian(wait_worth=0.0), waiting, people, a_round=True)
        places = {o.id: o.building for o in waiting}, {t.id: t.at for t in people}
        cost = [
            sum(2.0 * abs(places[0][o] - places[1][t]) for o, t in pairs)
            for pairs in (best, asked(NearestIdle(), waiting, people))
        ]
        assert len(best) == 4
        assert cost[0] <= cost[1]


def test_batch_hungarian_lets_emergencies_go_at_once_and_others_wait_for_the_batch():
    waiting, people = [order(1, 0), order(2, 4, priority=1)], [person(0, at=0), person(1, at=4)]
    rule = BatchHungarian()
    assert asked(rule, waiting, people) == [(2, 1)]
    assert asked(rule, waiting, people, a_round=True) == [(2, 1), (1, 0)]


def test_batch_hungarian_serves_who_waited_longest_when_not_all_can_be_served():
    waiting = [order(1, 0, reported=500.0), order(2, 4, reported=0.0)]
    assert asked(BatchHungarian(wait_worth=0.2), waiting, [person(0, at=0)], a_round=True) == [(2, 0)]
    assert asked(BatchHungarian(wait_worth=0.0), waiting, [person(0, at=0)], a_round=True) == [(1, 0)]


def test_batch_hungarian_never_pairs_the_unskilled():
    waiting = [order(1, 0, "electrical"), order(2, 0)]
    assert asked(BatchHungarian(), waiting, [person(0), person(1)], a_round=True) == [(2, 0)]


def test_batch_hungarian_refuses_a_batch_that_never_ends():
    with pytest.raises(ValueError, match="every_min is 0"):
        BatchHungarian(every_min=0.0)


def test_hold_reserve_keeps_people_back_for_emergencies_only():
    people = [person(0), person(1)]
    rule = HoldReserve(1)
    assert asked(rule, [order(1)], people, new_people=[]) == [(1, 0)]
    people[0].order = 99
    assert asked(rule, [order(1)], people, new_people=[]) == []
    assert asked(rule, [order(1, priority=1)], people, new_people=[]) == [(1, 1)]


def test_hold_reserve_offers_who_was_held_back_again_when_somebody_becomes_idle():
    people = [person(0, at=4), person(1, at=0)]
    assert asked(HoldReserve(1), [order(1, reported=2.0), order(2, reported=1.0)], people, new_orders=[],
                 new_people=[people[0]]) == [(2, 1)]  # fmt: skip
    assert asked(HoldReserve(2), [order(1)], [*people, person(2, on_duty=False)], new_orders=[],
                 new_people=[people[0]]) == []  # fmt: skip


def test_hold_reserve_serves_an_emergency_with_the_one_just_freed():
    (only,) = people = [person(0)]
    assert asked(HoldReserve(1), [order(1, priority=1)], [*people, person(1, on_duty=False)],
                 new_orders=[], new_people=[only]) == [(1, 0)]  # fmt: skip


def test_hold_reserve_does_not_hold_a_trade_that_has_no_more_people_than_the_reserve():
    assert asked(HoldReserve(1), [order(1)], [person(0)], new_people=[]) == [(1, 0)]


def test_hold_reserve_does_not_hold_outside_firms():
    firms = [person(0, "lift", crew="partner"), person(1, "lift", crew="partner", on_duty=False)]
    assert asked(HoldReserve(1), [order(1, trade="lift")], firms, new_people=[], of=site(partner_trades=("lift",))) == [
        (1, 0)
    ]


def test_hold_reserve_of_nobody_is_nearest_idle():
    rng = np.random.default_rng(3)
    for _ in range(40):
        waiting = [order(k, int(rng.integers(5)), reported=float(k)) for k in range(int(rng.integers(1, 4)))]
        people = [person(k, at=int(rng.integers(5))) for k in range(int(rng.integers(1, 5)))]
        assert asked(HoldReserve(0), waiting, people) == asked(NearestIdle(), waiting, people)


class TestFixedZoneBatch:
    """Today: home zones (buildings 0-1, 2-3, 4), rounds, lists."""

    def test_slips_go_at_rounds_only_oldest_first_to_the_shortest_list_of_the_zone(self):
        people = [person(0, zones=(0,)), person(1, zones=(0,)), person(2, zones=(1,))]
        waiting = [order(1, 0, reported=30.0), order(2, 1, reported=10.0), order(3, 0, reported=20.0), order(4, 3)]
        assert asked(FixedZoneBatch(), waiting, people) == []
        assert asked(FixedZoneBatch(), waiting, people, a_round=True) == [(4, 2), (2, 0), (3, 1), (1, 0)]

    def test_a_busy_person_gets_the_slip_all_the_same_while_a_neighbour_idles(self):
        people = [person(0, zones=(0,)), person(1, zones=(1,))]
        people[0].order, people[0].queue = 50, [51, 52]
        assert asked(FixedZoneBatch(), [order(1, 0)], people, a_round=True) == [(1, 0)]

    def test_who_will_not_be_back_soon_is_passed_over_while_a_colleague_is_there(self):
        away, there, other_zone = person(0, zones=(0,), on_duty=False), person(1, zones=(0,)), person(2, zones=(1,))
        there.queue = [7, 8]
        away.until = NINE + 300.0
        assert asked(FixedZoneBatch(), [order(1, 0)], [away, there, other_zone], a_round=True) == [(1, 1)]
        assert asked(FixedZoneBatch(), [order(1, 0)], [away, other_zone], a_round=True) == [(1, 2)]
        away.until = NINE + 30.0
        assert asked(FixedZoneBatch(), [order(1, 0)], [away, there], a_round=True) == [(1, 0)]

    def test_with_nobody_there_the_list_of_the_zones_first_back_gets_it(self):
        late, early = person(0, zones=(0,), on_duty=False), person(1, zones=(0,), on_duty=False)
        late.until, early.until = NINE + 900.0, NINE + 600.0
        assert asked(FixedZoneBatch(), [order(1, 0)], [late, early], a_round=True) == [(1, 1)]

    def test_only_the_main_trade_counts(self):
        people = [person(0, "electrical", "plumbing", zones=(0,)), person(1, zones=(1,))]
        assert asked(FixedZoneBatch(), [order(1, 0)], people, a_round=True) == [(1, 1)]
        assert asked(FixedZoneBatch(), [order(1, 0)], people[:1], a_round=True) == [(1, 0)]

    def test_planned_work_goes_to_the_plant_crew_with_the_skill(self):
        people = [person(0, zones=(0,)), person(1, "hvac", "plumbing", crew="plant")]
        assert asked(FixedZoneBatch(), [order(1, priority=4)], people, a_round=True) == [(1, 1)]

    def test_an_emergency_is_handed_on_at_once_to_the_zone_then_the_trade_then_the_night_crew(self):
        zone, trade = person(0, zones=(0,)), person(1, zones=(1,))
        night = person(2, "electrical", "plumbing", crew="night")
        emergency = [order(1, 0, priority=1)]
        zone.order = 99
        assert asked(FixedZoneBatch(), emergency, [zone, trade, night]) == [(1, 0)]
        zone.on_duty = False
        assert asked(FixedZoneBatch(), emergency, [zone, trade, night]) == [(1, 1)]
        trade.on_duty = False
        assert asked(FixedZoneBatch(), emergency, [zone, trade, night], now=NIGHT) == [(1, 2)]
        night.on_duty = False
        assert asked(FixedZoneBatch(), emergency, [zone, trade, night], now=NIGHT) == []

    def test_nobody_without_the_licence_is_given_a_slip(self):
        people = [person(0, "electrical"), person(1, "electrical", licences=("low voltage",))]
        with_licence = site(licence_of={"electrical": "low voltage"})
        assert asked(FixedZoneBatch(), [order(1, trade="electrical")], people, a_round=True, of=with_licence) == [
            (1, 1)
        ]

    def test_outside_firms_get_slips_of_their_own_trades_only(self):
        firm = person(0, "lift", "plumbing", crew="partner")
        firms = site(partner_trades=("lift",))
        assert asked(FixedZoneBatch(), [order(1), order(2, trade="lift")], [firm], a_round=True, of=firms) == [(2, 0)]

    def test_there_is_no_round_when_the_foreman_is_not_there(self):
        assert asked(FixedZoneBatch(), [order(1)], [person(0)], a_round=True, now=SUNDAY_NINE) == []
        assert asked(FixedZoneBatch(hours="24x7"), [order(1)], [person(0)], a_round=True, now=SUNDAY_NINE) == [(1, 0)]


@pytest.mark.parametrize(
    "name", ["nearest_idle", "fifo_pooled", "least_loaded", "skill_place_load", "earliest_due", "gcmu"]
)
def test_an_event_driven_rule_leaves_nobody_idle_whom_a_waiting_order_needs(name):
    rng = np.random.default_rng(17)
    trades = ("plumbing", "electrical", "carpentry")
    for _ in range(40):
        waiting = [
            order(k, int(rng.integers(5)), str(rng.choice(trades)), int(rng.integers(1, 5)), float(rng.integers(500)))
            for k in range(int(rng.integers(1, 8)))
        ]
        people = [
            person(k, *rng.permutation(trades)[: int(rng.integers(1, 3))].tolist(), at=int(rng.integers(5)))
            for k in range(int(rng.integers(1, 8)))
        ]
        pairs = asked(registry.make("dispatch", name), waiting, people)
        given, sent = {o for o, _ in pairs}, {t for _, t in pairs}
        left = [
            (o.id, t.id)
            for o in waiting
            if o.id not in given
            for t in people
            if t.id not in sent and o.trade in t.skills
        ]
        assert len(given) == len(sent) == len(pairs)
        assert left == []


def test_rules_travel_by_pickle():
    rule = pickle.loads(pickle.dumps(EarliestDue(normal_min=10.0)))
    assert rule.normal_min == 10.0
    assert rule.key(order(1, reported=5.0))[0] == 15.0


def test_people_who_become_idle_with_nothing_waiting_are_sent_nowhere():
    assert asked(EarliestDue(), [], [person(0), person(1)]) == []


def test_an_order_that_left_and_came_back_unlooked_at_waits_once():
    waiting = Waiting()
    back, other = order(1, reported=1.0), order(2, reported=2.0)
    waiting.add(back)
    waiting.add(other)
    waiting.remove(back)
    waiting.add(back)
    assert waiting.first("plumbing") is back
    waiting.remove(back)
    assert waiting.first("plumbing") is other
    waiting.remove(other)
    assert waiting.first("plumbing") is None


def test_the_waiting_list_keeps_nothing_of_who_left_even_if_nobody_looks():
    waiting = Waiting()
    for number in range(100):
        waiting.add(order(number))
        waiting.add(order(1000 + number))
        for gone in list(waiting.all()):
            waiting.remove(gone)
    assert len(waiting._unfiled) == len(waiting) == 0
