"""``python -m policies.deploy.host``: a verified bundle decides for a site.

Exit codes: 0 it was asked to stop, 1 the bundle is refused, 2 wrong usage, or it cannot start.
"""

import logging
import signal
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from policies.deploy.host.control import ControlProblem
from policies.deploy.host.host import Choices
from policies.deploy.host.journal import JournalProblem
from policies.deploy.host.running import CannotStart, Running, Wanted
from policies.deploy.host.workers import Limits
from policies.deploy.keys import KeyProblem, MissingExtra, read_public
from policies.deploy.refusals import Refused

MIB = 2**20


def main(argv: Sequence[str] | None = None) -> int:
    """Run a host until it is asked to stop."""
    asked = _parser().parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    try:
        running = Running(_wanted(asked))
    except Refused as refused:
        print(f"refused ({type(refused).__name__}): {refused}", file=sys.stderr)
        return 1
    except (CannotStart, ControlProblem, JournalProblem, KeyProblem, MissingExtra, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: running.over.set())
    status = running.host.status()
    print(
        f"{status.bundle['name']} version {status.bundle['version']} decides; {status.last} decisions so far",
        flush=True,
    )
    running.over.wait()
    running.stop()
    return 0


def _wanted(asked: Namespace) -> Wanted:
    limits = Limits(memory_bytes=asked.memory_mib * MIB)
    return Wanted(
        asked.state, [read_public(path) for path in asked.key], asked.bundle, asked.clock == "wall",
        Choices(limits=limits, durable=asked.durable),
    )  # fmt: skip


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m policies.deploy.host", description="A verified bundle decides for a site.")
    add: Any = parser.add_argument
    add("--state", type=Path, required=True, help="Folder of its journal and its bundles; goes on where it stood.")
    add("--key", type=Path, action="append", required=True, help="A trusted public key; may be repeated.")
    add("--bundle", type=Path, help="What decides first; needed where the folder is empty.")
    add(
        "--clock", choices=("stepped", "wall"), default="wall",
        help="wall (default): the host keeps the time and wakes itself; stepped: every observation says its minute.",
    )  # fmt: skip
    add("--durable", action="store_true", help="Wait for the disk at every decision: a power cut loses nothing.")
    add("--memory-mib", type=int, default=512, help="What rules may take before their process is replaced.")
    return parser


if __name__ == "__main__":
    sys.exit(main())
