"""The rules of IEEE 1849 for a log in XML, written out from the standard's clauses and told apart from the writer.

Not the published schema, whose file bears no licence, and more than it: clause 5 says which elements
stand where with which attributes (what a schema can say), clause 4 which keys may stand together. List
attributes, which no export of the twin has, are refused.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

NAMESPACE = "{http://www.xes-standard.org/}"
Lexical = Callable[[str], bool]


def _like(pattern: str) -> Lexical:
    return lambda text: re.fullmatch(pattern, text) is not None


def _date(text: str) -> bool:
    shaped = re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?", text)
    try:
        return shaped is not None and datetime.fromisoformat(text) is not None
    except ValueError:
        return False


def _long(text: str) -> bool:
    return re.fullmatch(r"[+-]?\d+", text) is not None and -(2**63) <= int(text) < 2**63


def _any(_: str) -> bool:
    return True


NAME, BARE_NAME = _like(r"[^\W\d][\w.:-]*|:[\w.:-]*"), _like(r"[^\W\d][\w.-]*")
TOKEN, URI = _like(r"(\S+( \S+)*)?"), _like(r"[^\s<>\"{}|\\^`]+")
DECIMAL = _like(r"[+-]?(\d+(\.\d*)?|\.\d+)")
DOUBLE = _like(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|-?INF|NaN")
BOOLEAN = _like("true|false|1|0")
ATTRIBUTES = {"string": _any, "date": _date, "int": _long, "float": DOUBLE, "boolean": BOOLEAN, "id": _any}
"""Element of an attribute → what its value may look like (clause 5.4)."""


@dataclass(frozen=True)
class Element:
    """What must and what may be said of an element, and what stands in it, in this order."""

    clause: str
    must: dict[str, Lexical] = field(default_factory=dict)
    may: dict[str, Lexical] = field(default_factory=dict)
    parts: tuple[str, ...] = ()


ELEMENTS = {
    "log": Element(
        "5.1", {"xes.version": DECIMAL}, {"xes.features": TOKEN}, ("extension", "global", "classifier", "attribute", "trace", "event")
    ),
    "trace": Element("5.2", parts=("attribute", "event")),
    "event": Element("5.3", parts=("attribute",)),
    **{name: Element("5.4", {"key": NAME, "value": value}, {}, ("attribute",)) for name, value in ATTRIBUTES.items()},
    "extension": Element("5.5", {"name": BARE_NAME, "prefix": BARE_NAME, "uri": URI}),
    "global": Element("5.6", {}, {"scope": _like("trace|event")}, ("attribute",)),
    "classifier": Element("5.7", {"name": BARE_NAME, "keys": TOKEN}, {"scope": _like("trace|event")}),
}  # fmt: skip


def broken(file: Path | str) -> list[str]:
    """Every rule that a log breaks, with its clause; a file, or the text of one."""
    root = ET.fromstring(file) if isinstance(file, str) else ET.parse(file).getroot()
    if root.tag != f"{NAMESPACE}log":
        return [f"5.1: the root is {root.tag}"]
    return [*_shape(root), *_keys(root)]


def _shape(one: ET.Element) -> Iterator[str]:
    """Clause 5: the element itself, its attributes, the order of its parts; then each part."""
    name = _name(one)
    if name not in ELEMENTS:
        yield f"5: no element <{name}>"
        return
    rule = ELEMENTS[name]
    for key, looks_right in (rule.must | rule.may).items():
        if key not in one.attrib and key in rule.must:
            yield f"{rule.clause}: <{name}> without {key}"
        if key in one.attrib and not looks_right(one.attrib[key]):
            yield f'{rule.clause}: <{name} {key}="{one.attrib[key]}">'
    yield from (f"{rule.clause}: <{name}> with {key}" for key in one.attrib if key not in rule.must | rule.may)
    kinds = ["attribute" if _name(part) in ATTRIBUTES else _name(part) for part in one]
    yield from (f"{rule.clause}: <{kind}> in <{name}>" for kind in kinds if kind not in rule.parts)
    places = [rule.parts.index(kind) for kind in kinds if kind in rule.parts]
    if places != sorted(places):
        yield f"{rule.clause}: parts of <{name}> out of order"
    if (one.text or "").strip() or any((part.tail or "").strip() for part in one):
        yield f"{rule.clause}: text in <{name}>"
    for part in one:
        yield from _shape(part)


def _keys(log: ET.Element) -> Iterator[str]:
    """Clause 4: keys stand once in a component, globals everywhere, and prefixes are those of extensions."""
    prefixes = {one.get("prefix") for one in log.findall(f"{NAMESPACE}extension")}
    shared = {one.get("scope", "event"): _of(one) for one in log.findall(f"{NAMESPACE}global")}
    for one in log.iter():
        keys = [part.get("key", "") for part in one if _name(part) in ATTRIBUTES]
        yield from (f"4.2: {key} twice in <{_name(one)}>" for key in sorted({k for k in keys if keys.count(k) > 1}))
        yield from (f"4.5: no extension for {key}" for key in keys if ":" in key and key.split(":")[0] not in prefixes)
        for key, kind in shared.get(_name(one), {}).items():
            if _of(one).get(key) != kind:
                yield f"4.3: <{_name(one)}> without the global {kind} {key}"
    for one in log.findall(f"{NAMESPACE}classifier"):
        scope = one.get("scope", "event")
        yield from (
            f"4.4: {k} is no global of {scope}" for k in one.get("keys", "").split() if k not in shared.get(scope, {})
        )


def _of(one: ET.Element) -> dict[str, str]:
    """Key → type of the attributes of a component."""
    return {part.get("key", ""): _name(part) for part in one if _name(part) in ATTRIBUTES}


def _name(one: ET.Element) -> str:
    return one.tag.removeprefix(NAMESPACE)
