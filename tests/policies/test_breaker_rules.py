"""Ladders, reserves and pre-emption: what each rule claims."""

import pytest

from policies.contract import plan
from policies.contract.states import OrderState
from policies.response.breaker import AtOnce, Breaker302, ByHour, FixedReserve, LeastRemaining, LowestPriority
from tests.policies.office import NINE, order, person, site, view


def test_the_plans_ladder_ends_at_the_plans_limits_and_each_rung_allows_at_least_what_the_last_did():
    steps = Breaker302().steps(order(1, priority=1), view())
    assert [s.after_min for s in steps] == [5.0, 15.0, plan.EMERGENCY_RESPONSE_MIN, plan.EMERGENCY_HANDLING_MIN]
    assert [s.level for s in steps] == [1, 2, 3, 4]
    for allowed in ("second", "reserve", "preempt", "partner"):
        opened = [getattr(s, allowed) for s in steps]
        assert opened == sorted(opened)
    assert [s.partner for s in steps] == [False, False, True, True]
    assert [s.preempt for s in steps] == [False, True, True, True]


def test_rungs_out_of_order_are_refused():
    with pytest.raises(ValueError, match="increasing"):
        Breaker302(second_min=20.0)


def test_at_once_allows_everything_at_the_report():
    first = AtOnce().steps(order(1, priority=1), view())[0]
    assert (first.after_min, first.reserve, first.preempt, first.partner) == (0.0, True, True, True)


def test_a_fixed_reserve_holds_the_trades_named_and_never_outside_firms():
    at = view(of=site(partner_trades=("lift",)))
    assert [FixedReserve(2).hold(trade, at) for trade in ("plumbing", "lift")] == [2, 0]
    assert FixedReserve(2, ("electrical",)).hold("plumbing", at) == 0


@pytest.mark.parametrize(("now", "held"), [(NINE, 2), (6 * 60.0, 1), (18 * 60.0, 1), (1440.0 + NINE, 2)])
def test_a_reserve_by_hour_knows_day_and_night(now, held):
    assert ByHour(day=2, night=1).hold("plumbing", view(now)) == held


@pytest.mark.parametrize(
    "make", [lambda: FixedReserve(-1), lambda: ByHour(night=-1), lambda: ByHour(from_h=20.0, to_h=8.0)]
)
def test_impossible_reserves_are_refused(make):
    with pytest.raises(ValueError, match="expected"):
        make()


EMERGENCY = order(9, 0, priority=1)


def test_the_lowest_priority_gives_way_then_the_nearest_then_the_lowest_number():
    busy = [
        (order(1, priority=2), person(0, at=0)), (order(2, priority=3), person(1, at=4)),
        (order(3, priority=3), person(2, at=1)), (order(4, priority=3), person(3, at=1)),
    ]  # fmt: skip
    assert LowestPriority().victim(EMERGENCY, iter(busy), view()).id == 2
    assert LowestPriority().victim(EMERGENCY, iter(busy[:2]), view()).id == 1
    assert LowestPriority().victim(EMERGENCY, iter(busy[:1]), view()).id == 0


@pytest.mark.parametrize("rule", [LowestPriority(), LeastRemaining()])
def test_nobody_unskilled_unlicensed_or_at_another_emergency_gives_way(rule):
    licensed = view(of=site(licence_of={"plumbing": "gas"}))
    assert rule.victim(EMERGENCY, iter([(order(1), person(0, "electrical"))]), view()) is None
    assert rule.victim(EMERGENCY, iter([(order(1, priority=1), person(0))]), view()) is None
    assert rule.victim(EMERGENCY, iter([(order(1), person(0))]), licensed) is None
    assert rule.victim(EMERGENCY, iter([(order(1), person(0, licences=("gas",)))]), licensed).id == 0
    assert rule.victim(EMERGENCY, iter(()), view()) is None


def test_least_remaining_takes_who_is_on_the_way_then_who_seems_nearly_done():
    def at_work(number, since, **more):
        started = NINE - since
        return order(number, state=int(OrderState.ONSITE), assigned_at=started - 5.0, arrived_at=started, **more)

    long_since, just_begun = at_work(1, 40.0), at_work(2, 5.0)
    on_the_way = order(3, state=int(OrderState.ACCEPTED), assigned_at=NINE - 3.0)
    people = [person(0), person(1), person(2)]
    rule = LeastRemaining(mean_min=45.0)
    pairs = list(zip([long_since, just_begun, on_the_way], people, strict=True))
    assert rule.victim(EMERGENCY, iter(pairs), view()).id == 2
    assert rule.victim(EMERGENCY, iter(pairs[:2]), view()).id == 0
    assert rule.left_min(long_since, NINE) == 5.0
    second_visit = at_work(4, 5.0)
    second_visit.arrived_at = 0.0  # the first visit's
    assert rule.left_min(second_visit, NINE) == 35.0
