"""The assumptions of a scenario's campus, and the settings that move one of them to an end of its range.

An assumption is a note of provenance with everything it speaks of: the work of all trades is one,
because one note gives one range for them. What one note speaks of moves together.
"""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

from scenarios.resolution.provenance import numeric_keys, pattern_for
from scenarios.resolution.ranges import ENDS, End, Range, range_of
from scenarios.resolution.resolve import Resolved
from scenarios.schema.inline import inline
from scenarios.schema.strict import is_share

TABLES: Final = ("buildings", "people", "assets", "skus")
WHOLE: Final = ("reporting.phone_share", "reporting.paper_share", "reporting.chat_share")
"""Shares of one whole: where one moves, the others share what is left as they did before."""


@dataclass(frozen=True, slots=True)
class Assumption:
    """One note of provenance: ``key`` may hold ``*``; ``keys`` are the dotted keys it moves; ``value`` as assumed."""

    key: str
    note: str
    keys: tuple[str, ...]
    range: Range
    value: str


@dataclass(frozen=True, slots=True)
class Unmoved:
    """An assumption that is left where it is, and why."""

    key: str
    why: str


def assumptions(it: Resolved) -> tuple[list[Assumption], list[Unmoved]]:
    """Every assumption the scenario's campus writes down, and those that cannot be moved."""
    notes, values = it.campus.provenance, _values(it)
    spoken: dict[str, list[str]] = {}
    for key in numeric_keys(values):
        if f"world.{key}" in it.places or any(part.isdigit() for part in key.split(".")):
            spoken.setdefault(pattern_for(notes, key), []).append(key)
    found, left = [], []
    for pattern, note in notes.items():
        if pattern.partition(".")[0] in TABLES:
            left.append(Unmoved(pattern, "a column of a table, written row by row"))
            continue
        if pattern not in spoken:
            continue
        limits = _limits(it, spoken[pattern], note)
        keys = tuple(key for key in spoken[pattern] if limits is not None and _movable(_at(values, key), limits))
        if limits is None or not keys:
            left.append(Unmoved(pattern, "its note states no range in numbers"))
        else:
            found.append(Assumption(pattern, note, keys, limits, _told([_at(values, key) for key in keys])))
    return found, left


def settings(it: Resolved, moved: Assumption, end: End) -> tuple[str, ...]:
    """The ``key=value`` settings that move an assumption; empty if it lies at that end already."""
    values = _values(it)
    after = deepcopy(values)
    for key in moved.keys:
        _put(after, key, _moved(_at(values, key), moved.range, end, is_share(key.rpartition(".")[2])))
        if key in WHOLE:
            _share_the_rest(after, key)
    roots = dict.fromkeys(_root(key) for key in (*moved.keys, *(WHOLE if moved.key in WHOLE else ())))
    return tuple(f"world.{root}={inline(_at(after, root))}" for root in roots if _at(after, root) != _at(values, root))


def _values(it: Resolved) -> dict[str, Any]:
    found: dict[str, Any] = it.values()["campus"]
    return found


def _limits(it: Resolved, keys: list[str], note: str) -> Range | None:
    """The range of the note, or the 95 % interval a calibration kept."""
    kept = it.campus.calibration.intervals.get(keys[0]) if it.campus.calibration is not None else None
    if note.startswith("[fitted]") and kept is not None and len(keys) == 1:
        return Range("to", kept[2], kept[3])
    return range_of(note)


def _movable(value: Any, limits: Range) -> bool:
    """Numbers alone; what lies outside a range given in values is an exception its note explains."""
    numbers = value if isinstance(value, list) else [value]
    if not all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in numbers):
        return False
    return limits.kind != "to" or all(limits.low <= one <= limits.high for one in numbers)


def _moved(value: Any, limits: Range, end: End, share: bool) -> Any:
    if isinstance(value, list):
        return [_moved(one, limits, end, share) for one in value]
    new = limits.at(end, value)
    new = min(max(new, 0.0), 1.0) if share else new
    return round(new) if isinstance(value, int) else float(f"{new:.10g}")


def _share_the_rest(values: dict[str, Any], key: str) -> None:
    others = [one for one in WHOLE if one != key]
    before, rest = sum(_at(values, one) for one in others), 1.0 - _at(values, key)
    for one in others:
        part = _at(values, one) / before if before else 1.0 / len(others)
        _put(values, one, rest * part)


def _root(key: str) -> str:
    """What a setting can name: a list of tables is set whole."""
    parts: list[str] = []
    for part in key.split("."):
        if part.isdigit():
            break
        parts.append(part)
    return ".".join(parts)


def _at(values: Any, key: str) -> Any:
    for part in key.split("."):
        values = values[int(part)] if isinstance(values, list) else values[part]
    return values


def _put(values: dict[str, Any], key: str, value: Any) -> None:
    above, _, last = key.rpartition(".")
    (_at(values, above) if above else values)[last] = value


def _told(values: list[Any]) -> str:
    """One value, or the least and the greatest of several."""
    numbers = sorted(set(_numbers(values)))
    return f"{numbers[0]:g}" if len(numbers) == 1 else f"{numbers[0]:g} … {numbers[-1]:g}"


def _numbers(values: list[Any]) -> Iterator[float]:
    for one in values:
        if isinstance(one, list):
            yield from _numbers(one)
        else:
            yield float(one)


__all__ = ["ENDS", "Assumption", "End", "Unmoved", "assumptions", "settings"]
