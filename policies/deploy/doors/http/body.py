"""The bytes of a body, never more of them than the door takes and never waited for longer.

What is counted is what arrives: a length that a header claims is believed only where it is too
large. The rest of a body that is too large is read and thrown away, up to a bound, because a client
that is still sending hears nothing when the connection is closed under it.
"""

import asyncio
from collections.abc import Mapping
from typing import Final

from policies.deploy.doors.http.asgi import Receive
from policies.deploy.doors.http.problem import Problem
from policies.deploy.doors.http.settings import HttpSettings

THROWN_AWAY: Final = 16
"""How many times the limit is read of a body that is too large, before the connection is closed."""
CLOSE: Final = (("connection", "close"),)


async def read(receive: Receive, headers: Mapping[str, str], settings: HttpSettings) -> bytes:
    """The whole body.

    Raises
    ------
    Problem
        TooLarge, TooSlow, or NotJson where it breaks off.
    """
    if headers.get("expect", "").lower() == "100-continue" and _claimed(headers) > settings.body_bytes:
        raise _too_large(settings, CLOSE)
    try:
        async with asyncio.timeout(settings.body_s):
            return await _arrived(receive, settings)
    except TimeoutError as error:
        raise Problem("TooSlow", f"it is not here after {settings.body_s:g} s", headers=CLOSE) from error


async def _arrived(receive: Receive, settings: HttpSettings) -> bytes:
    kept, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise Problem("NotJson", "the body breaks off", headers=CLOSE)
        size += len(message.get("body", b""))
        if size <= settings.body_bytes:
            kept.append(message.get("body", b""))
        elif size > THROWN_AWAY * settings.body_bytes:
            raise _too_large(settings, CLOSE)
        more = message.get("more_body", False)
    if size > settings.body_bytes:
        raise _too_large(settings, ())
    return b"".join(kept)


def _claimed(headers: Mapping[str, str]) -> int:
    claimed = headers.get("content-length", "0")
    return int(claimed) if claimed.isdecimal() else 0


def _too_large(settings: HttpSettings, headers: tuple[tuple[str, str], ...]) -> Problem:
    return Problem("TooLarge", f"expected at most {settings.body_bytes} bytes; send fewer at once", headers=headers)
