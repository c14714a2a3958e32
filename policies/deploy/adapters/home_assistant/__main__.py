"""``python -m policies.deploy.adapters.home_assistant``: show a host in Home Assistant.

Exit codes: 0 it was asked to stop, 1 the host will not have us, 2 wrong usage.
"""

import signal
import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Sequence
from pathlib import Path
from threading import Event
from typing import Any

from policies.deploy.adapters.calling import Declined, address
from policies.deploy.adapters.home_assistant.announcer import Announcer
from policies.deploy.adapters.home_assistant.entities import DISCOVERY
from policies.deploy.adapters.hosted import HostDoor, secret
from policies.deploy.doors.broker import BadBroker, MissingExtra, broker_of


def main(argv: Sequence[str] | None = None) -> int:
    """Announce until asked to stop."""
    asked = _parser().parse_args(argv)
    over = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    try:
        token = "" if asked.token_file is None else secret(asked.token_file)
        broker = broker_of(asked.mqtt, login=asked.mqtt_login, ca=asked.mqtt_ca)
        announcer = Announcer(HostDoor(asked.http, token), broker, asked.discovery, _say)
        print(f"announcing {asked.http} at {broker}", flush=True)
        announcer.run(over)
    except (BadBroker, MissingExtra, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    except Declined as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _parser() -> ArgumentParser:
    parser = ArgumentParser(
        prog="python -m policies.deploy.adapters.home_assistant", description="Show a host in Home Assistant."
    )
    add: Any = parser.add_argument
    add("--http", type=_address, required=True, metavar="URL", help="The host's HTTP door.")
    add("--token-file", type=Path, help="Its token.")
    add("--mqtt", required=True, metavar="URL", help="The broker and prefix of the host's MQTT door.")
    add("--mqtt-login", type=Path, help="File of user and password for the broker, a line each.")
    add("--mqtt-ca", type=Path, help="Certificates that vouch for the broker (default: those of the system).")
    add("--discovery", default=DISCOVERY, help="The prefix Home Assistant listens under.")
    return parser


def _address(given: str) -> str:
    wrong = address(given)
    if wrong:
        raise ArgumentTypeError(f"{given!r}, expected {wrong}")
    return given


def _say(what: str) -> None:
    print(f"home assistant: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
