"""Tables of pages that are written by hand, from the files that were written when they were measured.

Each stands between two marks that name its file; ``make docs`` writes it anew, and a test holds the page to it.
"""

import csv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from docs.pages.markdown import table

ROOT: Final = Path(__file__).resolve().parents[2]
TABLES: Final = ROOT / "results" / "reference"
SPEED: Final = ROOT / "docs" / "explanation" / "speed.md"
Row = Mapping[str, str]


def doors(rows: Sequence[Row]) -> str:
    """What the HTTP door takes: a row a door, a pair of columns a number of clients."""
    return _crossed("", rows, "door", "clients", {"1": "one client", "8": "eight clients"})


def mqtt_doors(rows: Sequence[Row]) -> str:
    """What the MQTT door takes: a row a broker, a pair of columns a door."""
    return _crossed("broker", rows, "broker", "door", {"echo": "a bare echo", "host": "the host's door"})


WRITTEN: Final[Mapping[str, Callable[[Sequence[Row]], str]]] = {"doors": doors, "mqtt_doors": mqtt_doors}
"""File of ``results/reference`` → what makes its table."""


def speed_page() -> str:
    """The page on speed with its tables as they were last measured."""
    page = SPEED.read_text(encoding="utf-8")
    for name, made in WRITTEN.items():
        page = embedded(page, name, made(rows_of(name)))
    return page


def embedded(page: str, name: str, made: str) -> str:
    """A page with a table between the marks of its name.

    Raises
    ------
    ValueError
        If the page has no such marks.
    """
    begin, end = f"<!-- {name}.csv: written by `make docs` -->\n", f"<!-- end of {name}.csv -->\n"
    before, found, rest = page.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"no place for the table {name}: expected the lines {begin!r} and {end!r}")
    return f"{before}{begin}\n{made}\n{end}{after}"


def rows_of(name: str) -> list[Row]:
    """The rows of a table of ``results/reference``."""
    with (TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _crossed(corner: str, rows: Sequence[Row], down: str, across: str, named: Mapping[str, str]) -> str:
    """``down`` by ``across``, of each how many a second and how long one took."""
    head = [cell for name in named.values() for cell in (f"{name}: a second", "p50, p99 [ms]")]
    cells = {(row[down], row[across]): (f"{float(row['per_s']):,.0f}", _quantiles(row)) for row in rows}
    lines = dict.fromkeys(row[down] for row in rows)
    return table((corner, *head), [(line, *(cell for one in named for cell in cells[line, one])) for line in lines])


def _quantiles(row: Row) -> str:
    return ", ".join(f"{ms:.2f}" if ms < 10.0 else f"{ms:.1f}" for ms in (float(row["p50_ms"]), float(row["p99_ms"])))
