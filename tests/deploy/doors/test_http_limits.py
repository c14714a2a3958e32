"""Every limit of a door, met by a client that goes beyond it, and a door that goes on serving the others."""

import socket
import time

import pytest

from policies.deploy.doors.http.rate import Buckets
from policies.deploy.doors.http.settings import DoorProblem, HttpSettings
from policies.deploy.doors.http.token import Token
from tests.deploy.doors.client import Client, asked
from tests.deploy.doors.test_http_decides import DUTY
from tests.deploy.doors.test_http_strict import kind


def line_to(client):
    return socket.create_connection(("127.0.0.1", client.connection.port), timeout=20.0)


def heard(line):
    """Everything until the other side closes."""
    parts = []
    while part := line.recv(65536):
        parts.append(part)
    return b"".join(parts)


def padded(size):
    """An observation in so many bytes."""
    body = b'{"event":{"kind":"OnSite","order":1,"tech":1}}'
    return body + b" " * (size - len(body))


# ------------------------------------------------------------------------------------ size


def test_a_body_of_the_limit_is_taken_and_one_byte_more_is_not(office, door):
    client = door(office, body_bytes=1000)
    assert client.post("/v1/decide", padded(1000)).status == 200
    assert kind(client.post("/v1/decide", padded(1001))) == (413, "TooLarge")
    assert client.post("/v1/decide", padded(1000)).status == 200, "the connection can be used again"


def test_a_mebibyte_is_the_usual_limit(client):
    assert client.post("/v1/decide", padded(2**20)).status == 200
    assert kind(client.post("/v1/decide", padded(2**20 + 1))) == (413, "TooLarge")


def test_a_body_without_a_length_is_counted_as_it_comes(office, door):
    client = door(office, body_bytes=1000)
    pieces = [padded(400), b" " * 400, b" " * 400]
    for sent, status in ((pieces[:2], 200), (pieces, 413)):
        reply = client.ask("POST", "/v1/decide", iter(sent), Content_Type="application/json")
        assert reply.status == status


def test_a_body_without_end_is_cut_off(office, door):
    client = door(office, body_bytes=1000)
    with line_to(client) as line:
        line.sendall(
            b"POST /v1/decide HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        sent = 0
        with pytest.raises(OSError, match=r"reset|Broken pipe"):
            while sent < 2**28:
                line.sendall(b"1000\r\n" + b" " * 4096 + b"\r\n")
                sent += 4096
    assert client.get("/v1/status").json["last"] == 0


def test_a_body_that_is_announced_too_large_is_refused_before_it_is_sent(office, door):
    client = door(office, body_bytes=1000)
    with line_to(client) as line:
        line.sendall(
            b"POST /v1/decide HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99999\r\nExpect: 100-continue\r\n\r\n"
        )
        assert heard(line).startswith(b"HTTP/1.1 413 ")


def test_a_length_that_lies_is_not_believed(client):
    """Shorter than the body: the rest is no request. Longer: nothing is decided, nobody waits for ever."""
    with line_to(client) as line:
        body = padded(60)
        line.sendall(
            b"POST /v1/decide HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n"
            + body
            + b"\r\n\r\n"
        )
        assert heard(line).count(b"HTTP/1.1 400 ") == 2
    with line_to(client) as line:
        line.sendall(
            b"POST /v1/decide HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n"
            + body
        )
        line.shutdown(socket.SHUT_WR)
        assert b"200 OK" not in heard(line)
    assert client.get("/v1/status").json["last"] == 0


def test_a_head_without_end_is_refused(client):
    with line_to(client) as line:
        line.sendall(b"GET /v1/status HTTP/1.1\r\nX: " + b"y" * 40_000)
        assert heard(line).startswith(b"HTTP/1.1 400 ")
    assert client.get("/v1/status").status == 200


# ------------------------------------------------------------------------------------ time


def test_a_body_that_drips_is_given_up(office, door):
    client = door(office, body_s=0.4)
    with line_to(client) as line:
        line.sendall(
            b"POST /v1/decide HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"
        )
        begun = time.monotonic()
        said = heard(line)
        assert said.startswith(b"HTTP/1.1 408 ")
        assert 0.3 < time.monotonic() - begun < 10.0


@pytest.mark.parametrize("begin", [b"", b"GET /v1/status HT", b"GET /v1/status HTTP/1.1\r\nHost: x\r\nX-Sl"])
def test_a_head_that_drips_is_given_up(office, door, begin):
    client = door(office, head_s=0.4)
    with line_to(client) as line:
        line.sendall(begin)
        begun = time.monotonic()
        assert heard(line) == b""
        assert 0.3 < time.monotonic() - begun < 10.0


def test_a_second_head_that_drips_is_given_up_too(office, door):
    client = door(office, head_s=0.4)
    with line_to(client) as line:
        line.sendall(b"HEAD /v1/status HTTP/1.1\r\nHost: x\r\n\r\n")
        assert line.recv(65536).startswith(b"HTTP/1.1 200 ")
        begun = time.monotonic()
        for letter in b"GET /v1":
            line.sendall(bytes([letter]))
            time.sleep(0.02)
        assert heard(line) == b""
        assert 0.3 < time.monotonic() - begun < 10.0


def test_a_connection_on_which_somebody_waits_is_not_given_up(office, door):
    client = door(office, head_s=0.2)
    assert client.get("/v1/decisions?wait_s=1").json == {"decisions": [], "after": 0}


def test_a_silent_connection_is_closed(office, door):
    client = door(office, idle_s=1)
    with line_to(client) as line:
        line.sendall(b"GET /v1/status HTTP/1.1\r\nHost: x\r\n\r\n")
        begun = time.monotonic()
        assert heard(line).startswith(b"HTTP/1.1 200 ")
        assert 0.7 < time.monotonic() - begun < 10.0


# ------------------------------------------------------------------------------------ how many


def test_an_address_that_asks_too_often_is_told_when_to_come_again(office, door):
    client = door(office, requests_per_s=0.5, burst=3)
    assert [client.get("/v1/status").status for _ in range(3)] == [200] * 3
    reply = client.get("/v1/status")
    assert kind(reply) == (429, "TooMany")
    assert reply.headers["retry-after"] == "2"
    assert client.get("/nowhere").status == 429


def test_guessing_at_the_token_is_slow(office, door):
    client = door(office, token=Token(b"s" * 20), requests_per_s=0.01, burst=5)
    assert [client.get("/metrics").status for _ in range(7)] == [401] * 5 + [429] * 2


def test_what_a_request_says_about_where_it_comes_from_is_not_believed(office, door):
    client = door(office, requests_per_s=0.01, burst=2)
    told = [
        client.get("/v1/status", X_Forwarded_For=f"10.0.0.{k}", Forwarded=f"for=10.0.0.{k}").status for k in range(3)
    ]
    assert told == [200, 200, 429]


def test_one_who_waits_more_than_may_is_sent_away_and_may_come_back(office, door):
    client = door(office, waiting=2)
    waiters = [Client(client.connection.port) for _ in range(2)]
    for one in waiters:
        one.connection.request("GET", "/v1/decisions?wait_s=20")
    time.sleep(0.2)
    reply = client.get("/v1/decisions?wait_s=1")
    assert kind(reply) == (503, "TooManyWaiting")
    assert int(reply.headers["retry-after"]) >= 1
    assert client.get("/v1/decisions").status == 200, "who does not wait needs no seat"
    client.post("/v1/decide", DUTY)
    for one in waiters:
        one.connection.getresponse().read()
        one.close()
    assert client.get("/v1/decisions?after=1&wait_s=0.01").status == 200


def test_the_seat_of_one_who_went_away_is_free_again(office, door):
    client = door(office, waiting=1)
    gone = line_to(client)
    gone.sendall(b"GET /v1/decisions?wait_s=30 HTTP/1.1\r\nHost: x\r\n\r\n")
    time.sleep(0.2)
    assert client.get("/v1/decisions?wait_s=1").status == 503
    gone.close()
    for _ in range(40):
        if client.get("/v1/decisions?wait_s=0.01").status == 200:
            break
        time.sleep(0.1)
    assert client.get("/v1/decisions?wait_s=0.01").status == 200


def test_one_connection_too_many_is_closed_and_the_others_are_served(office, door):
    client = door(office, connections=3)
    assert client.get("/v1/status").status == 200
    others = [line_to(client) for _ in range(2)]
    time.sleep(0.1)
    with line_to(client) as one_too_many:
        try:
            one_too_many.sendall(b"GET /v1/status HTTP/1.1\r\nHost: x\r\n\r\n")
            assert heard(one_too_many) == b""
        except ConnectionError:
            pass
    assert client.get("/v1/status").status == 200
    for one in others:
        one.close()
    time.sleep(0.1)
    assert asked(client.connection.port, "GET", "/v1/status").status == 200


def test_a_bucket_fills_at_its_rate_and_no_further():
    now = [0.0]
    buckets = Buckets(2.0, 4, 10, clock=lambda: now[0])
    assert [buckets.take("a") for _ in range(4)] == [0.0] * 4
    assert buckets.take("a") == pytest.approx(0.5)
    assert buckets.take("b") == 0.0, "an address of its own has a bucket of its own"
    now[0] = 0.5
    assert (buckets.take("a"), buckets.take("a")) == (0.0, pytest.approx(0.5))
    now[0] = 1000.0
    assert [buckets.take("a") for _ in range(5)] == [0.0] * 4 + [pytest.approx(0.5)]


def test_however_many_addresses_ask_few_are_remembered():
    buckets = Buckets(1.0, 1, 3, clock=lambda: 0.0)
    for name in "abcabd":
        buckets.take(name)
    assert list(buckets._buckets) == ["a", "b", "d"]


def test_a_limit_of_nothing_is_refused_with_all_the_others():
    with pytest.raises(DoorProblem) as caught:
        HttpSettings(body_bytes=0, head_s=-1.0, requests_per_s=0.0, port=70000)
    for said in (
        "body_bytes = 0, expected more than 0",
        "head_s = -1.0",
        "requests_per_s = 0.0",
        "port = 70000, expected 0",
    ):
        assert said in str(caught.value)
