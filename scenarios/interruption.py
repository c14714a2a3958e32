"""Ctrl-C, heard wherever it comes.

Python raises ``KeyboardInterrupt`` between any two instructions of the main thread. Two places lose it:
code that swallows everything (a library's bare ``except`` while it loads, a callback whose errors are
only printed), and worker processes, which the terminal interrupts too and which then die before they
can be told not to. So an interrupt is remembered as well as raised, and looked for again where work
begins, goes on and ends; and workers are started where it is held back, a state they inherit.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

EXIT_CODE: Final = 130
STOPPED: Final = "interrupted; what was finished before is kept"
"""What a command that was interrupted says if it has nothing more to say."""
NOT_BEGUN: Final = "interrupted while it was starting; nothing was begun, and all that was there is kept"
"""What is said where a command's own body has not begun, say while its libraries load."""

_heard = threading.Event()


@contextmanager
def listening() -> Iterator[None]:
    """Remember every interrupt of a block, and raise it as Python does; what the process did before is restored."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, _remember)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        _heard.clear()


def heard() -> bool:
    """Whether somebody wants this to end, though what was raised for it may have got lost."""
    return _heard.is_set()


def look() -> None:
    """Raise again what was lost.

    Raises
    ------
    KeyboardInterrupt
        If an interrupt was heard.
    """
    if heard():
        raise KeyboardInterrupt


@contextmanager
def held_back() -> Iterator[None]:
    """Let an interrupt wait until the end of a block; processes started in it never hear one."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _remember(number: int, frame: FrameType | None) -> None:
    _heard.set()
    raise KeyboardInterrupt
