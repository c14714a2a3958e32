"""Reading a log: CSV, gzipped or not, every row with the line it stands on."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from scenarios.problems import Problem, ScenarioProblems, one_of
from scenarios.schema.document import shown_path
from scenarios.trace.mapping import Mapping

Row = dict[str, str]


@dataclass(slots=True)
class Table:
    """A table read: its columns, and its rows with their lines (the header is line 1)."""

    file: str
    columns: list[str]
    rows: list[tuple[int, Row]]


def read_table(path: Path) -> Table:
    """Read a CSV file.

    Raises
    ------
    ScenarioProblems
        If it cannot be read, is empty, names a column twice, or has rows of another length.
    """
    shown = shown_path(path)
    try:
        text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        return _table(shown, csv.reader(io.StringIO(text.decode("utf-8-sig"), newline=""), strict=True))
    except (OSError, EOFError, zlib.error) as error:
        raise ScenarioProblems(
            [Problem(shown, 0, "file", str(error), "a readable CSV file, gzipped or not")]
        ) from error
    except UnicodeDecodeError as error:
        raise ScenarioProblems(
            [Problem(shown, 0, "file", f"bytes that are no UTF-8 ({error.reason})", "UTF-8 text")]
        ) from error
    except csv.Error as error:
        raise ScenarioProblems([Problem(shown, 0, "file", str(error), "CSV with a header line")]) from error


def _table(shown: str, lines: "Iterator[list[str]]") -> Table:
    header = next(lines, None)
    if not header:
        raise ScenarioProblems([Problem(shown, 0, "file", "an empty file", "a header line and rows")])
    problems = [
        Problem(shown, 1, name or "(no name)", "a column named twice", "each column once")
        for k, name in enumerate(header)
        if name in header[:k]
    ]
    rows: list[tuple[int, Row]] = []
    for values in lines:
        line = lines.line_num  # type: ignore[attr-defined]
        if not values:
            continue
        if len(values) != len(header):
            problems.append(Problem(shown, line, "row", f"{len(values)} values", f"{len(header)}, as the header has"))
            continue
        rows.append((line, dict(zip(header, values, strict=True))))
    if problems:
        raise ScenarioProblems(problems)
    if not rows:
        raise ScenarioProblems([Problem(shown, 1, "file", "a header without rows", "rows")])
    return Table(shown, header, rows)


def with_join(table: Table, mapping: Mapping, folder: Path) -> Table:
    """The log with the columns of its second table beside its own.

    Raises
    ------
    ScenarioProblems
        If the column to match on is missing, or a value of the log has no row there.
    """
    join = mapping.file.join
    if join is None:
        return table
    other = read_table(folder / join.file)
    problems = [
        mapping.problem("join.on", f'"{join.on}"', f"a column of {t.file}: {one_of(join.on, t.columns)}")
        for t in (table, other)
        if join.on not in t.columns
    ]
    if problems:
        raise ScenarioProblems(problems)
    found = {row[join.on]: row for _, row in other.rows}
    problems = [
        Problem(table.file, line, join.on, f'"{value}"', f"a row of {other.file}")
        for line, value in _first_of_each(table, join.on)
        if value not in found
    ]
    if problems:
        raise ScenarioProblems(problems)
    columns = [*table.columns, *(c for c in other.columns if c not in table.columns)]
    return Table(table.file, columns, [(line, {**found[row[join.on]], **row}) for line, row in table.rows])


def missing_columns(table: Table, mapping: Mapping) -> list[Problem]:
    """Columns the mapping names and the log does not have."""
    file = mapping.file
    named: list[tuple[str, str]] = [
        (f"columns.{key}", value) for key, value in file.columns.model_dump().items() if value
    ]
    named += [("order_by", column) for column in file.order_by]
    named += [(f"keep.{column}", column) for column in file.keep]
    named += [("merge_by", file.merge_by)] if file.merge_by else []
    return [
        mapping.problem(key, f'"{column}"', f"a column of {table.file}: {one_of(column, table.columns)}")
        for key, column in named
        if column not in table.columns
    ]


def capped(problems: Iterable[Problem], limit: int = 20) -> list[Problem]:
    """The first problems of each file, and how many more there are."""
    by_file: dict[str, list[Problem]] = {}
    for problem in problems:
        by_file.setdefault(problem.file, []).append(problem)
    kept: list[Problem] = []
    for file, found in by_file.items():
        kept += found[:limit]
        if len(found) > limit:
            kept.append(Problem(file, 0, "file", f"{len(found) - limit} problems more, {len(found)} in all", "none"))
    return kept


def _first_of_each(table: Table, column: str) -> Iterator[tuple[int, str]]:
    seen: dict[str, None] = {}
    for line, row in table.rows:
        if row[column] not in seen:
            seen[row[column]] = None
            yield line, row[column]
