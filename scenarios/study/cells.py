"""The store of finished cells: one small Parquet file per scenario and replication, named by its content's cause.

A cell is computed once. Its name holds a digest of everything its numbers depend on (resolved
scenario, burn-in scenario, seed, replication, code), so asking again finds it, and any change asks
for another file. Cells appear whole or not at all (written beside, then moved into place), hold no
wall clock, and are therefore the same bytes whoever computed them and after any interruption. What
else is kept of a run (rows of orders, the journal) is written before its cell: a cell that is there
vouches for them. Errors: ``results.store``.

    STUDY/study.json                             what the study is made of
    STUDY/scenarios/DIGEST.json                  each scenario, resolved
    STUDY/cells/SCENARIO/r00000-DIGEST.parquet   figures of a run, and what made them
    STUDY/orders/SCENARIO/r00000-DIGEST.parquet  a row an order, where asked
    STUDY/journals/SCENARIO/r00000-DIGEST/…      a file a table of the journal, where asked
    STUDY/kpis.parquet                           figures of all runs of a finished study
"""

import json
import sysconfig
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from results.store import BrokenCell, NoSuchStudy, NotWritable, StoreError
from results.store.whole import leftovers, remove, write_bytes
from scenarios.study.collector import paused

if TYPE_CHECKING:
    from results.rows import KpiRow

__all__ = [
    "BrokenCell", "Cell", "CellName", "CellStore", "Keep", "NoSuchStudy", "NotWritable", "StoreError", "cell_digest",
    "digest_of", "read_cell",
]  # fmt: skip

FORMAT: Final = "twin/cell@2"
CELLS: Final = "cells"
ORDERS: Final = "orders"
JOURNALS: Final = "journals"
SCENARIOS: Final = "scenarios"
DIGEST_BYTES: Final = 8
Keep = Literal["figures", "orders", "journal"]
"""What is kept of a run: its figures; a row an order beside; the journal beside both."""
KPI_COLUMNS: Final = ("kpi", "unit", "value", "numerator", "denominator")


@dataclass(eq=False)
class Cell:
    """What is kept of one run of one scenario.

    ``scenario_digest`` names the resolved scenario kept beside the cells, ``base_digest`` the one it
    was burnt in with; ``counts``: journal rows by table; ``guard_hits``: refusals by decision and reason.
    """

    scenario: str
    scenario_digest: str
    base_digest: str
    seed: int
    replication: int
    code: str
    kpis: "list[KpiRow]"
    journal_digest: str
    exogenous_digest: str
    counts: dict[str, int]
    guard_hits: dict[str, int] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Digest of everything the numbers depend on [hex]."""
        return cell_digest(self.scenario_digest, self.base_digest, self.seed, self.replication, self.code)

    @property
    def name(self) -> "CellName":
        """Where it is stored."""
        return CellName(self.scenario, self.replication, self.digest)

    @property
    def about(self) -> dict[str, Any]:
        """Everything but the figures."""
        return {key: value for key, value in vars(self).items() if key != "kpis"}

    def __eq__(self, other: object) -> bool:
        """Equal runs have equal figures; what is not a number is equal to itself here."""
        if not isinstance(other, Cell):
            return NotImplemented
        return self.about == other.about and list(map(_comparable, self.kpis)) == list(map(_comparable, other.kpis))

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class CellName:
    """Where a cell is, finished or not."""

    scenario: str
    replication: int
    digest: str

    @property
    def stem(self) -> str:
        """What every file of the run is called."""
        return f"r{self.replication:05d}-{self.digest}"

    @property
    def relative(self) -> Path:
        """Path of the figures under the study's folder."""
        return Path(CELLS, self.scenario, f"{self.stem}.parquet")

    @property
    def orders(self) -> Path:
        """Path of the rows of orders, if they are kept."""
        return Path(ORDERS, self.scenario, f"{self.stem}.parquet")

    @property
    def journal(self) -> Path:
        """Path of the journal's folder, if it is kept."""
        return Path(JOURNALS, self.scenario, self.stem)


def digest_of(value: Any) -> str:
    """BLAKE2b of a value as canonical JSON [hex]."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return blake2b(text.encode(), digest_size=DIGEST_BYTES).hexdigest()


def cell_digest(scenario_digest: str, base_digest: str, seed: int, replication: int, code: str) -> str:
    """Digest that names a cell [hex]."""
    return digest_of([FORMAT, scenario_digest, base_digest, seed, replication, code])


class CellStore:
    """The cells of one study under one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def prepare(self, *, resume: bool = False) -> None:
        """Make the folder, prove that it can be written and clear away what ended processes left half written.

        Raises
        ------
        NoSuchStudy
            With ``resume``, if the study does not exist.
        NotWritable
            If the folder cannot be made or written, or lies among installed packages.
        """
        if resume and not self.folder.is_dir():
            raise NoSuchStudy(
                f"--resume: there is no study at {self.folder}; leave --resume away to start one, "
                "or name its folder by --out and --study"
            )
        _refuse_packages(self.folder)
        write_bytes(self.folder / ".writable", b"")
        (self.folder / ".writable").unlink(missing_ok=True)
        self.sweep()

    def sweep(self) -> None:
        """Remove what processes that are gone left half written."""
        for path in leftovers(self.folder):
            remove(path)

    def has(self, name: CellName, keep: Keep = "figures") -> bool:
        """Whether a cell is finished, with everything that is to be kept of it."""
        there = (self.folder / name.relative).is_file()
        if there and keep != "figures":
            there = (self.folder / name.orders).is_file()
        if there and keep == "journal":
            there = (self.folder / name.journal).is_dir()
        return there

    def put(self, cell: Cell) -> None:
        """Write a cell, whole or not at all.

        Raises
        ------
        NotWritable
            If the disk is full or the folder read-only; what was there stays.
        """
        import numpy as np

        from results.store import parquet

        by_column = zip(*cell.kpis, strict=True) if cell.kpis else [()] * len(KPI_COLUMNS)
        dtypes = (object, object, float, float, float)
        rows = len(cell.kpis)
        columns = {
            "scenario": np.full(rows, cell.scenario, dtype=object),
            "rep": np.full(rows, cell.replication, dtype=np.int32),
            **{
                name: np.array(values, dtype=dtype)
                for name, dtype, values in zip(KPI_COLUMNS, dtypes, by_column, strict=True)
            },
        }
        parquet.write(self.folder / cell.name.relative, columns, {"format": FORMAT, "rows": rows, **cell.about})

    def get(self, name: CellName) -> Cell:
        """Read a finished cell."""
        return self.read([name])[0]

    def read(self, names: Sequence[CellName]) -> list[Cell]:
        """Read finished cells, in the order given.

        Raises
        ------
        BrokenCell
            Naming the first file that is not a cell.
        """
        return read_cells([self.folder / name.relative for name in names])

    def find(self, scenario: str, replication: int) -> list[Path]:
        """Every cell of a scenario and replication, whatever its settings and code."""
        return sorted((self.folder / CELLS / scenario).glob(f"r{replication:05d}-*.parquet"))

    def keeps_scenario(self, digest: str) -> bool:
        """Whether a resolved scenario lies here already."""
        return (self.folder / SCENARIOS / f"{digest}.json").is_file()

    def keep_scenario(self, digest: str, resolved: Mapping[str, Any]) -> None:
        """Keep a resolved scenario beside the cells that were computed from it."""
        if not self.keeps_scenario(digest):
            write_bytes(self.folder / SCENARIOS / f"{digest}.json", _bytes(resolved))

    def scenario(self, digest: str) -> dict[str, Any]:
        """A resolved scenario by its digest.

        Raises
        ------
        NoSuchStudy
            If it was not kept here.
        """
        path = self.folder / SCENARIOS / f"{digest}.json"
        if not path.is_file():
            raise NoSuchStudy(f"{path} is missing: the resolved scenario of this cell was not kept with it")
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return found

    def write_text(self, name: str, text: str) -> Path:
        """Write a page or a list of the study, whole or not at all."""
        write_bytes(self.folder / name, text.encode())
        return self.folder / name

    def write_table(self, name: str, cells: Sequence[CellName]) -> Path:
        """Put the figures of cells together in one file, scenarios and replications in order."""
        from results.store import parquet

        ordered = sorted(cells, key=lambda cell: (cell.scenario, cell.replication))
        files = [self.folder / cell.relative for cell in ordered]
        parquet.copy(f"SELECT * FROM {parquet.table(files)}", self.folder / name, "parquet")
        return self.folder / name


def read_cell(path: Path) -> Cell:
    """Read a cell file.

    Raises
    ------
    NoSuchStudy, BrokenCell
        If there is no such file, or it is not a cell.
    """
    if not path.is_file():
        raise NoSuchStudy(f"no cell at {path}")
    return read_cells([path])[0]


def read_cells(paths: Sequence[Path]) -> list[Cell]:
    """Read cell files, in the order given.

    Raises
    ------
    BrokenCell
        Naming the first file that is not a cell.
    """
    if not paths:
        return []
    from results.rows import KpiRow
    from results.store import parquet

    told = parquet.notes(paths)
    for path, one in zip(paths, told, strict=True):
        if one.pop("format", None) != FORMAT:
            raise BrokenCell(f"{path} is not a cell (its format is not {FORMAT}); remove it and run again")
    columns = parquet.read(paths, KPI_COLUMNS)
    with paused():
        # what ``KpiRow._make`` does, without a call in Python for each of 200,000 rows
        row = partial(tuple.__new__, KpiRow)
        rows = map(row, zip(*(columns[name].tolist() for name in KPI_COLUMNS), strict=True))
        return [Cell(kpis=list(islice(rows, one.pop("rows"))), **one) for one in told]


def _comparable(row: "KpiRow") -> tuple[Any, ...]:
    return tuple(None if value != value else value for value in row)


def _bytes(value: Mapping[str, Any]) -> bytes:
    text = json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False, default=str)
    return (text + "\n").encode()


def _refuse_packages(folder: Path) -> None:
    for scheme in ("purelib", "platlib"):
        installed = Path(sysconfig.get_path(scheme)).resolve()
        if folder.resolve().is_relative_to(installed):
            raise NotWritable(
                f"{folder} lies among installed packages ({installed}): results never do; name a folder by --out"
            )
