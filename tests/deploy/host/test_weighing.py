"""What nobody follows is held to the guards as what is followed would be."""

from collections import deque
from types import SimpleNamespace

import pytest

from policies.controller.scenes import Office
from policies.deploy.host.answers import NONE
from policies.deploy.host.asked import Asked, Asking, Declared


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
