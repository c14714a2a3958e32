"""How long the host waits for its decider, whatever that says it is asking."""

import socket
from threading import Thread
from time import monotonic, sleep

import pytest

from policies.deploy.host.line import HungUp, Line
from policies.deploy.host.workers import OVER_BUDGET, Decider, Limits, WorkerFailed

HARD_S = {"dispatch": 0.3, "triage": 0.2}
LIMITS = Limits(grace_s=0.1, idle_s=0.5)


def answered(says, every_s):
    """Seconds until the host gives up on a decider that goes on saying whom it asks."""
    ours, theirs = (Line(end) for end in socket.socketpair())

    def talk():
        try:
            for one in says:
                theirs.say({"asks": one})
                sleep(every_s)
        except HungUp:
            pass

    talking = Thread(target=talk)
    talking.start()
    begun = monotonic()
    try:
        with pytest.raises(WorkerFailed) as failed:
            Decider(ours, 2**30, HARD_S, LIMITS).handle({}, {})
        return failed.value, monotonic() - begun
    finally:
        ours.close()
        talking.join()
        theirs.close()


def test_asking_the_same_again_and_again_buys_no_time():
    failed, took = answered(["dispatch"] * 100, 0.05)
    assert (failed.why, failed.decision) == (OVER_BUDGET, "dispatch")
    assert 0.3 <= took < 0.3 + 0.1 + 0.3


def test_each_kind_of_question_has_its_own_budget():
    failed, took = answered(["triage", *["dispatch"] * 100], 0.15)
    assert (failed.why, failed.decision) == (OVER_BUDGET, "dispatch")
    assert 0.5 <= took < 0.5 + 0.1 + 0.3


def test_a_question_that_is_not_answered_ends_at_its_own_budget():
    failed, took = answered(["triage", "dispatch"], 0.02)
    assert failed.decision == "dispatch"
    assert 0.3 <= took < 0.02 + 0.3 + 0.1 + 0.3
