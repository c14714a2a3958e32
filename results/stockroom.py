"""What lay on the shelves of the stores, and what their book said, replayed from the journal."""

from dataclasses import dataclass
from datetime import date
from typing import Final, final

import numpy as np

from policies.contract.calendar import Calendar
from policies.contract.units import DAY_MIN, YEAR_DAYS
from results.columns import Bools, Columns, Floats, Ints, columns
from twin.journal import Journal

IDLE_AFTER_MIN: Final = YEAR_DAYS * DAY_MIN
"""Without an issue or use for so long, material is idle (K-M1) [min]."""
CENTS: Final = 100.0
DEAD: Final = frozenset({"dead", "scrapped"})
USED: Final = frozenset({"issued", "unrecorded"})


@dataclass(frozen=True, slots=True)
class Held:
    """What is held at an instant: value in all, idle, and of insurance spares (in neither) [CNY]."""

    value: float
    idle: float
    spares: float


@final
class Stockroom:
    """Shelves and book of one run up to the end of observation."""

    def __init__(self, journal: Journal, end_min: float) -> None:
        opened = columns(journal, "ShelfOpened", end_min)
        self.lines = len(opened)
        self.place: Ints = np.zeros(self.lines, dtype=np.int64)
        self.critical: Bools = np.zeros(self.lines, dtype=bool)
        self.place[opened["item"]] = opened["place"]
        self.critical[opened["item"]] = opened["critical"]
        self.moved = columns(journal, "StockMoved", end_min)
        self._journal = journal
        self._end_min = end_min
        if self.lines:
            self.item: Ints = self.moved["item"].astype(np.int64)
            self.pieces: Ints = self.moved["pieces"].astype(np.int64)
            self.cents: Ints = self.moved["cents"].astype(np.int64)
            self.in_dead = self.moved.text_in("why", DEAD.__contains__)
            self.used = self.moved.text_in("why", USED.__contains__)

    def __bool__(self) -> bool:
        return self.lines > 0

    def why(self, text: str) -> Bools:
        """Which movements have a reason."""
        return self.moved.is_text("why", text)

    def total(self, amount: Ints, mine: Bools) -> Ints:
        """Sum of an amount over some movements, by line: exact, as ``bincount`` of weights is not."""
        found = np.zeros(self.lines, dtype=np.int64)
        np.add.at(found, self.item[mine], amount[mine])
        return found

    def on_hand(self, at: float) -> Ints:
        """Pieces on each shelf, what is dead left out."""
        mine = (self.moved.at <= at) & ~self.in_dead
        return self.total(self.pieces, mine)

    def value(self, at: float, *, dead: bool) -> Ints:
        """Value of what lies on each shelf, or of its dead stock [0.01 CNY]."""
        mine = (self.moved.at <= at) & (self.in_dead == dead)
        return self.total(self.cents, mine)

    def held(self, at: float) -> Held:
        """What is held at an instant, and how much of it is idle (K-M1)."""
        live, dead = self.value(at, dead=False), self.value(at, dead=True)
        used, before = self._last_uses(at)
        since = at - IDLE_AFTER_MIN
        idle = np.where(used < since, live, 0) + np.where(before < since, dead, 0)
        counted = ~self.critical
        spares = (live + dead)[self.critical].sum()
        return Held(
            float((live + dead)[counted].sum()) / CENTS, float(idle[counted].sum()) / CENTS, float(spares) / CENTS
        )

    def _last_uses(self, at: float) -> tuple[Floats, Floats]:
        """Last use of what lies on each shelf, and of the item before it, which is dead [min]; never: minus infinity."""
        last, before = np.full(self.lines, -np.inf), np.full(self.lines, -np.inf)
        until = 0.0
        gone = np.flatnonzero(self.why("superseded") & (self.moved.at <= at))
        for row in gone.tolist():
            instant = float(self.moved.at[row])
            self._note_uses(last, until, instant)
            item = int(self.item[row])
            before[item], last[item] = last[item], -np.inf
            until = instant
        self._note_uses(last, until, at)
        return last, before

    def _note_uses(self, last: Floats, after: float, to: float) -> None:
        rows = slice(
            np.searchsorted(self.moved.at, after, "right" if after else "left"),
            np.searchsorted(self.moved.at, to, "right"),
        )
        used = self.used[rows]
        last[self.item[rows][used]] = self.moved.at[rows][used]

    def book(self, instants: Floats) -> list[Ints]:
        """What the book says of each shelf at increasing instants, as the stores' desk keeps it."""
        opening = self.why("opening")
        book = self.total(self.pieces, opening).tolist()
        found: list[Ints] = []
        told = self._told()
        position = 0
        for instant in instants.tolist():
            while position < len(told) and told[position][0] <= instant:
                _, _, kind, item, pieces = told[position]
                book[item] = _written(kind, book[item], pieces)
                position += 1
            found.append(np.array(book, dtype=np.int64))
        return found

    def _told(self) -> list[tuple[float, int, int, int, int]]:
        """(minute, row number, kind, line, pieces) of all that the book is told, in its order."""
        issued = self._columns("StockIssued")
        empty = issued["empty"].astype(bool)
        kinds = np.where(empty, SET, TAKE) if len(issued) else np.empty(0, np.int64)
        pieces = np.where(empty, 0, issued["given"]) if len(issued) else np.empty(0, np.int64)
        received, counted, gone = (
            self._columns("StockReceived"),
            self._columns("StockCounted"),
            self._columns("ItemSuperseded"),
        )
        parts = [
            (issued, kinds, pieces),
            (received, np.full(len(received), PUT), received["quantity"]),
            (counted, np.full(len(counted), SET), counted["found"]),
            (gone, np.full(len(gone), SET), np.zeros(len(gone), np.int64)),
        ]
        rows = [
            row
            for table, kind, number in parts
            for row in zip(
                table.at.tolist(), table.n.tolist(), kind.tolist(), table["item"].tolist(), number.tolist(), strict=True
            )
        ]
        return sorted(rows)

    def _columns(self, name: str) -> Columns:
        return columns(self._journal, name, self._end_min)


TAKE, PUT, SET = 0, 1, 2


def _written(kind: int, book: int, pieces: int) -> int:
    if kind == SET:
        return pieces
    return book + pieces if kind == PUT else max(0, book - pieces)


def month_ends(calendar: Calendar, from_min: float, to_min: float) -> Floats:
    """Midnights that end a month, after ``from_min`` and up to ``to_min`` [min]."""
    days = range(int(from_min // DAY_MIN) + 1, int(to_min // DAY_MIN) + 1)
    return np.array([day * DAY_MIN for day in days if _is_first(calendar.date_of(day))], dtype=np.float64)


def _is_first(on: date) -> bool:
    return on.day == 1
