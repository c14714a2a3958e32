"""Hosts behind doors: an in-process host, and how it is reached.

``http_door`` stands for the HTTP door of the host: whatever serves ``POST /v1/decide`` and
``GET /v1/status`` for a service can take its place.
"""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from click.testing import CliRunner

from policies.contract import chance
from policies.deploy import canonical
from policies.deploy.doors import broker as broker_module
from policies.deploy.doors.mqtt import MqttDoor, MqttSettings
from policies.deploy.doors.plain import decision_plain, observations_of, parsed, status_plain
from policies.deploy.service import ServiceError
from policies.deploy.strict import WrongDocument
from scenarios.cli import main
from scenarios.resolution.build import campus_of, settings_of
from scenarios.resolution.resolve import resolve
from tests.brokers import broker_named
from tests.hosts import InProcessHost
from twin.streams import Streams

WEEK = ("campus=campus_small", "run.burn_in_days=0", "run.days=7", "run.run_out_days=0")
BURNT_IN = ("campus=campus_small", "run.burn_in_days=3", "run.days=3", "run.run_out_days=1")


def host_of(scenario, sets=WEEK, seed=1, clock="stepped"):
    """A host of the office and the rules that packing the scenario gives."""
    found = resolve(scenario, sets=sets)
    campus = campus_of(found, Streams(seed, 0))
    return InProcessHost(settings_of(found, campus, chance.key(seed, 0, "office")), clock)


def asked(scenario, sets=WEEK, seed=1):
    """The words after ``twin run`` but for the controller."""
    return [scenario, "--seed", seed, "-j", 0, *(word for one in sets for word in ("--set", one))]


@contextmanager
def http_door(host, lost=(), bearer=""):
    """Serve a host over HTTP. ``lost``: observations whose first answer never arrives; ``bearer``: whom it knows."""
    left = set(lost)

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self):
            self._answer(lambda: status_plain(host.status()))

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self._answer(lambda: self._decided(body))

        def _decided(self, body):
            (seen,) = observations_of(parsed(body, "body"), named=False)
            return decision_plain(host.decide(seen))

        def _answer(self, made):
            if bearer and self.headers["Authorization"] != f"Bearer {bearer}":
                self._write(401, {"errors": ["no such token"]})
                return
            try:
                plain = made()
            except (ServiceError, WrongDocument) as error:
                self._write(422, {"errors": [str(error)]})
                return
            except ConnectionError:
                self.close_connection = True
                return
            if plain.get("number") in left:
                left.discard(plain["number"])
                self.close_connection = True
                return
            self._write(200, plain)

        def _write(self, code, plain):
            body = canonical.text(plain)
            self.send_response(code)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def mqtt_door(host, broker, folder):
    """Serve a host at a broker."""
    door = MqttDoor(host, MqttSettings(broker.address(), folder / "told.json"), lambda _: None)
    door.start()
    assert door.ready.wait(30)
    try:
        yield broker.url
    finally:
        door.stop()


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch):
    """Pauses of a tenth of a second: what is tested is that they end."""
    monkeypatch.setattr(broker_module, "PAUSES_S", (0.1, 0.1))


@pytest.fixture
def broker(tmp_path):
    running = broker_named("amqtt", tmp_path)
    yield running
    running.kill()


@pytest.fixture
def twin(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(main, [str(word) for word in words])
