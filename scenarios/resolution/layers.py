"""Layers of a scenario: defaults < campus < ``extends`` < ordered ``measures`` < ``--set key=value``.

Every value remembers the file and line it came from, so that a message about the whole can name the
part. Two measures that write one key with different values are a mistake, whatever their order; a
measure, and a scenario that extends another, may only write features, policies and activation.
"""

import re
import shlex
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scenarios import library
from scenarios.problems import Problem, ScenarioProblems
from scenarios.schema.document import Document, Path_, read
from scenarios.schema.faults import shown, unknown_key
from scenarios.schema.inline import inline
from scenarios.schema.scenario import HEAD, MEASURE_MAY_WRITE, ScenarioFile

Origin = tuple[str, int]
MAY_WRITE = (*HEAD, *MEASURE_MAY_WRITE)
"""Keys of a measure, and of a scenario that extends another."""
CHOOSES = re.compile(r"\s*policies\s*\.\s*\w+\s*(\.\s*rule\s*)?=")
"""A setting that chooses a rule."""
PLAIN = re.compile(r"[A-Za-z_]\w*")
TABLES = [f"[{key}]" for key in MEASURE_MAY_WRITE]


@dataclass(slots=True)
class Stack:
    """The merged values of a scenario and where each came from. ``rootless``: what it extends is not there, so most is missing. ``under``: files of whose values a measure lies over some."""

    head: Document
    values: dict[str, Any] = field(default_factory=dict)
    origins: dict[Path_, Origin] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    measures: list[str] = field(default_factory=list)
    folder: Path = Path()
    rootless: bool = False
    under: list[Document] = field(default_factory=list)

    def origin(self, path: Path_) -> Origin:
        """File and line of a key, or of the nearest key above it; what describes a file is that file's own."""
        if path[:1] and path[0] in HEAD and path[0] not in self.head.values:
            return self.head.file, 0
        return origin_in(self.origins, path) or (self.head.file, 0)


def origin_in(origins: Mapping[Path_, Origin], path: Path_) -> Origin | None:
    """Where a key was written, or the first below it, or the nearest above it; None: nowhere."""
    if path in origins:
        return origins[path]
    below = next((origin for known, origin in origins.items() if known[: len(path)] == path), None)
    above = (origins[path[:end]] for end in range(len(path) - 1, 0, -1) if path[:end] in origins)
    return below or next(above, None)


def stack(scenario: str, measures: Sequence[str], sets: Sequence[str], problems: list[Problem]) -> Stack:
    """Merge the layers of a scenario (name or path); what is wrong with the layers goes to ``problems``.

    A layer that cannot be found or read is told there too, and left out.

    Raises
    ------
    ScenarioProblems
        If the scenario itself cannot be found or read.
    """
    head = read(library.find("scenario", scenario))
    if head.values.get("kind") == "measure":
        return stack("as_is", [scenario, *measures], sets, problems)
    chain, rootless = _chain(head, problems)
    merged = Stack(head, rootless=rootless)
    merged.folder = chain[0].folder
    for depth, document in enumerate(chain):
        if depth or rootless:
            problems += _writes_too_much(document, "a scenario that extends another")
        _add(merged, document)
    written: dict[Path_, tuple[Any, Origin]] = {}
    named = list(_measures_of(chain, problems))
    for number, document in enumerate([*named, *_measures_asked(measures, problems)]):
        if number < len(named):
            overlaid = list(_overlaid(chain[1:], document))
            problems += overlaid
            files = dict.fromkeys(one.file for one in overlaid)
            merged.under += [one for one in chain[1:] if one.file in files and one not in merged.under]
        if document.values.get("kind") != "measure":
            given = f'"{document.values.get("kind", "scenario")}"'
            problems.append(Problem(document.file, document.line(("kind",)), "kind", given, '"measure"'))
        problems += _writes_too_much(document, "a measure")
        problems += _conflicts(document, written)
        merged.measures.append(str(document.values.get("name", Path(document.file).stem)))
        _add(merged, document)
    for assignment in sorted(sets, key=_chooses_no_rule):
        _set(merged, assignment, problems)
    for key in HEAD:
        merged.values.pop(key, None)
        if key in head.values and key != "measures":
            merged.values[key] = head.values[key]
            merged.origins[(key,)] = head.file, head.line((key,))
    if measures:
        merged.values["name"] = "+".join([str(head.values.get("name", scenario)), *merged.measures[-len(measures) :]])
    merged.values["measures"] = list(merged.measures)
    return merged


def _chain(head: Document, problems: list[Problem]) -> tuple[list[Document], bool]:
    """The scenario and what it extends, root first, and whether the root is missing."""
    chain = [head]
    while parent := chain[-1].values.get("extends"):
        last = chain[-1]
        if not isinstance(parent, str):
            break
        place = last.file, last.line(("extends",)), "extends"
        found = _found("scenario", parent, last.folder, place, problems)
        if found is None:
            return chain[::-1], True
        if any(found.file == one.file for one in chain):
            way = " → ".join(Path(one.file).name for one in (*chain, found))
            raise ScenarioProblems([Problem(*place, f'"{parent}"', f"no circle ({way})")])
        chain.append(found)
    return chain[::-1], False


def _measures_of(chain: list[Document], problems: list[Problem]) -> Iterator[Document]:
    for document in chain:
        named = document.values.get("measures", [])
        place = document.file, document.line(("measures",)), "measures"
        if not isinstance(named, list) or not all(isinstance(n, str) for n in named):
            problems.append(Problem(*place, str(named), "a list of names of measures"))
            continue
        for name in named:
            found = _found("measure", name, document.folder, place, problems)
            if found is not None:
                yield found


def _measures_asked(measures: Sequence[str], problems: list[Problem]) -> Iterator[Document]:
    for name in measures:
        found = _found("measure", name, None, None, problems)
        if found is not None:
            yield found


def _found(
    kind: library.Kind, name: str, folder: Path | None, place: library.Place | None, problems: list[Problem]
) -> Document | None:
    """The file that another names: beside it or shipped; None, and told, where it cannot be found or read."""
    beside = None if folder is None else folder / f"{name}.toml"
    try:
        return read(beside if beside is not None and beside.is_file() else library.find(kind, name, place, folder))
    except ScenarioProblems as error:
        problems += error.problems
        return None


def _writes_too_much(document: Document, what: str) -> Iterator[Problem]:
    """Keys that this file may not write: of a scenario, which stand in the way of sharing a world, or of none, which are left out then."""
    for key in [one for one in document.values if one not in MAY_WRITE]:
        place = document.file, document.line((key,)), key
        if key in ScenarioFile.model_fields:
            only = " and ".join((", ".join(TABLES[:-1]), TABLES[-1]))
            yield Problem(*place, f"[{key}] in {what}", f"only {only}: as-is and to-be share one world")
        else:
            yield Problem(*place, shown(document.values.pop(key)), unknown_key(key, MAY_WRITE))


def _conflicts(document: Document, written: dict[Path_, tuple[Any, Origin]]) -> list[Problem]:
    found = []
    for path, value in leaves(document.values):
        if path[0] in HEAD:
            continue
        origin = document.file, document.line(path)
        before = written.setdefault(path, (value, origin))
        if before[0] != value:
            key = ".".join(str(p) for p in path)
            found.append(
                Problem(
                    *origin,
                    key,
                    shown(value),
                    f"{shown(before[0])} as in {before[1][0]}:{before[1][1]}, or only one of the two measures",
                )
            )
    return found


def _overlaid(extending: Sequence[Document], measure: Document) -> Iterator[Problem]:
    """What a file that extends another writes itself, and a measure it inherits or names writes otherwise: it would be lost in silence."""
    over = dict(leaves(measure.values))
    for document in extending:
        for path, value in leaves(document.values):
            if path[0] not in HEAD and path in over and over[path] != value:
                key = ".".join(str(p) for p in path)
                yield Problem(
                    document.file, document.line(path), key, shown(value),
                    f"nothing, for {shown(over[path])} of {measure.file}:{measure.line(path)} lies over it: "
                    f"ask for it by --set {key}={_typed(value)}, or extend a scenario without that measure",
                )  # fmt: skip


def _typed(value: Any) -> str:
    """A value as it is typed behind ``--set``."""
    return value if isinstance(value, str) and PLAIN.fullmatch(value) else shlex.quote(inline(value))


def leaves(values: dict[str, Any], above: Path_ = ()) -> Iterator[tuple[Path_, Any]]:
    """Every value that is not a table, with its path."""
    for key, value in values.items():
        if isinstance(value, dict) and value:
            yield from leaves(value, (*above, key))
        else:
            yield (*above, key), value


def _add(merged: Stack, document: Document) -> None:
    merged.files.append(document.file)
    _forget_parameters(merged.values, document.values)
    merge(merged.values, document.values)
    for path, line in document.lines.items():
        merged.origins[path] = document.file, line


def _forget_parameters(below: dict[str, Any], above: dict[str, Any]) -> None:
    """Another rule at a decision point does not inherit the parameters of the rule it replaces."""
    old, new = below.get("policies"), above.get("policies")
    if not isinstance(old, dict) or not isinstance(new, dict):
        return
    for decision, table in new.items():
        before = old.get(decision)
        if (
            isinstance(table, dict)
            and isinstance(before, dict)
            and table.get("rule", before.get("rule")) != before.get("rule")
        ):
            before.pop("parameters", None)


def merge(below: dict[str, Any], above: dict[str, Any]) -> None:
    """Lay ``above`` over ``below``: tables key by key, everything else whole."""
    for key, value in above.items():
        if isinstance(value, dict) and isinstance(below.get(key), dict):
            merge(below[key], value)
        else:
            below[key] = _copy(value)


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(one) for key, one in value.items()}
    return [_copy(one) for one in value] if isinstance(value, list) else value


def _chooses_no_rule(assignment: str) -> bool:
    """Rules are chosen first: their parameters would be forgotten with the rule before them, whatever order they are typed in."""
    return CHOOSES.match(assignment) is None


def _set(merged: Stack, assignment: str, problems: list[Problem]) -> None:
    dotted, equals, text = assignment.partition("=")
    path = tuple(part.strip() for part in dotted.split("."))
    if not equals or not all(path) or path[0] in HEAD:
        problems.append(Problem("--set", 0, dotted, f'"{assignment}"', "key=value, such as run.days=365"))
        return
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        value = text.strip()
    layer: dict[str, Any] = {path[-1]: value}
    for part in reversed(path[:-1]):
        layer = {part: layer}
    _forget_parameters(merged.values, layer)
    merge(merged.values, layer)
    merged.origins[path] = f"--set {assignment}", 0
