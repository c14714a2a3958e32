"""A line between two processes: canonical JSON, a line a message, and open files beside it.

OSError
├── Hung up            (ConnectionError) the other side is gone
└── Silence            (TimeoutError) the other side said nothing in time
"""

import socket
from array import array
from time import monotonic
from typing import Any, Final, final

from policies.deploy import canonical

READ_BYTES: Final = 2**18
LONGEST: Final = 2**26
"""Bytes of a message at most; more is no message."""


class HungUp(ConnectionError):
    """The other side is gone, or says what is no message."""


class Silence(TimeoutError):
    """The other side said nothing in time."""


@final
class Line:
    """One end. Not for two threads at once.

    Parameters
    ----------
    takes_files : whether open files that come with a message are taken; else they are closed unseen
    say_s : how long what is said may wait to be read; None: for ever
    """

    def __init__(self, end: socket.socket, takes_files: bool = False, say_s: float | None = None) -> None:
        self.end = end
        self._room = socket.CMSG_SPACE(4) if takes_files else 0
        self._say_s = say_s
        self._read = bytearray()
        self._files: list[int] = []

    def say(self, message: Any, files: tuple[int, ...] = ()) -> None:
        """Send a message, and open files with it.

        Raises
        ------
        HungUp
            If nobody is there to hear it.
        """
        self.say_bytes(canonical.text(message) + b"\n", files)

    def say_bytes(self, line: bytes, files: tuple[int, ...] = ()) -> None:
        """Send a message that is written already; it ends in a new line.

        Raises
        ------
        HungUp
            If nobody is there to hear it.
        """
        try:
            self.end.settimeout(self._say_s)
            if files:
                sent = socket.send_fds(self.end, [line], list(files))
                line = line[sent:]
            self.end.sendall(line)
        except (OSError, ValueError) as error:
            raise HungUp(str(error)) from error

    def hear(self, within_s: float | None = None) -> Any:
        """The next message.

        Raises
        ------
        HungUp, Silence
            If there is none.
        """
        until = None if within_s is None else monotonic() + within_s
        while True:
            end = self._read.find(b"\n")
            if end >= 0:
                line = bytes(self._read[:end])
                del self._read[: end + 1]
                return _message(line)
            if len(self._read) > LONGEST:
                raise HungUp("a message without end")
            self._more(until)

    def file(self) -> int:
        """The next open file that came with a message.

        Raises
        ------
        HungUp
            If none came.
        """
        if not self._files:
            raise HungUp("no open file came with the message")
        return self._files.pop(0)

    def close(self) -> None:
        """Hang up."""
        self.end.close()

    def _more(self, until: float | None) -> None:
        try:
            left = None if until is None else max(0.0, until - monotonic())
            self.end.settimeout(left if left is None or left > 0.0 else 1e-6)
            read, around, _, _ = self.end.recvmsg(READ_BYTES, self._room)
        except TimeoutError as error:
            raise Silence("nothing said in time") from error
        except OSError as error:
            raise HungUp(str(error)) from error
        finally:
            self.end.settimeout(None)
        if not read:
            raise HungUp("the other side has hung up")
        self._read += read
        for level, kind, data in around:
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                files = array("i")
                files.frombytes(data[: len(data) - len(data) % files.itemsize])
                self._files += files.tolist()


def _message(line: bytes) -> Any:
    try:
        return canonical.parse(line)
    except canonical.NotJson as error:
        raise HungUp(f"what was said is no message: {error}") from error
