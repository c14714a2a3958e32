"""Why a request is not answered as it wished: problem details (RFC 9457), each kind with a name.

The type of a problem leads to its schema in the OpenAPI document of the same door, so that whoever
meets one can look up what it means and what stands in it.

Exception
└── Problem    one of ``KINDS``, with what was found this time
"""

import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from policies.deploy import canonical
from policies.deploy.canonical import NotJson
from policies.deploy.doors.http.answer import PROBLEM, Answer
from policies.deploy.service import NotOurs, SameIdOtherEvent, Stopping, TimeRunsBack
from policies.deploy.strict import WrongDocument

TOLD: Final = 100
"""Mistakes of a document that are told; the rest is counted."""
SOON_S: Final = 5.0
"""When it is worth while to ask a host again that is stopping, or a feed that is full [s]."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of problem: HTTP status, and a sentence that is always true of it."""

    status: int
    title: str


KINDS: Final[Mapping[str, Kind]] = {
    "NotHttp": Kind(400, "The request is not HTTP/1.1 as it should be."),
    "NotJson": Kind(400, "The body is not JSON as it is written here."),
    "WrongQuery": Kind(400, "The query is not what it should be; every mistake is told."),
    "NoToken": Kind(401, "The door opens to its token only."),
    "NoSuchPath": Kind(404, "There is nothing at this path."),
    "NoSuchMethod": Kind(405, "This path does not know this method."),
    "NotAcceptable": Kind(406, "The answer comes in one media type, and that is not wanted."),
    "TooSlow": Kind(408, "The body did not arrive in time."),
    "TimeRunsBack": Kind(409, "The observation is before the last one."),
    "SameIdOtherEvent": Kind(409, "The id was used for another observation."),
    "TooLarge": Kind(413, "The body is larger than the door takes."),
    "WrongMediaType": Kind(415, "The body is not sent as plain application/json."),
    "WrongDocument": Kind(422, "The body is JSON and not what it should be; every mistake is told."),
    "NotOurs": Kind(422, "The office cannot be told this event, or not through a door."),
    "TooMany": Kind(429, "More requests from this address than the door takes."),
    "Unexpected": Kind(500, "The host failed; its log says why."),
    "Stopping": Kind(503, "The host takes no observation at the moment."),
    "TooManyWaiting": Kind(503, "As many wait for decisions as may."),
}
"""Name → kind."""
REFUSED: Final[Mapping[type[Exception], str]] = {
    NotJson: "NotJson", WrongDocument: "WrongDocument", TimeRunsBack: "TimeRunsBack",
    SameIdOtherEvent: "SameIdOtherEvent", NotOurs: "NotOurs", Stopping: "Stopping",
}  # fmt: skip
"""What reading and the host raise → name of the kind."""


class Problem(Exception):
    """One of ``KINDS``, with what was found this time.

    ``errors``: mistakes, one line each. ``headers`` go with the answer; ``more`` are further members of it.
    """

    def __init__(
        self,
        name: str,
        detail: str,
        *,
        errors: Sequence[str] = (),
        headers: tuple[tuple[str, str], ...] = (),
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail)
        self.name, self.detail, self.errors, self.headers = name, detail, errors, headers
        self.more = dict(more or {})

    def answer(self) -> Answer:
        """The problem as it is sent."""
        kind = KINDS[self.name]
        told = {"type": type_of(self.name), "title": kind.title, "status": kind.status, "detail": self.detail}
        errors = {"errors": first(self.errors)} if self.errors else {}
        return Answer(kind.status, canonical.text({**told, **errors, **self.more}), PROBLEM, self.headers)


def type_of(name: str) -> str:
    """The type of a kind of problem: a reference into the OpenAPI document [relative URI]."""
    return f"/openapi.json#/components/schemas/{name}"


def first(errors: Sequence[str]) -> list[str]:
    """The first mistakes, and how many more there are."""
    more = [f"and {len(errors) - TOLD} mistakes more"] if len(errors) > TOLD else []
    return [*errors[:TOLD], *more]


def again_in(seconds: float) -> tuple[tuple[str, str], ...]:
    """The header that says when to come again [whole seconds, at least 1]."""
    return (("retry-after", str(max(1, math.ceil(seconds)))),)


def problem_of(error: Exception) -> Problem:
    """The problem that an error is; one that nobody thought of is written to the log and not shown."""
    if isinstance(error, Problem):
        return error
    name = REFUSED.get(type(error))
    if name is None:
        log.error("the host failed", exc_info=error)
        return Problem("Unexpected", "something went wrong that should not have; the log of the host says what")
    errors = error.errors if isinstance(error, WrongDocument) else ()
    detail = f"mistakes: {len(errors)}" if errors else str(error) or KINDS[name].title
    return Problem(name, detail, errors=errors, headers=again_in(SOON_S) if name == "Stopping" else ())
