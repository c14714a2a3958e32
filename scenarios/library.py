"""Finding files: shipped ones by name, a planner's own by path."""

from pathlib import Path
from typing import Final, Literal

from scenarios.problems import Problem, ScenarioProblems, did_you_mean, one_of

DATA: Final = Path(__file__).parent / "data"
Kind = Literal["scenario", "measure", "campus", "defaults", "calendar", "bands", "study", "gate"]
_PATTERN: Final[dict[Kind, str]] = {
    "scenario": "scenarios/*.toml", "measure": "measures/*.toml", "campus": "campuses/*/campus.toml", "defaults": "defaults/*.toml",
    "calendar": "calendars/*.csv", "bands": "bands/*.toml", "study": "studies/*.toml",
    "gate": "gates/*.toml",
}  # fmt: skip
SUFFIXES: Final = (".toml", ".csv")
LISTED: Final[tuple[Kind, ...]] = ("scenario", "measure", "campus")
"""Kinds a planner chooses among."""
LIST: Final = "; twin scenario list tells what they are"
Place = tuple[str, int, str]
"""File, line and key that named the thing looked for."""


def shipped(kind: Kind) -> dict[str, Path]:
    """Shipped files of a kind by name, sorted."""
    paths = sorted(DATA.glob(_PATTERN[kind]))
    return {path.parent.name if kind == "campus" else path.stem: path for path in paths}


def find(kind: Kind, name: str, place: Place | None = None, folder: Path | None = None) -> Path:
    """The file of a name, or the path itself if it names a file (also relative to ``folder``).

    Where a scenario is looked for, a measure will do: it is laid over ``as_is``.

    Raises
    ------
    ScenarioProblems
        If there is neither.
    """
    for base in (folder, Path()):
        path = (base / name if base else Path(name)).expanduser()
        if path.suffix in SUFFIXES and path.is_file():
            return path
    known = {**(shipped("measure") if kind == "scenario" else {}), **shipped(kind)}
    if name in known:
        return known[name]
    file, line, key = place or (name, 0, kind)
    expected = f"the path of a file, or {one_of(name, known)}"
    if Path(name).suffix in SUFFIXES:
        beside = sorted(
            path.name for base in {folder or Path(): None, Path(): None} for path in base.glob(f"*{Path(name).suffix}")
        )
        expected = f"a file that is there{did_you_mean(Path(name).name, beside)}, or {one_of(name, known)}"
    raise ScenarioProblems([Problem(file, line, key, f'"{name}"', expected + (LIST if kind in LISTED else ""))])
