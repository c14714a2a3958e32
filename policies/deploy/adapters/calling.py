"""JSON over HTTP with a system that may be away for a while.

A call is made once. Whoever calls has kept how far it is and begins again; so nothing is retried here.

RuntimeError
├── Away        no answer, or one that says *not now*: ask again later
└── Declined    an answer that asking again will not change
"""

import json
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Final, final
from urllib.parse import urlsplit

ANSWER_S: Final = 30.0
"""Seconds an answer may take."""
LATER: Final = frozenset({408, 429, 500, 502, 503, 504})
"""Answers that say: not now."""
SHOWN: Final = 300
"""Letters of a refusal that are shown."""


class Away(RuntimeError):
    """No answer, or one that says *not now*."""


class Declined(RuntimeError):
    """An answer that asking again will not change. ``code``: its HTTP status."""

    def __init__(self, code: int, said: str) -> None:
        super().__init__(said)
        self.code = code

    @property
    def shut(self) -> bool:
        """Whether it is our key that opens nothing: then nothing else will go either."""
        return self.code in (401, 403)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered, and when by the clock of who answered (None: it did not say)."""

    value: Any
    at: datetime | None


@final
class Caller:
    """A connection that is kept, and made again after it broke.

    Parameters
    ----------
    url : ``http://HOST:PORT[/PATH]`` or ``https://…``, as ``address`` has found it good
    headers : go with every call
    """

    def __init__(self, url: str, headers: dict[str, str]) -> None:
        self.url = url.rstrip("/")
        parts = urlsplit(self.url)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._line = kind(parts.hostname or "", parts.port, timeout=ANSWER_S)
        self._path = parts.path
        self._headers = headers

    def ask(self, method: str, path: str, body: Any = None) -> Answer:
        """Ask once; ``body`` goes as JSON.

        Raises
        ------
        Away, Declined
        """
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        headers = self._headers if content is None else {**self._headers, "Content-Type": "application/json"}
        try:
            self._line.request(method, self._path + path, content, headers)
            answer = self._line.getresponse()
            given = answer.read()
        except (OSError, HTTPException) as error:
            self._line.close()
            raise Away(f"{self.url} does not answer: {str(error) or type(error).__name__}") from error
        what = f"{self.url}: {method} {path} answers {answer.status}"
        if answer.status in LATER:
            raise Away(what)
        if not 200 <= answer.status < 300:
            raise Declined(answer.status, f"{what}: {given.decode(errors='replace')[:SHOWN]}")
        try:
            return Answer(json.loads(given) if given else None, _date(answer.getheader("Date")))
        except ValueError as error:
            raise Declined(answer.status, f"{what} and no JSON: {error}") from error

    def close(self) -> None:
        """Hang up."""
        self._line.close()


def address(url: str) -> str:
    """What is wrong with an address; empty: nothing."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        good = False
    if not good or parts.query or parts.fragment or parts.username:
        return "an address as http://HOST:PORT"
    return ""


def _date(given: str | None) -> datetime | None:
    return None if given is None else parsedate_to_datetime(given)
