"""What goes back: a status, some bytes and what they are."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from policies.deploy import canonical
from policies.deploy.doors.http.asgi import Send

JSON: Final = "application/json"
PROBLEM: Final = "application/problem+json"
ALWAYS: Final = (("cache-control", "no-store"), ("x-content-type-options", "nosniff"))
"""Headers of every answer: it is true now, and it is what it says it is."""


@dataclass(frozen=True, slots=True)
class Answer:
    """``headers`` are those beside the type and the length; names in small letters."""

    status: int
    body: bytes
    media: str = JSON
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def all_headers(self) -> list[tuple[str, str]]:
        """Every header."""
        told = [("content-type", self.media), ("content-length", str(len(self.body)))]
        return [*told, *ALWAYS, *self.headers]


def json_answer(value: Any) -> Answer:
    """A value as canonical JSON, so that whoever digests it finds the host's own digests."""
    return Answer(200, canonical.text(value))


def raw(answer: Answer) -> bytes:
    """The last answer of a connection as it goes over the wire, where nothing else speaks HTTP any more."""
    phrase = HTTPStatus(answer.status).phrase
    headers = "".join(f"{name}: {value}\r\n" for name, value in (*answer.all_headers, ("connection", "close")))
    return f"HTTP/1.1 {answer.status} {phrase}\r\n{headers}\r\n".encode("latin-1") + answer.body


async def tell(answer: Answer, send: Send) -> None:
    """Send an answer as an ASGI server takes it."""
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.all_headers]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
