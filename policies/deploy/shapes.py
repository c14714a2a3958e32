"""What a message consists of, read off its class: no list of fields is kept anywhere else.

An event or command that is added to the contract can be written, read and described at once; one
with a field of a kind nobody has thought about fails by name, before a message is lost.
"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from typing import Any, Final, Literal, get_type_hints

from policies.contract.commands import COMMANDS, Command, Order
from policies.contract.events import EVENTS, Event

Kind = Literal["whole", "number", "flag", "text", "command"]
KINDS: Final[Mapping[Any, Kind]] = {int: "whole", float: "number", bool: "flag", str: "text", Order: "command"}
SAFE: Final = 2**53 - 1
"""Largest whole number that every reader of JSON keeps as it is (RFC 8259, section 6)."""
RANGES: Final[Mapping[str, tuple[int, int]]] = {
    "i1": (-(2**7), 2**7 - 1), "i4": (-(2**31), 2**31 - 1), "i8": (-SAFE, SAFE),
}  # fmt: skip
"""Range of a journal column by its type; what does not fit there could not be journalled either."""
EVENT_KINDS: Final[Mapping[str, type[Event]]] = {kind.__name__: kind for kind in EVENTS}
COMMAND_KINDS: Final[Mapping[str, type[Command]]] = {kind.__name__: kind for kind in COMMANDS}
NESTED_KINDS: Final[Mapping[str, type[Command]]] = {
    name: kind for name, kind in COMMAND_KINDS.items() if "command" not in get_type_hints(kind)
}
"""Commands that may stand inside another: all but those that hold one themselves."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One field of a message. ``low`` and ``high`` bound whole numbers; ``default`` only if not ``required``."""

    name: str
    kind: Kind
    low: int
    high: int
    required: bool
    default: Any


@cache
def shapes_of(message: type) -> tuple[Shape, ...]:
    """The fields of a message class, in their order.

    Raises
    ------
    TypeError
        If a field is of a type that has no form in JSON here.
    """
    hints = get_type_hints(message)
    columns: Mapping[str, str] = getattr(message, "columns", {})
    found = []
    for one in fields(message):
        kind = KINDS.get(hints[one.name])
        if kind is None:
            known = ", ".join(getattr(k, "__name__", "a command") for k in KINDS)
            raise TypeError(f"{message.__name__}.{one.name} is a {hints[one.name]}, expected one of {known}")
        low, high = RANGES.get(columns.get(one.name, "i8"), (-SAFE, SAFE))
        required = one.default is MISSING
        found.append(Shape(one.name, kind, low, high, required, None if required else one.default))
    return tuple(found)
