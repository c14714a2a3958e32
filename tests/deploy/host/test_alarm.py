"""On the wall clock the host wakes its office itself, at the minute it asked for, also after a restart."""

from time import monotonic, sleep

import pytest

from policies.deploy.host.alarm import Alarm, ordered
from policies.deploy.host.host import Choices, Host
from policies.deploy.service import Decision, Observation, Stopping
from tests.deploy.host.conftest import tell

MINUTES_A_SECOND = 600.0
PATIENCE_S = 20.0


def clock_from(start):
    """A clock ten hours of which pass in a minute."""
    begun = monotonic()
    return lambda: start + MINUTES_A_SECOND * (monotonic() - begun)


@pytest.fixture
def woken(made, tmp_path):
    """Hosts on a fast wall clock with their alarm; each is stopped."""
    running = []

    def start(at=0.0):
        clock = clock_from(at)
        host = Host(tmp_path / "state", made.opened(), Choices(clock=clock))
        running.append((host, Alarm(host, clock)))
        return running[-1]

    yield start
    for host, alarm in running:
        alarm.stop()
        host.stop()


def emergency(made):
    """A report of an emergency as the office hears it, and the instants at which it wants to be woken for it."""
    return next(
        (pair.seen["event"], [c for c in pair.commands if c["kind"] == "Wake"])
        for pair in made.opened().pairs
        if pair.seen["event"]["kind"] == "RequestRegistered" and any(c["kind"] == "Wake" for c in pair.commands)
    )


def woke(host, last):
    """The first wake after a decision."""
    until = monotonic() + PATIENCE_S
    while monotonic() < until:
        for one in host.decisions(last, 100, wait_s=0.5):
            if one.event["kind"] == "Woke":
                return one
            last = one.number
    raise AssertionError("nobody was woken")


def test_the_office_is_woken_when_it_asked_to_be(woken, made):
    host, _ = woken()
    event, wakes = emergency(made)
    told = host.decide(Observation({**event, "reported_at": 0.0}))
    asked = [command for command in told.commands if command["kind"] == "Wake"]
    assert [one["tag"] for one in asked] == [one["tag"] for one in wakes]
    found = woke(host, told.number)
    assert (found.event["tag"], found.event["subject"]) == (asked[0]["tag"], asked[0]["subject"])
    assert asked[0]["at"] <= found.now < asked[0]["at"] + MINUTES_A_SECOND * 2.0


def test_what_was_asked_for_before_a_restart_still_comes(woken, made):
    host, alarm = woken()
    event, _ = emergency(made)
    told = host.decide(Observation({**event, "reported_at": 0.0}))
    alarm.stop()
    host.stop()
    host, _ = woken(at=told.now)
    found = woke(host, told.number)
    assert found.event["subject"] == event["request"]


def test_wakes_that_came_back_are_not_due_any_more(host, made):
    tell(host, made.opened().pairs)
    decisions = host.decisions(0, 10_000)
    due = ordered(decisions)
    given = [c for one in decisions for c in one.commands if c["kind"] == "Wake"]
    came = [one for one in decisions if one.event["kind"] == "Woke"]
    assert len(due) == len(given) - len(came)
    assert due == sorted(due)
    assert all(at > host.journal.now for at, _, _ in due)


def test_two_wakes_of_one_name_come_back_one_by_one():
    def decision(number, event, *wakes):
        commands = [{"kind": "Wake", "at": at, "tag": "t", "subject": 1} for at in wakes]
        return Decision(number, "", float(number), event, commands, "", "", "")

    woke_once = {"kind": "Woke", "tag": "t", "subject": 1}
    assert ordered([decision(1, {"kind": "OnSite"}, 5.0, 9.0), decision(2, woke_once)]) == [(9.0, "t", 1)]


def test_a_host_that_stops_wakes_nobody(woken, made):
    host, alarm = woken()
    event, _ = emergency(made)
    host.decide(Observation({**event, "reported_at": 0.0}))
    alarm.stop()
    last = host.status().last
    sleep(0.2)
    assert host.status().last == last
    host.stop()
    with pytest.raises(Stopping):
        host.take({"kind": "Woke", "tag": "t", "subject": 1}, None)
