"""The feed of decisions: those above a number, at once if there are any, else as soon as there is one.

A wait is made of short ones. Between two of them it is seen whether the door is closing or whoever
asked has gone, so that neither is held up by a decision that never comes.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from threading import Event
from typing import Final

from policies.deploy.doors.http.hands import Hands
from policies.deploy.doors.http.reading import Page
from policies.deploy.service import Decision, Service

SLICE_S: Final = 0.5
"""The longest that nobody looks up from waiting [s]."""


async def decisions(
    service: Service, hands: Hands, page: Page, stopping: Event, gone: Callable[[], Awaitable[bool]]
) -> Sequence[Decision]:
    """The decisions of a page; none if none came in time, the door is closing or nobody listens any more.

    Raises
    ------
    Problem
        TooManyWaiting.
    """
    found = await hands.look(partial(service.decisions, page.after, page.limit))
    if found or not page.wait_s:
        return found
    loop = asyncio.get_running_loop()
    until = loop.time() + page.wait_s
    with hands.seat():
        while not found and (left_s := until - loop.time()) > 0 and not (stopping.is_set() or await gone()):
            found = await hands.wait(partial(service.decisions, page.after, page.limit, min(SLICE_S, left_s)))
    return found
