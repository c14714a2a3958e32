"""Where two runs part: the first row in which their journals differ."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from twin.journal import Journal, Table

SWITCHES = ("FeatureSwitched",)
"""Rows that say how the runs were set differently: the reason, not the parting."""


@dataclass(slots=True)
class Row:
    """One row of a journal."""

    n: int
    at: float
    table: str
    details: dict[str, Any]


@dataclass(slots=True)
class Parting:
    """The first row of a table that differs, as each run has it (None: its table has no further row)."""

    first: Row | None
    second: Row | None


def part(first: Journal, second: Journal) -> Parting | None:
    """The first row, in time, in which two journals differ; None if they tell the same.

    Row numbers are passed over: a run that was switched has rows the other has not.
    """
    found: tuple[float, int, Parting] | None = None
    for name in sorted({*first.tables(), *second.tables()} - {*SWITCHES}):
        a, b = _table(first, name), _table(second, name)
        at = _first_difference(a, b)
        if at is None:
            continue
        rows = Parting(_row(a, at), _row(b, at))
        there = [(row.at, row.n) for row in (rows.first, rows.second) if row is not None]
        if found is None or min(there) < found[:2]:
            found = (*min(there), rows)
    return found[2] if found else None


def _table(journal: Journal, name: str) -> Table | None:
    return journal.table(name) if name in journal.tables() else None


def _first_difference(a: Table | None, b: Table | None) -> int | None:
    """Place of the first row in which two tables of one name differ."""
    if a is None or b is None:
        return 0
    shared = min(len(a), len(b))
    differs = np.zeros(shared, dtype=bool)
    for column in a.columns:
        if column != "n":
            differs |= _decoded(a, column)[:shared] != _decoded(b, column)[:shared]
    where = np.flatnonzero(differs)
    if len(where):
        return int(where[0])
    return shared if len(a) != len(b) else None


def _decoded(table: Table, column: str) -> Any:
    """A column whose values mean the same in both journals: text, not codes."""
    if column in table.categories:
        return np.array(table.categories[column], dtype=object)[table[column]]
    values = table[column]
    return np.nan_to_num(values, nan=-np.inf) if values.dtype.kind == "f" else values


def _row(table: Table | None, place: int) -> Row | None:
    if table is None or place >= len(table):
        return None
    return Row(int(table["n"][place]), float(table["at"][place]), table.name, table.row(place))
