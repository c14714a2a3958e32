"""Without its token a door says one thing only, whatever it is asked; the token stays where it is."""

import json
import os
import socket
import stat

import pytest

from policies.deploy.doors.http import openapi
from policies.deploy.doors.http.serve import opened
from policies.deploy.doors.http.settings import DoorProblem, HttpSettings
from policies.deploy.doors.http.token import Token, TokenProblem, read_token
from tests.deploy.doors.client import Client
from tests.deploy.doors.test_http_decides import DUTY

SECRET = "3vBPWm7TqHf0_yZ-kL1x"  # noqa: S105
PATHS = [
    *openapi.document(HttpSettings(), guarded=True)["paths"],
    "/",
    "/nowhere",
    "/v1/decide/",
    "/v1/../metrics",
    "*",
]
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    """A door that opens to a token; it needs no office to say no."""

    class Nobody:
        def __getattr__(self, name):
            raise AssertionError(f"the host was asked for {name}")

    with opened(Nobody(), HttpSettings(token=Token(SECRET.encode()), requests_per_s=None)) as port:
        yield port


@pytest.fixture
def stranger(guarded):
    with Client(guarded) as one:
        yield one


@pytest.mark.parametrize("path", PATHS)
def test_a_door_without_its_token_answers_nothing_else_on_any_path_by_any_method(stranger, path):
    for method in METHODS:
        reply = stranger.ask(method, path)
        assert reply.status == 401, (method, reply)
        assert reply.headers["www-authenticate"].startswith("Bearer ")
        if method != "HEAD":
            assert reply.json["type"].endswith("/NoToken")


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", f"Bearer {SECRET}x", f"Bearer {SECRET[:-1]}", f"Basic {SECRET}", SECRET, f"Bearer {SECRET.lower()}",
     f"Bearer Bearer {SECRET}", "Bearer ÿ", f"Bearer {SECRET}, Bearer {SECRET}"],
)  # fmt: skip
def test_another_token_is_none(stranger, header):
    reply = stranger.get("/v1/status", Authorization=header)
    assert reply.status == 401
    assert SECRET not in reply.content.decode()


def test_of_two_tokens_in_one_request_neither_counts(guarded):
    with socket.create_connection(("127.0.0.1", guarded)) as line:
        line.sendall(
            f"GET /openapi.json HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {SECRET}\r\nAuthorization: Bearer no\r\n\r\n".encode()
        )
        assert line.recv(100).startswith(b"HTTP/1.1 401 ")


def test_a_token_in_the_path_or_the_body_opens_nothing(stranger):
    assert stranger.get(f"/v1/status?access_token={SECRET}").status == 401
    assert stranger.post("/v1/decide", {**DUTY, "access_token": SECRET}).status == 401


def test_with_its_token_a_door_opens_everywhere(office, door):
    client = door(office, token=Token(SECRET.encode()))
    client.always = {"Authorization": f"bearer  {SECRET}"}
    assert client.post("/v1/decide", DUTY).status == 200
    for path in ("/v1/status", "/v1/decisions", "/metrics", "/openapi.json"):
        assert client.get(path).status == 200
    assert client.get("/nowhere").status == 404


def test_the_document_says_that_the_door_is_guarded(office, door):
    client = door(office, token=Token(SECRET.encode()))
    client.always = {"Authorization": f"Bearer {SECRET}"}
    document = client.get("/openapi.json").json
    assert document["security"] == [{"token": []}]
    assert document["components"]["securitySchemes"]["token"] == {"type": "http", "scheme": "bearer"}


def test_a_token_is_read_from_a_file_that_its_owner_alone_reads(tmp_path):
    file = tmp_path / "door.token"
    file.write_text(f"{SECRET}\n")
    file.chmod(0o600)
    assert read_token(file).opens(f"Bearer {SECRET}".encode())


def test_a_token_never_shows(tmp_path):
    assert SECRET not in repr(HttpSettings(token=Token(SECRET.encode())))


@pytest.mark.skipif(os.name != "posix", reason="rights of files are those of POSIX")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620])
def test_a_token_that_others_may_read_or_write_is_none(tmp_path, mode):
    file = tmp_path / "door.token"
    file.write_text(SECRET)
    file.chmod(mode)
    with pytest.raises(TokenProblem, match="others may read this token"):
        read_token(file)
    assert stat.S_IMODE(file.stat().st_mode) == mode


@pytest.mark.parametrize(
    "content", ["", "short", "two lines that are\nlong enough", "words with spaces in between", "日本語" * 10]
)
def test_what_is_no_token_is_refused_and_told_how_to_make_one(tmp_path, content):
    file = tmp_path / "door.token"
    file.write_text(content, encoding="utf-8")
    file.chmod(0o600)
    with pytest.raises(TokenProblem, match=r"holds no token of at least 16 .* makes one"):
        read_token(file)


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(TokenProblem, match="cannot read the token"):
        read_token(tmp_path / "none")


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])  # noqa: S104
def test_without_a_token_a_door_opens_on_loopback_only(office, door, host):
    with pytest.raises(DoorProblem, match="reached from outside.*token-file FILE.*listen on 127"):
        door(office, host=host)


@pytest.mark.parametrize("more", [{"token": Token(SECRET.encode())}, {"open_without_token": True}])
def test_with_a_token_or_told_to_a_door_opens_to_the_outside(office, door, more):
    client = door(office, host="0.0.0.0", **more)  # noqa: S104
    client.always = {"Authorization": f"Bearer {SECRET}"}
    assert client.get("/v1/status").status == 200


def test_the_problem_of_a_missing_token_is_one_of_the_document(stranger):
    told = stranger.get("/metrics").json
    known = openapi.document(HttpSettings(), guarded=True)["components"]["schemas"]["NoToken"]
    assert told.keys() >= set(known["required"])
    assert json.dumps(told).isascii()
