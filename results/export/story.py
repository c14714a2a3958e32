"""A kept journal as a story: events in order, each with the things it touches.

Which column names which kind of thing is said once, here; a new journal table tells its story
without a line of its own. Instants are the campus's local time.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Final

from policies.contract.states import name_of
from results.store import NotKept, parquet

THINGS: Final = {
    "request": "order", "order": "order", "into": "order", "tech": "technician", "asset": "asset",
    "building": "building", "fault": "fault", "parent": "fault", "group": "group", "sku": "sku",
}  # fmt: skip
"""Column → kind of thing it numbers (requests and orders share their numbers)."""
STATE_OF: Final = ("order", "order", "technician", "asset")
"""Kind of thing by the code of the table of states; a request is its order."""
STATE_NAMES: Final = ("request", "order", "technician", "asset")
ZONE: Final = timezone(timedelta(hours=8))
"""Local time of the campus; China keeps one zone and no summer time."""

Value = bool | int | float | str


@dataclass(slots=True)
class Thing:
    """An order, a technician, a building …: what it is, what is known of it, what it belongs to (role → thing)."""

    kind: str
    number: int
    known: dict[str, Value] = field(default_factory=dict)
    belongs: dict[str, "Thing"] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Unique over all kinds."""
        return f"{self.kind}:{self.number}"


@dataclass(slots=True)
class Happening:
    """One row of the journal: ``n`` orders those of one instant; ``touched``: role → thing."""

    n: int
    at: datetime
    what: str
    touched: dict[str, Thing]
    told: dict[str, Value]


class Story:
    """The journal of one run.

    Parameters
    ----------
    folder : where its tables lie

    Raises
    ------
    NotKept
        If there is no journal.
    """

    def __init__(self, folder: Path) -> None:
        self.things: dict[tuple[str, int], Thing] = {}
        if not (folder / "about_period.parquet").is_file():
            raise NotKept(f"{folder}: the journal of this run was not kept; run it again with --keep-journal")
        self.folder = folder
        period = next(self._rows("about_period"))
        self.start = datetime.fromisoformat(str(period["start"])).replace(tzinfo=ZONE)
        self._introduce("about_people", "technician", "tech")
        self._introduce("about_places", "building", "building")
        self._introduce("about_groups", "group", "group")
        tables = sorted(file.stem for file in folder.glob("*.parquet") if not file.stem.startswith("about_"))
        self.happenings = sorted((one for name in tables for one in self._happenings(name)), key=lambda h: h.n)
        self._bind()

    def thing(self, kind: str, number: int) -> Thing:
        """The thing of a kind and number; made when it is first named."""
        key = (kind, number)
        if key not in self.things:
            self.things[key] = Thing(kind, number)
        return self.things[key]

    def _introduce(self, table: str, kind: str, number: str) -> None:
        if (self.folder / f"{table}.parquet").is_file():
            for row in self._rows(table):
                self.thing(kind, row.pop(number)).known.update(_known(row))

    def _happenings(self, table: str) -> Iterator[Happening]:
        for row in self._rows(table):
            n, at = row.pop("n"), self.start + timedelta(minutes=row.pop("at"))
            if table == "states":
                yield self._state(n, at, row)
                continue
            touched = {
                column: self.thing(THINGS[column], row.pop(column))
                for column in list(row)
                if column in THINGS and isinstance(row[column], int) and row[column] >= 0
            }
            yield Happening(n, at, table, touched, _known(row))

    def _state(self, n: int, at: datetime, row: dict[str, Any]) -> Happening:
        code = row["kind"]
        touched = {STATE_OF[code]: self.thing(STATE_OF[code], row["id"])}
        if row["tech"] >= 0:
            touched.setdefault("technician", self.thing("technician", row["tech"]))
        state = name_of(row["state"]) if STATE_OF[code] != "asset" else str(row["state"])
        return Happening(n, at, f"{STATE_NAMES[code]} {state}", touched, {})

    def _bind(self) -> None:
        """What an order and a fault are and where, as their first rows tell it."""
        for one in self.happenings:
            if one.what == "RequestReported":
                order = one.touched["request"]
                order.known |= {k: one.told[k] for k in ("channel", "trade", "priority", "actionable") if k in one.told}
                order.belongs |= {
                    role: one.touched[role] for role in ("fault", "building", "group") if role in one.touched
                }
            elif one.what == "FaultOccurred":
                fault = one.touched["fault"]
                fault.known |= {k: one.told[k] for k in ("trade", "priority", "source") if k in one.told}
                fault.belongs |= {
                    role: one.touched[role] for role in ("asset", "building", "parent") if role in one.touched
                }

    def _rows(self, table: str) -> Iterator[dict[str, Any]]:
        names, rows = parquet.rows(self.folder / f"{table}.parquet")
        for row in rows:
            found = dict(zip(names, row, strict=True))
            del found["scenario"], found["rep"]
            yield found


def stamp(at: datetime) -> str:
    """An instant as XML Schema and RFC 3339 write it, to the millisecond."""
    return at.isoformat(timespec="milliseconds")


def _known(row: dict[str, Any]) -> dict[str, Value]:
    return {name: value for name, value in row.items() if value is not None and not _nobody(name, value)}


def _nobody(name: str, value: Any) -> bool:
    """A number below 0 names nothing."""
    return name in THINGS and isinstance(value, int) and value < 0
