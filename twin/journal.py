"""The one journal: facts, events, commands and state changes in typed columns.

``note`` keeps the object in one log of all tables, whose order is the global row number ``n`` (an
outsider orders rows of different tables at the same instant by it); columns are made chunk by
chunk. Finished chunks are never touched again: forks share them.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from operator import itemgetter
from struct import pack
from typing import Any, ClassVar, Protocol, final

import numpy as np
from numpy.typing import NDArray

from policies.contract.events import Columns

CHUNK_ROWS = 16_384
STATES = "states"
STATE_COLUMNS: Columns = {"kind": "i1", "id": "i8", "state": "i1", "tech": "i4"}
"""``kind`` is one of the five below; ``state`` a code of ``contract.states``; ``tech`` whose time it takes, or -1.

A state that a fact or command of the same instant implies is not written twice: ``RequestReported``
is NEW, ``RequestRegistered`` QUEUED, ``OpenOrder`` INPROG, ``Assign`` ASSIGNED, ``OrderAccepted``
ACCEPTED, ``OnSite`` ONSITE, ``MadeSafe`` MADE_SAFE, ``WorkCompleted`` COMP and RESOLVED.
"""
REQUEST, ORDER, TECHNICIAN, ASSET, PURCHASE = 0, 1, 2, 3, 4

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
    """Declared columns of one table and its finished chunks."""

    __slots__ = ("chunks", "declared", "name")

    def __init__(self, name: str, declared: Columns) -> None:
        self.name = name
        self.declared = declared
        self.chunks: list[dict[str, Column]] = []


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
        Rows not yet in columns, flat: instant, row, instant, row, … To extend it is to note a row; a
        state is a tuple in the order of ``STATE_COLUMNS``.
    """

    def __init__(self, keep: bool = True) -> None:
        self.keep = keep
        self._flushed = 0
        self.log: list[Any] = []
        self._series: dict[str, _Series] = {}
        self._codes: dict[str, int] = {}

    @property
    def n(self) -> int:
        """Rows noted so far."""
        return self._flushed + len(self.log) // 2

    def note(self, now: float, row: Row) -> None:
        """Append a fact, event or command."""
        log = self.log
        log += (now, row)

    def state(self, now: float, kind: int, id: int, state: int, tech: int = -1) -> None:
        """Append a state change: plain numbers, no object of its own."""
        log = self.log
        log += (now, (kind, id, state, tech))

    def close_chunk(self) -> None:
        """Turn the rows kept so far into columns, if they are many; the world asks daily."""
        if len(self.log) >= 2 * CHUNK_ROWS:
            self.flush()

    def flush(self) -> None:
        """Turn the rows kept so far into columns."""
        log, first = self.log[1::2], self._flushed
        if not log:
            return
        if self.keep:
            at = _packed("f8", self.log[::2])
            for kind, where, rows in _sorted_by_kind(log):
                self._close(kind, where + first, at[where], rows)
        self._flushed += len(log)
        self.log.clear()

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
        return {name: sum(len(chunk["n"]) for chunk in series.chunks) for name, series in sorted(self._series.items())}

    def chunks(self) -> Iterator[Column]:
        """Every finished column array (what forks may share)."""
        for series in self._series.values():
            for chunk in series.chunks:
                yield from chunk.values()

    def _close(self, kind: type, n: Column, at: Column, rows: Sequence[Any]) -> None:
        chunk = {"n": n, "at": at}
        series = self._series_of(kind)
        if kind is tuple:
            numbers = list(chain.from_iterable(rows))
            for k, (name, dtype) in enumerate(STATE_COLUMNS.items()):
                chunk[name] = _packed(dtype, numbers[k :: len(STATE_COLUMNS)])
        else:
            for name, dtype in series.declared.items():
                values = _reader(name)(rows)
                if dtype == "text":
                    chunk[name] = _coded(self._codes, values)
                else:
                    chunk[name] = _packed(dtype, values)
        series.chunks.append(chunk)

    def _series_of(self, kind: type) -> _Series:
        name, declared = (STATES, STATE_COLUMNS) if kind is tuple else (kind.__name__, kind.columns)  # type: ignore[attr-defined]
        series = self._series.get(name)
        if series is None:
            series = self._series[name] = _Series(name, declared)
        return series


def _sorted_by_kind(log: list[Any]) -> Iterator[tuple[type, Column, Sequence[Any]]]:
    """Each class in the log with the places of its rows and the rows, in the order they were noted."""
    classes = list(map(type, log))
    number = {kind: k for k, kind in enumerate(dict.fromkeys(classes))}
    kinds = np.frombuffer(bytes(map(number.__getitem__, classes)), dtype=np.uint8)
    order = np.argsort(kinds, kind="stable")
    rows = itemgetter(*order.tolist(), 0)(log)  # two indices at least, or it is no tuple
    begin = 0
    for kind, count in zip(number, np.bincount(kinds).tolist(), strict=True):
        yield kind, order[begin : begin + count], rows[begin : begin + count]
        begin += count


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
