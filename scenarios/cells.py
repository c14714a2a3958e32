"""The store of finished cells: one small file per scenario and replication, named by its content's cause.

A cell is computed once. Its name holds a digest of everything its numbers depend on (resolved
scenario, burn-in scenario, seed, replication, code), so asking again finds it, and any change asks
for another file. Cells appear whole or not at all (written beside, then moved into place), hold no
wall clock, and are therefore the same bytes whoever computed them and after any interruption.

    StoreError
    ├── NotWritable    the folder cannot be written: before the first cell, or the disk is full
    ├── NoSuchStudy    a study to resume or explain does not exist
    └── BrokenCell     a file is not a cell
"""

import json
import os
import sysconfig
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

FORMAT: Final = "twin/cell@1"
CELLS: Final = "cells"
SCENARIOS: Final = "scenarios"
DIGEST_BYTES: Final = 8


class StoreError(Exception):
    """Something about the results folder."""


class NotWritable(StoreError):
    """The results folder cannot be written."""


class NoSuchStudy(StoreError):
    """There is no such study or cell."""


class BrokenCell(StoreError):
    """A file that should be a cell is not one."""


@dataclass(slots=True)
class KpiValue:
    """One KPI of one run; ``value`` None where it is undefined (nothing to divide by)."""

    kpi: str
    unit: str
    value: float | None
    numerator: float | None
    denominator: float | None


@dataclass(slots=True)
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
    kpis: list[KpiValue]
    journal_digest: str
    exogenous_digest: str
    counts: dict[str, int]
    guard_hits: dict[str, int] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Digest of everything the numbers depend on [hex]."""
        return cell_digest(self.scenario_digest, self.base_digest, self.seed, self.replication, self.code)


@dataclass(frozen=True, slots=True)
class CellName:
    """Where a cell is, finished or not."""

    scenario: str
    replication: int
    digest: str

    @property
    def relative(self) -> Path:
        """Path under the study's folder."""
        return Path(CELLS, self.scenario, f"r{self.replication:05d}-{self.digest}.json")


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
        """Make the folder and prove that it can be written.

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
        self._write(Path(".writable"), b"")
        (self.folder / ".writable").unlink(missing_ok=True)

    def has(self, name: CellName) -> bool:
        """Whether a cell is finished."""
        return (self.folder / name.relative).is_file()

    def put(self, cell: Cell) -> None:
        """Write a cell, whole or not at all.

        Raises
        ------
        NotWritable
            If the disk is full or the folder read-only; what was there stays.
        """
        name = CellName(cell.scenario, cell.replication, cell.digest)
        self._write(name.relative, _bytes({"format": FORMAT, **asdict(cell)}))

    def get(self, name: CellName) -> Cell:
        """Read a finished cell."""
        return read_cell(self.folder / name.relative)

    def find(self, scenario: str, replication: int) -> list[Path]:
        """Every cell of a scenario and replication, whatever its settings and code."""
        return sorted((self.folder / CELLS / scenario).glob(f"r{replication:05d}-*.json"))

    def keep_scenario(self, digest: str, resolved: Mapping[str, Any]) -> None:
        """Keep a resolved scenario beside the cells that were computed from it."""
        path = Path(SCENARIOS, f"{digest}.json")
        if not (self.folder / path).is_file():
            self._write(path, _bytes(resolved))

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
        """Write a table or page of the study, whole or not at all."""
        self._write(Path(name), text.encode())
        return self.folder / name

    def _write(self, relative: Path, content: bytes) -> None:
        target = self.folder / relative
        beside = target.with_name(f".{target.name}.{os.getpid()}.tmp")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with beside.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(target)
        except BaseException as error:
            _drop(beside)
            if not isinstance(error, OSError):
                raise
            raise NotWritable(
                f"cannot write {target}: {error.strerror or error}; "
                "finished replications are kept: free the disk or name another folder by --out, then run again"
            ) from error


def read_cell(path: Path) -> Cell:
    """Read a cell file.

    Raises
    ------
    NoSuchStudy, BrokenCell
        If there is no such file, or it is not a cell.
    """
    if not path.is_file():
        raise NoSuchStudy(f"no cell at {path}")
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        if raw.pop("format") != FORMAT:
            raise ValueError(f"format is not {FORMAT}")
        return Cell(**{**raw, "kpis": [KpiValue(**row) for row in raw["kpis"]]})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BrokenCell(f"{path} is not a cell ({error}); delete it and run again") from error


def kpi_table(cells: Sequence[Cell]) -> str:
    """The long table as CSV text, sorted: the same bytes whoever computed the cells in which order."""
    lines = ["scenario,rep,kpi,unit,value,numerator,denominator"]
    for cell in sorted(cells, key=lambda c: (c.scenario, c.replication)):
        for row in cell.kpis:
            numbers = ("" if v is None else repr(v) for v in (row.value, row.numerator, row.denominator))
            lines.append(",".join([cell.scenario, str(cell.replication), row.kpi, row.unit, *numbers]))
    return "\n".join(lines) + "\n"


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


def _drop(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return
