"""A door in one process, its clients in another: decisions a second, and how long one takes.

    python -m benchmarks.doors open door --service benchmarks.doors:village
    python -m benchmarks.doors ask PORT FILE --clients 8

``open`` prints the port and serves until its input ends; ``ask`` reads what to ask (an observation a
line), says when it is ready and begins once a line comes in. ``echo`` in place of ``door`` is a bare
Starlette application under the same uvicorn, which reads a body and gives it back: what is left when
nobody decides. ``door`` has a command centre in its own process behind it, ``host`` a host.

A client is a socket that is kept and a request made beforehand, so that little of what is measured is
the client's own. Two thousand recorded events of the village are dealt out to the clients like cards.
"""

import argparse
import asyncio
import atexit
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from importlib import import_module
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from policies.deploy.doors.http.listen import listening
from policies.deploy.doors.http.serve import serve, server
from policies.deploy.doors.http.settings import HttpSettings
from policies.deploy.service import Service

if TYPE_CHECKING:
    from policies.deploy.golden import Pair

ROOT = Path(__file__).resolve().parent.parent
VILLAGE = "benchmarks.doors:village"
HOSTED = "benchmarks.doors:hosted"
DOORS = ("echo", "door", "host")
READY = "ready"
ASKED = 2000
DAYS = 30.0
SETTINGS = HttpSettings(requests_per_s=None)


def village() -> Service:
    """A command centre of the village in the door's own process."""
    from tests import worlds
    from tests.deploy.doors.office import Office

    return Office(worlds.centre(worlds.village(), worlds.TO_BE))


def hosted() -> Service:
    """The same office at a host: a signed bundle, its rules in a process of their own, every decision kept."""
    from policies.deploy.bundle import bundle_of
    from policies.deploy.host.host import Choices, Host
    from policies.deploy.keys import generate, read_private
    from policies.deploy.packing import Contents, pack
    from scenarios.deploy.evidence import predicate_of_log
    from tests import worlds

    folder = Path(tempfile.mkdtemp(prefix="campus-twin-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    private, _, public = generate(folder, "village")
    said = predicate_of_log("village", "", {"days": DAYS})
    contents = Contents("village", 1, worlds.settings(worlds.village(), worlds.TO_BE), _recorded(), said, {})
    bundle = bundle_of(pack(contents, read_private(private)), [public])
    return Host(folder, bundle, Choices(clock=lambda: 0.0))


def write_observations(file: Path) -> None:
    """What the village's office is told; many clients cannot keep one clock, so the host's own counts, and wakes it."""
    told = [pair.seen["event"] for pair in _recorded() if pair.seen["event"]["kind"] != "Woke"][:ASKED]
    file.write_text("".join(json.dumps({"event": event}) + "\n" for event in told), encoding="utf-8")


def _recorded() -> "list[Pair]":
    from policies.deploy.golden import Recorder
    from tests import worlds

    recorder = Recorder(worlds.centre(worlds.village(), worlds.TO_BE))
    worlds.run(DAYS, campus=worlds.village(), controller=recorder)
    return recorder.pairs


# ------------------------------------------------------------------------------------ the door


def open_door(door: str, service: str) -> None:
    """Serve until standard input ends."""
    stopping = threading.Event()
    threading.Thread(target=_wait_for_end, args=(stopping,), daemon=True).start()
    if door == "echo":
        with closing(listening(SETTINGS)) as listener:
            asyncio.run(server(echo(), SETTINGS, _say, stopping).serve([listener]))
    else:
        serve(_made(HOSTED if door == "host" else service), SETTINGS, _say, stopping)


def echo() -> Any:
    """The least application of the same library that reads a body and answers."""
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    async def give_back(request: Request) -> Response:
        return Response(await request.body(), media_type="application/json")

    return Starlette(routes=[Route("/v1/decide", give_back, methods=["POST"])])


def _wait_for_end(stopping: threading.Event) -> None:
    sys.stdin.read()
    stopping.set()


def _made(service: str) -> Service:
    module, _, name = service.partition(":")
    made: Service = getattr(import_module(module), name)()
    return made


def _say(port: int) -> None:
    print(port, flush=True)


# ------------------------------------------------------------------------------------ the clients


def ask(port: int, requests: list[bytes], clients: int) -> dict[str, float]:
    """Ask everything there is: requests a second of all clients, and quantiles of one request [ms]."""
    took: list[list[float]] = [[] for _ in range(clients)]
    threads = [threading.Thread(target=_ask, args=(port, requests[k::clients], took[k])) for k in range(clients)]
    begun = time.perf_counter()
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    spent = time.perf_counter() - begun
    every = sorted(seconds for of_one in took for seconds in of_one)
    if len(every) != len(requests):
        raise SystemExit(f"{len(every)} answers to {len(requests)} requests")
    return {"per_s": len(every) / spent, **{f"p{q}_ms": 1e3 * every[len(every) * q // 100] for q in (50, 99)}}


def _request(body: bytes) -> bytes:
    head = f"POST /v1/decide HTTP/1.1\r\nHost: door\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def _ask(port: int, requests: list[bytes], took: list[float]) -> None:
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for one in requests:
            begun = time.perf_counter()
            line.sendall(one)
            _heard(line)
            took.append(time.perf_counter() - begun)


def _heard(line: socket.socket) -> None:
    said = line.recv(65536)
    if not said.startswith(b"HTTP/1.1 200 "):
        raise SystemExit(said.decode(errors="replace"))
    while b"\r\n\r\n" not in said:
        said += line.recv(65536)
    head, _, body = said.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
    while len(body) < length:
        body += line.recv(65536)


# ------------------------------------------------------------------------------------ both


@contextmanager
def opened(door: str, bodies: Path, clients: int, service: str = VILLAGE) -> Iterator[Callable[[], dict[str, float]]]:
    """A fresh door in a process of its own and its clients in another, ready to ask; what lets them ask, once."""
    with _process("open", door, "--service", service) as (tell_door, hear_door):
        port = hear_door.readline().strip()
        with _process("ask", port, str(bodies), "--clients", str(clients)) as (tell, hear):
            assert hear.readline().strip() == READY

            def go() -> dict[str, float]:
                print(file=tell, flush=True)
                found: dict[str, float] = json.loads(hear.readline())
                return found

            yield go
        tell_door.close()


@contextmanager
def _process(*arguments: str) -> Iterator[tuple[IO[str], IO[str]]]:
    command = [sys.executable, "-m", "benchmarks.doors", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield process.stdin, process.stdout


def main(arguments: list[str] | None = None) -> None:
    """Open a door, or ask one once a line comes in."""
    parser = argparse.ArgumentParser(description=__doc__)
    does = parser.add_subparsers(dest="does", required=True)
    opens = does.add_parser("open")
    opens.add_argument("door", choices=DOORS)
    opens.add_argument("--service", default=VILLAGE, help="module:factory of a Service")
    asks = does.add_parser("ask")
    asks.add_argument("port", type=int)
    asks.add_argument("bodies", type=Path, help="file of observations, one a line")
    asks.add_argument("--clients", type=int, default=1)
    given = parser.parse_args(arguments)
    if given.does == "open":
        open_door(given.door, given.service)
        return
    requests = [_request(line) for line in given.bodies.read_bytes().splitlines()]
    print(READY, flush=True)
    sys.stdin.readline()
    print(json.dumps(ask(given.port, requests, given.clients)), flush=True)


if __name__ == "__main__":
    main()
