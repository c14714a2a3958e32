"""A door opens where it is told, closes so that whoever is inside gets an answer, and leaves nothing behind."""

import signal
import socket
import subprocess
import sys
import threading
import time

import pytest

from policies.deploy.doors.http import extra
from policies.deploy.doors.http.listen import listening
from policies.deploy.doors.http.serve import opened, serve
from policies.deploy.doors.http.settings import DoorProblem, HttpSettings
from tests.deploy.doors.client import asked
from tests.deploy.doors.test_http_decides import DUTY


def test_a_door_may_have_any_free_port_and_tells_which(office):
    with opened(office, HttpSettings()) as one, opened(office, HttpSettings()) as another:
        assert one != another
        assert {asked(port, "GET", "/v1/status").status for port in (one, another)} == {200}


def test_a_port_that_somebody_else_has_is_told(office, door):
    port = door(office).connection.port
    with (
        pytest.raises(DoorProblem, match=f"cannot listen on 127.0.0.1 port {port}"),
        opened(office, HttpSettings(port=port)),
    ):
        pass


def test_a_host_nobody_knows_is_told(office):
    with pytest.raises(DoorProblem, match=r"host 'no\.such\.host\.invalid' is not known"):
        listening(HttpSettings(host="no.such.host.invalid"))


def test_a_door_may_stand_on_a_name_that_means_loopback(office):
    with listening(HttpSettings(host="localhost")) as listener:
        assert listener.getsockname()[1] > 0


def test_no_answer_waits_for_the_client_to_acknowledge_its_head():
    """asyncio switches Nagle's algorithm off where a socket says that it speaks TCP."""
    with listening(HttpSettings()) as listener:
        assert listener.proto == socket.IPPROTO_TCP


def test_whoever_serves_is_told_when_and_where_it_is_open_and_stops_it(office):
    stopping, ready, ports = threading.Event(), threading.Event(), []

    def told(port):
        ports.append(port)
        ready.set()

    thread = threading.Thread(target=serve, args=(office, HttpSettings(), told, stopping))
    thread.start()
    assert ready.wait(20.0)
    assert asked(ports[0], "GET", "/v1/status").status == 200
    stopping.set()
    thread.join(20.0)
    assert not thread.is_alive()
    with pytest.raises(ConnectionError):
        asked(ports[0], "GET", "/v1/status")


def test_what_is_being_decided_when_the_door_closes_is_decided_and_answered(office):
    real, begun, may_end = office.decide, threading.Event(), threading.Event()

    def slow(seen):
        begun.set()
        may_end.wait(20.0)
        return real(seen)

    office.decide = slow
    replies = []
    with opened(office, HttpSettings()) as port:
        asking = threading.Thread(target=lambda: replies.append(asked(port, "POST", "/v1/decide", DUTY)))
        asking.start()
        assert begun.wait(20.0)
        threading.Timer(0.5, may_end.set).start()
    asking.join(20.0)
    assert [(one.status, one.json["number"]) for one in replies] == [(200, 1)]


def test_whoever_waits_when_the_door_closes_is_not_kept(office):
    replies = []
    with opened(office, HttpSettings()) as port:
        asking = threading.Thread(target=lambda: replies.append(asked(port, "GET", "/v1/decisions?wait_s=30")))
        asking.start()
        time.sleep(0.3)
        begun = time.monotonic()
    asking.join(20.0)
    assert time.monotonic() - begun < 10.0
    assert [(one.status, one.json["decisions"]) for one in replies] == [(200, [])]


def test_a_client_that_says_nothing_does_not_keep_the_door_open(office):
    with opened(office, HttpSettings()) as port, socket.create_connection(("127.0.0.1", port)):
        time.sleep(0.1)
        begun = time.monotonic()
    assert time.monotonic() - begun < 5.0


def test_a_client_that_does_not_end_its_body_does_not_keep_the_door_open(office):
    head = b"POST /v1/decide HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"
    with opened(office, HttpSettings(stop_s=1)) as port, socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(head)
        time.sleep(0.2)
        begun = time.monotonic()
    assert time.monotonic() - begun < 10.0


def test_no_thread_is_left_and_no_signal_is_caught(office):
    before = (
        {one.name for one in threading.enumerate()},
        [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)],
    )
    with opened(office, HttpSettings()) as port:
        asked(port, "POST", "/v1/decide", DUTY)
        during = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)]
    assert ({one.name for one in threading.enumerate()}, during) == before


def test_a_request_is_not_written_to_the_log(office, log):
    with opened(office, HttpSettings()) as port:
        asked(port, "POST", "/v1/decide", DUTY)
    assert not [one for one in log.records if one.name.startswith("uvicorn")]


def test_what_fails_inside_the_with_comes_out_and_the_door_is_closed(office):
    with pytest.raises(KeyError, match="mine"), opened(office, HttpSettings()) as port:
        raise KeyError("mine")
    with pytest.raises(ConnectionError):
        asked(port, "GET", "/v1/status")


def test_without_the_extra_it_is_told_what_to_install(office, monkeypatch):
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    with (
        pytest.raises(extra.MissingExtra, match=r"pip install 'campus-twin\[http\]'.*campus-twin-policies\[http\]"),
        opened(office, HttpSettings()),
    ):
        pass


def test_the_modules_of_the_door_load_none_of_its_libraries():
    code = (
        "import sys, pkgutil, importlib, policies.deploy.doors as doors\n"
        "for one in pkgutil.walk_packages(doors.__path__, 'policies.deploy.doors.'): importlib.import_module(one.name)\n"
        f"print(*[name for name in {(*extra.NEEDED, 'h11', 'anyio')!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
