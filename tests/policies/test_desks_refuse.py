"""A rule that raises, is too slow, or answers what may not be: refused, replaced by the fallback, kept in the log."""

import pytest

from policies.contract.commands import (
    Assign,
    Escalate,
    GuardHit,
    Later,
    OpenOrder,
    Preempt,
    SeekApproval,
    SendCase,
    Wake,
)
from policies.contract.decisions import CaseStep, Chain, EscalationStep, Triage
from policies.contract.events import (
    CaseMoved,
    DutyChanged,
    MadeSafe,
    OnSite,
    OrderAccepted,
    ReminderReceived,
    WorkCompleted,
)
from policies.contract.matching import in_key_order
from policies.contract.views import Technician, WorkOrder
from policies.controller.conformance import check
from policies.response.breaker import AtOnce, ByHour, FixedReserve, LowestPriority
from policies.response.dispatch_reserve import HoldReserve
from tests.policies.office import NINE, Diary, person, site


class Says:
    """Gives one answer, or raises it, at every decision point."""

    def __init__(self, answer, **declared):
        self.answer = answer
        vars(self).update(declared)

    def _say(self, *asked):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer(*asked) if callable(self.answer) else self.answer

    dispatch = steps = hold = victim = triage = duplicate_of = chain = next_step = _say


def hits(diary):
    return [(hit.decision, hit.why) for hit in diary.only(GuardHit)]


def lowest(order, idle):
    return min(idle, key=lambda tech: tech.id, default=None)


class TestDispatch:
    @pytest.mark.parametrize(
        ("answer", "why"),
        [
            (RuntimeError("no idea"), "raised RuntimeError"),
            (lambda w, c, v: [(o, t) for o in w.all() for t in c.all() if "plumbing" not in t.skills], "no skill in plumbing"),
            (lambda w, c, v: [(o, t) for o in w.all() for t in c.all() if not t.on_duty], "not on duty"),
            (lambda w, c, v: [(o, t) for o in w.all() for t in c.all() if t.order >= 0], "busy"),
            (lambda w, c, v: [(WorkOrder(o.id, 0, o.trade, 3, "app", 0, 0.0), c.nearest(o.trade, 0)) for o in w.all()],
             "the order is not waiting"),
            (lambda w, c, v: [(o, Technician(0, {"plumbing": 4}, 0)) for o in w.all()], "not on duty"),
            (lambda w, c, v: [(o, Technician(77, {"plumbing": 4}, 0)) for o in w.all()], "not on duty"),
            (lambda w, c, v: 7, "raised TypeError"),
            (lambda w, c, v: [3], "raised TypeError"),
            (lambda w, c, v: "no", "raised ValueError"),
            (lambda w, c, v: [(o, None) for o in w.all()], "raised AttributeError"),
        ],
    )  # fmt: skip
    def test_a_wrong_answer_is_kept_and_the_fallback_sends_the_lowest_number(self, answer, why):
        people = [person(0, "hvac"), person(1), person(2), person(3, on_duty=False), person(4)]
        diary = Diary(people, dispatch="nearest_idle")
        diary.request(1)
        assert diary.record(1).tech == 1
        diary.install("dispatch", Says(answer))
        diary.heard.clear()
        diary.request(2)
        assert hits(diary)[0] == ("dispatch", why)
        assert [(a.order, a.tech) for a in diary.only(Assign)] == [(2, 2)]

    def test_a_forged_technician_with_duty_and_skill_is_no_technician(self):
        def forge(waiting, candidates, view):
            forged = Technician(0, {"plumbing": 4}, 0)
            forged.on_duty = True
            return [(order, forged) for order in waiting.all()]

        diary = Diary([person(0)], dispatch=Says(forge))
        diary.request(1)
        assert hits(diary) == [("dispatch", "no such technician")]
        assert diary.centre.record.technicians[0].order == 1

    def test_the_unlicensed_are_refused_and_so_is_the_fallback_that_knows_no_licences(self):
        people = [person(0, "electrical")]
        diary = Diary(people, of=site(licence_of={"electrical": "low voltage"}), dispatch="nearest_idle")
        diary.request(1, trade="electrical")
        assert hits(diary)[0] == ("dispatch", "no licence low voltage")
        assert diary.only(Assign) == []

    def test_what_was_rightly_given_before_the_rule_failed_stands(self):
        def half(waiting, candidates, view):
            yield next(waiting.all()), max(candidates.idle("plumbing"), key=lambda tech: tech.id)
            raise RuntimeError("ran out of ideas")

        diary = Diary([person(0), person(1)], dispatch=Says(half))
        diary.request(1)
        assert [(a.order, a.tech) for a in diary.only(Assign)] == [(1, 1)]
        assert hits(diary) == [("dispatch", "raised RuntimeError")]

    def test_one_person_is_not_sent_to_two_orders(self):
        greedy = Says(lambda w, c, v: [(o, t) for t in list(c.idle("plumbing"))[-1:] for o in w.all()])
        diary = Diary([person(0), person(1)], dispatch=Says(()))
        diary.request(1)
        diary.request(2)
        diary.install("dispatch", greedy)
        diary.request(3)
        assert [(a.order, a.tech) for a in diary.only(Assign)] == [(1, 1), (2, 0)]
        assert ("dispatch", "busy") in hits(diary)

    def test_a_rule_over_its_budget_decides_nothing_and_the_fallback_everything(self):
        slow = Says(lambda w, c, v: in_key_order(w, c, lambda o, idle: max(idle, key=lambda t: t.id)), latency_min=1.0)
        diary = Diary([person(0), person(1)], dispatch=slow)
        diary.request(1)
        assert hits(diary) == [("dispatch", "declared latency over budget")]
        assert {finding.check for finding in check(slow, "dispatch")} >= {"in time"}
        given = [c.command if isinstance(c, Later) else c for c in diary.heard if isinstance(c, (Assign, Later))]
        assert [(a.order, a.tech) for a in given] == [(1, 0)]

    def test_a_rule_within_its_budget_decides_and_its_command_lands_later(self):
        quick = Says(
            lambda w, c, v: in_key_order(w, c, lambda o, idle: max(idle, key=lambda t: t.id)), latency_min=0.01
        )
        diary = Diary([person(0), person(1)], dispatch=quick)
        diary.request(1)
        assert hits(diary) == []
        (later,) = diary.only(Later)
        assert (later.after_min, later.command.tech) == (0.01, 1)

    @pytest.mark.parametrize(
        ("key", "why"),
        [
            (Says(ValueError())._say, "key raised ValueError"),
            (lambda order: "first", "key is no tuple of numbers"),
            (lambda order: (float("nan"),), "key is no tuple of numbers"),
            (lambda order: (order.trade,), "key is no tuple of numbers"),
        ],
    )
    def test_a_key_that_fails_is_replaced_by_the_standard_one(self, key, why):
        rule = Says(lambda w, c, v: in_key_order(w, c, lowest), key=key)
        diary = Diary([person(0)], dispatch=rule)
        diary.request(1, priority=3)
        diary.request(2, priority=3)
        diary.request(3, priority=2)
        diary.tell(WorkCompleted(1, 0))
        assert ("dispatch", why) in hits(diary)
        assert [a.order for a in diary.only(Assign)] == [1, 3]


class TestOtherDesks:
    @pytest.mark.parametrize(
        ("decision", "answer", "why"),
        [
            ("triage", RuntimeError(), "raised RuntimeError"),
            ("triage", None, "not a triage"),
            ("triage", Triage("plumbing", 9), "priority out of range"),
            ("triage", Triage("sorcery", 3), "nobody has that trade"),
            ("intake", RuntimeError(), "raised RuntimeError"),
            ("intake", 12345, "no such open order"),
            ("intake", "the first", "raised TypeError"),
            ("approval", RuntimeError(), "raised RuntimeError"),
            ("approval", "standard", "not an approval chain"),
        ],
    )
    def test_a_request_goes_on_as_claimed_when_a_paper_rule_fails(self, decision, answer, why):
        diary = Diary([person(0)], dispatch="nearest_idle", **{decision: Says(answer)})
        diary.request(1, priority=2, amount_cny=900.0)
        assert hits(diary) == [(decision, why)]
        assert [(c.trade, c.priority) for c in diary.only(OpenOrder)] == [("plumbing", 2)]
        assert [a.tech for a in diary.only(Assign)] == [0]

    @pytest.mark.parametrize(
        ("answer", "why"),
        [
            (RuntimeError(), "raised RuntimeError"),
            (3, "not a step to a department or the agenda"),
            (CaseStep("guard"), "not a step to a department or the agenda"),
        ],
    )
    def test_a_case_goes_to_the_next_department_when_the_owner_fails(self, answer, why):
        diary = Diary([person(0)], dispatch="nearest_idle", case_owner=Says(answer))
        diary.request(1, departments=2)
        diary.tell(CaseMoved(1, "accepted", 0))
        diary.tell(CaseMoved(1, "stuck", 1))
        assert hits(diary) == [("case_owner", why)] * 3
        assert [c.department for c in diary.only(SendCase)] == [0, 1]

    @pytest.mark.parametrize(
        ("answer", "why"),
        [
            (RuntimeError(), "raised RuntimeError"),
            (4, "raised TypeError"),
            (["call"], "not escalation steps"),
            ([EscalationStep(5.0, 1), EscalationStep(1.0, 2)], "rungs are not at increasing times >= 0"),
        ],
    )
    def test_a_ladder_that_is_none_leaves_the_emergency_to_dispatch(self, answer, why):
        diary = Diary([person(0)], dispatch="nearest_idle", escalate=Says(answer))
        diary.request(1, priority=1)
        assert hits(diary) == [("escalate", why)]
        assert diary.only(Wake) == []
        assert [a.tech for a in diary.only(Assign)] == [0]

    @pytest.mark.parametrize(
        ("answer", "why"),
        [
            (RuntimeError(), "raised RuntimeError"),
            (lambda order, busy, view: person(0), "not somebody at work who could do it"),
            (lambda order, busy, view: "her", "not somebody at work who could do it"),
        ],
    )
    def test_a_victim_who_is_not_at_work_is_refused_and_the_emergency_waits(self, answer, why):
        diary = Diary([person(0)], dispatch="nearest_idle", preempt=Says(answer))
        diary.request(1)
        diary.request(2, priority=1)
        assert hits(diary) == [("preempt", why)]
        assert diary.only(Preempt) == []
        diary.tell(WorkCompleted(1, 0))
        assert diary.record(2).tech == 0

    def test_a_victim_without_the_licence_is_refused(self):
        firstcomer = Says(lambda order, busy, view: next(tech for _, tech in busy))
        people = [person(0, "electrical", "plumbing")]
        diary = Diary(
            people, of=site(licence_of={"electrical": "low voltage"}), dispatch="nearest_idle", preempt=firstcomer
        )
        diary.request(1, trade="plumbing")
        diary.request(2, trade="electrical", priority=1)
        assert ("preempt", "no licence low voltage") in hits(diary)
        assert diary.only(Preempt) == []

    @pytest.mark.parametrize(
        ("answer", "why"),
        [
            (RuntimeError(), "raised RuntimeError"),
            (-1, "not a number of people >= 0"),
            ("two", "not a number of people >= 0"),
        ],
    )
    def test_a_reserve_that_is_no_number_holds_nobody(self, answer, why):
        diary = Diary([person(0), person(1)], dispatch="nearest_idle", reserve=Says(answer))
        diary.request(1)
        assert hits(diary) == [("reserve", why)]
        assert [a.tech for a in diary.only(Assign)] == [0]


class TestReserve:
    def test_other_work_waits_while_only_the_reserve_is_idle_and_an_emergency_does_not(self):
        diary = Diary([person(0), person(1)], dispatch="nearest_idle", reserve=FixedReserve(1))
        diary.request(1)
        diary.request(2)
        assert [a.order for a in diary.only(Assign)] == [1]
        diary.request(3, priority=1)
        assert [a.order for a in diary.only(Assign)] == [1, 3]
        diary.tell(WorkCompleted(1, 0))
        assert [a.order for a in diary.only(Assign)] == [1, 3]
        diary.tell(WorkCompleted(3, 1))
        assert [a.order for a in diary.only(Assign)] == [1, 3, 2]

    def test_a_trade_never_holds_everybody_it_has(self):
        diary = Diary([person(0)], dispatch="nearest_idle", reserve=FixedReserve(3))
        diary.request(1)
        assert [a.order for a in diary.only(Assign)] == [1]

    def test_who_was_held_back_is_sent_when_the_hour_lowers_the_reserve(self):
        diary = Diary([person(0), person(1)], now=17.5 * 60.0, dispatch="nearest_idle", reserve=ByHour(day=1, night=0))
        diary.request(1)
        diary.request(2)
        assert [a.order for a in diary.only(Assign)] == [1]
        (timer,) = diary.only(Wake)
        assert timer.at == 18.0 * 60.0
        diary.wake(timer)
        assert [a.order for a in diary.only(Assign)] == [1, 2]

    def test_the_rule_that_holds_people_back_by_itself_does_so_behind_the_desk_too(self):
        diary = Diary([person(0), person(1)], dispatch=HoldReserve(1))
        for number in (1, 2, 3):
            diary.request(number)
        assert [a.order for a in diary.only(Assign)] == [1]
        diary.request(4, priority=1)
        diary.tell(WorkCompleted(4, 1))
        assert [a.order for a in diary.only(Assign)] == [1, 4]
        diary.tell(WorkCompleted(1, 0))
        assert [a.order for a in diary.only(Assign)] == [1, 4, 2]


class TestBreaker:
    def test_each_rung_does_what_it_allows_and_no_more(self):
        people = [person(0), person(1, on_duty=False), person(2, crew="partner")]
        diary = Diary(people, dispatch="nearest_idle", escalate="breaker_30_2", preempt="lowest_priority")
        diary.request(1, priority=1)
        assert diary.record(1).tech == 0
        diary.tell(DutyChanged(1, True, "shift", 10_000.0))
        five = diary.wake(diary.only(Wake)[-1])
        assert diary.kinds(five) == ["Wake", "Escalate", "Unassign", "Assign"]
        assert diary.record(1).tech == 1
        fifteen = diary.wake(diary.only(Wake, five)[0])
        assert diary.only(Escalate, fifteen)[0].level == 2
        assert diary.record(1).tech == 1
        thirty = diary.wake(diary.only(Wake, fifteen)[0])
        assert [a.tech for a in diary.only(Assign, thirty)] == [2]

    def test_nobody_is_called_off_before_the_rung_that_allows_it(self):
        diary = Diary([person(0)], dispatch="nearest_idle", escalate="breaker_30_2", preempt="lowest_priority")
        diary.request(1)
        diary.request(2, priority=1)
        rungs = []
        for _ in range(2):
            assert diary.only(Preempt) == []
            rungs.append(diary.only(Wake)[-1].at)
            diary.wake(diary.only(Wake)[-1])
        assert rungs == [NINE + 5.0, NINE + 15.0]
        assert [(p.order, p.tech) for p in diary.only(Preempt)] == [(1, 0)]
        assert diary.only(Assign)[-1] == Assign(2, 0, True)

    def test_an_emergency_on_the_list_of_somebody_busy_makes_that_work_give_way(self):
        diary = Diary([person(0)], dispatch="fixed_zone_batch", escalate=AtOnce(), preempt=LowestPriority())
        diary.request(1, priority=3)
        (foreman,) = diary.only(Wake, diary.opening)
        diary.wake(foreman)
        diary.tell(OrderAccepted(1, 0))
        diary.request(2, priority=1)
        assert diary.record(2).tech == 0
        assert diary.centre.record.technicians[0].queue == [2]
        rung = diary.wake(diary.only(Wake)[-1])
        assert diary.kinds(rung) == ["Wake", "Escalate", "Wake"]
        stood = diary.wake(diary.only(Wake, rung)[-1])
        assert diary.now == 840.0 + 5.0
        assert diary.kinds(stood) == ["Unassign", "Preempt", "Assign"]
        assert diary.centre.record.technicians[0].order == 2

    def test_rungs_passed_before_the_registration_are_taken_as_one_and_the_first_offer_stands_a_while(self):
        people = [person(number) for number in range(4)]
        diary = Diary(people, dispatch="nearest_idle", escalate="breaker_30_2", preempt="lowest_priority")
        diary.request(1, priority=1, now=NINE + 26.0, reported_at=NINE)
        late = diary.wake(diary.only(Wake)[-1])
        assert [e.level for e in diary.only(Escalate)] == [2]
        assert [a.tech for a in diary.only(Assign)] == [0]
        limit, unheard = diary.only(Wake, late)
        assert (limit.at, unheard.at) == (NINE + 30.0, NINE + 31.0)
        diary.wake(limit)
        assert [a.tech for a in diary.only(Assign)] == [0]
        diary.wake(unheard)
        assert [a.tech for a in diary.only(Assign)] == [0, 1]

    def test_who_has_made_one_emergency_safe_is_called_to_the_next(self):
        diary = Diary([person(0)], dispatch="nearest_idle", escalate=AtOnce(), preempt=LowestPriority())
        diary.request(1, priority=1)
        diary.tell(OrderAccepted(1, 0))
        diary.tell(OnSite(1, 0))
        diary.request(2, priority=1)
        diary.wake(diary.only(Wake)[-1])
        assert diary.only(Preempt) == []
        safe = diary.tell(MadeSafe(1, 0))
        assert diary.kinds(safe) == ["OpenOrder", "Preempt", "Assign"]
        assert diary.record(2).tech == 0

    def test_without_a_ladder_preemption_is_immediate(self):
        diary = Diary([person(0)], dispatch="nearest_idle", preempt="lowest_priority")
        diary.request(1)
        diary.request(2, priority=1)
        assert [(p.order, p.tech) for p in diary.only(Preempt)] == [(1, 0)]

    def test_an_accepted_emergency_is_left_alone(self):
        diary = Diary(
            [person(0), person(1)], dispatch="nearest_idle", escalate="breaker_30_2", preempt="lowest_priority"
        )
        diary.request(1, priority=1)
        diary.tell(OrderAccepted(1, 0))
        assert diary.kinds(diary.wake(diary.only(Wake)[-1])) == ["Wake", "Escalate"]


class TestPaper:
    def test_an_emergency_is_signed_for_afterwards_and_the_rest_before(self):
        diary = Diary([person(0), person(1)], dispatch="nearest_idle", approval="two_signatures")
        diary.request(1, priority=1, amount_cny=5000.0)
        diary.request(2, amount_cny=5000.0)
        assert [a.order for a in diary.only(Assign)] == [1]
        assert [(c.order, c.parallel) for c in diary.only(SeekApproval)] == [(2, False)]

    def test_a_stuck_case_reaches_the_agenda_at_once_with_an_owner_and_else_when_asked_again(self):
        seen = {}
        for rule in ("pass_along", "one_owner"):
            diary = Diary([person(0)], dispatch="nearest_idle", case_owner=rule)
            diary.request(1, departments=2)
            stuck = diary.tell(CaseMoved(1, "stuck", 0))
            asked_again = diary.tell(ReminderReceived(1))
            seen[rule] = (diary.kinds(stuck), diary.kinds(asked_again))
        assert seen == {"pass_along": ([], ["PutOnAgenda"]), "one_owner": (["PutOnAgenda"], [])}

    def test_a_reminder_moves_only_what_is_stuck(self):
        diary = Diary([person(0)], dispatch="nearest_idle", case_owner="pass_along")
        diary.request(1, departments=2)
        assert diary.tell(ReminderReceived(1)) == []
        diary.tell(CaseMoved(1, "stuck", 0))
        diary.tell(CaseMoved(1, "accepted", 0))
        assert diary.tell(ReminderReceived(1)) == []

    def test_without_a_rule_a_case_still_goes_round(self):
        diary = Diary([person(0)], dispatch="nearest_idle")
        diary.request(1, departments=2)
        diary.tell(CaseMoved(1, "bounced", 0))
        diary.tell(CaseMoved(1, "accepted", 1))
        diary.tell(CaseMoved(1, "settled", 2))
        assert [c.department for c in diary.only(SendCase)] == [0, 1, 2]
        assert [a.order for a in diary.only(Assign)] == [1]

    def test_no_chain_is_sought_by_a_rule_that_says_none(self):
        diary = Diary([person(0)], dispatch="nearest_idle", approval=Says(Chain("standard", parallel=True)))
        diary.request(1)
        assert [(c.chain, c.parallel) for c in diary.only(SeekApproval)] == [("standard", True)]
