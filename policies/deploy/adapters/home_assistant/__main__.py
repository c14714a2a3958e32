"""``python -m policies.deploy.adapters.home_assistant``: show a host in Home Assistant.

Exit codes: 0 it was asked to stop, 1 the host will not have us, 2 wrong usage.
"""

import signal
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any, Final

from policies.deploy.adapters.calling import Declined, address
from policies.deploy.adapters.home_assistant.announcer import Announcer
from policies.deploy.adapters.home_assistant.entities import DISCOVERY
from policies.deploy.adapters.hosted import HostDoor, secret
from policies.deploy.doors.broker import BadBroker, Broker, MissingExtra, broker_of

MISTAKES: Final = (BadBroker, MissingExtra, ValueError)


def main(argv: Sequence[str] | None = None) -> int:
    """Announce until asked to stop."""
    asked = _parser().parse_args(argv)
    wrong = list(_wrong(asked))
    if wrong:
        print(*wrong, sep="\n", file=sys.stderr)
        return 2
    over = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    try:
        broker, token = _broker(asked), _token(asked)
        announcer = Announcer(HostDoor(asked.http, token), broker, asked.discovery, _say)
        print(f"announcing {asked.http} at {broker}", flush=True)
        announcer.run(over)
    except MISTAKES as error:
        print(error, file=sys.stderr)
        return 2
    except Declined as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _wrong(asked: Namespace) -> Iterator[str]:
    """Everything that can be seen to be wrong before anybody is called."""
    wrong = address(asked.http)
    if wrong:
        yield f"--http: given {asked.http!r}; expected {wrong}"
    looks: tuple[Callable[[], object], ...] = (partial(_token, asked), partial(_broker, asked))
    for look in looks:
        try:
            look()
        except MISTAKES as error:
            yield str(error)


def _token(asked: Namespace) -> str:
    return "" if asked.token_file is None else secret(asked.token_file)


def _broker(asked: Namespace) -> Broker:
    return broker_of(asked.mqtt, login=asked.mqtt_login, ca=asked.mqtt_ca)


def _parser() -> ArgumentParser:
    parser = ArgumentParser(
        prog="python -m policies.deploy.adapters.home_assistant", description="Show a host in Home Assistant."
    )
    add: Any = parser.add_argument
    add("--http", required=True, metavar="URL", help="The host's HTTP door.")
    add("--token-file", type=Path, help="Its token.")
    add("--mqtt", required=True, metavar="URL", help="The broker and prefix of the host's MQTT door.")
    add("--mqtt-login", type=Path, help="File of user and password for the broker, a line each.")
    add("--mqtt-ca", type=Path, help="Certificates that vouch for the broker (default: those of the system).")
    add("--discovery", default=DISCOVERY, help="The prefix Home Assistant listens under.")
    return parser


def _say(what: str) -> None:
    print(f"home assistant: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
