"""Reading demand by part and month: a CSV table, its first column the part, one column a month; an empty cell is a month not recorded."""

import csv
import gzip
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from scenarios.problems import Problem, ScenarioProblems
from scenarios.schema.document import shown_path

LEAST_MONTHS: Final = 36
"""A year to learn from, a year to fit on, a year to judge."""


@dataclass(frozen=True, slots=True)
class PartDemand:
    """Demand [units], parts x months; NaN where a month was not recorded."""

    file: str
    parts: list[str]
    months: list[str]
    demand: NDArray[np.float64]


def read(path: Path) -> PartDemand:
    """Read a table of demand, also one packed by gzip.

    Raises
    ------
    ScenarioProblems
        With everything wrong in the file.
    """
    shown = shown_path(path)
    rows = list(csv.reader(_text(path, shown).splitlines()))
    if not rows or len(rows[0]) - 1 < LEAST_MONTHS:
        given = f"{max(0, len(rows[0]) - 1) if rows else 0} months"
        expected = f"a column of parts and {LEAST_MONTHS} months or more: one to learn from, fit and judge a year each"
        raise ScenarioProblems([Problem(shown, 1, "header", given, expected)])
    problems: list[Problem] = []
    months = rows[0][1:]
    lines: dict[str, int] = {}
    demand = np.full((len(rows) - 1, len(months)), math.nan)
    for number, row in enumerate(rows[1:]):
        _read_row(row, number + 2, months, demand[number], lines, problems, shown)
    if len(rows) == 1:
        problems.append(Problem(shown, 2, "rows", "none", "a row a part"))
    if problems:
        raise ScenarioProblems(problems)
    return PartDemand(shown, list(lines), months, demand)


def _read_row(
    row: list[str], line: int, months: list[str], demand: NDArray[np.float64], lines: dict[str, int],
    problems: list[Problem], shown: str,
) -> None:  # fmt: skip
    if len(row) != len(months) + 1:
        problems.append(Problem(shown, line, "row", f"{len(row)} cells", f"{len(months) + 1}, as in the header"))
        return
    if row[0] in lines:
        problems.append(Problem(shown, line, "part", f'"{row[0]}" again', f"a part not in line {lines[row[0]]}"))
    lines.setdefault(row[0], line)
    for month, cell in enumerate(row[1:]):
        if cell.strip() == "":
            continue
        try:
            value = float(cell)
        except ValueError:
            value = math.nan
        if not (math.isfinite(value) and value >= 0.0):
            problems.append(
                Problem(shown, line, months[month], f'"{cell}"', "a number of units, 0 or more, or nothing")
            )
        demand[month] = value


def _text(path: Path, shown: str) -> str:
    try:
        content = path.read_bytes()
        return (gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content).decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise ScenarioProblems(
            [Problem(shown, 0, "file", str(error), "a readable CSV file in UTF-8, plain or gzip")]
        ) from error
