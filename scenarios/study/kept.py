"""Runs that are kept, as somebody names them: by the path of a cell, or by study, scenario and replication."""

import json
from pathlib import Path

from scenarios.study.cells import Cell, CellStore, NoSuchStudy, read_cell
from scenarios.study.experiment import DEFAULT_OUT, MANIFEST
from scenarios.study.studies import study_named


def find_cell(text: str, out: Path = DEFAULT_OUT) -> tuple[CellStore, Cell]:
    """A run by the path of its cell, or by ``study:scenario:replication``.

    Raises
    ------
    StoreError
        If there is no such study, naming those there are; no such cell in it; or several, naming each.
    """
    path = Path(text)
    if path.suffix == ".parquet" or path.is_file():
        store = CellStore(path.resolve().parents[2]) if len(path.resolve().parents) > 2 else CellStore(path.parent)
        return store, read_cell(path)
    parts = text.rsplit(":", 2)
    if len(parts) != 3 or not parts[2].isdecimal():
        raise NoSuchStudy(
            f'no run "{text}": expected the path of a cell, or study:scenario:replication, as in "demo:as_is:0"'
        )
    study, scenario, replication = parts[0], parts[1], int(parts[2])
    folder = Path(study) if (Path(study) / MANIFEST).is_file() else out / study
    if not folder.is_dir():
        folder = study_named(study, out).folder
    return CellStore(folder), _the_one(folder, scenario, replication)


def _the_one(folder: Path, scenario: str, replication: int) -> Cell:
    """The cell the study's manifest means; without one, the only cell there is."""
    store = CellStore(folder)
    cells = [read_cell(path) for path in store.find(scenario, replication)]
    manifest = folder / MANIFEST
    if manifest.is_file() and len(cells) > 1:
        told = json.loads(manifest.read_text(encoding="utf-8"))
        digests = {one["digest"] for one in told["scenarios"]}
        meant = [c for c in cells if c.scenario_digest in digests and c.seed == told["seed"] and c.code == told["code"]]
        cells = meant or cells
    if len(cells) == 1:
        return cells[0]
    there = sorted(p.name for p in (folder / "cells").glob("*")) if (folder / "cells").is_dir() else []
    if not cells:
        raise NoSuchStudy(
            f'no run of "{scenario}", replication {replication} in {folder} (scenarios there: {", ".join(there) or "none"})'
        )
    raise NoSuchStudy(
        f"{len(cells)} runs fit; name one by its path: " + ", ".join(map(str, store.find(scenario, replication)))
    )
