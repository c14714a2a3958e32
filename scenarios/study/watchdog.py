"""The watchdog: a rule that hangs fails its replication, never the study.

Two lines. The first is an interval timer whose signal raises ``Hang`` wherever Python code runs; it
is repeated, so that code which swallows everything is hit again. Outside the main thread (a worker of
a cluster), where no signal arrives, a second thread raises it there. The second is a thread of the
interpreter itself (``faulthandler``), for code that never comes back to Python: it writes where
everybody stood and ends the worker process, which the parent sees as a lost worker.

The limit is wall time without progress of virtual time (``fed`` once a simulated day), so it says
nothing about how long a study may take.
"""

import ctypes
import faulthandler
import math
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import IO, Any, Final

LIMIT_S: Final = 120.0
"""Wall seconds one simulated day may take (a day of the medium campus takes some milliseconds)."""
AGAIN_S: Final = 1.0
GRACE_S: Final = 5.0
"""Seconds from the first line to the second."""


class Hang(BaseException):
    """No simulated day ended within the limit. Not an ``Exception``: nothing on the way may swallow it."""


class Watchdog:
    """Counts wall seconds since it was last fed.

    Parameters
    ----------
    limit_s : float
        Seconds without food; 0 or less switches the watchdog off.
    last_words : file or None
        Where the second line writes the stacks before it ends the process; None: no second line
        (a process that is not a worker must not be ended).
    """

    def __init__(self, limit_s: float = LIMIT_S, last_words: IO[Any] | None = None) -> None:
        self.limit_s = limit_s
        self.last_words = last_words
        self.barked = ""
        self._bell: _Bell | None = None

    def feed(self) -> None:
        """Progress was made: start counting anew.

        Raises
        ------
        Hang
            If it barked and somebody swallowed that: what follows would depend on the wall clock.
        """
        if self.barked:
            raise Hang(self.barked)
        if self.limit_s <= 0.0:
            return
        if _can_signal():
            signal.setitimer(signal.ITIMER_REAL, self.limit_s, AGAIN_S)
        elif self._bell is not None:
            self._bell.wind(self.limit_s)
        if self.last_words is not None:
            faulthandler.dump_traceback_later(self.limit_s + GRACE_S, exit=True, file=self.last_words)

    def rest(self) -> None:
        """Stop counting."""
        if _can_signal():
            signal.setitimer(signal.ITIMER_REAL, 0.0)
        elif self._bell is not None:
            self._bell.stop()
            self._bell = None
        if self.last_words is not None:
            faulthandler.cancel_dump_traceback_later()

    @contextmanager
    def on_guard(self) -> Iterator[None]:
        """Watch a block; what the process did with the signal before is restored.

        Raises
        ------
        Hang
            If the block does not feed the watchdog in time.
        """
        before = signal.signal(signal.SIGALRM, self._bark) if _can_signal() else None
        self.barked = ""
        if before is None and self.limit_s > 0.0:
            self._bell = _Bell(self._ring)
        self.feed()
        try:
            yield
        finally:
            self.rest()
            if before is not None:
                signal.signal(signal.SIGALRM, before)

    def _bark(self, number: int, frame: FrameType | None) -> None:
        where = f"{frame.f_code.co_filename}:{frame.f_lineno}" if frame is not None else "unknown code"
        self.barked = f"no simulated day ended within {self.limit_s:g} s; the time was spent at {where}"
        raise Hang(self.barked)

    def _ring(self) -> None:
        self.barked = f"no simulated day ended within {self.limit_s:g} s"


class _Bell(threading.Thread):
    """Raises ``Hang`` in the thread that made it when it is not wound in time, and again each second."""

    def __init__(self, before: Callable[[], None]) -> None:
        super().__init__(daemon=True)
        self._whom = threading.get_ident()
        self._before = before
        self._due = math.inf
        self._over = False
        self._changed = threading.Condition()
        self.start()

    def wind(self, seconds: float) -> None:
        """Ring in so many seconds from now, unless wound again."""
        self._due = time.monotonic() + seconds

    def stop(self) -> None:
        """Never ring again."""
        with self._changed:
            self._over = True
            self._changed.notify()

    def run(self) -> None:
        """Look once a second, or more often where a second is long."""
        with self._changed:
            while not self._over:
                left = self._due - time.monotonic()
                if left <= 0.0:
                    self._before()
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self._whom), ctypes.py_object(Hang))
                self._changed.wait(AGAIN_S if left <= 0.0 else min(left, AGAIN_S))


def _can_signal() -> bool:
    return hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
