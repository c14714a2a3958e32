"""A log as a run can follow it: checked rows in the order of time, in the words of the house."""

import hashlib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from scenarios.problems import Problem, ScenarioProblems, one_of
from scenarios.trace.checking import Counted, Logged, Reader
from scenarios.trace.mapping import Kind, Mapping, Period, read_mapping
from scenarios.trace.reading import capped, missing_columns, read_table, with_join


@dataclass(slots=True)
class Trace:
    """A log read. ``rows`` in the order of time; ``days`` of demand from ``first_day`` on, ``run_out_days`` after."""

    name: str
    kind: Kind
    origin: str
    file: str
    world: Path | None
    first_day: date
    days: int
    run_out_days: int
    rows: list[Logged]
    counted: Counted
    duration_is_work: bool
    notes: list[str] = field(default_factory=list)

    @property
    def horizon_days(self) -> int:
        """Days of demand and of run-out."""
        return self.days + self.run_out_days

    def trades(self) -> list[str]:
        """Trades that occur, sorted."""
        return sorted(dict.fromkeys(row.trade for row in self.rows))

    def digest(self) -> str:
        """BLAKE2b of the rows that count [hex]."""
        total = hashlib.blake2b(digest_size=16)
        for row in self.rows:
            total.update(f"{row.at_min!r},{row.place},{row.trade},{row.priority},{row.work_min!r}\n".encode())
        return total.hexdigest()

    def report(self) -> list[str]:
        """What was read, what was left out and what is switched off, one line each."""
        c = self.counted
        left_out = [
            f"{number} {why}"
            for number, why in (
                (c.not_kept, "filtered out"), (c.merged, "merged into the one before"), (c.outside_period, "outside the period"),
            )
            if number
        ]  # fmt: skip
        last = self.first_day + timedelta(days=self.days - 1)
        return [
            f"log {self.name} ({self.file}): {c.read} rows read, {len(self.rows)} {self.kind} from {self.first_day} to {last}"
            + (f"; {', '.join(left_out)}" if left_out else ""),
            *([f"origin: {self.origin}"] if self.origin else []),
            *self.notes,
        ]


def load(
    trace_path: Path,
    mapping_path: Path,
    places: Collection[str] | None = None,
    trades: Collection[str] | None = None,
    *,
    period: Period | None = None,
    untimely: bool = False,
) -> Trace:
    """Read a log by its mapping.

    Parameters
    ----------
    places : names a place may have (the buildings of the world it will drive); None: any
    trades : trades that world has; None: any
    period : days that count instead of the mapping's own
    untimely : count rows out of order and ends before their start instead of refusing them

    Raises
    ------
    ScenarioProblems
        With every problem of the mapping or of the log: missing columns, rows out of order, impossible
        times, unknown places, categories and priorities (20 a file, and how many more).
    """
    mapping = read_mapping(mapping_path)
    if period is not None:
        mapping.file = mapping.file.model_copy(update={"period": period})
    table = with_join(read_table(trace_path), mapping, trace_path.parent)
    problems = missing_columns(table, mapping)
    if problems:
        raise ScenarioProblems(problems)
    reader = Reader(table, mapping, places, untimely=untimely)
    rows = reader.rows()
    problems = [*_unknown_words(mapping, places, trades), *reader.problems]
    if problems:
        raise ScenarioProblems(capped(problems))
    if not rows:
        file = mapping.file
        given = f"no row of {table.file} kept between {file.period.first_day} and {file.period.last_day}"
        raise ScenarioProblems([mapping.problem("period", given, "a period and filters that leave some")])
    return _trace(mapping, table.file, rows, reader.counted)


def _unknown_words(
    mapping: Mapping, places: Collection[str] | None, trades: Collection[str] | None
) -> Iterator[Problem]:
    """What the mapping turns the log's words into, where the world has no such place or trade."""
    for table, known, what in ((mapping.file.places, places, "place"), (mapping.file.trades, trades, "trade")):
        for word, meant in table.items():
            if known is not None and meant not in known:
                yield mapping.problem(
                    f"{what}s.{word}", f'"{meant}"', f"a {what} of the world: {one_of(meant, sorted(known))}"
                )


def _trace(mapping: Mapping, shown: str, rows: list[Logged], counted: Counted) -> Trace:
    file = mapping.file
    return Trace(
        name=file.name,
        kind=file.kind,
        origin=file.origin,
        file=shown,
        world=mapping.path.parent / file.world if file.world else None,
        first_day=file.period.first_day,
        days=(file.period.last_day - file.period.first_day).days + 1,
        run_out_days=file.period.run_out_days,
        rows=sorted(rows, key=lambda row: row.at_min),
        counted=counted,
        duration_is_work=file.duration_is_work,
        notes=_notes(file.kind, file.duration_is_work, bool(file.columns.duration or file.columns.closed_at)),
    )


def _notes(kind: Kind, is_work: bool, has_duration: bool) -> list[str]:
    if kind == "requests":
        off = "requests are the log's: generation, recurrence, duplicates and reminders of the model are off"
    else:
        off = "faults are the log's: drawn faults and needs are off; people still notice, report and remind, causes still recur"
    if is_work:
        return [off, "work content is the logged duration (duration_is_work = true)"]
    if has_duration:
        return [
            off,
            "logged durations hold waiting and travel: they are not used; work content is drawn from the law of the trade",
        ]
    return [off, "work content is drawn from the law of the trade"]


WorkLaw = Callable[[int, str], float]
"""(row number, trade) → work content [min], drawn."""


def work_of(rows: Sequence[Logged], law: WorkLaw) -> list[float]:
    """Work content of each row: logged where the mapping says so, else drawn [min]."""
    return [law(k, row.trade) if row.work_min is None else row.work_min for k, row in enumerate(rows)]
