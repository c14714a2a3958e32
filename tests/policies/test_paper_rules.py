"""Triage, intake, approval and joint handling: what each rule claims."""

import pytest

from policies.contract.decisions import CaseStep, Chain, Triage
from policies.response.approval import ThresholdParallel, TwoSignatures
from policies.response.cases import OneOwner, PassAlong
from policies.response.intake import ByHand, SamePlaceTrade
from policies.response.triage import AsClaimed, Checklist
from tests.policies.office import NINE, order, view


def claimed(number, group, *, true, claim=1, trade="plumbing"):
    """A finished request that was claimed as an emergency, and was one or was not."""
    made = order(number, trade=trade, priority=3, group=group, priority_claimed=claim)
    made.completed_at = 100.0
    made.safe_at = 60.0 if true else 100.0
    return made


class TestTriage:
    def test_the_clerk_writes_down_what_is_claimed_but_no_planned_work(self):
        for claim, given in ((1, 1), (2, 2), (3, 3), (4, 3)):
            assert AsClaimed().triage(order(1, trade="hvac", priority=claim), view()) == Triage("hvac", given)

    def test_an_urgent_claim_of_a_group_whose_claims_are_borne_out_is_believed(self):
        history = [claimed(k, group=k % 2, true=True) for k in range(20)]
        assert Checklist().triage(order(99, priority=1, group=0), view(orders=history)).priority == 1

    def test_an_urgent_claim_of_a_group_that_cries_wolf_is_taken_as_urgent(self):
        wolves = [claimed(k, group=0, true=False) for k in range(20)]
        honest = [claimed(k, group=1, true=True) for k in range(20, 40)]
        at = view(orders=[*wolves, *honest])
        assert Checklist().triage(order(99, priority=1, group=0), at).priority == 2
        assert Checklist().triage(order(99, priority=1, group=1), at).priority == 1
        assert Checklist().triage(order(99, priority=3, group=0), at).priority == 3

    def test_a_few_false_claims_are_no_proof(self):
        few = [claimed(k, group=0, true=False) for k in range(3)]
        honest = [claimed(k, group=1, true=True) for k in range(20, 40)]
        assert Checklist().triage(order(99, priority=1, group=0), view(orders=[*few, *honest])).priority == 1
        assert (
            Checklist(prior_claims=1.0).triage(order(99, priority=1, group=0), view(orders=[*few, *honest])).priority
            == 2
        )

    def test_a_group_is_judged_against_the_campus_and_not_against_an_ideal(self):
        everybody = [claimed(k, group=k % 4, true=k % 10 == 0) for k in range(40)]
        assert [
            Checklist().triage(order(99, priority=1, group=g), view(orders=everybody)).priority for g in (0, 2)
        ] == [1, 1]

    def test_what_is_still_open_or_long_ago_tells_nothing(self):
        wolves = [claimed(k, group=0, true=False) for k in range(20)]
        honest = [claimed(k, group=1, true=True) for k in range(20, 40)]
        at = view(orders=[*wolves, *honest])
        assert Checklist(look_back=20).triage(order(99, priority=1, group=0), at).priority == 1
        for one in wolves:
            one.completed_at = NINE + 1.0
        assert Checklist().triage(order(99, priority=1, group=0), at).priority == 1

    def test_without_any_history_claims_are_believed(self):
        assert Checklist().triage(order(1, priority=1), view()).priority == 1


class TestIntake:
    def test_by_hand_only_the_tag_tells_and_only_for_a_day(self):
        here = [order(1, asset=5, reported=NINE - 1000.0), order(2, asset=5, reported=NINE - 100.0), order(3, asset=6)]
        again = order(9, asset=5, reported=NINE)
        assert ByHand().duplicate_of(again, iter(here), view()) == 1
        assert ByHand(within_min=500.0).duplicate_of(again, iter(here), view()) == 2
        assert ByHand().duplicate_of(order(9, reported=NINE), iter(here), view()) == -1
        assert ByHand().duplicate_of(again, iter(()), view()) == -1

    def test_the_lean_desk_knows_the_same_room_and_trade_within_the_window(self):
        here = [
            order(1, room=7, reported=NINE - 200.0),
            order(2, room=7, reported=NINE - 50.0),
            order(3, room=7, trade="hvac", reported=NINE),
            order(4, room=8, reported=NINE - 300.0),
        ]
        again = order(9, room=7, reported=NINE)
        assert SamePlaceTrade().duplicate_of(again, iter(here), view()) == 1
        assert SamePlaceTrade(within_min=100.0).duplicate_of(again, iter(here), view()) == 2
        assert SamePlaceTrade(within_min=10.0).duplicate_of(again, iter(here), view()) == -1

    def test_without_a_room_nothing_is_merged_unless_asked_for(self):
        known = [order(1, room=7, reported=NINE - 50.0)]
        assert SamePlaceTrade().duplicate_of(order(9, reported=NINE), iter(known), view()) == -1
        assert SamePlaceTrade(unplaced_within_min=60.0).duplicate_of(order(9, reported=NINE), iter(known), view()) == 1

    def test_the_lean_desk_merges_two_different_faults_it_cannot_tell_apart(self):
        tap, riser = order(1, room=7, reported=NINE - 50.0), order(2, room=7, reported=NINE)
        assert SamePlaceTrade().duplicate_of(riser, iter([tap]), view()) == 1

    def test_tags_that_differ_settle_it_whatever_the_room(self):
        known = [order(1, asset=5, room=7, reported=NINE - 50.0)]
        assert SamePlaceTrade().duplicate_of(order(9, asset=6, room=7, reported=NINE), iter(known), view()) == -1
        assert SamePlaceTrade().duplicate_of(order(9, asset=5, room=8, reported=NINE), iter(known), view()) == 1

    def test_an_emergency_is_not_merged_into_less(self):
        known = [order(1, room=7, reported=NINE - 10.0)]
        again = order(9, room=7, priority=1, reported=NINE)
        assert SamePlaceTrade().duplicate_of(again, iter(known), view()) == -1
        known[0].priority = 1
        assert SamePlaceTrade().duplicate_of(again, iter(known), view()) == 1

    @pytest.mark.parametrize("rule", [ByHand(), SamePlaceTrade()])
    def test_planned_work_is_nobodys_duplicate(self, rule):
        planned = [order(1, asset=5, priority=4, reported=NINE - 10.0)]
        assert rule.duplicate_of(order(9, asset=5, reported=NINE), iter(planned), view()) == -1


class TestApproval:
    @pytest.mark.parametrize(
        ("rule", "parallel"), [(TwoSignatures(100.0, "works"), False), (ThresholdParallel(100.0, "works"), True)]
    )
    def test_only_above_the_amount_and_never_before_an_emergency(self, rule, parallel):
        assert rule.chain(order(1, amount_cny=100.0), view()) is None
        assert rule.chain(order(1, amount_cny=100.1), view()) == Chain("works", parallel)
        assert rule.chain(order(1, amount_cny=5000.0, priority=1), view()) is None

    def test_the_lean_rule_asks_for_fewer_signatures(self):
        amounts = [order(k, amount_cny=50.0 * k) for k in range(40)]
        asked = [
            sum(rule.chain(o, view()) is not None for o in amounts) for rule in (TwoSignatures(), ThresholdParallel())
        ]
        assert asked[1] < asked[0]


class TestJointHandling:
    def test_it_is_passed_along_whether_it_was_acted_on_or_not(self):
        steps = [PassAlong().next_step(order(1), what, at, view()) for what, at in
                 (("opened", -1), ("accepted", 0), ("bounced", 1))]  # fmt: skip
        assert steps == [CaseStep(0), CaseStep(1), CaseStep(2)]

    def test_what_is_stuck_lies_until_the_requester_asks_again(self):
        assert PassAlong().next_step(order(1), "stuck", 2, view()) is None
        assert PassAlong().next_step(order(1), "reminded", 2, view()) == CaseStep(-1)

    def test_the_owner_puts_what_is_stuck_on_the_agenda_at_once(self):
        assert OneOwner().next_step(order(1), "stuck", 2, view()) == CaseStep(-1)
        assert OneOwner().next_step(order(1), "reminded", 2, view()) is None

    @pytest.mark.parametrize("rule", [PassAlong(), OneOwner()])
    def test_after_a_decision_of_the_review_nobody_sends_the_case_twice(self, rule):
        assert rule.next_step(order(1), "decided", 2, view()) is None

    def test_the_owner_insists_once_somebody_has_acted_but_not_for_ever(self):
        def step(*handoffs):
            return OneOwner(insist=3).next_step(order(1, handoffs=handoffs), *handoffs[-1], view())

        acted = ("accepted", 0)
        assert step(("bounced", 0)) == CaseStep(1)
        assert step(acted, ("bounced", 1)) == CaseStep(1)
        assert step(acted, ("bounced", 1), ("bounced", 1)) == CaseStep(1)
        assert step(acted, ("bounced", 1), ("bounced", 1), ("bounced", 1)) == CaseStep(2)

    def test_the_owner_does_not_ask_who_has_acted(self):
        handoffs = (("accepted", 2), ("bounced", 3), ("accepted", 1))
        assert OneOwner().next_step(order(1, handoffs=handoffs), "accepted", 1, view()) == CaseStep(3)
