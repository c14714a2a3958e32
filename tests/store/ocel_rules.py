"""The rules of OCEL 2.0 for a log in JSON, written out from its specification and told apart from the writer.

Sections 8.1 and 8.2 of the specification (Berti et al. 2023, arXiv:2403.01975): names, nesting, what is required,
values as texts. Not the published schema, whose file bears no licence, and stricter: nothing else may
stand in the file, and types of attributes are the five that the format's page names. That ids exist and values
are of their declared types no schema can say: ``test_ocel_keeps_the_rules_of_its_specification``.
"""

from typing import Any

INSTANT = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"


def _record(optional: tuple[str, ...] = (), **fields: Any) -> dict[str, Any]:
    """An object of these fields and no others."""
    required = [name for name in fields if name not in optional]
    return {"type": "object", "properties": fields, "required": required, "additionalProperties": False}


def _each(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item}


TEXT = {"type": "string"}
NAME = {"type": "string", "minLength": 1}
TIME = {"type": "string", "pattern": INSTANT}
DECLARED = _each(
    _record(name=NAME, attributes=_each(_record(name=NAME, type={"enum": ["string", "time", "integer", "float", "boolean"]})))
)  # fmt: skip
RELATED = _each(_record(objectId=NAME, qualifier=NAME))
RULES = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    **_record(
        eventTypes=DECLARED,
        objectTypes=DECLARED,
        events=_each(
            _record(
                ("attributes", "relationships"), id=NAME, type=NAME, time=TIME,
                attributes=_each(_record(name=NAME, value=TEXT)), relationships=RELATED,
            )
        ),
        objects=_each(
            _record(
                ("attributes", "relationships"), id=NAME, type=NAME,
                attributes=_each(_record(name=NAME, value=TEXT, time=TIME)), relationships=RELATED,
            )
        ),
    ),
}  # fmt: skip
"""A JSON Schema (draft 7)."""
