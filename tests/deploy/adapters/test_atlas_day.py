"""A day of a CMMS is decided by a real host over the bridge: each in a process of its own, killed in the middle."""

import time
from contextlib import closing
from random import Random

import pytest

from policies.deploy.adapters.hosted import HostDoor
from tests.deploy.adapters.site import Bridging, Cmms, config
from tests.deploy.host.process import Process

STEP_MIN = 4
PATIENCE_S = 60.0
REPORTS = 16


@pytest.fixture
def site(made, tmp_path):
    there = []

    def open_site(**how):
        orders = how.pop("orders", REPORTS)
        host, cmms = Process(made, tmp_path / "state"), Cmms(tmp_path, orders)
        file = tmp_path / "join.toml"
        file.write_text(config(host.url, cmms.url, **how))
        bridge = Bridging(file)
        there.extend((bridge.kill, host.kill, cmms.close))
        return host, cmms, bridge

    yield open_site
    for close in there:
        close()


def lived_through(cmms, everything=REPORTS, between=lambda k: None):
    """Let time pass until every report has come in and is COMPLETE."""
    ends, k = time.monotonic() + PATIENCE_S, 0
    while True:
        orders = cmms.orders()
        if len(orders) == everything and all(one["status"] == "COMPLETE" for one in orders):
            return orders
        assert time.monotonic() < ends, [
            (one["id"], one["status"], one["primaryUser"]) for one in orders if one["status"] != "COMPLETE"
        ]
        cmms.advance(STEP_MIN)
        time.sleep(0.03)
        between(k)
        k += 1


def feed(host):
    """Every decision, from the first."""
    found = []
    with closing(HostDoor(host.url)) as door:
        while page := door.decisions(found[-1].number if found else 0):
            found += page
    return found


def assigned(decisions):
    """Order → whom it was given to, in order, but for what the CMMS had to refuse (the technician had just begun)."""
    refused = [one.event for one in decisions if one.event["kind"] == "CommandRefused"]
    refused = [(one["order"], one["tech"]) for one in refused if one["command"] == "Assign"]
    found = {}
    for one in (command for decision in decisions for command in decision.commands if command["kind"] == "Assign"):
        if (one["order"], one["tech"]) in refused:
            refused.remove((one["order"], one["tech"]))
        else:
            found.setdefault(one["order"], []).append(f"given to {101 + one['tech']}")
    return found


def given(cmms, orders):
    return {one["id"]: [what for what in cmms.history(one["id"]) if what.startswith("given to 1")] for one in orders}


def each_assignment_was_carried_out_once(host, cmms, orders):
    wanted = assigned(feed(host))
    assert given(cmms, orders) == {one["id"]: wanted.get(one["id"], []) for one in orders}
    assert sum(map(len, wanted.values())) > REPORTS / 2


def test_a_day_runs_through_and_every_work_order_is_complete(site):
    host, cmms, bridge = site()
    orders = lived_through(cmms)
    each_assignment_was_carried_out_once(host, cmms, orders)
    repaired = [one for one in orders if one["feedback"] == "repaired"]
    assert len(repaired) > REPORTS / 2
    assert all(one["feedback"].startswith("the same as work order") for one in orders if one not in repaired)
    assert bridge.stop() == (0, "")
    assert host.stop() == (0, "")


def test_bridge_and_host_are_killed_again_and_again_and_nothing_is_done_twice(site):
    host, cmms, bridge = site()
    chance, killed = Random(3), []

    def kill_now_and_then(k):
        if k % 6 == 5:
            whom = chance.choice((bridge, host))
            whom.kill()
            cmms.advance(STEP_MIN)
            whom.start()
            killed.append(whom)

    orders = lived_through(cmms, between=kill_now_and_then)
    assert killed.count(host) >= 3
    assert killed.count(bridge) >= 3
    each_assignment_was_carried_out_once(host, cmms, orders)
    events = [one.event["kind"] for one in feed(host)]
    assert events.count("RequestRegistered") == REPORTS
    finished = [one for one in orders if one["feedback"] == "repaired"]
    assert events.count("WorkCompleted") == len(finished)
