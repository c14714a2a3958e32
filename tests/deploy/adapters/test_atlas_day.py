"""A day of a CMMS is decided by a real host over the bridge: each in a process of its own, killed in the middle."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import groupby
from threading import Event

import pytest

from policies.deploy.adapters.atlas import position
from policies.deploy.adapters.atlas.bridge import Bridge
from policies.deploy.adapters.atlas.config import read
from policies.deploy.adapters.calling import Away, Caller
from policies.deploy.adapters.hosted import HostDoor
from tests.brokers import until
from tests.deploy.adapters.site import Bridging, Cmms, config
from tests.deploy.host.process import Process

STEP_MIN = 5
PATIENCE_S = 90.0
REPORTS = 12


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


def heard_out(host, bridge):
    """Wait until the bridge has told everything and carried out everything: a refusal is told a round after it was decided."""

    def over():
        there = position.load(bridge.file.with_name("position.json"))
        done = all(one.status == "COMPLETE" for one in there.orders.values())
        with closing(HostDoor(host.url)) as door:
            return done and not there.outbox and there.after == door.status().last

    until(over)


def each_assignment_was_carried_out_once(host, cmms, orders):
    """Whoever goes on by himself after a wait has the order already: then there is nothing to carry out."""
    wanted, there = assigned(feed(host)), given(cmms, orders)
    for number, people in there.items():
        assert in_turn(people) == in_turn(wanted.get(number, [])), number
        assert len(people) <= len(wanted.get(number, [])), number
    assert sum(map(len, there.values())) > REPORTS / 2


def in_turn(people):
    return [one for one, _ in groupby(people)]


def test_a_day_runs_through_though_many_answers_are_lost_on_the_way(site, monkeypatch):
    """Of every second change and every third event that was told nobody hears that it went well."""
    host, cmms, bridge = site()
    bridge.kill()
    ask, said, over = Caller.ask, [], Event()
    lost_of, counts = {"PATCH": 2, "POST /v1/decide": 3}, Counter()

    def lossy(self, method, path, body=None):
        answer = ask(self, method, path, body)
        kind = next((one for one in lost_of if f"{method} {path}".startswith(one)), "")
        counts[kind] += 1
        if kind and counts[kind] % lost_of[kind] == 0:
            raise Away(f"{method} {path}: lost")
        return answer

    monkeypatch.setattr(Caller, "ask", lossy)
    here = Bridge(read(bridge.file), said.append)
    with ThreadPoolExecutor(1) as thread:
        ran = thread.submit(here.run, over)
        try:
            orders = lived_through(cmms)
            heard_out(host, bridge)
        finally:
            over.set()
        ran.result()
        here.close()
    monkeypatch.undo()
    assert all(counts[kind] >= REPORTS for kind in lost_of)
    assert any(what.startswith("PATCH") for what in said)
    each_assignment_was_carried_out_once(host, cmms, orders)
    assert all(one["feedback"] == "repaired" or one["feedback"].startswith("the same as") for one in orders)
    assert host.stop() == (0, "")


def test_bridge_and_host_are_killed_again_and_again_and_nothing_is_done_twice(site):
    host, cmms, bridge = site()
    killed = []

    def kill_now_and_then(k):
        if k % 8 == 7:
            whom = (bridge, host)[len(killed) % 2]
            whom.kill()
            cmms.advance(STEP_MIN)
            whom.start()
            killed.append(whom)

    orders = lived_through(cmms, between=kill_now_and_then)
    heard_out(host, bridge)
    assert killed.count(host) >= 3
    each_assignment_was_carried_out_once(host, cmms, orders)
    finished = [one for one in orders if one["feedback"] == "repaired"]
    until(lambda: kinds(host).count("WorkCompleted") == len(finished))
    assert kinds(host).count("RequestRegistered") == REPORTS
    assert bridge.stop()[0] == 0


def kinds(host):
    return [one.event["kind"] for one in feed(host)]
