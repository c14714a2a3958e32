"""The mapping: how the columns of a log are read (TOML, strict).

A mapping names the columns, the clock and the order of the log, which rows count, and what its
words mean here: values → trades, priorities, places. Nothing about the log is guessed.
"""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Final, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, PositiveInt, ValidationError, field_validator, model_validator

from scenarios.library import DATA
from scenarios.problems import Problem, ScenarioProblems, one_of
from scenarios.schema.document import Document, read
from scenarios.schema.faults import problem_of
from scenarios.schema.strict import Strict

Kind = Literal["requests", "faults"]
ISO: Final = "iso"
SUFFIX: Final = ".mapping.toml"
MINUTES: Final = {"min": 1.0, "h": 60.0, "days": 1440.0}


class Columns(Strict):
    """Columns of the log by what they mean. ``duration`` may be left out where ``closed_at`` tells it.

    ``assigned_at``, ``arrived_at``, ``staff`` and ``unit`` (the thing itself, such as a lift) tell a
    calibration what can be separated; a run on the log does without them.
    """

    opened_at: str
    place: str
    category: str
    id: str = ""
    closed_at: str = ""
    priority: str = ""
    duration: str = ""
    assigned_at: str = ""
    arrived_at: str = ""
    staff: str = ""
    unit: str = ""


class Clock(Strict):
    """How instants are written: ``iso`` or a strptime format; the zone they are in, and the local one."""

    format: str = ISO
    zone: str = ""
    local_zone: str = ""

    @field_validator("zone", "local_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value:
            try:
                ZoneInfo(value)
            except (ZoneInfoNotFoundError, ValueError) as error:
                raise ValueError('a time zone such as "UTC" or "America/New_York" known to this machine') from error
        return value

    @model_validator(mode="after")
    def _both_or_none(self) -> Self:
        if bool(self.zone) != bool(self.local_zone):
            raise ValueError("zone and local_zone together, or neither (the log is in local time)")
        return self


class Period(Strict):
    """First and last day of the log that count, local dates; ``run_out_days`` more are run without demand."""

    first_day: date
    last_day: date
    run_out_days: PositiveInt = 14

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last_day < self.first_day:
            raise ValueError("a last_day not before first_day")
        return self


class Join(Strict):
    """A second table beside the log, matched on one column: its columns may be named like the log's own."""

    file: str
    on: str


class MappingFile(Strict):
    """A mapping file."""

    kind: Kind
    name: str
    origin: str = ""
    world: str = ""
    columns: Columns
    period: Period
    clock: Clock = Clock()
    order_by: list[str] = Field(default_factory=list)
    recorded_until: datetime | None = None
    join: Join | None = None
    keep: dict[str, Annotated[list[str], Field(min_length=1)]] = Field(default_factory=dict)
    merge_by: str = ""
    duration_is_work: bool = False
    duration_unit: Literal["min", "h", "days"] = "min"
    trades: Annotated[dict[str, str], Field(min_length=1)]
    priorities: dict[str, Annotated[int, Field(ge=1, le=4)]] = Field(default_factory=dict)
    priority: Annotated[int, Field(ge=1, le=4)] = 3
    places: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.duration_is_work and not (self.columns.duration or self.columns.closed_at):
            raise ValueError("columns.duration or columns.closed_at, since duration_is_work is true")
        if self.columns.priority and not self.priorities:
            raise ValueError("a table [priorities], since columns.priority names a column")
        if self.merge_by and not self.columns.closed_at:
            raise ValueError("columns.closed_at, since merge_by joins a row to the one that ends where it begins")
        return self


def shipped() -> dict[str, Path]:
    """Shipped mappings by name, sorted."""
    found = sorted((DATA / "overlays").glob(f"*{SUFFIX}"))
    return {path.name.removesuffix(SUFFIX): path for path in found}


def mapping_file(name: Path) -> Path:
    """The file of a path, or of the name of a shipped mapping.

    Raises
    ------
    ScenarioProblems
        If there is neither.
    """
    if name.is_file():
        return name
    known = shipped()
    if str(name) not in known:
        expected = f"the path of a file, or {one_of(str(name), known)}"
        raise ScenarioProblems([Problem(str(name), 0, "mapping", f'"{name}"', expected)])
    return known[str(name)]


@dataclass(slots=True)
class Mapping:
    """A mapping read and checked, with the line of each key."""

    path: Path
    document: Document
    file: MappingFile

    def problem(self, key: str, given: str, expected: str) -> Problem:
        """Something wrong at a dotted key of the mapping."""
        table, _, rest = key.partition(".")
        path = (table, rest) if rest else (table,)
        return Problem(self.document.file, self.document.line(path), key, given, expected)


def read_mapping(path: Path) -> Mapping:
    """Read a mapping.

    Raises
    ------
    ScenarioProblems
        With everything wrong in the file.
    """
    document = read(path)
    try:
        file = MappingFile.model_validate(document.values)
    except ValidationError as error:
        raise ScenarioProblems(
            [problem_of(e, MappingFile, lambda key: (document.file, document.line(key))) for e in error.errors()]
        ) from error
    return Mapping(path, document, file)
