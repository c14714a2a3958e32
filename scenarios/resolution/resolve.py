"""Resolving a scenario: layers merged, files read, everything checked against everything else.

``resolve`` either returns one ``Resolved`` from which a world and an office can be built without
further questions, or raises every problem found in every file.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from policies.contract.calendar import Calendar
from scenarios import library
from scenarios.campus.calendars import calendar_of
from scenarios.campus.places import buildings_of, minutes_between
from scenarios.campus.staffing import staffed
from scenarios.problems import Problem, ScenarioProblems
from scenarios.resolution.checks import check, suspicious, wrong_rules
from scenarios.resolution.layers import Stack, merge, origin_in, stack
from scenarios.schema.campus import CampusFile
from scenarios.schema.document import Document, read
from scenarios.schema.faults import Place, problem_of
from scenarios.schema.scenario import ScenarioFile
from scenarios.schema.tables import AssetRow, BuildingRow, PersonRow, SkuRow, StockRow, read_rows

Model = TypeVar("Model", bound=BaseModel)


@dataclass(slots=True)
class Resolved:
    """A scenario with nothing left open.

    ``minutes_to[b][a]``: travel from a to b [min]. ``files``: every file read, in the order of the
    layers. ``warnings``: legal but suspicious. ``places``: dotted key → ``file:line``.
    """

    scenario: ScenarioFile
    campus: CampusFile
    buildings: list[BuildingRow]
    people: list[PersonRow]
    assets: list[AssetRow]
    skus: list[SkuRow]
    calendar: Calendar
    minutes_to: list[list[float]]
    stock: list[StockRow] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)

    def origin(self, key: str) -> str:
        """``file:line`` where a dotted key (``world.`` for the campus) or the nearest above it was written."""
        parts = key.split(".")
        for end in range(len(parts), 0, -1):
            found = self.places.get(".".join(parts[:end]))
            if found is not None:
                return found
        return "default"

    @property
    def name(self) -> str:
        """Name of the scenario."""
        return self.scenario.name

    @property
    def horizon_days(self) -> int:
        """Days of demand a run can need: burn-in, measured days, run-out."""
        run = self.scenario.run
        return run.burn_in_days + run.days + run.run_out_days

    def values(self) -> dict[str, Any]:
        """Everything as plain data, tables included."""
        rows: dict[str, Sequence[BaseModel]] = {
            "buildings": self.buildings, "people": self.people, "assets": self.assets, "skus": self.skus,
        }  # fmt: skip
        if self.stock:
            rows["stock"] = self.stock
        return {
            "scenario": self.scenario.model_dump(mode="json", exclude={"world"}),
            "campus": self.campus.model_dump(mode="json", exclude={"provenance", "calibration", "staff"}),
            "tables": {
                name: [r.model_dump(mode="json", exclude={"line"}) for r in table] for name, table in rows.items()
            },
        }

    def digest(self) -> str:
        """BLAKE2b of all values and of the travel times and calendar [hex]: same digest, same scenario."""
        days = range(self.horizon_days)
        hours = {name: [self.calendar.windows(name, day) for day in days] for name in sorted(self.calendar.weeks)}
        text = json.dumps([self.values(), self.minutes_to, hours], sort_keys=True, ensure_ascii=False)
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def resolve(scenario: str, measures: Sequence[str] = (), sets: Sequence[str] = ()) -> Resolved:
    """Resolve a scenario by shipped name or path, with further measures and ``key=value`` settings on top.

    A measure given in place of a scenario is laid over ``as_is``.

    Raises
    ------
    ScenarioProblems
        With every problem found.
    """
    problems: list[Problem] = []
    try:
        merged = stack(scenario, measures, sets, problems)
    except ScenarioProblems as error:
        raise ScenarioProblems([*problems, *error.problems, *of_settings(sets)]) from error
    problems += [one for lost in merged.under for one in wrong_rules(lost.values, lost.place)]
    head = _validated(ScenarioFile, merged.values, merged.origin, problems)
    if merged.rootless:
        raise ScenarioProblems([*problems, *wrong_rules(merged.values, merged.origin)])
    try:
        document, below, raw = _campus_values(merged)
    except ScenarioProblems as error:
        raise ScenarioProblems([*problems, *wrong_rules(merged.values, merged.origin), *error.problems]) from error
    place = _campus_place(merged, document, below)
    campus = _validated(CampusFile, raw, place, problems)
    if head is None or campus is None:
        raise ScenarioProblems([*problems, *wrong_rules(merged.values, merged.origin)])
    resolved = _with_tables(head, campus, document, problems)
    resolved.people = staffed(resolved.people, campus, place, problems)
    resolved.files = [*(one.file for one in below), document.file, *merged.files]
    resolved.places = _places(merged, document, below)
    problems += check(resolved, merged.origin, place)
    if problems:
        raise ScenarioProblems(problems)
    resolved.warnings = suspicious(resolved)
    return resolved


def of_settings(sets: Sequence[str]) -> list[Problem]:
    """What is wrong with settings whose scenario is not known: they are laid over today's practice."""
    try:
        if sets:
            resolve("as_is", sets=sets)
    except ScenarioProblems as error:
        return [one for one in error.problems if one.file.startswith("--set")]
    return []


def _campus_values(merged: Stack) -> tuple[Document, list[Document], dict[str, Any]]:
    """The campus file, the defaults below it, and their values with the scenario's ``world`` on top."""
    name = merged.values.get("campus", "campus_medium")
    file, line = merged.origin(("campus",))
    document = read(library.find("campus", str(name), (file, line, "campus"), merged.folder))
    defaults = document.values.get("defaults", "university")
    below = []
    if defaults and isinstance(defaults, str):
        place = (document.file, document.line(("defaults",)), "defaults")
        below.append(read(library.find("defaults", defaults, place, document.folder)))
    raw: dict[str, Any] = {}
    for layer in [*below, document]:
        merge(raw, layer.values)
    over = merged.values.get("world", {})
    if isinstance(over, dict):
        merge(raw, over)
    return document, below, raw


def _campus_place(merged: Stack, document: Document, below: list[Document]) -> Place:
    origins = {path: (layer.file, line) for layer in [*below, document] for path, line in layer.lines.items()}
    origins |= {path[1:]: origin for path, origin in merged.origins.items() if path[0] == "world" and path[1:]}
    return lambda path: origin_in(origins, path) or (document.file, 0)


def _places(merged: Stack, document: Document, below: list[Document]) -> dict[str, str]:
    found: dict[str, str] = {}
    for layer in [*below, document]:
        found |= {".".join(["world", *map(str, path)]): f"{layer.file}:{line}" for path, line in layer.lines.items()}
    for path, (file, line) in merged.origins.items():
        found[".".join(map(str, path))] = f"{file}:{line}" if line else file
    return found


def check_file(file: str, sets: Sequence[str] = ()) -> list[Problem]:
    """Every problem of a scenario, a measure (laid over ``as_is``) or a campus (under ``as_is``)."""
    try:
        if is_campus(file):
            under_as_is(file, sets)
        else:
            resolve(file, sets=sets)
    except ScenarioProblems as error:
        return error.problems
    return []


def under_as_is(campus: str, sets: Sequence[str] = ()) -> Resolved:
    """A campus, by shipped name or path, as today's practice has it.

    Raises
    ------
    ScenarioProblems
        With every problem found.
    """
    return resolve("as_is", sets=[f"campus={json.dumps(str(_campus_path(campus)))}", *sets])


def is_campus(file: str) -> bool:
    """Whether a name or path is that of a campus."""
    if file in library.shipped("campus"):
        return True
    path = Path(file)
    return path.suffix == ".toml" and path.is_file() and "tables" in read(path).values


def _campus_path(file: str) -> Path:
    return library.find("campus", file).resolve()


def _validated(model: type[Model], values: dict[str, Any], place: Place, problems: list[Problem]) -> Model | None:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        problems += [problem_of(e, model, place) for e in error.errors()]
        return None


def _with_tables(head: ScenarioFile, campus: CampusFile, document: Document, problems: list[Problem]) -> Resolved:
    folder = document.folder
    people = _rows(campus.tables.people, folder, PersonRow, problems)
    assets = _rows(campus.tables.assets, folder, AssetRow, problems)
    skus = _rows(campus.tables.skus, folder, SkuRow, problems)
    buildings = buildings_of(campus, folder, problems)
    run = head.run
    end = run.start + timedelta(days=run.burn_in_days + run.days + run.run_out_days)
    place = (document.file, document.line(("calendar",)), "calendar")
    calendar = calendar_of(run.start, end, campus.calendar, folder, problems, place)
    travel = minutes_between(buildings, campus, document, problems)
    stock = _rows(campus.tables.stock, folder, StockRow, problems) if campus.stores is not None else []
    return Resolved(head, campus, buildings, people, assets, skus, calendar, travel, stock)


def _rows(name: str, folder: Path, model: type[BaseModel], problems: list[Problem]) -> list[Any]:
    return read_rows(folder / name, model, problems) if name else []
