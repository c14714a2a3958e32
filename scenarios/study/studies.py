"""Studies as they lie in the results folder: what there is, how far it is, what may be thrown away."""

import json
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from results.store.views import Files
from results.store.whole import leftovers, remove
from scenarios.study.cells import (
    CELLS,
    JOURNALS,
    ORDERS,
    SCENARIOS,
    CellName,
    CellStore,
    Keep,
    NoSuchStudy,
    cell_digest,
)
from scenarios.study.experiment import FAILURES, MANIFEST, TABLE, Study

STEM: Final = re.compile(r"^r(\d{5})-([0-9a-f]{16})$")
SENSITIVITY: Final = "sensitivity"
"""Folder inside a study of the study of its assumptions."""
NONE_YET: Final = (
    ", nor any other: twin run or twin compare makes one, in the folder where it is typed; --out names another folder"
)
"""What is said where no study was made yet."""
STALE_S: Final = 3600.0
"""Seconds after which the last words of a worker count as left behind."""


@dataclass
class StudyFolder:
    """A study that was asked for once: its manifest and the runs that are there."""

    folder: Path

    @property
    def name(self) -> str:
        """What it is called on the command line; one that lies inside another study bears both names."""
        folder = self.folder
        return f"{folder.parent.name}/{folder.name}" if folder.name == SENSITIVITY else folder.name

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What it is made of: scenarios with digests, seed, replications, code.

        Raises
        ------
        NoSuchStudy
            If the file is not a study's manifest.
        """
        path = self.folder / MANIFEST
        try:
            told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            told["scenarios"], told["seed"], told["replications"], told["code"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise NoSuchStudy(f"{path} is not the manifest of a study ({error}); run the study again") from error
        return told

    @cached_property
    def asked(self) -> list[CellName]:
        """Every run that was asked for last, scenarios in order."""
        told = self.manifest
        return [
            CellName(
                one["name"], rep,
                cell_digest(one["digest"], one["base_digest"], told["seed"], rep, told["code"]),
            )
            for one in told["scenarios"]
            for rep in range(told["replications"])
        ]  # fmt: skip

    @cached_property
    def finished(self) -> list[CellName]:
        """The runs of those that are there."""
        store = CellStore(self.folder)
        return [name for name in self.asked if store.has(name)]

    @property
    def state(self) -> str:
        """complete, failed (some runs gave no cell, and why is kept) or interrupted."""
        if len(self.finished) == len(self.asked):
            return "complete"
        return "failed" if (self.folder / FAILURES).is_file() else "interrupted"

    @property
    def kept(self) -> Keep:
        """What is kept of every finished run: figures, orders or journal."""
        store = CellStore(self.folder)
        if self.finished and all(store.has(name, "journal") for name in self.finished):
            return "journal"
        return "orders" if self.finished and all(store.has(name, "orders") for name in self.finished) else "figures"

    @property
    def size_bytes(self) -> int:
        """Everything under the folder [bytes]."""
        return sum(size_of(path) for path in self.folder.rglob("*") if path.is_file())

    @property
    def written(self) -> float:
        """When the newest file was written, by the file system [s since 1970]."""
        return max((path.stat().st_mtime for path in self.folder.rglob("*") if path.is_file()), default=0.0)

    def files(self, only: Sequence[CellName] | None = None) -> Files:
        """The files of its finished runs (of some of them), for questions and exports.

        Raises
        ------
        NoSuchStudy
            If no run is finished.
        """
        names = self.finished if only is None else only
        if not names:
            raise NoSuchStudy(f"{self.folder}: no run is finished; run the study with --resume")
        folder = self.folder.resolve()
        orders, journals = [folder / n.orders for n in names], [folder / n.journal for n in names]
        return Files(
            folder,
            [folder / name.relative for name in names],
            [path for path in orders if path.is_file()],
            [path for path in journals if path.is_dir()],
        )


@dataclass(slots=True)
class Rubbish:
    """What may go, by why; ``size_bytes`` in all."""

    why: dict[str, list[Path]] = field(default_factory=dict)

    def add(self, why: str, *paths: Path) -> None:
        """Count paths in, each once."""
        there = {path for paths_of in self.why.values() for path in paths_of}
        self.why.setdefault(why, []).extend(path for path in paths if path not in there)

    @property
    def paths(self) -> list[Path]:
        """Everything that may go."""
        return [path for paths in self.why.values() for path in paths]

    @property
    def size_bytes(self) -> int:
        """Everything that may go [bytes]."""
        return sum(map(size_of, self.paths))


def code_of(study: Study) -> str:
    """The code the runs of a study were made by, as its manifest has it."""
    return str(StudyFolder(study.folder).manifest["code"])


def studies(out: Path) -> list[StudyFolder]:
    """Every study under a folder, by name, each followed by the sensitivity study inside it."""
    there = (*out.glob(f"*/{MANIFEST}"), *out.glob(f"*/{SENSITIVITY}/{MANIFEST}"))
    return [StudyFolder(folder) for folder in sorted(path.parent for path in there)]


def study_named(text: str | None, out: Path) -> StudyFolder:
    """A study by its name or its folder; without a name the only one there is.

    Raises
    ------
    NoSuchStudy
        If there is none, or several and no name: then each is named.
    """
    there = studies(out)
    if text is None:
        own = [one for one in there if one.folder.parent == out]
        if len(own) == 1:
            return own[0]
        what = f"several studies in {out}; name one of them by --study" if there else f"there is no study in {out}"
        raise NoSuchStudy(what + _names(there))
    for folder in (out / text, Path(text)):
        if (folder / MANIFEST).is_file():
            return StudyFolder(folder)
    raise NoSuchStudy(f'there is no study "{text}" in {out}' + (_names(there) or NONE_YET))


def rubbish_of(study: StudyFolder, code: str) -> Rubbish:
    """What no longer belongs to the code, or was left by something that was interrupted."""
    found, folder = Rubbish(), study.folder
    found.add("left half written", *leftovers(folder))
    long_ago = time.time() - STALE_S
    found.add("left half written", *(p for p in sorted(folder.glob(".stacks-*")) if p.stat().st_mtime < long_ago))
    good, bad = _by_code(folder, code)
    found.add("made by other code", *bad)
    for path in _kept(folder):
        if _run_of(path) not in good:
            cell = folder / CELLS / path.parent.name / f"{_stem(path)}.parquet"
            found.add("made by other code" if cell in bad else "without its figures", path)
    if study.manifest["code"] != code and (folder / TABLE).is_file():
        found.add("made by other code", folder / TABLE)
    used = {digest for digests in good.values() for digest in digests}
    used |= {one["digest"] for one in study.manifest["scenarios"]} if study.manifest["code"] == code else set()
    found.add("scenarios of no run", *(p for p in sorted((folder / SCENARIOS).glob("*.json")) if p.stem not in used))
    if not good and study.manifest["code"] != code:
        found.add("made by other code", *(p for p in (folder / MANIFEST, folder / FAILURES) if p.is_file()))
    found.why = {why: paths for why, paths in found.why.items() if paths}
    return found


def throw_away(rubbish: Rubbish, study: StudyFolder) -> None:
    """Remove it, and folders that are empty by then."""
    for path in rubbish.paths:
        remove(path)
    for folder in sorted((p for p in study.folder.rglob("*") if p.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()
    if study.folder.is_dir() and not any(study.folder.iterdir()):
        study.folder.rmdir()


def size_of(path: Path) -> int:
    """Bytes of a file or of everything in a folder."""
    if path.is_dir():
        return sum(size_of(inside) for inside in path.iterdir())
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _by_code(folder: Path, code: str) -> tuple[dict[tuple[str, str], list[str]], list[Path]]:
    """Runs of this code, with the digests of their scenarios; and cells of other code or none."""
    from results.store import BrokenCell, parquet

    good: dict[tuple[str, str], list[str]] = {}
    bad: list[Path] = []
    for path in sorted((folder / CELLS).glob("*/r*")):
        if STEM.match(path.stem) is None or path.suffix not in (".parquet", ".json"):
            continue
        try:
            told = parquet.notes([path])[0] if path.suffix == ".parquet" else {}
        except BrokenCell:
            told = {}
        if told.get("code") == code:
            good[path.parent.name, path.stem] = [told["scenario_digest"], told["base_digest"]]
        else:
            bad.append(path)
    return good, bad


def _kept(folder: Path) -> Iterator[Path]:
    for room in (ORDERS, JOURNALS):
        for path in sorted((folder / room).glob("*/r*")):
            if STEM.match(_stem(path)):
                yield path


def _stem(path: Path) -> str:
    return path.name.removesuffix(".parquet")


def _run_of(path: Path) -> tuple[str, str]:
    return path.parent.name, _stem(path)


def _names(there: Sequence[StudyFolder]) -> str:
    return f"; there: {', '.join(one.name for one in there)}" if there else ""
