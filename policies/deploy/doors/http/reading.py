"""What a client tells, read strictly: every mistake of a body or a query at once, each with its place.

An event is read whole before the host hears of it, and handed on with every field written, so that the
same event is the same to the host however it was spelled. Of many observations all are read before the
first is taken.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from policies.deploy import canonical, messages
from policies.deploy.doors.http.problem import Problem
from policies.deploy.doors.http.settings import HttpSettings
from policies.deploy.service import ID_LENGTH, Observation
from policies.deploy.shapes import SAFE
from policies.deploy.strict import Reader, WrongDocument

FIELDS: Final = 64
"""Fields an object may have before it is looked at: of each unknown one the nearest known is sought."""
PAGE: Final = 100
"""Decisions in one answer of the feed, if nobody says how many."""
WHOLE: Final = 16
"""Digits of the largest whole number that every reader of JSON keeps."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page:
    """Which decisions are wanted: numbered above ``after``, at most ``limit``, waited for up to ``wait_s`` [s]."""

    after: int = 0
    limit: int = PAGE
    wait_s: float = 0.0


def observation(content: bytes) -> Observation:
    """The observation of a body.

    Raises
    ------
    NotJson
        If it is not JSON.
    WrongDocument
        With every mistake.
    """
    return _read(content, lambda plain, reader: _observation(plain, reader, ""))


def observations(content: bytes, most: int) -> list[Observation]:
    """The observations of a body ``{"observations": [...]}``, at most ``most``.

    Raises
    ------
    NotJson
        If it is not JSON.
    WrongDocument
        With every mistake of all of them.
    """
    return _read(content, lambda plain, reader: _observations(plain, reader, most))


def page(query: Sequence[tuple[str, str]], settings: HttpSettings) -> Page:
    """The page of the feed that a query asks for.

    Raises
    ------
    Problem
        WrongQuery.
    """
    reader = Reader("query")
    given = _query(query, ("after", "limit", "wait_s"), reader)
    found = Page(
        _whole(given.get("after", "0"), "after", 0, SAFE, reader),
        _whole(given.get("limit", str(min(PAGE, settings.page))), "limit", 1, settings.page, reader),
        _seconds(given.get("wait_s", "0"), "wait_s", settings.wait_s, reader),
    )
    _done(reader)
    return found


def nothing(query: Sequence[tuple[str, str]]) -> None:
    """See that a query asks for nothing.

    Raises
    ------
    Problem
        WrongQuery.
    """
    reader = Reader("query")
    _query(query, (), reader)
    _done(reader)


def _read(content: bytes, read: Callable[[Any, Reader], T]) -> T:
    reader = Reader()
    try:
        found = read(canonical.parse(content), reader)
    except RecursionError as error:
        raise canonical.NotJson("nested too deeply") from error
    reader.done()
    return found


def _observations(plain: Any, reader: Reader, most: int) -> list[Observation]:
    given = _table(plain, reader, "", ("observations",))
    listed = given.get("observations", [])
    if isinstance(listed, list) and len(listed) > most:
        reader.wrong("observations", f"{len(listed)} of them, expected at most {most}")
        return []
    return [_observation(one, reader, where) for where, one in reader.items(listed, "observations")]


def _observation(plain: Any, reader: Reader, where: str) -> Observation:
    given = _table(plain, reader, where, ("event",), ("now", "id"))
    dot = f"{where}." if where else ""
    now = reader.number(given["now"], f"{dot}now") if "now" in given else None
    name = reader.text(given["id"], f"{dot}id") if "id" in given else ""
    if len(name) > ID_LENGTH:
        reader.wrong(f"{dot}id", f"{len(name)} letters, expected at most {ID_LENGTH}")
    event = _event(given["event"], reader, f"{dot}event") if "event" in given else {}
    return Observation(event, now, name)


def _event(plain: Any, reader: Reader, where: str) -> dict[str, Any]:
    if isinstance(plain, dict) and len(plain) > FIELDS:
        reader.wrong(where, f"{len(plain)} fields, expected at most {FIELDS}")
        return {}
    try:
        return messages.to_plain(messages.event_of(plain))
    except WrongDocument as error:
        for one in error.errors:
            reader.wrong(where, one)
        return {}


def _table(
    plain: Any, reader: Reader, where: str, required: tuple[str, ...], optional: tuple[str, ...] = ()
) -> dict[str, Any]:
    if isinstance(plain, dict) and len(plain) > FIELDS:
        reader.wrong(where, f"{len(plain)} fields, expected at most {FIELDS}")
        return {}
    return reader.table(plain, where, required, optional)


def _query(query: Sequence[tuple[str, str]], known: tuple[str, ...], reader: Reader) -> dict[str, str]:
    names = [name for name, _ in query]
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            reader.wrong(name, f"given {names.count(name)} times, expected once")
    return {name: str(value) for name, value in reader.table(dict(query), "", (), known).items()}


def _whole(given: str, where: str, low: int, high: int, reader: Reader) -> int:
    if given.isascii() and given.isdecimal() and len(given) <= WHOLE and low <= int(given) <= high:
        return int(given)
    reader.expected(where, given, f"a whole number from {low} to {high}")
    return low


def _seconds(given: str, where: str, most: float, reader: Reader) -> float:
    try:
        found = float(given) if given.isascii() else -1.0
    except ValueError:
        found = -1.0
    if 0.0 <= found <= most:
        return found
    reader.expected(where, given, f"seconds from 0 to {most:g}")
    return 0.0


def _done(reader: Reader) -> None:
    if reader.errors:
        raise Problem("WrongQuery", f"mistakes: {len(reader.errors)}", errors=reader.errors)
