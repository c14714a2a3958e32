"""XES (IEEE 1849): every order a case, what touched it its events, the technician the resource."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.sax.saxutils import quoteattr

from results.export.story import Happening, Story, Thing, Value, stamp
from results.store.whole import whole

EXTENSIONS: Final = (
    ("Concept", "concept", "http://www.xes-standard.org/concept.xesext"),
    ("Time", "time", "http://www.xes-standard.org/time.xesext"),
    ("Lifecycle", "lifecycle", "http://www.xes-standard.org/lifecycle.xesext"),
    ("Organizational", "org", "http://www.xes-standard.org/org.xesext"),
)
ELEMENTS: Final[dict[type, str]] = {bool: "boolean", int: "int", float: "float", str: "string"}
HEAD: Final = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">
"""
GLOBALS: Final = """ <global scope="trace">
  <string key="concept:name" value="order"/>
 </global>
 <global scope="event">
  <string key="concept:name" value="event"/>
  <date key="time:timestamp" value="1970-01-01T00:00:00.000+00:00"/>
  <string key="lifecycle:transition" value="complete"/>
 </global>
 <classifier name="Activity" scope="event" keys="concept:name"/>
"""


def write_xes(story: Story, target: Path, name: str) -> None:
    """Write a run's journal as one XES file, whole or not at all; ``name`` is the log's."""
    with whole(target) as beside, beside.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(lines(story, name))


def lines(story: Story, name: str) -> Iterator[str]:
    """The file, piece by piece."""
    yield HEAD
    for full, prefix, uri in EXTENSIONS:
        yield f' <extension name="{full}" prefix="{prefix}" uri="{uri}"/>\n'
    yield GLOBALS
    yield f" {_attribute('concept:name', name)}\n"
    for order, events in cases(story).items():
        yield " <trace>\n"
        thing = story.thing("order", order)
        yield f"  {_attribute('concept:name', thing.id)}\n"
        for key, value in (*thing.known.items(), *((role, other.id) for role, other in thing.belongs.items())):
            yield f"  {_attribute(key, value)}\n"
        for event in events:
            yield f"  <event>{''.join(_event(event, thing))}</event>\n"
        yield " </trace>\n"
    yield "</log>\n"


def cases(story: Story) -> dict[int, list[Happening]]:
    """Order → what touched it, in order; orders by the instant of their first event."""
    found: dict[int, list[Happening]] = {}
    for one in story.happenings:
        for number in dict.fromkeys(thing.number for thing in one.touched.values() if thing.kind == "order"):
            found.setdefault(number, []).append(one)
    return found


def _event(one: Happening, case: Thing) -> Iterator[str]:
    yield _attribute("concept:name", one.what)
    yield f'<date key="time:timestamp" value="{stamp(one.at)}"/>'
    yield _attribute("lifecycle:transition", "complete")
    for role, thing in one.touched.items():
        if thing.kind == "technician":
            yield _attribute("org:resource", thing.id)
        elif thing is not case:
            yield _attribute(role, thing.id)
    for key, value in one.told.items():
        yield _attribute(key, value)


def _attribute(key: str, value: Value) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"<{ELEMENTS[type(value)]} key={quoteattr(key)} value={quoteattr(text)}/>"
