"""Open the door, and close it so that whoever is inside gets an answer.

Closing goes in this order: nobody new comes in, answers under way are finished (waits of the feed end
within half a second), what was being decided is decided, the threads end. No signal is caught here:
who runs the host says when to stop.
"""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing, contextmanager
from socket import socket
from threading import Event
from typing import TYPE_CHECKING, Any, Final

from policies.deploy.doors.http.app import application
from policies.deploy.doors.http.asgi import Application
from policies.deploy.doors.http.connection import connection_class
from policies.deploy.doors.http.extra import see_installed
from policies.deploy.doors.http.hands import Hands
from policies.deploy.doors.http.listen import listening
from policies.deploy.doors.http.settings import HttpSettings
from policies.deploy.service import Service

if TYPE_CHECKING:
    from uvicorn import Server

HEAD_BYTES: Final = 2**14
"""A head may have at most this [bytes]."""


def serve(
    service: Service,
    settings: HttpSettings,
    ready: Callable[[int], None],
    stopping: Event,
    listener: socket | None = None,
) -> None:
    """Serve until ``stopping`` is set; ``ready`` is told the port once the door is open. Blocks: give it a thread.

    Parameters
    ----------
    listener : listens where the settings say already, and is closed in the end

    Raises
    ------
    MissingExtra
        If the libraries of the extra ``http`` are not installed.
    DoorProblem
        If the door cannot, or must not, be opened where the settings say.
    """
    see_installed()
    hands = Hands(settings.waiting)
    try:
        with closing(listener or listening(settings)) as heard:
            app = application(service, settings, hands, stopping)
            asyncio.run(server(app, settings, ready, stopping).serve([heard]))
    finally:
        hands.rest()


@contextmanager
def opened(service: Service, settings: HttpSettings, listener: socket | None = None) -> Iterator[int]:
    """A door that is open inside the ``with``, served by a thread; its port.

    Parameters
    ----------
    listener : as ``serve``

    Raises
    ------
    MissingExtra
        As ``serve``.
    DoorProblem
        As ``serve``.
    """
    stopping = Event()
    port: Future[Any] = Future()
    with ThreadPoolExecutor(1, "door") as thread:
        served = thread.submit(serve, service, settings, port.set_result, stopping, listener)
        try:
            wait([served, port], return_when=FIRST_COMPLETED)
            yield port.result() if port.done() else _failed(served)
        finally:
            stopping.set()
            served.result()


def _failed(served: Future[None]) -> int:
    served.result()
    raise RuntimeError("the door closed before it was open")


def server(app: Application, settings: HttpSettings, ready: Callable[[int], None], stopping: Event) -> "Server":
    """Uvicorn under some settings: HTTP/1.1 alone, nothing in its log but warnings, nobody's word for who asks."""
    import uvicorn

    class Server(uvicorn.Server):
        """Tells when it is open, stops when it is told to, and leaves signals alone."""

        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            yield

        async def startup(self, sockets: list[socket] | None = None) -> None:
            await super().startup(sockets)
            for one in sockets or []:
                ready(one.getsockname()[1])

        async def on_tick(self, counter: int) -> bool:
            return await super().on_tick(counter) or stopping.is_set()

    return Server(
        uvicorn.Config(
            app,
            http=connection_class(settings),
            loop="asyncio",
            ws="none",
            interface="asgi3",
            lifespan="off",
            log_config=None,
            log_level="warning",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            backlog=settings.connections,
            timeout_keep_alive=settings.idle_s,
            timeout_graceful_shutdown=settings.stop_s,
            h11_max_incomplete_event_size=HEAD_BYTES,
        )
    )
