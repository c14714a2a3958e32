"""Reading a truths file: JSON with a list of cases, every mistake told at once.

A case whose model is not known is no mistake: it is reported as not expressed.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from scenarios.problems import Problem, ScenarioProblems
from scenarios.schema.document import shown_path
from scenarios.schema.faults import problem_of
from scenarios.verify.case import Case
from scenarios.verify.registry import ways

SHIPPED: Final = Path(__file__).parents[1] / "data" / "truths" / "analytic.json"
"""The cases that come with the twin, with their sources."""

Wide = Annotated[float, Field(gt=0.0)]
Finite = Annotated[float, Field(allow_inf_nan=False)]


class Told(BaseModel):
    """Checked keys, and whatever else a file says beside them."""

    model_config = ConfigDict(extra="allow", strict=True)


class ToleranceTable(Told):
    """The widest half-width that counts: ``rel`` of the value, or ``abs``."""

    rel: Wide | None = None
    abs: Wide | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if self.rel is None and self.abs is None:
            raise ValueError("rel (a share of the value) or abs: the widest half-width that still counts as a test")
        return self


class CaseTable(Told):
    """One case as it is written."""

    id: Annotated[str, Field(min_length=1)]
    model: Annotated[str, Field(min_length=1)]
    what: str = ""
    units: str = ""
    parameters: dict[str, Any]
    expected: Annotated[dict[str, int | Finite | list[Any] | str], Field(min_length=1)]
    tolerance: ToleranceTable
    source: str = ""


class TruthsFile(Told):
    """The whole file."""

    cases: Annotated[list[dict[str, Any]], Field(min_length=1)]


def read(file: Path = SHIPPED) -> dict[str, Case]:
    """Cases by id, in the order they are written.

    Raises
    ------
    ScenarioProblems
        With everything wrong in the file.
    """
    shown = shown_path(file)
    text = _text(file, shown)
    try:
        rows = TruthsFile.model_validate(_values(text, shown)).cases
    except ValidationError as error:
        raise ScenarioProblems([problem_of(e, TruthsFile, lambda _path: (shown, 0)) for e in error.errors()]) from error
    problems: list[Problem] = []
    cases: dict[str, Case] = {}
    for number, row in enumerate(rows):
        place = _Place(shown, _line(text, row.get("id")), row.get("id"), number)
        case = _case(row, place, problems)
        if case is None:
            continue
        if case.id in cases:
            problems.append(place.problem("id", f'"{case.id}" again', "an id that no other case has"))
        cases[case.id] = case
    if problems:
        raise ScenarioProblems(problems)
    return cases


class _Place:
    """Where a case stands, for messages."""

    def __init__(self, file: str, line: int, case_id: object, number: int) -> None:
        self.file = file
        self.line = line
        self.name = case_id if isinstance(case_id, str) and case_id else f"cases[{number}]"

    def problem(self, key: str, given: str, expected: str) -> Problem:
        return Problem(self.file, self.line, f"{self.name}.{key}", given, expected)

    def problems(self, error: ValidationError, model: type[BaseModel], under: str = "") -> list[Problem]:
        found = [problem_of(one, model, lambda _path: (self.file, self.line)) for one in error.errors()]
        return [replace(one, key=self._key(under, one.key)) for one in found]

    def _key(self, under: str, key: str) -> str:
        return ".".join(part for part in (str(self.name), under, "" if key == "file" else key) if part)


def _case(row: Mapping[str, Any], place: _Place, problems: list[Problem]) -> Case | None:
    try:
        table = CaseTable.model_validate(row)
    except ValidationError as error:
        problems += place.problems(error, CaseTable)
        table = None
    problems += _wrong_parameters(row, place)
    if table is None:
        return None
    problems += _nothing_wide(table, place)
    tolerance = table.tolerance.model_dump(exclude_none=True)
    return Case(
        table.id, table.model, table.what, table.units, table.parameters, table.expected, tolerance, table.source
    )  # fmt: skip


def _nothing_wide(table: CaseTable, place: _Place) -> list[Problem]:
    """A share of nothing is a width no interval can have."""
    if table.tolerance.abs is not None:
        return []
    zeros = [name for name, value in table.expected.items() if isinstance(value, int | float) and value == 0]
    return [
        place.problem(f"expected.{name}", "0 with rel", "tolerance.abs, where the true value is 0") for name in zeros
    ]


def _wrong_parameters(row: Mapping[str, Any], place: _Place) -> list[Problem]:
    known = ways(model) if isinstance(model := row.get("model"), str) else []
    if not known or not isinstance(row.get("parameters"), dict):
        return []
    form = known[0].parameters
    try:
        form.model_validate(row["parameters"])
    except ValidationError as error:
        return place.problems(error, form, "parameters")
    return []


def _text(file: Path, shown: str) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise ScenarioProblems(
            [Problem(shown, 0, "file", "nothing that can be read", f"a JSON file ({error.strerror})")]
        ) from error
    except UnicodeDecodeError as error:
        raise ScenarioProblems(
            [Problem(shown, 0, "file", "bytes that are not UTF-8", "a JSON file in UTF-8")]
        ) from error


def _values(text: str, shown: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        where = f"{error.msg} (column {error.colno})"
        raise ScenarioProblems([Problem(shown, error.lineno, "file", where, "JSON")]) from error


def _line(text: str, case_id: object) -> int:
    """Line on which a case's id is written; 0 if it has none."""
    if not isinstance(case_id, str):
        return 0
    found = re.search(rf'"id"\s*:\s*{re.escape(json.dumps(case_id))}', text)
    return text.count("\n", 0, found.start()) + 1 if found else 0
