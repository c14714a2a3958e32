"""Runs that are kept, as they are named on a command line."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scenarios.study.cells import Cell, CellStore


def run_named(text: str, out: Path) -> "tuple[CellStore, Cell]":
    """A run by the path of its cell, or by ``study:scenario:replication``.

    Raises
    ------
    StoreError
        If there is no such study, then which there are; or no such run in it; or several.
    """
    from scenarios.study.experiment import find_cell

    study, *run = text.rsplit(":", 2)
    if len(run) == 2 and not Path(text).is_file() and not any(folder.is_dir() for folder in (Path(study), out / study)):
        see_study(study, out)
    return find_cell(text, out)


def see_study(name: str, out: Path) -> None:
    """See that there is a study.

    Raises
    ------
    NoSuchStudy
        Naming those there are; where there is none at all, how one comes about.
    """
    from scenarios.study.cells import NoSuchStudy
    from scenarios.study.studies import studies, study_named

    if not studies(out):
        raise NoSuchStudy(
            f'there is no study "{name}" in {out}, nor any other: twin run or twin compare makes one, in the folder '
            "where it is typed; --out names another folder"
        )
    study_named(name, out)
