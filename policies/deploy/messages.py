"""Events and commands as plain JSON values and back, without loss.

>>> from policies.contract.events import OnSite
>>> to_plain(OnSite(7, 3))
{'kind': 'OnSite', 'order': 7, 'tech': 3}
>>> event_of({"kind": "OnSite", "order": 7, "tech": 3})
OnSite(order=7, tech=3)

A message is an object with its ``kind`` (the name of its class) and all its fields. Reading, fields
with a default may be left out; anything else missing, unknown or of another type is refused, all of
it at once. An infinite instant is the word ``"never"``; minus infinity and not-a-number are refused.
"""

import math
import sys
from collections.abc import Mapping, Sequence
from typing import Any, cast

from policies.contract.commands import Command
from policies.contract.events import Event
from policies.deploy import canonical
from policies.deploy.shapes import COMMAND_KINDS, EVENT_KINDS, NESTED_KINDS, Shape, shapes_of
from policies.deploy.strict import NEVER_WORD, Reader, did_you_mean, refuse

KIND = "kind"


def to_plain(message: Event | Command) -> dict[str, Any]:
    """A message as a plain object, every field written.

    Raises
    ------
    WrongDocument
        If a field holds what its class does not promise.
    """
    reader = Reader()
    plain = _written(message, reader, type(message).__name__)
    reader.done()
    return plain


def event_of(plain: Any) -> Event:
    """The event of a plain object.

    Raises
    ------
    WrongDocument
        With every mistake.
    """
    reader = Reader()
    found = _read(plain, EVENT_KINDS, "event", reader, "")
    reader.done()
    return cast(Event, found)


def command_of(plain: Any) -> Command:
    """The command of a plain object.

    Raises
    ------
    WrongDocument
        With every mistake.
    """
    reader = Reader()
    found = _read(plain, COMMAND_KINDS, "command", reader, "")
    reader.done()
    return cast(Command, found)


def observation(event: Event, now: float) -> dict[str, Any]:
    """What a controller is told: the event and the minute, as a plain object.

    Raises
    ------
    WrongDocument
        If the event or the minute cannot be written.
    """
    reader = Reader()
    minute = reader.number(now, "now")
    reader.done()
    return {"event": to_plain(event), "now": minute}


def observed(plain: Any) -> tuple[Event, float]:
    """The event and the minute of a plain observation.

    Raises
    ------
    WrongDocument
        With every mistake.
    """
    reader = Reader("observation")
    given = reader.table(plain, "", ("event", "now"))
    now = reader.number(given["now"], "now") if "now" in given else 0.0
    found = _read(given["event"], EVENT_KINDS, "event", reader, "event") if "event" in given else None
    reader.done()
    return cast(Event, found), now


def decision(commands: Sequence[Command]) -> list[dict[str, Any]]:
    """What a controller answers, as a plain list in the order given.

    Raises
    ------
    WrongDocument
        If a command cannot be written.
    """
    return [to_plain(command) for command in commands]


def decided(plain: Any) -> list[Command]:
    """The commands of a plain decision.

    Raises
    ------
    WrongDocument
        With every mistake.
    """
    reader = Reader("decision")
    found = [_read(one, COMMAND_KINDS, "command", reader, where) for where, one in reader.items(plain, "")]
    reader.done()
    return cast("list[Command]", found)


def encode(message: Event | Command) -> bytes:
    """A message as canonical bytes."""
    return canonical.text(to_plain(message))


def decode_event(given: bytes) -> Event:
    """The event of some JSON text.

    Raises
    ------
    WrongDocument
        With every mistake.
    """
    return event_of(_parsed(given, "event"))


def decode_command(given: bytes) -> Command:
    """The command of some JSON text.

    Raises
    ------
    WrongDocument
        With every mistake.
    """
    return command_of(_parsed(given, "command"))


def _parsed(given: bytes, what: str) -> Any:
    try:
        return canonical.parse(given)
    except canonical.NotJson as error:
        refuse(what, error)


def _written(message: Any, reader: Reader, where: str) -> dict[str, Any]:
    plain: dict[str, Any] = {KIND: type(message).__name__}
    kind: type = type(message)
    for shape in shapes_of(kind):
        plain[shape.name] = _field_written(getattr(message, shape.name), shape, reader, f"{where}.{shape.name}")
    return plain


def _field_written(value: Any, shape: Shape, reader: Reader, where: str) -> Any:
    if shape.kind == "command":
        if type(value).__name__ in NESTED_KINDS:
            return _written(value, reader, where)
        reader.expected(where, value, "a command that holds no other")
        return None
    if shape.kind == "number" and isinstance(value, float) and value == math.inf:
        return NEVER_WORD
    return _checked(value, shape, reader, where, never=False)


def _read(plain: Any, kinds: Mapping[str, type], what: str, reader: Reader, where: str) -> Any:
    """The message of a plain object; None if it is not one (and why is noted)."""
    if not isinstance(plain, dict):
        reader.expected(where, plain, f"an object: {what}")
        return None
    name = plain.get(KIND)
    found = kinds.get(name) if isinstance(name, str) else None
    if found is None:
        near = did_you_mean(name, kinds) if isinstance(name, str) else ""
        said = f"no {what} {name!r}" if KIND in plain else f"{KIND!r} is missing"
        reader.wrong(where, f"{said}{near} (known: {', '.join(kinds)})")
        return None
    return _made(found, plain, reader, f"{where}.{name}" if where else str(name))


def _made(message: type, plain: dict[str, Any], reader: Reader, where: str) -> Any:
    shapes = shapes_of(message)
    before = len(reader.errors)
    required = [KIND, *(shape.name for shape in shapes if shape.required)]
    given = reader.table(plain, where, required, [shape.name for shape in shapes if not shape.required])
    values = {
        shape.name: _field_read(given[shape.name], shape, reader, f"{where}.{shape.name}")
        for shape in shapes
        if shape.name in given
    }
    return message(**values) if len(reader.errors) == before else None


def _field_read(value: Any, shape: Shape, reader: Reader, where: str) -> Any:
    if shape.kind == "command":
        return _read(value, NESTED_KINDS, "command", reader, where)
    return _checked(value, shape, reader, where, never=True)


def _checked(value: Any, shape: Shape, reader: Reader, where: str, *, never: bool) -> Any:
    if shape.kind == "whole":
        return reader.whole(value, where, shape.low, shape.high)
    if shape.kind == "number":
        return reader.number(value, where, never=never)
    if shape.kind == "flag":
        return reader.flag(value, where)
    return sys.intern(reader.text(value, where))  # an order keeps its trade and channel: one word for all orders
