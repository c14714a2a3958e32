"""The MQTT door at real brokers: every event is decided once, every decision is told, whatever falls over."""

import json
import socket

import paho.mqtt.client as paho
import pytest
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from policies.deploy import canonical
from policies.deploy.doors.mqtt import MqttDoor, MqttSettings
from policies.deploy.doors.told import BadTold, Told
from policies.deploy.service import Observation, Stopping
from tests.brokers import broker_named, until

SOME = 40


def said(pair, id):
    """An observation as it is told."""
    return canonical.text({**pair.seen, "id": id})


def numbered(pairs):
    return [(f"e{number}", pair) for number, pair in enumerate(pairs, 1)]


def told(client):
    return json.loads(client.hear().payload)


def acknowledged(folder):
    """Number of the last decision the broker has."""
    return canonical.parse((folder / "told.json").read_bytes())["told"]


def test_events_are_decided_in_order_and_told_with_their_commands_one_by_one(host, day, opened, client):
    opened(host).ready.wait(30)
    listener, orders, teller = client("decisions"), client("commands/+"), client()
    for id, pair in numbered(day[:SOME]):
        teller.say(said(pair, id))
    for number, (id, pair) in enumerate(numbered(day[:SOME]), 1):
        found = told(listener)
        assert (found["number"], found["id"], found["again"]) == (number, id, False)
        assert (found["observation"], found["decision"]) == (pair.observation, pair.decision)
        for place, command in enumerate(pair.commands, 1):
            message = orders.hear()
            assert message.topic.endswith(f"/commands/{command['kind']}")
            single = json.loads(message.payload)
            assert single == {
                "command": command, "id": id, "now": pair.seen["now"], "number": number, "of": len(pair.commands),
                "place": place,
            }  # fmt: skip
    assert orders.silent()


def test_an_event_delivered_twice_gives_one_decision_and_its_commands_once(host, day, opened, client, tmp_path):
    opened(host).ready.wait(30)
    listener, orders, teller = client("decisions"), client("commands/+"), client()
    pair = next(pair for pair in day if pair.commands)
    teller.say(said(pair, "once"))
    first = told(listener)
    until(lambda: acknowledged(tmp_path) == 1)
    teller.say(said(pair, "once"))
    second = told(listener)
    assert second == {**first, "again": True}
    assert len(host.kept) == 1
    assert len([orders.hear() for _ in pair.commands]) == len(pair.commands)
    assert orders.silent()


def test_what_is_refused_is_told_with_every_reason_and_the_next_is_decided(host, day, opened, client):
    opened(host, limit_bytes=20_000).ready.wait(30)
    listener, errors, teller = client("decisions"), client("errors"), client()
    first = day[0]
    bad = {"kind": "OnSite", "order": "seven", "tec": 3}
    for payload, id, refused, why in [
        (canonical.text(first.seen), "", "WrongDocument", "'id' is missing"),
        (canonical.text({**first.seen, "id": ""}), "", "WrongDocument", "expected 1 to 200 letters"),
        (b"{", "", "WrongDocument", "not JSON"),
        (canonical.text({"id": "x", "event": bad, "now": 0.0}), "x", "WrongDocument", "no field 'tec'"),
        (canonical.text({"id": "y", "event": {**bad, "pad": "." * 20_000}}), "", "WrongDocument", "expected at most 20000"),
        (canonical.text({"id": "z", "event": first.seen["event"], "now": -5}), "z", "TimeRunsBack", "minute -5"),
        (b'{"id":"\\ud800","even":1}', "?", "WrongDocument", "half a surrogate pair"),
    ]:  # fmt: skip
        teller.say(payload)
        found = told(errors)
        assert (found["id"], found["refused"]) == (id, refused), found
        assert any(why in error for error in found["errors"]), found
    teller.say(said(first, "good"))
    assert told(listener)["number"] == 1


def test_several_observations_in_one_message_are_decided_each_for_itself(host, day, opened, client):
    opened(host).ready.wait(30)
    listener, errors, teller = client("decisions"), client("errors"), client()
    several = [{**pair.seen, "id": id} for id, pair in numbered(day[:3])]
    several.insert(1, {"id": "stray", "event": {"kind": "Nonsense"}, "now": several[0]["now"]})
    teller.say(canonical.text({"observations": several}))
    assert [told(listener)["id"] for _ in range(3)] == ["e1", "e2", "e3"]
    assert told(errors)["id"] == "stray"


def test_a_failure_of_the_host_itself_is_told_and_the_door_stays_open(host, day, opened, client, monkeypatch):
    door = opened(host)
    door.ready.wait(30)
    listener, errors, teller = client("decisions"), client("errors"), client()
    with monkeypatch.context() as broken:
        broken.setattr(host, "decide", lambda seen: 1 // 0)
        teller.say(said(day[0], "e1"))
        assert told(errors) == {
            "errors": ["integer division or modulo by zero"], "id": "e1", "refused": "ZeroDivisionError",
        }  # fmt: skip
    teller.say(said(day[0], "e1"))
    assert told(listener)["number"] == 1
    assert "observation 'e1' could not be decided: ZeroDivisionError" in door.said[0]


def test_events_told_while_the_host_is_down_are_decided_when_it_is_back(host, day, opened, client):
    first = opened(host)
    first.ready.wait(30)
    first.stop()
    listener, teller = client("decisions"), client()
    for id, pair in numbered(day[:SOME]):
        teller.say(said(pair, id))
    assert listener.silent()
    opened(host)
    found = [told(listener) for _ in range(SOME)]
    assert [one["id"] for one in found] == [id for id, _ in numbered(day[:SOME])]
    assert [one["decision"] for one in found] == [pair.decision for pair in day[:SOME]]


def test_an_event_the_host_took_no_more_stays_at_the_broker(host, day, opened, client, broker):
    """Its acknowledgement is the host's own; amqtt does not bring again what was brought and not acknowledged."""
    if broker.kind == "amqtt":
        pytest.skip("amqtt brings nothing again")
    first = opened(host)
    first.ready.wait(30)
    host.stopping = True
    listener, teller = client("decisions"), client()
    teller.say(said(day[0], "late"))
    assert listener.silent()
    first.stop()
    host.stopping = False
    opened(host)
    assert told(listener)["id"] == "late"


def test_decisions_nobody_acknowledged_are_told_by_a_door_that_is_opened_again(host, day, opened, client, tmp_path):
    """A host that fell after it decided: its list knows, the file says how far it was told."""
    for id, pair in numbered(day[:SOME]):
        host.decide(Observation(pair.seen["event"], pair.seen["now"], id))
    Told(tmp_path / "told.json", SOME - 5)
    listener = client("decisions")
    opened(host)
    assert [told(listener)["number"] for _ in range(5)] == list(range(SOME - 4, SOME + 1))
    until(lambda: acknowledged(tmp_path) == SOME)
    assert listener.silent()


def test_a_broker_that_goes_and_comes_back_is_told_everything_that_was_decided_meanwhile(
    host, day, opened, client, mortal, tmp_path
):
    door = opened(host)
    door.ready.wait(30)
    lasting = {"session": "listener"} if mortal.kind == "mosquitto" else {}
    listener = client("decisions", **lasting)
    for id, pair in numbered(day[:5]):
        host.decide(Observation(pair.seen["event"], pair.seen["now"], id))
    found = [told(listener)["number"] for _ in range(5)]
    assert found == [1, 2, 3, 4, 5]
    mortal.stop()
    for id, pair in numbered(day[:SOME])[5:]:
        host.decide(Observation(pair.seen["event"], pair.seen["now"], id))
    until(lambda: any("is gone" in line for line in door.said))
    mortal.start()
    until(lambda: acknowledged(tmp_path) == SOME)
    assert sum("is gone" in line for line in door.said) == 1
    assert "is there" in door.said[-1]
    if lasting:
        while found[-1] != SOME:
            found.append(told(listener)["number"])
        assert list(dict.fromkeys(found)) == list(range(1, SOME + 1)), "some may come twice, none is left out"


def test_whoever_listens_later_learns_whether_the_host_is_online_and_how_it_is(host, day, opened, client):
    door = opened(host)
    door.ready.wait(30)
    watcher = client("status")
    assert watcher.hear().payload == b"online"
    host.decide(Observation(day[0].seen["event"], day[0].seen["now"], "e1"))
    until(lambda: _kept(client, "host")["last"] == 1)
    assert _kept(client, "host")["office"] == host.status().office
    door._line._client.socket().shutdown(socket.SHUT_RDWR)
    assert [watcher.hear().payload for _ in range(2)] == [b"offline", b"online"]
    door.stop()
    assert watcher.hear().payload == b"offline"
    assert client("status").hear().payload == b"offline"


def _kept(client, topic):
    return json.loads(client(topic).hear().payload)


def test_an_answer_goes_where_mqtt_5_asks_for_it(host, day, opened, client, broker):
    if broker.kind == "amqtt":
        pytest.skip("amqtt speaks MQTT 3.1.1 only")
    opened(host, address=broker.address(version="5")).ready.wait(30)
    teller = client("answers", version=paho.MQTTv5)
    asked = Properties(PacketTypes.PUBLISH)
    asked.ResponseTopic, asked.CorrelationData = f"{broker.prefix}/answers", b"question 1"
    for payload, key in [(said(day[0], "e1"), "number"), (b"[]", "errors")]:
        teller.say(payload, properties=asked)
        answer = teller.hear()
        assert answer.properties.CorrelationData == b"question 1"
        assert key in json.loads(answer.payload)


def test_a_session_of_mqtt_5_lasts_while_the_host_is_down(host, day, opened, client, broker):
    if broker.kind == "amqtt":
        pytest.skip("amqtt speaks MQTT 3.1.1 only")
    five = broker.address(version="5")
    first = opened(host, address=five)
    first.ready.wait(30)
    first.stop()
    listener, teller = client("decisions"), client()
    teller.say(said(day[0], "e1"))
    assert listener.silent()
    opened(host, address=five)
    assert told(listener)["id"] == "e1"


def test_a_broker_that_is_not_there_yet_is_waited_for_and_that_is_said_once(host, day, tmp_path):
    late = broker_named("amqtt", tmp_path)
    late.stop()
    lines = []
    door = MqttDoor(host, MqttSettings(late.address(), tmp_path / "told.json"), lines.append)
    door.start()
    until(lambda: lines)
    assert not door.ready.wait(0.5)
    late.start()
    assert door.ready.wait(30)
    door.stop()
    late.stop()
    assert [line.rpartition("/north/repairs ")[2] for line in lines] == ["is not there; trying until it is", "is there"]


def test_a_wrong_password_is_told_once_and_keeps_the_door_shut(host, tmp_path):
    strict = broker_named("amqtt", tmp_path)
    (tmp_path / "wrong").write_text("host\nguess\n")
    lines = []
    door = MqttDoor(host, MqttSettings(strict.address(login=tmp_path / "wrong"), tmp_path / "told.json"), lines.append)
    door.start()
    until(lambda: lines)
    assert not door.ready.wait(0.5)
    door.stop()
    strict.stop()
    assert "refuses: " in lines[0]
    assert len([line for line in lines if "refuses" in line]) == 1


def test_how_far_was_told_is_a_number_in_a_file_and_nothing_else(tmp_path):
    file = tmp_path / "told.json"
    assert Told(file, 12).number == 12
    Told(file, 12).up_to(15)
    assert Told(file, 20).number == 15
    assert Told(file, 3).number == 3, "the record that went to 15 is gone"
    for broken in (b"", b"[]", b'{"told":-1}', b'{"told":"5"}'):
        file.write_bytes(broken)
        with pytest.raises(BadTold, match="remove it"):
            Told(file, 3)


def test_an_event_that_nobody_could_decide_at_the_moment_is_decided_when_somebody_can(
    host, day, opened, client, monkeypatch
):
    opened(host).ready.wait(30)
    listener, errors, teller = client("decisions"), client("errors"), client()
    decide, asked = host.decide, []

    def not_yet(seen):
        asked.append(seen.id)
        if len(asked) < 3:
            raise Stopping("nobody can decide at the moment")
        return decide(seen)

    monkeypatch.setattr(host, "decide", not_yet)
    for id, pair in numbered(day[:2]):
        teller.say(said(pair, id))
    assert [told(listener)["id"] for _ in range(2)] == ["e1", "e2"]
    assert asked == ["e1", "e1", "e1", "e2"]
    assert errors.silent()
