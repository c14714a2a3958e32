"""Connections that keep to a time: uvicorn's own, with two bounds that it does not set and problems in its errors.

A head that never ends would keep a connection for ever (slowloris), and so would one that is never
begun; and there is a most that may be open at once. One too many is closed without a word.
"""

import asyncio
from typing import TYPE_CHECKING

from policies.deploy.doors.http.answer import raw
from policies.deploy.doors.http.problem import Problem
from policies.deploy.doors.http.settings import HttpSettings

if TYPE_CHECKING:
    from uvicorn.protocols.http.h11_impl import H11Protocol


def connection_class(settings: HttpSettings) -> "type[H11Protocol]":
    """The class of a connection under some settings."""
    from uvicorn.protocols.http.h11_impl import H11Protocol

    class Connection(H11Protocol):
        """A connection on which no head takes longer than it may."""

        clock: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            if len(self.connections) > settings.connections:
                transport.abort()
            else:
                self._watch()

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            self._watch()

        def connection_lost(self, exc: Exception | None) -> None:
            self._unwatch()
            super().connection_lost(exc)

        def send_400_response(self, msg: str) -> None:
            """What is not HTTP at all gets a problem too, unless an answer is on its way."""
            if not self._under_way() or not self.cycle.response_started:
                self.transport.write(raw(Problem("NotHttp", msg).answer()))
            self.transport.close()

        def _under_way(self) -> bool:
            return self.cycle is not None and not self.cycle.response_complete

        def _watch(self) -> None:
            """The clock runs from the first byte of a head, on a new connection from its start, to the last."""
            if self._under_way() or self.transport.is_closing():
                self._unwatch()
            elif self.clock is None:
                self.clock = self.loop.call_later(settings.head_s, self.timeout_keep_alive_handler)

        def _unwatch(self) -> None:
            if self.clock is not None:
                self.clock.cancel()
                self.clock = None

    return Connection
