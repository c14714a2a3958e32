"""``python -m hardware_emul.cmms``: a simulated CMMS on this machine alone, until it is asked to stop.

Needs the extra ``http``. Exit codes: 0 it was asked to stop, 2 wrong usage, or it cannot start.
"""

import asyncio
import contextlib
import socket
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hardware_emul.cmms.crew import Crew, Technician, calls
from hardware_emul.cmms.orders import Known, Orders

try:
    import uvicorn

    from hardware_emul.cmms.app import Cmms
except ModuleNotFoundError as missing:
    sys.exit(f"the simulated CMMS needs the extra 'http' (no module {missing.name!r}): pip install 'campus-twin[http]'")

TICK_S = 0.05
FIRST_USER, FIRST_CATEGORY, FIRST_LOCATION = 101, 11, 201


def main(argv: Sequence[str] | None = None) -> int:
    """Serve."""
    asked = _parser().parse_args(argv)
    try:
        cmms = _cmms(asked)
        listener = socket.create_server(("127.0.0.1", asked.port))
    except OSError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"simulated CMMS at http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(cmms, listener, asked.speed))
    return 0


def _cmms(asked: Namespace) -> Cmms:
    key = asked.key_file.read_text(encoding="ascii").strip()
    orders = Orders(_known(asked), asked.now if asked.now.tzinfo else asked.now.replace(tzinfo=UTC))
    people = [Technician(user, orders.now) for user in orders.known.users]
    return Cmms(orders, Crew(people, calls(orders, asked.orders, asked.over_min)), key)


async def _serve(cmms: Cmms, listener: socket.socket, speed: float) -> None:
    server = uvicorn.Server(uvicorn.Config(cmms.application(), log_level="warning", date_header=False))
    pace = asyncio.create_task(_pace(cmms, speed))
    await server.serve([listener])
    pace.cancel()


async def _pace(cmms: Cmms, speed: float) -> None:
    """Let virtual time pass ``speed`` times as fast as ours (0: it stands, unless it is advanced)."""
    loop = asyncio.get_running_loop()
    last = loop.time()
    while speed:
        await asyncio.sleep(TICK_S)
        now = loop.time()
        cmms.advance((now - last) * speed)
        last = now


def _known(asked: Namespace) -> Known:
    return Known(
        {FIRST_USER + k: f"technician {k}" for k in range(asked.users)},
        {FIRST_CATEGORY + k: name for k, name in enumerate(asked.categories.split(","))},
        {FIRST_LOCATION + k: f"building {k}" for k in range(asked.locations)},
    )


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m hardware_emul.cmms", description="A simulated CMMS in the shape of Atlas.")
    add: Any = parser.add_argument
    add("--key-file", type=Path, required=True, help="Whoever comes must bear this key in X-API-Key.")
    add("--port", type=int, default=0, help="On this machine; 0: any free one.")
    add(
        "--now",
        type=datetime.fromisoformat,
        default=datetime(2025, 9, 1, 8, tzinfo=UTC),
        help="Its clock at the start.",
    )
    add("--speed", type=float, default=0.0, help="Virtual seconds in a second; 0: only what is advanced.")
    add("--users", type=int, default=8, help="Technicians, from id 101.")
    add("--locations", type=int, default=10, help="Buildings, from id 201.")
    add("--categories", default="plumbing,electrical,carpentry", help="Trades, from id 11.")
    add("--orders", type=int, default=0, help="Reports that come in by themselves.")
    add("--over-min", type=float, default=240.0, help="Over so many virtual minutes.")
    return parser


if __name__ == "__main__":
    sys.exit(main())
