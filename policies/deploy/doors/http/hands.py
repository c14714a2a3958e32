"""Threads that may block, so that the loop which hears everybody never does.

One thread decides: observations are taken in the order in which they arrived, and many that came
together are taken without another between them. A few look things up. Each that waits for a decision
has a seat with a thread of its own; when all are taken, nobody else waits.
"""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final, TypeVar, final

from policies.deploy.doors.http.problem import SOON_S, Problem, again_in

LOOKING: Final = 4
"""Threads that look things up and read large bodies."""

T = TypeVar("T")


@final
class Hands:
    """The threads of one door. ``waiting``: seats for those who wait."""

    def __init__(self, waiting: int) -> None:
        self.seats = waiting
        self._deciding = ThreadPoolExecutor(1, "door-decides")
        self._looking = ThreadPoolExecutor(LOOKING, "door-looks")
        self._waiting = ThreadPoolExecutor(waiting, "door-waits")

    async def decide(self, task: Callable[[], T]) -> T:
        """Do something in the order in which it was asked."""
        return await asyncio.get_running_loop().run_in_executor(self._deciding, task)

    async def look(self, task: Callable[[], T]) -> T:
        """Do something that is done soon."""
        return await asyncio.get_running_loop().run_in_executor(self._looking, task)

    async def wait(self, task: Callable[[], T]) -> T:
        """Do something that takes its time, on a seat."""
        return await asyncio.get_running_loop().run_in_executor(self._waiting, task)

    @contextmanager
    def seat(self) -> Iterator[None]:
        """A seat for as long as somebody waits.

        Raises
        ------
        Problem
            TooManyWaiting.
        """
        if not self.seats:
            raise Problem("TooManyWaiting", "ask again without wait_s, or later", headers=again_in(SOON_S))
        self.seats -= 1
        try:
            yield
        finally:
            self.seats += 1

    def rest(self) -> None:
        """Finish what was begun and end the threads."""
        for pool in (self._deciding, self._looking, self._waiting):
            pool.shutdown()
