"""The one journal: facts, events, commands and state changes in typed columns.

``note`` puts the row on the list of its class and its instant in one log of all tables, whose order
is the global row number ``n`` (an outsider orders rows of different tables at the same instant by
it); columns are made chunk by chunk. Finished chunks are never touched again: forks share them.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from struct import pack
from typing import Any, ClassVar, Protocol, final

import numpy as np
from numpy.typing import NDArray

from policies.contract.events import Columns

CHUNK_ROWS = 16_384
STATES = "states"
STATE_COLUMNS: Columns = {"kind": "i1", "id": "i8", "state": "i1", "tech": "i4"}
"""``kind`` is one of the four below; ``state`` a code of ``contract.states``; ``tech`` whose time it takes, or -1.

A state that a fact or command of the same instant implies is not written twice: ``RequestReported``
is NEW, ``RequestRegistered`` QUEUED, ``OpenOrder`` INPROG, ``Assign`` ASSIGNED, ``OrderAccepted``
ACCEPTED, ``OnSite`` ONSITE, ``MadeSafe`` MADE_SAFE, ``WorkCompleted`` COMP and RESOLVED.
"""
REQUEST, ORDER, TECHNICIAN, ASSET = 0, 1, 2, 3
STATE = 0
"""Number of the table of states."""

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

    def row(self, place: int) -> dict[str, Any]:
        """One row, text decoded, without its number and instant."""
        return {
            column: self.categories[column][int(values[place])] if column in self.categories else values[place].item()
            for column, values in self.columns.items()
            if column not in ("n", "at")
        }


@final
class _Series:
    """Declared columns of one table, its rows not yet in columns and its finished chunks."""

    __slots__ = ("chunks", "declared", "name", "rows")

    def __init__(self, name: str, declared: Columns) -> None:
        self.name = name
        self.declared = declared
        self.rows: list[Any] = []
        self.chunks: list[dict[str, Column]] = []


Sink = tuple[int, list[Any]]
"""Number of a table and the list its rows go to until they are columns."""


@final
class Sinks(dict[type, Sink]):
    """Where the rows of a class go; made when the first of them comes."""

    __slots__ = ("series",)

    def __init__(self) -> None:
        self.series = [_Series(STATES, STATE_COLUMNS)]

    def __missing__(self, kind: type) -> Sink:
        series = _Series(kind.__name__, kind.columns)  # type: ignore[attr-defined]
        sink = self[kind] = (len(self.series), series.rows)
        self.series.append(series)
        return sink


@final
class Journal:
    """Append-only log of one run.

    Parameters
    ----------
    keep : bool
        False counts rows and throws them away (what the journal costs is measured this way).

    Attributes
    ----------
    log : list
        Rows not yet in columns, flat: instant, number of the table, instant, number of the table, …
    sinks : Sinks
        Class of a row → number of its table and the list of its rows. Whoever writes many rows
        extends ``log`` and that list; anybody else calls ``note``.
    states : list
        The states not yet in columns, flat in the order of ``STATE_COLUMNS``; their table is ``STATE``.
    """

    def __init__(self, keep: bool = True) -> None:
        self.keep = keep
        self._flushed = 0
        self.log: list[float] = []
        self.sinks = Sinks()
        self.states: list[int] = self.sinks.series[STATE].rows
        self._codes: dict[str, int] = {}

    @property
    def n(self) -> int:
        """Rows noted so far."""
        return self._flushed + len(self.log) // 2

    def note(self, now: float, row: Row) -> None:
        """Append a fact, event or command."""
        log = self.log
        number, rows = self.sinks[type(row)]
        log.append(now)
        log.append(number)
        rows.append(row)

    def state(self, now: float, kind: int, id: int, state: int, tech: int = -1) -> None:
        """Append a state change: plain numbers, no object of its own."""
        log = self.log
        log.append(now)
        log.append(STATE)
        self.states.extend((kind, id, state, tech))

    def close_chunk(self) -> None:
        """Turn the rows kept so far into columns, if they are many; the world asks daily."""
        if len(self.log) >= 2 * CHUNK_ROWS:
            self.flush()

    def flush(self) -> None:
        """Turn the rows kept so far into columns."""
        if not self.log:
            return
        if self.keep:
            at, places = _packed("f8", self.log[::2]), _places(self.log[1::2], len(self.sinks.series))
            for series, where in zip(self.sinks.series, places, strict=True):
                if series.rows:
                    self._close(series, where + self._flushed, at[where])
        self._flushed += len(self.log) // 2
        self.log.clear()
        for series in self.sinks.series:
            series.rows.clear()

    def tables(self) -> list[str]:
        """Names of the tables, sorted."""
        self.flush()
        return sorted(series.name for series in self._series())

    def table(self, name: str) -> Table:
        """One table, whole [rows in the order they were noted].

        Raises
        ------
        KeyError
            If no such row was ever noted.
        """
        self.flush()
        series = {series.name: series for series in self._series()}[name]
        columns = {c: np.concatenate([chunk[c] for chunk in series.chunks]) for c in ("n", "at", *series.declared)}
        texts = list(self._codes)
        return Table(name, columns, {c: texts for c, dtype in series.declared.items() if dtype == "text"})

    def digest(self, names: Iterable[str] | None = None) -> str:
        """BLAKE2b of the columns [hex]; equal journals, equal digests (on one platform)."""
        total = hashlib.blake2b(digest_size=16)
        for name in self.tables() if names is None else names:
            total.update(name.encode())
            table = self.table(name)
            for column, values in table.columns.items():
                total.update(column.encode())
                if column in table.categories:
                    total.update("".join(text + "\0" for text in table.text(column)).encode())
                else:
                    total.update(np.ascontiguousarray(values).tobytes())
        return total.hexdigest()

    def counts(self) -> dict[str, int]:
        """Rows by table."""
        self.flush()
        found = {series.name: sum(len(chunk["n"]) for chunk in series.chunks) for series in self._series()}
        return dict(sorted(found.items()))

    def chunks(self) -> Iterator[Column]:
        """Every finished column array (what forks may share)."""
        for series in self._series():
            for chunk in series.chunks:
                yield from chunk.values()

    def _series(self) -> list[_Series]:
        """The tables that have rows."""
        return [series for series in self.sinks.series if series.chunks]

    def _close(self, series: _Series, n: Column, at: Column) -> None:
        chunk = {"n": n, "at": at}
        rows = series.rows
        if rows is self.states:
            for k, (name, dtype) in enumerate(STATE_COLUMNS.items()):
                chunk[name] = _packed(dtype, rows[k :: len(STATE_COLUMNS)])
        else:
            for name, dtype in series.declared.items():
                values = _reader(name)(rows)
                chunk[name] = _coded(self._codes, values) if dtype == "text" else _packed(dtype, values)
        series.chunks.append(chunk)


def _places(numbers: list[float], count: int) -> list[Column]:
    """For each table, the places of its rows in the log."""
    which = np.frombuffer(bytes(numbers), dtype=np.uint8)  # type: ignore[arg-type]
    order = np.argsort(which, kind="stable")
    return np.split(order, np.cumsum(np.bincount(which, minlength=count))[:-1])


_FORMAT = {"i1": "b", "i4": "i", "i8": "q", "f8": "d", "?": "?"}
"""numpy dtype → letter of ``struct``."""


def _packed(dtype: str, values: Sequence[Any]) -> Column:
    """A column of plain numbers: ``struct`` packs them three times as fast as ``np.array`` converts them."""
    return np.frombuffer(pack(f"={len(values)}{_FORMAT[dtype]}", *values), dtype=dtype)


def _coded(codes: dict[Any, int], things: list[Any]) -> Column:
    """Numbers for things; a new thing gets the next one, in the order they appear."""
    try:
        found = list(map(codes.__getitem__, things))
    except KeyError:
        for thing in things:
            codes.setdefault(thing, len(codes))
        found = list(map(codes.__getitem__, things))
    return _packed("i4", found)


@cache
def _reader(column: str) -> Callable[[Sequence[Any]], list[Any]]:
    """``[row.column for row in rows]``, compiled with the column's name in it: twice as fast as ``attrgetter``.

    Raises
    ------
    ValueError
        If a declared column is not a name.
    """
    if not column.isidentifier():
        raise ValueError(f"column {column!r} of a journal row is not a name")
    compiled: Callable[[Sequence[Any]], list[Any]] = eval(f"lambda rows: [row.{column} for row in rows]")  # noqa: S307
    return compiled
