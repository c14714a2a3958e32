"""Columns of the journal as the ruler wants them: cut at the end of observation, found by order number."""

from collections.abc import Callable
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from twin.journal import Journal, Table

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@final
class Columns:
    """Rows of one table up to the end of observation; a table never noted has no rows."""

    __slots__ = ("_keep", "_table", "at", "n")

    def __init__(self, table: Table | None, end_min: float) -> None:
        self._table = table
        self._keep: Bools | slice = slice(None)
        if table is None:
            self.at: Floats = np.empty(0)
            self.n: Ints = np.empty(0, dtype=np.int64)
            return
        if len(table) and table["at"].max() > end_min:
            self._keep = table["at"] <= end_min
        self.at = table["at"][self._keep]
        self.n = table["n"][self._keep]

    def __len__(self) -> int:
        return len(self.at)

    def __getitem__(self, column: str) -> NDArray[Any]:
        if self._table is None:
            return np.empty(0, dtype=np.int64)
        values: NDArray[Any] = self._table[column][self._keep]
        return values

    def names(self, column: str) -> list[str]:
        """Every text that the codes of a text column may stand for."""
        return [] if self._table is None else self._table.categories[column]

    def is_text(self, column: str, text: str) -> Bools:
        """Which rows have ``text`` in a text column."""
        return self.text_in(column, lambda name: name == text)

    def text_in(self, column: str, wanted: Callable[[str], bool]) -> Bools:
        """Which rows have a text that is ``wanted``."""
        if self._table is None:
            return np.zeros(0, dtype=bool)
        flags = np.array([wanted(name) for name in self.names(column)], dtype=bool)
        hits: Bools = flags[self[column]]
        return hits


def columns(journal: Journal, name: str, end_min: float = np.inf) -> Columns:
    """The rows of a table noted up to ``end_min`` [min]."""
    try:
        return Columns(journal.table(name), end_min)
    except KeyError:
        return Columns(None, end_min)


@final
class Numbers:
    """Order numbers and where each stands in the order table."""

    __slots__ = ("_order", "_sorted", "ids")

    def __init__(self, ids: Ints) -> None:
        self.ids = ids
        self._order = np.argsort(ids, kind="stable")
        self._sorted = ids[self._order]

    def __len__(self) -> int:
        return len(self.ids)

    def of(self, ids: NDArray[Any]) -> Ints:
        """Position of each number in the order table; -1 for a number that is not in it."""
        if not len(self.ids):
            return np.full(len(ids), -1, dtype=np.int64)
        slot = np.minimum(np.searchsorted(self._sorted, ids), len(self.ids) - 1)
        found: Ints = np.where(self._sorted[slot] == ids, self._order[slot], -1)
        return found

    def first(self, ids: NDArray[Any], values: NDArray[Any]) -> Floats:
        """Value of the first row of each order; NaN where it has none."""
        return self.last(ids[::-1], values[::-1])

    def last(self, ids: NDArray[Any], values: NDArray[Any]) -> Floats:
        """Value of the last row of each order; NaN where it has none."""
        out = np.full(len(self.ids), np.nan)
        where = self.of(ids)
        known = where >= 0
        out[where[known]] = values[known]
        return out

    def count(self, ids: NDArray[Any]) -> Floats:
        """Rows of each order."""
        where = self.of(ids)
        return np.bincount(where[where >= 0], minlength=len(self.ids)).astype(np.float64)
