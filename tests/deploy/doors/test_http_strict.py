"""What a door takes is JSON without a doubt, and every mistake of it is told at once."""

import http.client
import json
import socket

import pytest

from tests.deploy.doors.test_http_decides import DUTY


def kind(reply):
    assert reply.headers["content-type"] == "application/problem+json"
    return reply.status, reply.json["type"].rpartition("/")[2]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b'{"event":{},"event":{}}', "the key 'event' stands twice"),
        (b'{"event":{"kind":"OnSite","order":1,"tech":1,"tech":2}}', "the key 'tech' stands twice"),
        (b'{"now":NaN}', "NaN is no number of JSON"),
        (b'{"now":-Infinity}', "-Infinity is no number of JSON"),
        (b'{"now":1e999}', "larger than any number"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"event":' + b"9" * 10_000 + b"}", "not JSON"),
    ],
)
def test_what_is_not_json_is_refused_by_what_is_wrong_with_it(client, body, said):
    reply = client.post("/v1/decide", body)
    assert kind(reply) == (400, "NotJson")
    assert said in reply.json["detail"]
    assert client.get("/v1/status").json["last"] == 0


@pytest.mark.parametrize("path", ["/v1/decide", "/v1/events"])
def test_however_deep_a_body_is_nested_it_is_refused_and_nothing_breaks(client, path):
    """Near the interpreter's own limit there are depths that are parsed and cannot be shown."""
    for depth in [30, 200, 500, *range(900, 1000), 2000]:
        nested = b"[" * depth + b"]" * depth
        event = b'{"event":{"kind":"OnSite","tech":1,"order":' + nested + b"}}"
        for body in (nested, event, b'{"observations":[' + event + b"]}"):
            assert kind(client.post(path, body)) in {(400, "NotJson"), (422, "WrongDocument")}


def test_every_mistake_of_a_body_is_told_at_once(client):
    wrong = {"event": {"kind": "OnSite", "order": 2.5, "techn": 1}, "no": 3, "now": True, "id": "x" * 201}
    reply = client.post("/v1/decide", wrong)
    assert kind(reply) == (422, "WrongDocument")
    told = reply.json["errors"]
    for said in (
        "no field 'no', did you mean 'now'?", "now: True, expected a number", "id: 201 letters, expected at most 200",
        "OnSite.order: 2.5, expected a whole number", "no field 'techn', did you mean 'tech'?", "'tech' is missing",
    ):  # fmt: skip
        assert any(said in one for one in told), said
    assert reply.json["detail"] == f"mistakes: {len(told)}"


@pytest.mark.parametrize(
    "body", [None, 3, "event", [], [DUTY], {"observations": {}}, {**DUTY, "now": None}, {**DUTY, "id": None}]
)
def test_a_value_of_another_shape_is_refused(client, body):
    assert kind(client.post("/v1/decide", body)) == (422, "WrongDocument")
    assert kind(client.post("/v1/events", body)) == (422, "WrongDocument")


def test_half_a_surrogate_pair_is_refused(client):
    assert kind(client.post("/v1/decide", {**DUTY, "id": "\ud800"})) == (422, "WrongDocument")


def test_mistakes_without_end_are_counted_and_not_all_told(client):
    reply = client.post("/v1/events", {"observations": [{} for _ in range(900)]})
    assert kind(reply) == (422, "WrongDocument")
    assert len(reply.json["errors"]) == 101
    assert reply.json["errors"][-1] == "and 800 mistakes more"


def test_an_object_with_fields_without_end_is_refused_before_they_are_looked_at(client):
    """Of each unknown field the nearest known one would be sought."""
    many = {f"k{k}": 0 for k in range(60_000)}
    for body in (many, {"event": many}, {"event": {"kind": "OnSite", **many}}):
        reply = client.post("/v1/decide", body)
        assert kind(reply) == (422, "WrongDocument")
        assert "expected at most 64" in reply.json["errors"][0]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("after=-1", "query: after: '-1', expected a whole number"),
        ("after=1.0", "after: '1.0'"),
        ("after=", "after: ''"),
        ("after=²", "after: '²'"),
        ("limit=0", "limit: '0', expected a whole number from 1 to 1000"),
        ("limit=1001", "limit: '1001'"),
        ("wait_s=31", "wait_s: '31', expected seconds from 0 to 30"),
        ("wait_s=nan", "wait_s: 'nan'"),
        ("wait_s=inf", "wait_s: 'inf'"),
        ("wait=3", "no field 'wait', did you mean 'wait_s'?"),
        ("after=1&after=2", "after: given 2 times, expected once"),
    ],
)
def test_a_query_is_read_as_strictly_as_a_body(client, query, said):
    reply = client.get("/v1/decisions?" + query.replace("²", "%C2%B2"))
    assert kind(reply) == (400, "WrongQuery")
    assert any(said in one for one in reply.json["errors"]), reply.json


def test_every_mistake_of_a_query_is_told_at_once(client):
    assert len(client.get("/v1/decisions?after=x&limit=y&wait_s=z&u=v").json["errors"]) == 4


@pytest.mark.parametrize("path", ["/v1/status", "/metrics", "/openapi.json"])
def test_a_query_where_none_is_asked_is_refused(client, path):
    assert kind(client.get(f"{path}?verbose=1")) == (400, "WrongQuery")


@pytest.mark.parametrize(
    "media", ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1", ""]
)
def test_a_body_of_another_type_is_refused_and_told_which_is_taken(client, media):
    reply = client.ask("POST", "/v1/decide", json.dumps(DUTY).encode(), Content_Type=media)
    assert kind(reply) == (415, "WrongMediaType")
    assert reply.headers["accept"] == "application/json"


def test_a_packed_body_is_refused(client):
    assert kind(client.post("/v1/decide", DUTY, Content_Encoding="gzip")) == (415, "WrongMediaType")


@pytest.mark.parametrize(
    "media", ["application/json", "Application/JSON ; charset=UTF-8", 'application/json;charset="utf-8"']
)
def test_json_is_json_however_the_header_is_spelled(client, media):
    assert client.post("/v1/decide", DUTY, Content_Type=media).status == 200


@pytest.mark.parametrize(
    ("accept", "taken"),
    [
        ("*/*", True), ("application/json", True), ("application/*;q=0.1, text/html", True), ("text/html", False),
        ("application/json;q=0, */*", False), ("application/json;q=0", False), ("*/*;q=0", False), ("text/html, */*;q=0.5", True),
        ("application/problem+json", False), ("application/json;q=no", False),
    ],
)  # fmt: skip
def test_an_answer_in_a_type_nobody_wants_is_not_given(client, accept, taken):
    reply = client.get("/v1/status", Accept=accept)
    if taken:
        assert reply.status == 200
    else:
        assert kind(reply) == (406, "NotAcceptable")


def test_a_decision_nobody_would_read_is_not_made(client):
    assert client.post("/v1/decide", DUTY, Accept="text/html").status == 406
    assert client.get("/v1/status").json["last"] == 0


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("/v1/decide", "POST"), ("/v1/events", "POST"), ("/v1/decisions", "GET, HEAD"), ("/metrics", "GET, HEAD")],
)
def test_a_method_that_a_path_does_not_know_is_refused_with_those_it_does(client, path, allowed):
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"} - set(allowed.split(", ")):
        reply = client.ask(method, path)
        assert kind(reply) == (405, "NoSuchMethod")
        assert reply.headers["allow"] == allowed


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/decide/", "/v1/status/..", "/docs", "//v1/status", "/v1/Status", "/%00", "/%ff"]
)
def test_a_path_where_nothing_is_leads_nowhere(client, path):
    assert kind(client.get(path)) == (404, "NoSuchPath")


def test_head_tells_what_get_would_without_the_body(client):
    head, whole = client.ask("HEAD", "/v1/status"), client.get("/v1/status")
    assert head.content == b""
    assert head.headers["content-length"] == whole.headers["content-length"]


@pytest.mark.parametrize(
    "said",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", b"GET /v1/status\r\n\r\n", b"GET /v1/status HTTP/1.1\r\n\r\n",
        b"GET /v1/status HTTP/1.1\r\nHost: x\r\nContent-Length: =00(\r\n\r\n",
        b"POST /v1/decide HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n{}  ",
        b"POST /v1/decide HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nnot a length\r\n",
    ],
    ids=["tls", "http/0.9", "no host", "length", "two lengths", "chunk"],
)  # fmt: skip
def test_what_is_not_http_gets_a_problem_too_and_the_connection_ends(client, said):
    with socket.create_connection(("127.0.0.1", client.connection.port), timeout=20.0) as line:
        line.sendall(said)
        reply = http.client.HTTPResponse(line)
        reply.begin()
        told = json.loads(reply.read())
        assert (reply.status, reply.getheader("content-type"), told["status"]) == (400, "application/problem+json", 400)
        assert told["type"].endswith("/NotHttp")
        assert line.recv(1) == b""
    assert client.get("/v1/status").json["last"] == 0
