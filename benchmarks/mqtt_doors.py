"""A door at a broker in one process: a bare echo by the same client library, or a host's door.

    python -m benchmarks.mqtt_doors echo mqtt://127.0.0.1:1883/north LOGIN_FILE

Prints a line when it listens and serves until its input ends. The echo gives back under ``decisions`` what comes in
under ``events``: what is left when nobody decides and nothing is kept.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

from benchmarks.doors import hosted
from policies.deploy.doors.broker import Broker, Line, broker_of
from policies.deploy.doors.mqtt import MqttDoor, MqttSettings
from policies.deploy.doors.topics import DECISIONS, EVENTS, Topics


def serve_echo(broker: Broker) -> Callable[[], None]:
    """Give back whatever comes; what ends it."""
    topics = Topics(broker.prefix)
    listens = Event()
    lines: list[Line] = []

    def came(message: Any) -> None:
        lines[0].send(topics.of(DECISIONS), message.payload)
        lines[0].acknowledge(message)

    lines.append(Line(broker, [topics.of(EVENTS)], came, session="echo", up=listens.set))
    lines[0].start()
    listens.wait()
    return lines[0].stop


def serve_host(broker: Broker) -> Callable[[], None]:
    """A host that decides; what ends it."""
    service: Any = hosted()
    folder = tempfile.TemporaryDirectory(prefix="campus-twin-")
    door = MqttDoor(service, MqttSettings(broker, Path(folder.name) / "told.json"))
    door.start()
    door.ready.wait()

    def end() -> None:
        door.stop()
        service.stop()
        folder.cleanup()

    return end


def main(door: str, url: str, login: str) -> None:
    """Serve until standard input ends."""
    broker = broker_of(url, login=Path(login))
    end = serve_echo(broker) if door == "echo" else serve_host(broker)
    print("listens", flush=True)
    sys.stdin.read()
    end()


if __name__ == "__main__":
    main(*sys.argv[1:])
