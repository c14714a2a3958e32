"""The form of the CSV tables: one model a row, read with the line of each row."""

import csv
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from scenarios.problems import Problem
from scenarios.schema.document import shown_path
from scenarios.schema.faults import problem_of
from scenarios.schema.strict import table_of
from twin import campus as world


def _skills(text: Any) -> Any:
    """``"plumbing:3;electrical:1"`` → {"plumbing": 3, "electrical": 1}."""
    if not isinstance(text, str):
        return text
    found: dict[str, int] = {}
    for part in filter(None, (p.strip() for p in text.split(";"))):
        trade, colon, level = part.partition(":")
        if not colon or not level.strip().isdigit() or not 1 <= int(level) <= 4:
            raise ValueError('trades with levels 1-4, such as "plumbing:3;electrical:1"')
        found[trade.strip()] = int(level)
    if not found:
        raise ValueError('at least one trade, such as "plumbing:3"')
    return found


def _weights(text: Any) -> Any:
    """``"dormitory:3;*:1"`` → {"dormitory": 3.0, "*": 1.0}: weight of a square metre by kind of building."""
    if not isinstance(text, str):
        return text
    try:
        found = {k.strip(): float(w) for k, w in (part.split(":") for part in text.split(";") if part.strip())}
    except ValueError:
        raise ValueError('weights by kind of building, such as "dormitory:3;*:1"') from None
    if not found or min(found.values()) < 0.0 or max(found.values()) <= 0.0:
        raise ValueError('weights by kind of building, none negative, such as "dormitory:3;*:1"')
    return found


def _numbers(text: Any) -> Any:
    return [int(p) for p in text.split(";") if p.strip()] if isinstance(text, str) else text


def _names(text: Any) -> Any:
    return [p.strip() for p in text.split(";") if p.strip()] if isinstance(text, str) else text


class Row(BaseModel):
    """A row of text cells: numbers are read from text, unknown columns refused. ``line`` of the file."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    line: int


NotNegative = Annotated[float, Field(ge=0)]
Key = Annotated[int, Field(ge=0, lt=1 << 32)]
ClassKey = Annotated[int, Field(ge=0, lt=1_000)]
Name = Annotated[str, Field(min_length=1)]


class BuildingRow(Row):
    """A building; either ``x_m, y_m`` or ``lon_deg, lat_deg`` (WGS84)."""

    name: Name
    key: Key
    x_m: float | None = None
    y_m: float | None = None
    lon_deg: Annotated[float, Field(ge=-180, le=180)] | None = None
    lat_deg: Annotated[float, Field(ge=-90, le=90)] | None = None
    kind: Name = "teaching"
    zone: Annotated[int, Field(ge=0)] = 0
    floor_m2: NotNegative = 9_200.0
    occupants: Annotated[int, Field(ge=0)] = 0


class PersonRow(Row):
    """A technician: skills, home building, shift pattern."""

    name: Name
    key: Key
    skills: Annotated[dict[str, int], BeforeValidator(_skills)]
    home: Name
    shift: Name
    crew: Name = "reactive"
    zones: Annotated[list[int], BeforeValidator(_numbers)] = []
    licences: Annotated[list[str], BeforeValidator(_names)] = []
    stays_home: bool = False
    wage_cny_per_h: NotNegative = 38.0


_ASSET: Any = table_of(world.AssetClass, without=("units",))
_SKU: Any = table_of(world.Sku)
_LINE: Any = table_of(world.StockLine, without=("place",))


class AssetRow(_ASSET):  # type: ignore[misc]
    """An asset class; ``units`` in all, spread over buildings by floor area × ``kinds`` weight."""

    model_config = ConfigDict(extra="forbid", strict=False, allow_inf_nan=False)
    line: int
    key: ClassKey
    units: Annotated[int, Field(ge=0)]
    kinds: Annotated[dict[str, float], BeforeValidator(_weights)]


class SkuRow(_SKU):  # type: ignore[misc]
    """A stock item of one trade."""

    model_config = ConfigDict(extra="forbid", strict=False, allow_inf_nan=False)
    line: int
    trade: Name


class StockRow(_LINE):  # type: ignore[misc]
    """An item on the shelf of a department's own store."""

    model_config = ConfigDict(extra="forbid", strict=False, allow_inf_nan=False)
    line: int
    key: Key
    department: Name


def read_rows(path: Path, model: type[BaseModel], problems: list[Problem]) -> list[Any]:
    """The rows of a CSV file; what is wrong is added to ``problems`` with file, line and column."""
    shown = shown_path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        problems.append(Problem(shown, 0, "file", str(error), "a readable CSV file in UTF-8"))
        return []
    rows, wrong = _rows_of(text, model, shown)
    problems += wrong
    return [row.model_copy() for row in rows]


@lru_cache(maxsize=64)
def _rows_of(text: str, model: type[BaseModel], shown: str) -> tuple[list[BaseModel], list[Problem]]:
    """The rows of a text, kept by the text itself as documents are."""
    problems: list[Problem] = []
    return _rows(text, model, shown, problems), problems


def _rows(text: str, model: type[BaseModel], shown: str, problems: list[Problem]) -> list[BaseModel]:
    reader = csv.DictReader(text.splitlines())
    missing = [
        n for n, f in model.model_fields.items() if f.is_required() and n not in (*(reader.fieldnames or ()), "line")
    ]
    if missing:
        given = ", ".join(reader.fieldnames or ()) or "no header"
        problems.append(Problem(shown, 1, "header", given, f"the columns {', '.join(missing)} as well"))
        return []
    rows = (_row(cells, reader.line_num, model, shown, problems) for cells in reader)
    return [row for row in rows if row is not None]


def _row(
    cells: dict[str, str], line: int, model: type[BaseModel], shown: str, problems: list[Problem]
) -> BaseModel | None:
    given: dict[Any, Any] = {name: cell for name, cell in cells.items() if cell != "" or name is None}
    if None in given:
        problems.append(Problem(shown, line, "row", f"{len(given[None])} cells too many", "one cell a column"))
        return None
    try:
        return model.model_validate({**given, "line": line})
    except ValidationError as error:
        problems += [problem_of(e, model, lambda _: (shown, line)) for e in error.errors()]
        return None
