"""A host as it is run on a site, its bundle in processes of its own, decides a simulated week through each of its doors."""

import json
from dataclasses import dataclass

import pytest

from tests.brokers import broker_named, until
from tests.deploy.host.process import Process
from tests.remote.conftest import BURNT_IN, WEEK, asked


@dataclass
class Made:
    """What a host process is started with."""

    path: object
    public: object


@pytest.fixture
def packed(twin, tmp_path):
    """Bundles of a scenario as the twin packs them."""
    assert twin("policy", "keygen", "-o", tmp_path / "keys", "--name", "ours").exit_code == 0

    def pack(scenario, sets):
        path = tmp_path / f"{scenario.replace('_', '-')}-1.bundle"
        where = ("--key", tmp_path / "keys" / "ours.key", "-o", path, "--without-evidence")
        done = twin("policy", "pack", scenario, *(word for one in sets[:1] for word in ("--set", one)), *where)
        assert done.exit_code == 0, done.output
        return Made(path, tmp_path / "keys" / "ours.pub")

    return pack


def seen_to_be_the_same(done):
    assert done.exit_code == 0, done.output
    data = json.loads(done.stdout)["data"]
    (cell,) = data["scenarios"][0]["cells"]
    assert data["controller"]["same_journal"] is True
    assert data["controller"]["journal_digest"] == cell["journal_digest"]
    assert data["controller"]["observations"] > 400


@pytest.mark.parametrize(("scenario", "sets"), [("all_together", WEEK), ("as_is", BURNT_IN)])
def test_over_http(twin, packed, tmp_path, scenario, sets):
    host = Process(packed(scenario, sets), tmp_path / "s")
    try:
        seen_to_be_the_same(twin("run", *asked(scenario, sets), "--controller", host.url, "--json"))
        assert host.stop() == (0, "")
    finally:
        host.kill()


MONTH = ("campus=campus_small", "run.burn_in_days=0", "run.days=30", "run.run_out_days=0")


def test_whoever_looks_on_for_thirty_days_writes_nothing_to_the_campus_and_says_what_it_saw(twin, packed, tmp_path):
    decides, looks_on = packed("all_together", MONTH), tmp_path / "nearest-2.bundle"
    words = ("--set", MONTH[0], "--set", "policies.dispatch.rule=nearest_idle", "--without-evidence")
    done = twin("policy", "pack", "all_together", *words, "--key", tmp_path / "keys" / "ours.key", "-o", looks_on)
    assert done.exit_code == 0, done.output
    host = Process(decides, tmp_path / "s")
    try:
        assert twin("policy", "shadow", host.state, looks_on).exit_code == 0
        done = twin("run", *asked("all_together", MONTH), "--controller", host.url, "--json")
        seen_to_be_the_same(done)
        observations = json.loads(done.stdout)["data"]["controller"]["observations"]
        assert observations > 2500
        until(lambda: shadow_of(twin, host)["through"] == observations)
        seen = shadow_of(twin, host)
        assert seen["events"] == observations
        assert 0 < seen["decisions"]["dispatch"]["disagreed"] < seen["decisions"]["dispatch"]["asked"]
        assert {name for name, one in seen["decisions"].items() if one["disagreed"]} == {"dispatch"}
        assert host.stop() == (0, "")
    finally:
        host.kill()


def shadow_of(twin, host):
    """What whoever looks on says so far."""
    return json.loads(twin("policy", "shadow", host.state, "--json").stdout)["data"]["shadow"]


def test_over_mqtt(twin, packed, tmp_path):
    broker = broker_named("amqtt", tmp_path)
    host = Process(packed("all_together", WEEK), tmp_path / "s", "--mqtt", broker.url, "--mqtt-login", broker.login)
    try:
        words = ("--controller", broker.url, "--credentials", broker.login, "--json")
        seen_to_be_the_same(twin("run", *asked("all_together"), *words))
        assert host.stop()[0] == 0
    finally:
        host.kill()
        broker.kill()
