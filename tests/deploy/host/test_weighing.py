"""What nobody follows is held to the guards as what is followed would be."""

from collections import deque
from types import SimpleNamespace

import pytest

from policies.controller.scenes import Office
from policies.deploy.host.answers import NONE
from policies.deploy.host.asked import Asked, Asking, Declared
from policies.deploy.host.weighing import weighed_dispatch


class Chooses:
    """A rule that runs through those at work once, and chooses."""

    def __init__(self, choose):
        self._choose = choose

    def victim(self, order, busy, view):
        return self._choose(order, [tech for _, tech in busy])


@pytest.fixture
def office():
    found = Office(3, size=2)
    found.urgent = next(one for one in found.orders if one.priority == 1)
    return found


def refused(office, choose):
    """What the guards have against whom a rule that looks on would pre-empt."""
    record = SimpleNamespace(view=office.view, technicians=office.people, orders={one.id: one for one in office.orders})
    asking = Asking(record=record, script=deque([{"of": "preempt", "note": NONE}]))
    asked = Asked("preempt", Declared(), asking, Chooses(choose))
    assert asked.victim(office.urgent, office.busy(), office.view) is None
    return asking.peeked[0]["refused"]


def test_whoever_looks_on_may_pre_empt_only_somebody_at_work_who_could_do_it(office):
    free = next(tech for tech in office.people if tech.order < 0)
    assert refused(office, lambda order, busy: free) == ["not somebody at work who could do it"]
    assert refused(office, lambda order, busy: "nobody") == ["not somebody at work who could do it"]


def test_whoever_looks_on_may_pre_empt_nobody_without_the_skill(office):
    unable = next(tech for tech in office.people if office.urgent.trade not in tech.skills)
    assert refused(office, lambda order, busy: unable) == ["not somebody at work who could do it"]


def test_against_a_choice_that_would_stand_there_is_nothing(office):
    able = next(tech for _, tech in office.busy() if office.urgent.trade in tech.skills)
    assert refused(office, lambda order, busy: able) == []
    assert refused(office, lambda order, busy: None) == []


class Holds:
    """A reserve of so many of each trade."""

    def __init__(self, many):
        self.many = many

    def hold(self, trade, view):
        return self.many


def sent(office, pairs, reserve):
    """What would come of these pairs under a reserve."""
    candidates = office.candidates()
    record = SimpleNamespace(view=office.view, technicians=office.people, candidates=candidates)
    return weighed_dispatch(pairs, (office.waiting(None, False), candidates, office.view), record, False, reserve)


def test_whom_the_reserve_holds_back_would_not_have_been_sent_but_to_an_emergency(office):
    """As the dispatch desk has it: people sent before in the same answer count, and a trade never holds everybody."""
    able = [
        (order, tech)
        for order in office.waiting(None, False).all()
        for tech in office.people
        if tech.on_duty and tech.order < 0 and tech.crew != "partner" and order.trade in tech.skills
        and not sent(office, [(order, tech)], None)["refused"]
    ]  # fmt: skip
    order, tech = next(pair for pair in able if pair[0].priority != 1)
    idle = office.candidates().idle_count(tech.trade)
    free = sent(office, [(order, tech)], None)
    assert (free["stand"], free["in_reserve"]) == ([(order.id, tech.id)], 0)
    assert free["travel_min"] == office.view.minutes(tech, order)
    assert sent(office, [(order, tech)], Holds(idle - 1)) == free
    held = sent(office, [(order, tech)], Holds(idle))
    assert (held["stand"], held["in_reserve"], held["travel_min"]) == ([], 1, 0.0)
    order.priority = 1
    assert sent(office, [(order, tech)], Holds(idle))["in_reserve"] == 0


def test_answers_that_are_none_are_refused_and_nobody_is_sent(office):
    found = sent(office, [("nobody", "nothing"), 7], Holds(1))
    assert found["stand"] == []
    assert len(found["refused"]) == 2
    assert sent(office, None, None) == {"in_reserve": 0, "refused": [], "stand": [], "travel_min": 0.0}
