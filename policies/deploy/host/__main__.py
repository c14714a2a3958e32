"""``python -m policies.deploy.host``: a verified bundle decides for a site.

Exit codes: 0 it was asked to stop, 1 the bundle is refused, 2 wrong usage, or it cannot start.
"""

import logging
import signal
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import Any, Final

from policies.deploy.bundle import content_of
from policies.deploy.doors.broker import BadBroker, Broker, broker_of, login_of
from policies.deploy.doors.http.settings import DoorProblem
from policies.deploy.doors.http.token import TokenProblem, read_token
from policies.deploy.doors.told import BadTold
from policies.deploy.host.control import ControlProblem
from policies.deploy.host.host import Choices
from policies.deploy.host.journal import JournalProblem
from policies.deploy.host.running import CannotStart, Running, Wanted
from policies.deploy.host.workers import Limits
from policies.deploy.keys import KeyProblem, read_public
from policies.deploy.options import Options
from policies.deploy.refusals import Refused

MIB: Final = 2**20
TOLD: Final = "mqtt-told.json"
PORTS: Final = 2**16
PROBLEMS: Final = (
    BadBroker, BadTold, CannotStart, ControlProblem, DoorProblem, ImportError, JournalProblem, KeyProblem, TokenProblem,
)  # fmt: skip
"""What ends with a line on standard error; an extra that is missing is an ImportError."""
OpenDoor = Callable[[Running], str]
"""Opens a door to a host that runs; says where it is."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a host until it is asked to stop."""
    options = parser()
    asked = options.read(argv)
    wrong = [*options.wrong, *_wrong(asked)]
    if wrong:
        print(*wrong, sep="\n", file=sys.stderr)
        return 2
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # until it runs: whatever was begun is undone
    try:
        with ExitStack() as doors:
            ready = [made for door in DOORS if (made := door(doors, asked)) is not None]
            running = Running(_wanted(asked))
            doors.push(lambda kind, *_: running.stop(undo=kind is not None))
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: running.over.set())
            _say(running, [open_door(running) for open_door in ready])
            running.over.wait()
    except KeyboardInterrupt:
        return 0
    except Refused as refused:
        print(f"refused ({type(refused).__name__}): {refused}", file=sys.stderr)
        return 1
    except (OSError, *PROBLEMS) as error:
        print(_told(error), file=sys.stderr)
        return 2
    return 0


def _wrong(asked: Namespace) -> Iterator[str]:
    """What can be seen to be wrong before anything is begun, all of it."""
    looks: list[Callable[[], object]] = [partial(read_public, path) for path in asked.key]
    if asked.bundle is not None:
        looks.append(partial(content_of, asked.bundle))
    if asked.http is not None:
        looks.append(partial(_place, asked.http))
    if asked.token_file is not None:
        looks.append(partial(read_token, asked.token_file))
    if asked.mqtt is not None:
        looks.append(partial(_broker, asked))
    if asked.mqtt_login is not None:
        looks.append(partial(login_of, asked.mqtt_login))
    if asked.mqtt_ca is not None:
        looks.append(partial(asked.mqtt_ca.read_bytes))
    for option, door in (("token_file", "http"), ("mqtt_login", "mqtt"), ("mqtt_ca", "mqtt")):
        if getattr(asked, option) is not None and getattr(asked, door) is None:
            yield f"--{option.replace('_', '-')}: goes with --{door}, which is not given"
    if asked.memory_mib is not None and asked.memory_mib < 1:
        yield f"--memory-mib: given {asked.memory_mib}; expected 1 or more"
    if asked.requests_per_s is not None and not asked.requests_per_s >= 0.0:
        yield f"--requests-per-s: given {asked.requests_per_s:g}; expected 0 (any number) or more"
    for look in looks:
        try:
            look()
        except Refused:
            pass  # said with its reason where the bundle is taken in
        except (OSError, *PROBLEMS) as error:
            yield _told(error)


def _told(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return str(error)


def _http(doors: ExitStack, asked: Namespace) -> OpenDoor | None:
    """The HTTP door, if one is wanted: it listens before a host starts, so that nothing is begun where it cannot."""
    if asked.http is None:
        return None
    from policies.deploy.doors.http.extra import see_installed
    from policies.deploy.doors.http.listen import listening
    from policies.deploy.doors.http.serve import opened
    from policies.deploy.doors.http.settings import HttpSettings

    see_installed()
    host, port = _place(asked.http)
    token = None if asked.token_file is None else read_token(asked.token_file)
    settings = HttpSettings(host=host, port=port, token=token, requests_per_s=asked.requests_per_s or None)
    listener = doors.enter_context(closing(listening(settings)))
    return lambda running: f"http://{host}:{doors.enter_context(opened(running.host, settings, listener))}"


def _mqtt(doors: ExitStack, asked: Namespace) -> OpenDoor | None:
    """The MQTT door, if one is wanted."""
    if asked.mqtt is None:
        return None
    from policies.deploy.doors.mqtt import MqttDoor, MqttSettings

    broker = _broker(asked)

    def open_door(running: Running) -> str:
        door = MqttDoor(running.host, MqttSettings(broker, asked.state / TOLD))
        door.start()
        doors.callback(door.stop)
        return f"{broker} while its broker is there"

    return open_door


DOORS: Final = (_http, _mqtt)


def _say(running: Running, doors: list[str]) -> None:
    status = running.host.status()
    name, version = status.bundle["name"], status.bundle["version"]
    where = f"; heard at {', '.join(doors)}" if doors else "; no door is open"
    print(f"{name} version {version} decides; {status.last} decisions so far{where}", flush=True)


def _place(given: str) -> tuple[str, int]:
    """Host and port of HOST:PORT; port 0: any free one.

    Raises
    ------
    CannotStart
        If it is none.
    """
    host, colon, port = given.rpartition(":")
    if not colon or not host or not port.isdigit() or int(port) >= PORTS:
        raise CannotStart(
            f"--http: given {given!r}; expected HOST:PORT as 127.0.0.1:8080, PORT from 0 (any free one) to {PORTS - 1}"
        )
    return host, int(port)


def _broker(asked: Namespace) -> Broker:
    return broker_of(asked.mqtt, login=asked.mqtt_login, ca=asked.mqtt_ca, version=asked.mqtt_version)


def _wanted(asked: Namespace) -> Wanted:
    limits = Limits(memory_bytes=asked.memory_mib * MIB)
    return Wanted(
        asked.state, [read_public(path) for path in asked.key], asked.bundle, asked.clock == "wall",
        Choices(limits=limits, durable=asked.durable),
    )  # fmt: skip


def parser() -> Options:
    """What a host can be told."""
    found = Options(prog="python -m policies.deploy.host", description="A verified bundle decides for a site.")
    add: Any = found.add_argument
    add("--state", type=Path, required=True, help="Folder of its journal and its bundles; goes on where it stood.")
    add("--key", type=Path, action="append", required=True, help="A trusted public key; may be repeated.")
    add("--bundle", type=Path, help="What decides first; needed where the folder is empty.")
    add(
        "--clock", **found.one_of("--clock", ("stepped", "wall")), default="wall",
        help="wall (default): the host keeps the time and wakes itself; stepped: every observation says its minute.",
    )  # fmt: skip
    add("--http", metavar="HOST:PORT", help="Open an HTTP door there; port 0: any free one.")
    add("--token-file", type=Path, help="Whoever comes in by HTTP must bear this token.")
    number = found.noted("--requests-per-s", float, "a number, 0 (any number) or more")
    add("--requests-per-s", type=number, default=500.0, help="Of one address by HTTP, at most (0: any number).")
    add("--mqtt", metavar="URL", help="Open a door at a broker: mqtt://HOST[:PORT][/PREFIX], mqtts:// with TLS.")
    add("--mqtt-login", type=Path, help="File of user and password for the broker, a line each.")
    add("--mqtt-ca", type=Path, help="Certificates that vouch for the broker (default: those of the system).")
    add(
        "--mqtt-version", **found.one_of("--mqtt-version", ("3.1.1", "5")), default="3.1.1",
        help="Of MQTT; 5: the broker keeps events for a week.",
    )  # fmt: skip
    add("--durable", action="store_true", help="Wait for the disk at every decision: a power cut loses nothing.")
    whole = found.noted("--memory-mib", int, "a whole number, 1 or more")
    add("--memory-mib", type=whole, default=512, help="What rules may take before their process is replaced.")
    return found


if __name__ == "__main__":
    sys.exit(main())
