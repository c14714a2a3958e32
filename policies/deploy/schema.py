"""JSON Schema (draft 2020-12) of every event and command, made from their classes.

What the schema lets pass and what ``messages`` reads are the same, and a test holds them to it. The
digests name the version of the contract: they are of fields, types and ranges, not of descriptions,
so a better wording is no other contract. A host that speaks another contract refuses a bundle.
"""

import inspect
import math
import re
from collections.abc import Mapping
from typing import Any, Final

from policies.deploy import canonical
from policies.deploy.messages import KIND
from policies.deploy.shapes import COMMAND_KINDS, EVENT_KINDS, NESTED_KINDS, Shape, shapes_of
from policies.deploy.strict import NEVER_WORD

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def events_schema() -> dict[str, Any]:
    """The schema of one event."""
    return _schema("Event", "What the office hears.", EVENT_KINDS)


def commands_schema() -> dict[str, Any]:
    """The schema of one command."""
    return _schema("Command", "What the office orders.", COMMAND_KINDS)


def digests() -> dict[str, str]:
    """Digest of what may be said [hex], events and commands apart: the version of the contract spoken here."""
    return {"events": _digest(EVENT_KINDS), "commands": _digest(COMMAND_KINDS)}


def _digest(kinds: Mapping[str, type]) -> str:
    said = {name: [{**_field(shape), "name": shape.name} for shape in shapes_of(kind)] for name, kind in kinds.items()}
    return canonical.digest(said)


def _schema(title: str, about: str, kinds: Mapping[str, type]) -> dict[str, Any]:
    return {
        "$schema": DIALECT,
        "title": title,
        "description": f"{about} Numbers are minutes, CNY or plain; an infinite instant is {NEVER_WORD!r}.",
        "oneOf": [{"$ref": f"#/$defs/{name}"} for name in kinds],
        "$defs": {name: _object(name, kind) for name, kind in kinds.items()},
    }


def _object(name: str, kind: type) -> dict[str, Any]:
    shapes = shapes_of(kind)
    return {
        "type": "object",
        "description": _about(kind),
        "properties": {KIND: {"const": name}, **{shape.name: _field(shape) for shape in shapes}},
        "required": [KIND, *(shape.name for shape in shapes if shape.required)],
        "additionalProperties": False,
    }


def _field(shape: Shape) -> dict[str, Any]:
    default = {} if shape.required else {"default": NEVER_WORD if shape.default == math.inf else shape.default}
    if shape.kind == "whole":
        return {"type": "integer", "minimum": shape.low, "maximum": shape.high, **default}
    if shape.kind == "number":
        return {"anyOf": [{"type": "number"}, {"const": NEVER_WORD}], **default}
    if shape.kind == "command":
        return {"oneOf": [{"$ref": f"#/$defs/{name}"} for name in NESTED_KINDS]}
    return {"type": "boolean" if shape.kind == "flag" else "string", **default}


def _about(kind: type) -> str:
    return re.sub(r"\s+", " ", inspect.getdoc(kind) or "").replace("``", "`")
