"""Home Assistant finds the host: documented keys, templates that give what the host says, figures that are the office's."""

import json
import signal
import subprocess
import sys

import pytest
from jinja2 import Environment, StrictUndefined

from policies.controller.centre import CommandCentre
from policies.controller.record import OVER
from policies.deploy import canonical, messages
from policies.deploy.adapters.home_assistant.__main__ import main
from policies.deploy.adapters.home_assistant.entities import configs
from policies.deploy.adapters.home_assistant.tally import Tally
from policies.deploy.bundle import open_bundle
from policies.deploy.doors.topics import Topics
from policies.deploy.service import Decision
from tests.brokers import KINDS, Client, broker_named, until
from tests.conftest import ROOT
from tests.deploy.host.process import LINE_S, Process

COMMON = {
    "availability", "availability_mode", "device", "device_class", "entity_category", "name", "origin", "state_topic", "unique_id",
    "value_template",
}  # fmt: skip
KNOWN = {"sensor": COMMON | {"state_class", "unit_of_measurement"}, "binary_sensor": COMMON}
"""Component → keys of its documentation that are used here."""
POINTS = ["dispatch", "escalate"]


def faults_of(topic, config):
    """What Home Assistant's documentation of MQTT discovery, sensor and binary sensor would not have."""
    prefix, component, node, name, last = topic.split("/")
    yield from (f"unknown {key}" for key in config if key not in KNOWN[component])
    yield from (f"no {key}" for key in ("state_topic", "unique_id", "device", "origin", "name") if not config.get(key))
    if not config["device"].get("identifiers") or not config["origin"].get("name"):
        yield "a device has identifiers, an origin its name"
    if not all(set(one) == {"topic"} for one in config["availability"]) or config["availability_mode"] != "all":
        yield "availability"
    if config.get("state_class", "measurement") not in ("measurement", "total", "total_increasing"):
        yield "state_class"
    if config.get("entity_category", "diagnostic") != "diagnostic":
        yield "entity_category"
    if component == "binary_sensor" and config["device_class"] != "problem":
        yield "device_class"
    if not node.replace("-", "").isalnum() or not name.replace("_", "").isalnum() or last != "config":
        yield "topic"


def test_every_configuration_keeps_to_what_is_documented_and_no_button_is_offered():
    found = configs(Topics("north/repairs"), "night-crew 7", POINTS)
    assert {topic: list(faults_of(topic, config)) for topic, config in found.items()} == {topic: [] for topic in found}
    assert {topic.split("/")[1] for topic in found} == {"sensor", "binary_sensor"}
    assert len({config["unique_id"] for config in found.values()}) == len(found) == 6 + len(POINTS)


@pytest.mark.parametrize(
    "wrong", [{"state_topic": ""}, {"device": {}}, {"state_class": "often"}, {"command_topic": "x"}]
)
def test_a_configuration_that_is_wrong_is_noticed(wrong):
    topic, config = next(iter(configs(Topics("north"), "1", POINTS).items()))
    assert list(faults_of(topic, {"device": {}, **config, **wrong}))


def test_the_figures_are_those_of_the_office_after_every_event(made):
    bundle = made.opened()
    centre, tally = CommandCentre(open_bundle(made.path, made.trusted).settings), Tally()
    seen = set()
    for number, pair in enumerate(bundle.pairs, 1):
        event, now = messages.observed(pair.seen)
        commands = [messages.to_plain(one) for one in centre.handle(event, now)]
        tally.add(Decision(number, "", now, pair.seen["event"], commands, "", "", ""))
        there = [one for one in centre.record.orders.values() if one.state not in OVER]
        figures = (len(there), sum(one.tech < 0 for one in there), sum(one.priority == 1 for one in there))
        assert (len(tally.priority), tally.waiting, tally.emergencies) == figures, (number, pair.seen)
        seen.add(figures)
    assert len(seen) > 20


def test_a_breaker_that_opened_is_a_problem_and_why_the_fallback_answered_is_shown():
    found = configs(Topics("north"), "1", POINTS)
    breaker = found["homeassistant/binary_sensor/north/breaker_dispatch/config"]["value_template"]
    for state, shown in (("closed", "OFF"), ("open", "ON"), ("half-open", "ON")):
        assert rendered(breaker, {"breakers": {"dispatch": state, "escalate": "closed"}}) == shown
    tally = Tally()
    event = {"kind": "ReminderReceived", "request": 1}
    tally.add(Decision(1, "", 0.0, event, [], "", "", "", {"dispatch": "OverBudget"}))
    tally.add(Decision(2, "", 0.0, event, [], "", "", ""))
    last = found["homeassistant/sensor/north/last_fallback/config"]["value_template"]
    assert rendered(last, {"last_fallback": tally.fallback}) == "dispatch: OverBudget"


def rendered(template, value):
    """As Home Assistant makes a state of a message: its templates are Jinja's."""
    return Environment(undefined=StrictUndefined, autoescape=False).from_string(template).render(value_json=value)  # noqa: S701


@pytest.fixture(params=KINDS)
def site(made, tmp_path, request):
    broker = broker_named(request.param, tmp_path)
    host = Process(made, tmp_path / "state", "--mqtt", broker.url, "--mqtt-login", broker.login)
    words = ["--http", host.url, "--mqtt", broker.url, "--mqtt-login", broker.login]
    adapter = subprocess.Popen(
        [sys.executable, "-m", "policies.deploy.adapters.home_assistant", *map(str, words)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    yield broker, host, adapter
    adapter.kill()
    adapter.communicate()
    host.kill()
    broker.kill()


class HomeAssistant:
    """As much of it as listens: keeps what came last, and shows an entity as its template makes it.

    With amqtt it asks for each topic by its name: that one brings nothing it keeps to who asks with a wildcard.
    """

    def __init__(self, broker):
        self.last = {}
        self.client = Client(broker, "status", "host", "figures", "figures/status")
        self.client.heard.put = lambda message: self.last.__setitem__(message.topic, message.payload)
        announced = (
            ["homeassistant/#"] if broker.kind == "mosquitto" else list(configs(Topics(broker.prefix), "", POINTS))
        )
        self.client.topics += announced
        self.client.client.subscribe([(topic, 1) for topic in self.client.topics])

    def entity(self, kind, name):
        config = json.loads(self.last.get(f"homeassistant/{kind}/north-repairs/{name}/config") or "{}")
        if not config or config["state_topic"] not in self.last:
            return None
        if any(self.last.get(one["topic"]) != b"online" for one in config["availability"]):
            return "unavailable"
        return rendered(config["value_template"], json.loads(self.last[config["state_topic"]]))


def test_a_host_is_found_its_figures_follow_and_its_end_is_seen(site, made):
    broker, host, adapter = site
    there = HomeAssistant(broker)
    first = {
        ("sensor", "orders_open"): "0", ("sensor", "decides"): "night-crew version 7", ("sensor", "last_fallback"): "none",
        ("binary_sensor", "breaker_dispatch"): "OFF",
    }  # fmt: skip
    until(lambda: all(there.entity(*which) == said for which, said in first.items()))
    tally = Tally()
    for number, pair in enumerate(made.opened().pairs[:200], 1):
        status, said = host.post("/v1/decide", canonical.text({**pair.seen, "id": f"event-{number}"}))
        assert status == 200
        tally.add(Decision(number, "", 0.0, pair.seen["event"], said["commands"], "", "", ""))
    until(lambda: json.loads(there.last["north/repairs/figures"])["last"] == 200)
    assert there.entity("sensor", "orders_open") == str(len(tally.priority)) != "0"
    assert there.entity("sensor", "orders_waiting") == str(tally.waiting)
    assert int(there.entity("sensor", "decisions_a_minute")) == 200
    late = HomeAssistant(broker)
    until(lambda: late.entity("sensor", "orders_open") == str(len(tally.priority)))
    adapter.send_signal(signal.SIGTERM)
    assert adapter.wait(LINE_S) == 0
    until(lambda: there.entity("sensor", "orders_open") == "unavailable")
    assert there.entity("sensor", "decides") == "night-crew version 7"
    host.kill()
    until(lambda: there.entity("sensor", "decides") == "unavailable")
    for one in (there, late):
        one.client.leave()


def test_wrong_words_are_said_with_exit_code_2(capsys, tmp_path):
    assert main(["--http", "mqtt://host", "--mqtt", "http://broker", "--token-file", str(tmp_path / "no")]) == 2
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 3
    for line, meant in zip(
        told, ("expected an address as http", "cannot be read", "expected mqtt://HOST"), strict=True
    ):
        assert meant in line
