"""OCEL 2.0 (JSON): orders, technicians, assets, buildings, faults and groups as objects, the journal as events.

Values are texts, as the published schema asks; their types stand in the declarations. Source: Berti
et al., OCEL (Object-Centric Event Log) 2.0 Specification, 2023, section 5 (JSON format).
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from results.export.story import Story, Value, stamp
from results.store.whole import whole

TYPES: Final[dict[type, str]] = {bool: "boolean", int: "integer", float: "float", str: "string"}


def write_ocel(story: Story, target: Path) -> None:
    """Write a run's journal as one OCEL 2.0 JSON file, whole or not at all."""
    with whole(target) as beside, beside.open("w", encoding="utf-8", newline="\n") as file:
        json.dump(log(story), file, ensure_ascii=False, separators=(",", ":"))
        file.write("\n")


def log(story: Story) -> dict[str, Any]:
    """The whole log as the JSON format has it."""
    things = sorted(story.things.values(), key=lambda thing: (thing.kind, thing.number))
    return {
        "objectTypes": _declared((thing.kind, thing.known) for thing in things),
        "eventTypes": _declared((one.what, one.told) for one in story.happenings),
        "objects": [
            {
                "id": thing.id, "type": thing.kind,
                "attributes": [
                    {"name": name, "value": text(value), "time": stamp(story.start)} for name, value in thing.known.items()
                ],
                "relationships": [
                    {"objectId": other.id, "qualifier": role} for role, other in thing.belongs.items()
                ],
            }
            for thing in things
        ],
        "events": [
            {
                "id": f"event:{one.n}", "type": one.what, "time": stamp(one.at),
                "attributes": [{"name": name, "value": text(value)} for name, value in one.told.items()],
                "relationships": [{"objectId": thing.id, "qualifier": role} for role, thing in one.touched.items()],
            }
            for one in story.happenings
        ],
    }  # fmt: skip


def text(value: Value) -> str:
    """A value as OCEL writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _declared(shown: Iterable[tuple[str, Mapping[str, Value]]]) -> list[dict[str, Any]]:
    """Every type that appears, by name, with the attributes anything of it has."""
    types: dict[str, dict[str, str]] = {}
    for name, known in shown:
        here = types.setdefault(name, {})
        for key, value in known.items():
            here.setdefault(key, TYPES[type(value)])
    return [
        {"name": name, "attributes": [{"name": key, "type": kind} for key, kind in sorted(known.items())]}
        for name, known in sorted(types.items())
    ]
