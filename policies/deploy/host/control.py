"""The host's control: a socket in its folder, for whoever may write there, and nobody beyond this machine.

Doors tell events; they can neither promote a bundle nor end the host. One message, one answer, each a line of JSON.

ControlProblem         no host is running there
└── CannotDo           the host cannot do what was asked; ``refused``: the class of a refusal, or ""
"""

import logging
import socket
import socketserver
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from threading import Thread
from typing import Any, Final, final

from policies.deploy import canonical
from policies.deploy.host.host import Host
from policies.deploy.host.succession import CannotSucceed, Succession
from policies.deploy.refusals import Refused

log = logging.getLogger(__name__)
SOCKET: Final = "control.sock"
LONGEST_PATH: Final = 100
"""Letters of a socket's path that every system takes."""
ASK_S: Final = 600.0
STOP_S: Final = 60.0
LINE_BYTES: Final = 2**16


class ControlProblem(RuntimeError):
    """No host is running there."""


class CannotDo(ControlProblem):
    """The host cannot do what was asked; nothing was changed."""

    def __init__(self, said: str, refused: str = "") -> None:
        super().__init__(said)
        self.refused = refused


def ask(folder: Path, do: str, **words: str | bool) -> dict[str, Any]:
    """Ask the host that runs on a folder to do something; what came of it.

    Raises
    ------
    ControlProblem
        If there is none, or (``CannotDo``) it cannot.
    """
    with socket.socket(socket.AF_UNIX) as line:
        return _said(line, folder, {"do": do, **words})


def stop(folder: Path) -> dict[str, Any]:
    """Ask a host to stop, and wait until its process has ended.

    Raises
    ------
    ControlProblem
        If there is none, or it has not ended in time.
    """
    with socket.socket(socket.AF_UNIX) as line:
        done = _said(line, folder, {"do": "stop"})
        line.settimeout(STOP_S)
        try:
            line.recv(1)  # the host's end of the line is open as long as its process lives
        except TimeoutError as error:
            raise ControlProblem(f"{folder}: asked to stop, and still there after {STOP_S:g} s") from error
        except OSError:
            pass  # torn off: it has ended
        return done


def _said(line: socket.socket, folder: Path, message: Mapping[str, str | bool]) -> dict[str, Any]:
    line.settimeout(ASK_S)
    try:
        line.connect(str(folder / SOCKET))
        line.sendall(canonical.text(dict(message)) + b"\n")
        with line.makefile("rb") as file:
            said = canonical.parse(file.readline())
    except (OSError, canonical.NotJson) as error:
        raise ControlProblem(_nobody(folder, error)) from error
    if "problem" in said:
        raise CannotDo(said["problem"], said.get("refused", ""))
    return dict(said["done"])


def _nobody(folder: Path, error: Exception) -> str:
    why = "" if isinstance(error, FileNotFoundError | ConnectionRefusedError) else f" ({error})"
    first = "" if folder.is_dir() else " --bundle BUNDLE"
    return (
        f"no host is running on {folder}{why}: start one by "
        f"python -m policies.deploy.host --state {folder} --key PUBLIC_KEY{first}"
    )


@final
class Control:
    """The host's end.

    Parameters
    ----------
    stop : ends the host; called after the answer was given

    Raises
    ------
    ControlProblem
        If the folder's path is too long for a socket.
    """

    def __init__(self, folder: Path, host: Host, succession: Succession, stop: Callable[[], None]) -> None:
        path = (folder / SOCKET).resolve()
        if len(str(path)) > LONGEST_PATH:
            raise ControlProblem(
                f"{folder}: a path of at most {LONGEST_PATH - len(SOCKET)} letters is needed for a socket"
            )
        self._do: Mapping[str, Callable[..., Any]] = {
            "canary": succession.in_turn,
            "dismiss": succession.dismiss,
            "load": lambda path: succession.load(Path(path)),
            "promote": succession.promote,
            "report": succession.report,
            "rollback": succession.go_back,
            "status": lambda: asdict(host.status()),
            "stop": lambda: {"stopping": True},
        }
        self._stop = stop
        path.unlink(missing_ok=True)
        self._path = path
        self._server = _server(path, self._answer)
        path.chmod(0o600)
        self._thread = Thread(target=self._server.serve_forever, name="control", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Hear nobody any more."""
        self._server.shutdown()
        self._server.server_close()
        self._path.unlink(missing_ok=True)

    def _answer(self, line: bytes) -> tuple[dict[str, Any], Callable[[], None] | None]:
        """The answer to a message, and what is to be done after it was given."""
        try:
            message = canonical.parse(line)
            do = message.pop("do")
            done = self._do[do](**message)
        except Refused as refused:
            return {"problem": str(refused), "refused": type(refused).__name__}, None
        except (CannotSucceed, OSError) as error:
            return {"problem": str(error)}, None
        except (canonical.NotJson, AttributeError, KeyError, TypeError) as error:
            return {"problem": f"no such thing to do ({error}); known: {', '.join(self._do)}"}, None
        except Exception as error:  # whoever asks hears of it, and not that no host is running
            log.exception("could not do %r", line)
            return {"problem": f"something went wrong that should not have ({error!r})"}, None
        return {"done": done}, self._stop if do == "stop" else None


def _server(path: Path, answer: Callable[[bytes], tuple[dict[str, Any], Callable[[], None] | None]]) -> Any:
    class Asked(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            said, then = answer(self.rfile.readline(LINE_BYTES))
            self.wfile.write(canonical.text(said) + b"\n")
            self.wfile.flush()
            if then is not None:
                then()
                self.rfile.read()  # until whoever asked has heard enough, or this process has ended

    class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
        daemon_threads = True

    return Server(str(path), Asked)
