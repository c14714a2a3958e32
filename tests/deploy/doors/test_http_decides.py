"""Through the door an office decides what it decides without one, and says so in a way machines can rely on."""

import threading
import time
from dataclasses import fields

import pytest

from policies.deploy import canonical, service
from policies.deploy.doors.http.problem import KINDS, REFUSED
from policies.deploy.service import Decision, ServiceError, Status
from tests.deploy.doors.client import Client, asked

DUTY = {"event": {"kind": "DutyChanged", "tech": 1, "on": True, "why": "shift", "until": 720.0}, "now": 480.0}


def onsite(order, now, **more):
    return {"event": {"kind": "OnSite", "order": order, "tech": 1}, "now": now, **more}


def test_two_recorded_days_are_decided_the_same_to_the_digest(client, recorded):
    for number, pair in enumerate(recorded, 1):
        reply = client.post("/v1/decide", pair.seen)
        assert reply.status == 200, reply.content
        told = reply.json
        assert told["number"] == number
        assert (told["observation"], told["decision"]) == (pair.observation, pair.decision)
        assert canonical.digest(told["commands"]) == pair.decision


def test_two_recorded_days_at_once_are_decided_the_same_and_in_order(client, recorded):
    reply = client.post("/v1/events", {"observations": [pair.seen for pair in recorded]})
    assert reply.status == 200
    assert [one["decision"] for one in reply.json["decisions"]] == [pair.decision for pair in recorded]
    assert [one["number"] for one in reply.json["decisions"]] == list(range(1, len(recorded) + 1))


def test_an_answer_has_every_field_of_a_decision_and_the_feed_its_event_too(client):
    told = client.post("/v1/decide", DUTY).json
    names = {one.name for one in fields(Decision)}
    assert told.keys() == names - {"event"}
    (kept,) = client.get("/v1/decisions").json["decisions"]
    assert kept.keys() == names
    assert kept == {**told, "event": DUTY["event"]}


def test_an_answer_is_canonical_json(client):
    reply = client.post("/v1/decide", DUTY)
    assert reply.content == canonical.text(reply.json)
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["cache-control"] == "no-store"


def test_an_event_is_the_same_event_however_it_is_spelled(client):
    short = {"kind": "RequestRegistered", "request": 5.0, "building": 1, "trade": "plumbing", "priority": 3,
             "channel": "app", "group": 0, "reported_at": 3}  # fmt: skip
    first = client.post("/v1/decide", {"event": short, "now": 5, "id": "a"}).json
    again = client.post(
        "/v1/decide", {"event": {**short, "request": 5, "room": -1, "reported_at": 3.0}, "now": 5.0, "id": "a"}
    )
    assert again.status == 200, again.content
    assert again.json == {**first, "again": True}


def test_without_a_minute_the_hosts_own_clock_counts(client):
    client.post("/v1/decide", DUTY)
    assert client.post("/v1/decide", {"event": DUTY["event"]}).json["now"] == 480.0


def test_the_same_id_gets_the_same_answer_and_no_order_is_given_twice(client):
    first = client.post("/v1/decide", {**DUTY, "id": "gate 7"}).json
    again = client.post("/v1/decide", {**DUTY, "id": "gate 7"}).json
    assert (first["again"], again) == (False, {**first, "again": True})
    assert client.get("/v1/status").json["last"] == 1


@pytest.mark.parametrize(
    ("given", "status", "name"),
    [
        ({**DUTY, "now": 1.0}, 409, "TimeRunsBack"),
        (onsite(9, 500.0, id="known"), 409, "SameIdOtherEvent"),
        ({"event": {"kind": "Woke", "tag": "round", "subject": 0}}, 422, "NotOurs"),
    ],
)
def test_what_the_host_refuses_is_a_problem_by_its_name_and_changes_nothing(client, office, given, status, name):
    office.untold = frozenset({"Woke"})
    client.post("/v1/decide", {**DUTY, "id": "known"})
    reply = client.post("/v1/decide", given)
    assert (reply.status, reply.headers["content-type"]) == (status, "application/problem+json")
    assert reply.json["type"] == f"/openapi.json#/components/schemas/{name}"
    assert (reply.json["status"], reply.json["title"]) == (status, KINDS[name].title)
    assert client.get("/v1/status").json["last"] == 1


def test_a_host_that_stops_says_when_to_come_again(client, office):
    office.close()
    reply = client.post("/v1/decide", DUTY)
    assert (reply.status, reply.json["type"].rpartition("/")[2]) == (503, "Stopping")
    assert int(reply.headers["retry-after"]) >= 1


def test_every_refusal_of_a_host_has_a_problem_of_its_own():
    kinds = [one for one in vars(service).values() if isinstance(one, type) and issubclass(one, ServiceError)]
    assert {REFUSED[one] for one in kinds if one is not ServiceError} <= KINDS.keys()


def test_what_nobody_thought_of_is_logged_and_shows_no_trace(client, office, log):
    office.decide = lambda seen: {}["secret of the house"]
    reply = client.post("/v1/decide", DUTY)
    assert (reply.status, reply.headers["content-type"]) == (500, "application/problem+json")
    assert b"secret" not in reply.content
    assert b"Traceback" not in reply.content
    assert "secret of the house" in log.text
    assert client.get("/v1/status").status == 200


# ------------------------------------------------------------------------------------ many at once


@pytest.mark.parametrize("spoilt", [0, 1, 2])
def test_the_first_of_many_that_is_refused_ends_it_and_says_what_was_taken(client, spoilt):
    row = [onsite(k, 500.0 + k) for k in range(3)]
    client.post("/v1/decide", onsite(9, 450.0))
    row[spoilt]["now"] = 1.0
    reply = client.post("/v1/events", {"observations": row})
    assert (reply.status, reply.json["type"].rpartition("/")[2]) == (409, "TimeRunsBack")
    assert reply.json["index"] == spoilt
    assert [one["number"] for one in reply.json["decisions"]] == list(range(2, 2 + spoilt))
    assert f"observations[{spoilt}]" in reply.json["detail"]
    assert f"The {spoilt} before it were taken" in reply.json["detail"]
    assert f"the {2 - spoilt} after it were not looked at" in reply.json["detail"]
    assert client.get("/v1/status").json["last"] == 1 + spoilt


def test_a_failure_in_the_midst_of_many_says_what_was_taken_too(client, office):
    real = office.decide

    def fails_at_the_second(seen):
        if seen.event["order"] == 1:
            raise RuntimeError("no more")
        return real(seen)

    office.decide = fails_at_the_second
    reply = client.post("/v1/events", {"observations": [onsite(k, 5.0) for k in range(3)]})
    assert (reply.status, reply.json["index"], len(reply.json["decisions"])) == (500, 1, 1)


def test_of_many_all_are_read_before_the_first_is_taken(client):
    row = [onsite(0, 500.0), onsite("x", 501.0), {"event": {"kind": "OnSit"}, "now": "soon"}]
    reply = client.post("/v1/events", {"observations": row})
    assert reply.status == 422
    told = "\n".join(reply.json["errors"])
    for said in (
        "observations[1].event: OnSite.order: 'x', expected a whole number",
        "observations[2].event: 'kind'", "observations[2].now: 'soon', expected a number",
    ):  # fmt: skip
        assert said.replace("'kind'", "no event 'OnSit', did you mean 'OnSite'?") in told
    assert "decisions" not in reply.json
    assert client.get("/v1/status").json["last"] == 0


def test_more_than_may_come_at_once_are_refused_before_one_is_taken(office, door):
    client = door(office, batch=3)
    assert client.post("/v1/events", {"observations": [onsite(k, 1.0) for k in range(3)]}).status == 200
    reply = client.post("/v1/events", {"observations": [onsite(k, 2.0) for k in range(4)]})
    assert (reply.status, reply.json["errors"]) == (422, ["observations: 4 of them, expected at most 3"])
    assert client.get("/v1/status").json["last"] == 3


def test_none_at_once_are_answered_with_none(client):
    assert client.post("/v1/events", {"observations": []}).json == {"decisions": []}


def test_many_from_one_client_are_not_mixed_with_those_of_another(client, office):
    """Each tells thirty at once; however long the host takes, numbers of a row follow each other."""
    replies, real = {}, office.decide

    def takes_its_time(seen):
        time.sleep(0.002)
        return real(seen)

    office.decide = takes_its_time

    def tell(name):
        row = [onsite(k, 7.0, id=f"{name}{k}") for k in range(30)]
        replies[name] = asked(client.connection.port, "POST", "/v1/events", {"observations": row})

    threads = [threading.Thread(target=tell, args=(name,)) for name in "abcd"]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    rows = sorted([one["number"] for one in reply.json["decisions"]] for reply in replies.values())
    assert rows == [list(range(1 + 30 * k, 31 + 30 * k)) for k in range(4)]


# ------------------------------------------------------------------------------------ the feed


def test_the_feed_is_read_page_by_page_without_a_gap(client, recorded):
    client.post("/v1/events", {"observations": [pair.seen for pair in recorded]})
    after, found = 0, []
    while page := client.get(f"/v1/decisions?after={after}&limit=40").json:
        found += page["decisions"]
        if page["after"] == after:
            break
        after = page["after"]
    assert [one["number"] for one in found] == list(range(1, len(recorded) + 1))
    assert [canonical.digest({"event": one["event"], "now": one["now"]}) for one in found] == [
        pair.observation for pair in recorded
    ]


def test_an_empty_feed_answers_at_once_unless_it_may_wait(client):
    begun = time.monotonic()
    assert client.get("/v1/decisions?after=7").json == {"decisions": [], "after": 7}
    assert time.monotonic() - begun < 5.0


def test_whoever_waits_hears_a_decision_as_soon_as_there_is_one(client):
    timer = threading.Timer(0.3, asked, (client.connection.port, "POST", "/v1/decide", DUTY))
    timer.start()
    begun = time.monotonic()
    reply = client.get("/v1/decisions?wait_s=20")
    took_s = time.monotonic() - begun
    timer.join()
    assert [one["number"] for one in reply.json["decisions"]] == [1]
    assert 0.25 < took_s < 10.0


def test_a_wait_ends_without_a_decision_when_its_time_is_over(client):
    begun = time.monotonic()
    assert client.get("/v1/decisions?after=3&wait_s=0.7").json == {"decisions": [], "after": 3}
    assert 0.65 < time.monotonic() - begun < 10.0


def test_while_some_wait_others_are_answered(office, door):
    client = door(office, waiting=3)
    waiters = [Client(client.connection.port) for _ in range(3)]
    for one in waiters:
        one.connection.request("GET", "/v1/decisions?wait_s=20")
    assert client.get("/v1/status").status == 200
    assert client.post("/v1/decide", DUTY).status == 200
    for one in waiters:
        reply = one.connection.getresponse()
        assert b'"number":1' in reply.read()
        one.close()


def test_the_status_has_every_field(client):
    told = client.get("/v1/status").json
    assert told.keys() == {one.name for one in fields(Status)}
    assert told["bundle"]["rules"] == {"dispatch": "nearest_idle"}
