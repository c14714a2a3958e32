"""The socket of a door, and the rule that a door without a token stands where nobody from outside comes."""

import ipaddress
import os
import socket
from typing import Any, NamedTuple

from policies.deploy.doors.http.settings import DoorProblem, HttpSettings


class Place(NamedTuple):
    """Where to listen, as ``socket.getaddrinfo`` says it."""

    family: socket.AddressFamily
    kind: socket.SocketKind
    protocol: int
    name: str
    address: tuple[Any, ...]


def listening(settings: HttpSettings) -> socket.socket:
    """A socket that listens where the settings say.

    It says that it speaks TCP: asyncio switches Nagle's algorithm off only where a socket does, and with it on every
    answer waits for the client to acknowledge its own head (40 ms, measured).

    Raises
    ------
    DoorProblem
        If the host is not known, the door would be open to everybody, or somebody else listens there.
    """
    place = _place(settings)
    _see_guarded(settings, str(place.address[0]))
    listener = socket.socket(place.family, place.kind, place.protocol)
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(place.address)
        listener.listen(settings.connections)
    except OSError as error:
        listener.close()
        raise DoorProblem(
            f"cannot listen on {settings.host} port {settings.port}: {error.strerror}; name another place, or port 0 for any free one"
        ) from error
    return listener


def _place(settings: HttpSettings) -> Place:
    """What a name stands for is looked up once, so that what is judged is what is listened on."""
    try:
        found = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP, flags=socket.AI_PASSIVE
        )
    except (OSError, UnicodeError) as error:
        raise DoorProblem(f"host {settings.host!r} is not known: {error}") from error
    return Place(*found[0])


def _see_guarded(settings: HttpSettings, address: str) -> None:
    guarded = settings.token is not None or settings.open_without_token
    if not guarded and not ipaddress.ip_address(address.partition("%")[0]).is_loopback:
        raise DoorProblem(
            f"host {settings.host!r} is reached from outside, and without a token everybody there may decide for this office: "
            "give it a token (--token-file FILE), or listen on 127.0.0.1"
        )
