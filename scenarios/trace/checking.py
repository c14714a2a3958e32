"""Checking a log row by row: every problem is collected, none is repaired."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from scenarios.problems import Problem, one_of
from scenarios.trace.mapping import ISO, MINUTES, Mapping
from scenarios.trace.reading import Row, Table

SECONDS_A_MIN: Final = 60.0
Key = tuple[str | datetime, ...]


@dataclass(slots=True)
class Stamps:
    """When else a row was touched [min after it was opened; None: not told], by whom, and which thing it is about."""

    assigned_min: float | None = None
    arrived_min: float | None = None
    closed_min: float | None = None
    staff: str = ""
    unit: str = ""


@dataclass(slots=True)
class Logged:
    """One row that counts: instant [min from the first day's midnight], place, trade, priority, work [min] or None."""

    line: int
    id: str
    at_min: float
    place: str
    trade: str
    priority: int
    work_min: float | None
    stamps: Stamps = field(default_factory=Stamps)


@dataclass(slots=True)
class Counted:
    """What became of the rows of the file; the last two stay 0 where such rows are refused."""

    read: int = 0
    not_kept: int = 0
    merged: int = 0
    outside_period: int = 0
    out_of_order: int = 0
    ends_before_start: int = 0


class Reader:
    """Walks the table once, collecting rows and problems.

    ``untimely``: rows out of order and ends before their start are counted, not refused; such an end is forgotten.
    """

    def __init__(
        self, table: Table, mapping: Mapping, places: Collection[str] | None, *, untimely: bool = False
    ) -> None:
        file = mapping.file
        self.table = table
        self.mapping = mapping
        self.places = places
        self.untimely = untimely
        self.problems: list[Problem] = []
        self.counted = Counted(read=len(table.rows))
        self._order = file.order_by or [file.columns.opened_at]
        self._zone = ZoneInfo(file.clock.zone) if file.clock.zone else None
        self._local = ZoneInfo(file.clock.local_zone) if file.clock.local_zone else None
        self._midnight = datetime.combine(file.period.first_day, time())
        self._end = datetime.combine(file.period.last_day, time()) + timedelta(days=1)
        self._until = self._latest()
        self._ends: dict[str, datetime] = {}
        self._ids: dict[str, int] = {}

    def rows(self) -> list[Logged]:
        """The rows that count."""
        found: list[Logged] = []
        before: Key = ()
        for line, row in self.table.rows:
            opened = self._instant(line, row, self.mapping.file.columns.opened_at)
            if opened is None:
                continue
            before = self._in_order(line, row, opened, before)
            logged = self._row(line, row, opened)
            if logged is not None:
                found.append(logged)
        return found

    def _in_order(self, line: int, row: Row, opened: datetime, before: Key) -> Key:
        """See that a row does not belong before the one above it; its own key."""
        opens = self.mapping.file.columns.opened_at
        key = tuple(opened if column == opens else row[column] for column in self._order)
        if before and key < before and self.untimely:
            self.counted.out_of_order += 1
        elif before and key < before:
            columns = " and ".join(self._order)
            given = " ".join(row[column] for column in self._order)
            self._wrong(
                line, ", ".join(self._order), given,
                f"rows sorted by {columns}: this one belongs before an earlier line; sort the file and keep its header",
            )  # fmt: skip
        return key

    def _row(self, line: int, row: Row, opened: datetime) -> Logged | None:
        columns = self.mapping.file.columns
        closed = self._instant(line, row, columns.closed_at) if columns.closed_at and row[columns.closed_at] else None
        if self.untimely and closed is not None and closed < opened:
            self.counted.ends_before_start += 1
            closed = None
        if not self._possible(line, row, opened, closed):
            return None
        if columns.id and not self._first(line, row[columns.id]):
            return None
        if not all(row[column] in values for column, values in self.mapping.file.keep.items()):
            self.counted.not_kept += 1
            return None
        if self._goes_on(row, opened, closed):
            self.counted.merged += 1
            return None
        local = opened.astimezone(self._local).replace(tzinfo=None) if self._zone is not None else opened
        if not self._midnight <= local < self._end:
            self.counted.outside_period += 1
            return None
        return self._logged(line, row, local, opened, closed)

    def _logged(self, line: int, row: Row, local: datetime, opened: datetime, closed: datetime | None) -> Logged | None:
        file = self.mapping.file
        columns = file.columns
        place = file.places.get(row[columns.place], row[columns.place])
        if self.places is not None and place not in self.places:
            self._wrong(
                line, columns.place, f'"{place}"', f"a place of the world: {one_of(place, sorted(self.places))}"
            )
        category = row[columns.category]
        trade = file.trades.get(category)
        if trade is None:
            self._wrong(
                line, columns.category, f'"{category}"', f"a category of [trades]: {one_of(category, file.trades)}"
            )
        priority: int | None = file.priority
        if columns.priority:
            priority = file.priorities.get(row[columns.priority])
            if priority is None:
                self._wrong(
                    line,
                    columns.priority,
                    f'"{row[columns.priority]}"',
                    f"a value of [priorities]: {one_of(row[columns.priority], file.priorities)}",
                )
        work = self._work(line, row, opened, closed) if file.duration_is_work else None
        if trade is None or priority is None:
            return None
        minute = (local - self._midnight).total_seconds() / SECONDS_A_MIN
        number = row[columns.id] if columns.id else str(line)
        return Logged(line, number, minute, place, trade, priority, work, self._stamps(line, row, opened, closed))

    def _stamps(self, line: int, row: Row, opened: datetime, closed: datetime | None) -> Stamps:
        columns = self.mapping.file.columns
        return Stamps(
            assigned_min=self._after(line, row, columns.assigned_at, opened),
            arrived_min=self._after(line, row, columns.arrived_at, opened),
            closed_min=None if closed is None else (closed - opened).total_seconds() / SECONDS_A_MIN,
            staff=row[columns.staff] if columns.staff else "",
            unit=row[columns.unit] if columns.unit else "",
        )

    def _after(self, line: int, row: Row, column: str, opened: datetime) -> float | None:
        """Minutes from opening to a stamp on the way; one before the opening is told."""
        instant = self._instant(line, row, column) if column and row[column] else None
        if instant is None:
            return None
        if instant < opened and self.untimely:
            self.counted.ends_before_start += 1
            return None
        if instant < opened:
            opens = row[self.mapping.file.columns.opened_at]
            self._wrong(line, column, row[column], f"an instant not before the opening, {opens}")
            return None
        return (instant - opened).total_seconds() / SECONDS_A_MIN

    def _work(self, line: int, row: Row, opened: datetime, closed: datetime | None) -> float | None:
        column = self.mapping.file.columns.duration
        if not column:
            if closed is None:
                self._wrong(
                    line, self.mapping.file.columns.closed_at, "nothing", "an instant: duration_is_work is true"
                )
                return None
            return (closed - opened).total_seconds() / SECONDS_A_MIN
        try:
            minutes = float(row[column]) * MINUTES[self.mapping.file.duration_unit]
        except ValueError:
            minutes = -1.0
        if not 0.0 <= minutes < float("inf"):
            self._wrong(line, column, f'"{row[column]}"', f"a number of {self.mapping.file.duration_unit}, 0 or more")
            return None
        return minutes

    def _possible(self, line: int, row: Row, opened: datetime, closed: datetime | None) -> bool:
        columns = self.mapping.file.columns
        for column, instant in ((columns.opened_at, opened), (columns.closed_at, closed)):
            if instant is not None and instant > self._until:
                self._wrong(
                    line,
                    column,
                    row[column],
                    f"an instant not in the future (recorded until {self._until:%Y-%m-%d %H:%M})",
                )
                return False
        if closed is not None and closed < opened:
            self._wrong(
                line,
                columns.closed_at,
                row[columns.closed_at],
                f"an end not before its start, {row[columns.opened_at]}",
            )
            return False
        return True

    def _instant(self, line: int, row: Row, column: str) -> datetime | None:
        text, form = row[column], self.mapping.file.clock.format
        try:
            instant = datetime.fromisoformat(text) if form == ISO else datetime.strptime(text, form)  # noqa: DTZ007 the zone is the mapping's
        except ValueError:
            self._wrong(
                line,
                column,
                f'"{text}"',
                "an instant such as 2024-05-31T08:00" if form == ISO else f"an instant written as {form}",
            )
            return None
        if self._zone is None:
            return instant.replace(tzinfo=None)
        return instant if instant.tzinfo is not None else instant.replace(tzinfo=self._zone)

    def _first(self, line: int, number: str) -> bool:
        column = self.mapping.file.columns.id
        first = self._ids.setdefault(number, line)
        if first != line:
            self._wrong(line, column, f'"{number}"', f"each {column} once; it stands on line {first} already")
        return first == line

    def _goes_on(self, row: Row, opened: datetime, closed: datetime | None) -> bool:
        """Whether a kept row only continues the kept row before it of the same unit."""
        by = self.mapping.file.merge_by
        if not by:
            return False
        ended = self._ends.get(row[by])
        if closed is not None:
            self._ends[row[by]] = closed
        else:
            self._ends.pop(row[by], None)
        return ended == opened

    def _latest(self) -> datetime:
        until = self.mapping.file.recorded_until or datetime.now(tz=UTC)
        if self._zone is None:
            return until.replace(tzinfo=None) + (timedelta() if self.mapping.file.recorded_until else timedelta(days=1))
        return until if until.tzinfo is not None else until.replace(tzinfo=self._zone)

    def _wrong(self, line: int, column: str, given: str, expected: str) -> None:
        self.problems.append(Problem(self.table.file, line, column, given, expected))
