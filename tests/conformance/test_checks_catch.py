"""Each conformance check catches the rule that is guilty of what it looks for."""

import random

import pytest

from policies.contract.decisions import CaseStep, Chain, EscalationStep, Triage
from policies.contract.matching import Nearest, in_key_order
from policies.contract.views import WorkOrder
from policies.controller.conformance import check, decision_of
from policies.controller.scenes import Office


class Good:
    sees = ("building", "tried", "at", "priority", "reported_at", "trade")

    def dispatch(self, waiting, candidates, view):
        return in_key_order(waiting, candidates, Nearest(view))


class BurnsChance(Good):
    def dispatch(self, waiting, candidates, view):
        pairs = super().dispatch(waiting, candidates, view)
        return pairs if random.random() < 0.5 else pairs[:1]


class Remembers(Good):
    asked = 0

    def dispatch(self, waiting, candidates, view):
        Remembers.asked += 1
        return super().dispatch(waiting, candidates, view)[: Remembers.asked % 7]


class ChangesAnOrder(Good):
    def dispatch(self, waiting, candidates, view):
        for order in waiting.all():
            order.priority = 3
        return ()


class EmptiesFresh(Good):
    def dispatch(self, waiting, candidates, view):
        waiting.fresh.clear()
        return ()


class ChangesTheMap(Good):
    def dispatch(self, waiting, candidates, view):
        view.site.minutes_to[0][0] = 0.0
        return ()


class SendsAnybody(Good):
    def dispatch(self, waiting, candidates, view):
        return [(order, tech) for order, tech in zip(waiting.all(), candidates.all(), strict=False)]


class SendsOneTwice(Good):
    def dispatch(self, waiting, candidates, view):
        return [(order, tech) for order in waiting.all() for tech in list(candidates.idle(order.trade))[:1]]


class SendsAFirmUncalled(Good):
    sees = ("trade", "skills", "licences", "crew", "on_duty", "order", "queue")

    def dispatch(self, waiting, candidates, view):
        for order in waiting.all():
            licence = view.site.licence_of.get(order.trade)
            for firm in candidates.skilled(order.trade):
                able = licence is None or licence in firm.licences
                if firm.crew == "partner" and able and firm.on_duty and firm.order < 0 and not firm.queue:
                    return [(order, firm)]
        return ()


class Forges(Good):
    def dispatch(self, waiting, candidates, view):
        for order in waiting.all():
            forged = WorkOrder(order.id, order.building, "plumbing", 3, "app", 0, 0.0)
            return [(forged, tech) for tech in candidates.idle("plumbing")][:1]
        return ()


class NeedsSomebody(Good):
    def dispatch(self, waiting, candidates, view):
        assert next(candidates.all())
        return ()


class AlwaysRaises(Good):
    def dispatch(self, waiting, candidates, view):
        raise RuntimeError("no idea")


class TooSlow(Good):
    latency_min = 1.0


class NegativeLatency(Good):
    latency_min = -1.0


class SlowBatch(Good):
    every_min = 10.0
    latency_min = 0.5


class ForgetsItsParameter(Good):
    def __init__(self, weight=1.0):
        self._weight = weight


class RoundsItsParameter(Good):
    def __init__(self, weight=2):
        self.weight = min(weight, 2)


class NeedsAParameter(Good):
    def __init__(self, weight):
        self.weight = weight


class TakesAnything(Good):
    def __init__(self, **weights):
        self.weights = weights


class CannotTravel(Good):
    def __init__(self):
        self.choose = lambda order, idle: None


class LooksBehind(Good):
    def dispatch(self, waiting, candidates, view):
        return [(order, tech) for order in waiting._unfiled for tech in ()]


class WantsTheTruth(Good):
    def dispatch(self, waiting, candidates, view):
        return [(order, tech) for order in waiting.all() if getattr(order, "fault", order) is None for tech in ()]


class SeesMoreThanItSays(Good):
    sees = ("trade",)

    def dispatch(self, waiting, candidates, view):
        return [(order, tech) for order in waiting.all() if order.nudges > 99 for tech in ()]


class Misspelt(Good):
    sees = (*Good.sees, "worked_mins")


class LikesOddNumbers(Good):
    def dispatch(self, waiting, candidates, view):
        return [pair for pair in super().dispatch(waiting, candidates, view) if pair[0].id % 2]


GUILTY = [
    (BurnsChance, "deterministic"),
    (Remembers, "deterministic"),
    (ChangesAnOrder, "mutation"),
    (EmptiesFresh, "mutation"),
    (ChangesTheMap, "mutation"),
    (SendsAnybody, "in range"),
    (SendsOneTwice, "in range"),
    (SendsAFirmUncalled, "in range"),
    (Forges, "in range"),
    (NeedsSomebody, "empty input"),
    (AlwaysRaises, "raised"),
    (TooSlow, "in time"),
    (NegativeLatency, "in time"),
    (SlowBatch, "in time"),
    (ForgetsItsParameter, "parameters"),
    (RoundsItsParameter, "parameters"),
    (NeedsAParameter, "made"),
    (TakesAnything, "parameters"),
    (CannotTravel, "pickle"),
    (LooksBehind, "hidden"),
    (WantsTheTruth, "hidden"),
    (SeesMoreThanItSays, "hidden"),
    (LikesOddNumbers, "renaming"),
]


def test_the_rule_the_guilty_are_made_from_is_innocent():
    assert check(Good, "dispatch") == []


@pytest.mark.parametrize(("rule", "what"), GUILTY)
def test_a_guilty_rule_is_found(rule, what):
    assert what in {finding.check for finding in check(rule, "dispatch")}


def test_a_firm_sent_without_a_call_is_named_as_such():
    (finding,) = check(SendsAFirmUncalled, "dispatch")
    assert "an outside firm that no rung has called" in finding.seen


class Answers:
    """Gives whatever it holds at every decision point."""

    def __init__(self, answer=None):
        self.answer = answer

    def _say(self, *_):
        return self.answer

    dispatch = steps = hold = victim = triage = duplicate_of = chain = next_step = _say


NONSENSE = [
    ("dispatch", ((1, 2),)),
    ("dispatch", ("ab",)),
    ("dispatch", 7),
    ("escalate", (EscalationStep(20.0, 1), EscalationStep(5.0, 2))),
    ("escalate", (EscalationStep(-1.0, 1),)),
    ("escalate", ("call somebody",)),
    ("reserve", -1),
    ("reserve", 1.5),
    ("reserve", None),
    ("preempt", "the tall one"),
    ("triage", Triage("plumbing", 0)),
    ("triage", Triage("sorcery", 3)),
    ("triage", None),
    ("intake", 999_999),
    ("intake", None),
    ("approval", "standard"),
    ("approval", Chain(None)),
    ("case_owner", 2),
    ("case_owner", CaseStep("network")),
]


@pytest.mark.parametrize(("decision", "answer"), NONSENSE)
def test_nonsense_is_out_of_range_at_every_decision_point(decision, answer):
    assert {finding.check for finding in check(Answers(answer), decision)} & {"in range", "raised"}


@pytest.mark.parametrize(
    ("decision", "answer"),
    [
        ("dispatch", ()), ("escalate", ()), ("reserve", 0), ("preempt", None), ("triage", Triage("plumbing", 3)),
        ("triage", Triage("", 0, "not our department")), ("intake", -1), ("approval", None), ("case_owner", None),
    ],
)  # fmt: skip
def test_deciding_nothing_is_allowed_wherever_it_may_be(decision, answer):
    assert check(Answers(answer), decision) == []


def test_a_rule_for_another_decision_point_is_told_which_method_it_lacks():
    (finding,) = check(Good, "reserve")
    assert finding.check == "method"
    assert "hold()" in finding.seen


def test_a_name_in_sees_that_is_no_field_is_told_with_the_nearest_that_is():
    (finding,) = check(Misspelt, "dispatch")
    assert finding.check == "hidden"
    assert "'worked_mins' in sees, which is no field" in finding.seen
    assert "did you mean 'worked_min'?" in finding.seen


def test_an_unknown_decision_point_is_named():
    with pytest.raises(LookupError, match="'dispach'"):
        check(Good, "dispach")


def test_the_decision_point_is_told_by_the_method():
    assert decision_of(Good) == "dispatch"
    assert decision_of(Answers) is None


def test_a_rule_that_draws_chance_by_order_number_may_depend_on_numbers_if_it_says_so():
    class Lottery(Good):
        sees = (*Good.sees, "chance")

        def dispatch(self, waiting, candidates, view):
            pairs = super().dispatch(waiting, candidates, view)
            return [pair for pair in pairs if view.chance.uniform(pair[0].id) < 0.5]

    class SilentLottery(Lottery):
        sees = Good.sees

    findings = {finding.check for finding in check(Lottery, "dispatch")}
    assert "renaming" not in findings
    assert {"renaming", "hidden"} <= {finding.check for finding in check(SilentLottery, "dispatch")}


def test_an_office_is_the_same_whenever_it_is_built():
    one, other = Office(3), Office(3)
    assert [(o.id, o.building, o.reported_at) for o in one.orders] == [
        (o.id, o.building, o.reported_at) for o in other.orders
    ]
    assert Office(4).now != one.now
