"""Real MQTT brokers for tests: amqtt, which comes with the project, and mosquitto where the machine has it."""

import os
import queue
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from policies.deploy.doors.broker import Broker, broker_of

KINDS = ("amqtt", "mosquitto")
USER, PASSWORD = "host", "Moon, seven"
PATIENCE_S = 30.0  # the machine may be busy
AMQTT = """
import asyncio, logging, sys
from amqtt.broker import Broker

async def run(port, users):
    logging.disable(logging.CRITICAL)
    broker = Broker({
        "listeners": {"default": {"type": "tcp", "bind": f"127.0.0.1:{port}"}},
        "plugins": {"amqtt.plugins.authentication.FileAuthPlugin": {"password_file": users}},
    })
    await broker.start()
    await asyncio.Event().wait()

asyncio.run(run(int(sys.argv[1]), sys.argv[2]))
"""
"""amqtt keeps messages only for clients that gave a name, so everybody does."""
MOSQUITTO = """
listener {port} 127.0.0.1
allow_anonymous true
set_tcp_nodelay true
max_queued_messages 0
user root
persistence true
persistence_location {folder}/
"""


def free_port():
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return tried.getsockname()[1]


@dataclass
class RealBroker:
    """A broker in a process of its own, which can be stopped and come back under the same address."""

    kind: str
    folder: Path
    prefix: str = "north/repairs"
    port: int = field(default_factory=free_port)
    process: subprocess.Popen | None = None

    def start(self):
        self.process = subprocess.Popen(self._command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(lambda: _answers(self.port))
        return self

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def kill(self):
        self.process.kill()
        self.process.wait()

    @property
    def login(self):
        path = self.folder / "login"
        path.write_text(f"{USER}\n{PASSWORD}\n")
        return path

    @property
    def url(self):
        return f"mqtt://127.0.0.1:{self.port}/{self.prefix}"

    def address(self, **how) -> Broker:
        return broker_of(self.url, **{"login": self.login, **how})

    def _command(self):
        if self.kind == "amqtt":
            users = self.folder / "users"
            if not users.exists():
                users.write_text(f"{USER}:{PasswordHash((Argon2Hasher(1, 8, 1),)).hash(PASSWORD)}\n")
            return [sys.executable, "-c", AMQTT, str(self.port), str(users)]
        told = self.folder / "mosquitto.conf"
        told.write_text(MOSQUITTO.format(port=self.port, folder=self.folder))
        return [_mosquitto(), "-c", str(told)]


class Client:
    """Somebody on the other side: hears what is said under a prefix, says what it is told to."""

    def __init__(self, broker, *topics, session="", version=paho.MQTTv311):
        self.broker = broker
        self.heard = queue.Queue()
        clean = {"clean_session": not session} if version == paho.MQTTv311 else {}
        self.client = paho.Client(CallbackAPIVersion.VERSION2, session, protocol=version, **clean)
        self.client.username_pw_set(USER, PASSWORD)
        self.client.on_socket_open = lambda _c, _d, made: made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.topics = [f"{broker.prefix}/{topic}" for topic in topics] or ["nothing"]
        self.client.on_message = self._came
        listening = []
        self.client.on_subscribe = lambda *_: listening.append(True)
        self.client.on_connect = lambda client, *_: client.subscribe([(topic, 1) for topic in self.topics])
        self.client.connect("127.0.0.1", broker.port)
        self.client.loop_start()
        until(lambda: listening)

    def say(self, payload, topic="events", properties=None):
        sent = self.client.publish(f"{self.broker.prefix}/{topic}", payload, 1, properties=properties)
        sent.wait_for_publish(PATIENCE_S)
        assert sent.is_published()

    def hear(self, seconds=PATIENCE_S):
        return self.heard.get(timeout=seconds)

    def silent(self, seconds=0.3):
        try:
            return not self.heard.get(timeout=seconds)
        except queue.Empty:
            return True

    def _came(self, client, data, message):
        """amqtt brings whatever it keeps, asked or not."""
        if any(paho.topic_matches_sub(topic, message.topic) for topic in self.topics):
            self.heard.put(message)

    def leave(self):
        self.client.disconnect()
        self.client.loop_stop()


def until(is_so, seconds=PATIENCE_S):
    """Wait for something that happens elsewhere."""
    ends = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < ends, "it never came to be"
        time.sleep(0.01)


def broker_named(kind, folder):
    """A broker that runs; mosquitto is skipped by name where there is none, unless REQUIRE_MOSQUITTO=1."""
    if kind == "mosquitto" and _mosquitto() is None:
        missing = "mosquitto is not installed (apt-get install mosquitto)"
        (pytest.fail if os.environ.get("REQUIRE_MOSQUITTO") == "1" else pytest.skip)(missing)
    return RealBroker(kind, folder).start()


def _mosquitto():
    return shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def _answers(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1.0).close()
    except OSError:
        return False
    return True
