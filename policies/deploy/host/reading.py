"""What a host kept, read by somebody else: nothing is written, whether the host runs or rests."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from policies.deploy import canonical
from policies.deploy.host.journal import FORMAT, JOURNAL, JournalProblem


def office_in(folder: Path) -> str:
    """Digest of the office whose record lies in a folder [hex].

    Raises
    ------
    JournalProblem
        If there is no journal of a host.
    """
    with _opened(folder) as base:
        told = dict(base.execute("SELECT key, value FROM about"))
    if told.get("format") != FORMAT:
        raise JournalProblem(f"{folder / JOURNAL}: format {told.get('format')!r}, expected {FORMAT!r}")
    return str(told.get("office", ""))


def told_in(folder: Path) -> Iterator[tuple[dict[str, Any], float]]:
    """Every event that was kept, as a plain object, with its minute, in the order in which they came.

    Raises
    ------
    JournalProblem
        If there is no journal of a host.
    """
    with _opened(folder) as base:
        for event, now in base.execute("SELECT event, now FROM decisions ORDER BY number"):
            yield canonical.parse(event), now


@contextmanager
def _opened(folder: Path) -> Iterator[sqlite3.Connection]:
    """A journal that rests is opened as a file that nobody changes: else SQLite would lay two files beside it."""
    path = folder / JOURNAL
    if not path.is_file():
        raise JournalProblem(f"{folder}: no {JOURNAL} here; expected the state of a host")
    rests = not path.with_name(f"{JOURNAL}-wal").exists()
    how = "immutable=1" if rests else "mode=ro"
    with closing(sqlite3.connect(f"file:{quote(str(path.resolve()))}?{how}", uri=True)) as base:
        try:
            yield base
        except sqlite3.DatabaseError as error:
            raise JournalProblem(f"{path}: no journal of a host ({error})") from error
