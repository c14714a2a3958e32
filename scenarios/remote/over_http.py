"""A host behind its HTTP door: one connection that is kept, and made again when it breaks."""

import json
import os
import ssl
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import Any, Final, final
from urllib.parse import urlsplit

from policies.deploy import canonical
from policies.deploy.doors.plain import decision_of, status_of
from policies.deploy.service import Decision, Status
from policies.deploy.strict import WrongDocument
from scenarios.remote.asking import Where
from scenarios.remote.refusals import BadUrl, OtherAnswer, Refused, Unreachable

TOKEN: Final = "CAMPUS_TWIN_TOKEN"  # noqa: S105 (the name of a variable)
"""Environment variable of the token where no file is named."""
ANSWER_S: Final = 30.0
"""Seconds one answer may take: the longest budget of a decision and some."""
NOBODY: Final = "is a host running there? It opens this door when it is started with --http HOST:PORT (python -m policies.deploy.host --help)"
PAUSES_S: Final = (0.1, 5.0)
AGAIN: Final = frozenset({429, 502, 503, 504})
"""Answers that say: not now."""


@final
class HttpHost:
    """``POST /v1/decide`` and ``GET /v1/status``.

    Raises
    ------
    BadUrl
        If the address is none, or the file of the token cannot be read.
    """

    def __init__(self, where: Where) -> None:
        self._where = where
        self._headers = {"Content-Type": "application/json", **_bearer(where.credentials)}
        self._connection = _connection(where)

    def status(self) -> Status:
        try:
            return status_of(self._asked("GET", "/v1/status", None, self._where.hello_s, self._where.waiting))
        except Unreachable as error:
            raise Unreachable(f"{error}; {NOBODY}") from error
        except WrongDocument as error:
            raise OtherAnswer(f"{self._where.url} does not say how it is: {error}") from error

    def decide(self, observation: dict[str, Any]) -> Decision:
        try:
            return decision_of(self._asked("POST", "/v1/decide", canonical.text(observation), self._where.patience_s))
        except WrongDocument as error:
            raise OtherAnswer(f"{self._where.url} gives no decision: {error}") from error

    def close(self) -> None:
        self._connection.close()

    def _asked(
        self,
        method: str,
        path: str,
        body: bytes | None,
        patience_s: float,
        waiting: Callable[[str], None] | None = None,
    ) -> Any:
        """The answer; a broken connection is made again and the same is asked, as long as patience lasts."""
        ends, pause = time.monotonic() + patience_s, PAUSES_S[0]
        while True:
            try:
                code, given = self._once(method, path, body)
                if code not in AGAIN:
                    return self._read(code, given)
                why = f"it answers {code}"
            except (OSError, HTTPException) as error:
                why = getattr(error, "strerror", None) or str(error) or type(error).__name__
            self._connection.close()
            if waiting is not None:
                waiting(f"does not answer yet ({why})")
                waiting = None
            if time.monotonic() + pause > ends:
                raise Unreachable(f"{self._where.url} has not answered for {patience_s:g} s: {why}")
            time.sleep(pause)
            pause = min(2.0 * pause, PAUSES_S[1])

    def _once(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
        self._connection.request(method, path, body, self._headers)
        answer = self._connection.getresponse()
        return answer.status, answer.read()

    def _read(self, code: int, given: bytes) -> Any:
        if code in (401, 403):
            raise Refused(f"{self._where.url} does not know us ({code}): its token goes into a file or into {TOKEN}")
        if not 200 <= code < 300:
            raise Refused(f"{self._where.url} answers {code}: {_said(given)}")
        try:
            return canonical.parse(given)
        except canonical.NotJson as error:
            raise OtherAnswer(f"{self._where.url} answers what is no JSON: {error}") from error


def _connection(where: Where) -> HTTPConnection:
    try:
        host, port = address_of(where.url)
        if urlsplit(where.url).scheme == "http":
            return HTTPConnection(host, port, timeout=ANSWER_S)
        trusted = ssl.create_default_context(cafile=None if where.ca is None else str(where.ca))
    except (OSError, ValueError) as error:
        raise BadUrl(f"{where.url}: {error}") from error
    return HTTPSConnection(host, port, timeout=ANSWER_S, context=trusted)


def address_of(url: str) -> tuple[str, int | None]:
    """Host and port of an address.

    Raises
    ------
    BadUrl
        If it is none.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise BadUrl(f"{url}: {error}") from error
    if not host or parts.path.strip("/") or parts.query or parts.username:
        raise BadUrl(f"{url}: expected {parts.scheme}://HOST:PORT and nothing after it")
    return host, port


def token_of(file: Path) -> str:
    """The token in a file.

    Raises
    ------
    BadUrl
        If it cannot be read.
    """
    try:
        return file.read_text(encoding="ascii").strip()
    except (OSError, ValueError) as error:
        raise BadUrl(f"{file}: cannot be read ({error}), expected the token of the host") from error


def _bearer(file: Path | None) -> dict[str, str]:
    token = os.environ.get(TOKEN, "") if file is None else token_of(file)
    return {"Authorization": f"Bearer {token}"} if token else {}


def _said(given: bytes) -> str:
    """What an answer says went wrong: its list of errors, what else it tells, or its first letters."""
    try:
        plain = json.loads(given)
    except ValueError:
        return given.decode(errors="replace")[:300]
    if isinstance(plain, dict):
        for key in ("errors", "detail", "title"):
            if plain.get(key):
                found = plain[key]
                return "; ".join(map(str, found)) if isinstance(found, list) else str(found)
    return given.decode(errors="replace")[:300]
