"""The one journal: facts, events, commands and state changes in typed columns.

``note`` keeps the object; columns are made chunk by chunk. Every row carries a global number ``n``,
so an outsider can order rows of different tables at the same instant. Finished chunks are never
touched again: forks share them.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, ClassVar, Protocol, final

import numpy as np
from numpy.typing import NDArray

from policies.contract.events import Columns

CHUNK_ROWS = 4096
STATES = "states"
STATE_COLUMNS: Columns = {"kind": "i1", "id": "i8", "state": "i1", "tech": "i4"}
"""``kind`` is one of the four below; ``state`` a code of ``contract.states``; ``tech`` whose time it takes, or -1.

A state that a fact or command of the same instant implies is not written twice: ``RequestReported``
is NEW, ``RequestRegistered`` QUEUED, ``OpenOrder`` INPROG, ``Assign`` ASSIGNED, ``OrderAccepted``
ACCEPTED, ``OnSite`` ONSITE, ``MadeSafe`` MADE_SAFE, ``WorkCompleted`` COMP and RESOLVED.
"""
REQUEST, ORDER, TECHNICIAN, ASSET = 0, 1, 2, 3

Column = NDArray[Any]


class Row(Protocol):
    """Anything with declared columns."""

    columns: ClassVar[Columns]


@dataclass(slots=True)
class Table:
    """A finished table: columns by name, ``n`` and ``at`` first; text columns as codes with ``categories``."""

    name: str
    columns: dict[str, Column]
    categories: dict[str, list[str]]

    def __len__(self) -> int:
        return len(self.columns["n"])

    def text(self, column: str) -> list[str]:
        """A text column decoded."""
        names = self.categories[column]
        return [names[code] for code in self.columns[column].tolist()]

    def __getitem__(self, column: str) -> Column:
        return self.columns[column]


@final
class _Series:
    """Declared columns of one table and its finished chunks."""

    __slots__ = ("chunks", "declared", "get", "name")

    def __init__(self, name: str, declared: Columns) -> None:
        self.name = name
        self.declared = declared
        self.chunks: list[dict[str, Column]] = []
        names = tuple(declared)
        self.get = attrgetter(*names) if names else None


@final
class Journal:
    """Append-only log of one run.

    Parameters
    ----------
    keep : bool
        False counts rows and throws them away (what the journal costs is measured this way).
    """

    def __init__(self, keep: bool = True) -> None:
        self.keep = keep
        self.n = 0
        self._rows: list[tuple[int, float, Any]] = []
        self._states: list[tuple[int, float, int, int, int, int]] = []
        self._series: dict[str, _Series] = {}
        self._codes: dict[str, int] = {}
        self._texts: list[str] = []

    def note(self, now: float, row: Row) -> None:
        """Append a fact, event or command."""
        if self.keep:
            self._rows.append((self.n, now, row))
            if len(self._rows) >= CHUNK_ROWS:
                self.flush()
        self.n += 1

    def state(self, now: float, kind: int, id: int, state: int, tech: int = -1) -> None:
        """Append a state change: plain numbers, no object."""
        if self.keep:
            self._states.append((self.n, now, kind, id, state, tech))
        self.n += 1

    def flush(self) -> None:
        """Turn the rows kept so far into columns."""
        by_type: dict[type, list[tuple[int, float, Any]]] = {}
        for entry in self._rows:
            kind = type(entry[2])
            held = by_type.get(kind)
            if held is None:
                by_type[kind] = [entry]
            else:
                held.append(entry)
        for kind, entries in by_type.items():
            self._close(kind, entries)
        self._rows.clear()
        if self._states:
            self._close_states()

    def tables(self) -> list[str]:
        """Names of the tables, sorted."""
        self.flush()
        return sorted(self._series)

    def table(self, name: str) -> Table:
        """One table, whole [rows in the order they were noted].

        Raises
        ------
        KeyError
            If no such row was ever noted.
        """
        self.flush()
        series = self._series[name]
        columns = {
            c: np.concatenate([chunk[c] for chunk in series.chunks])
            for c in ("n", "at", *series.declared)
        }
        text = {c: self._texts for c, dtype in series.declared.items() if dtype == "text"}
        return Table(name, columns, text)

    def digest(self, names: Iterable[str] | None = None) -> str:
        """BLAKE2b of the columns [hex]; equal journals, equal digests (on one platform)."""
        total = hashlib.blake2b(digest_size=16)
        for name in self.tables() if names is None else names:
            total.update(name.encode())
            table = self.table(name)
            for column, values in table.columns.items():
                total.update(column.encode())
                if column in table.categories:
                    for text in table.text(column):
                        total.update(text.encode())
                        total.update(b"\0")
                else:
                    total.update(np.ascontiguousarray(values).tobytes())
        return total.hexdigest()

    def counts(self) -> dict[str, int]:
        """Rows by table."""
        self.flush()
        return {
            name: sum(len(chunk["n"]) for chunk in series.chunks)
            for name, series in sorted(self._series.items())
        }

    def chunks(self) -> Iterator[Column]:
        """Every finished column array (what forks may share)."""
        for series in self._series.values():
            for chunk in series.chunks:
                yield from chunk.values()

    def _close(self, kind: type, entries: list[tuple[int, float, Any]]) -> None:
        series = self._series_of(kind)
        rows = [row for _, _, row in entries]
        made: dict[str, Column] = {
            "n": np.array([n for n, _, _ in entries], dtype=np.int64),
            "at": np.array([at for _, at, _ in entries], dtype=np.float64),
        }
        if series.get is not None:
            names = tuple(series.declared)
            fields = list(map(series.get, rows))
            columns = [fields] if len(names) == 1 else zip(*fields, strict=True)
            for name, values in zip(names, columns, strict=True):
                made[name] = self._column(series.declared[name], values)
        series.chunks.append(made)

    def _series_of(self, kind: type) -> _Series:
        name = kind.__name__
        series = self._series.get(name)
        if series is None:
            series = self._series[name] = _Series(name, kind.columns)  # type: ignore[attr-defined]
        return series

    def _column(self, dtype: str, values: Any) -> Column:
        if dtype == "text":
            codes = self._codes
            return np.array([codes[v] if v in codes else self._code(v) for v in values], dtype=np.int32)
        return np.array(values, dtype=dtype)

    def _code(self, text: str) -> int:
        self._codes[text] = code = len(self._texts)
        self._texts.append(text)
        return code

    def _close_states(self) -> None:
        series = self._series.get(STATES)
        if series is None:
            series = self._series[STATES] = _Series(STATES, STATE_COLUMNS)
        n, at, kind, id, state, tech = zip(*self._states, strict=True)
        series.chunks.append(
            {
                "n": np.array(n, dtype=np.int64),
                "at": np.array(at, dtype=np.float64),
                "kind": np.array(kind, dtype=np.int8),
                "id": np.array(id, dtype=np.int64),
                "state": np.array(state, dtype=np.int8),
                "tech": np.array(tech, dtype=np.int32),
            }
        )
        self._states.clear()
