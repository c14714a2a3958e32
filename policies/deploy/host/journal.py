"""The host's journal: every observation with its decision and the notes it was made by, written before it is answered.

An SQLite file, so that a process killed in the middle of a line loses nothing that was answered. From
its notes any bundle's scribe makes the record again, whoever's rules had decided. ``durable`` waits for
the disk at each decision: then a power cut loses nothing either.

JournalProblem         not the journal of this office, or its folder in use, or no journal
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, final

from policies.deploy import canonical
from policies.deploy.host.answers import Note
from policies.deploy.service import Decision

JOURNAL: Final = "journal.sqlite"
FORMAT: Final = "campus-twin/host-journal@1"
TABLES: Final = """
CREATE TABLE IF NOT EXISTS about (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS eras (
    after INTEGER NOT NULL, bundle TEXT NOT NULL, declared BLOB NOT NULL, why TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS decisions (
    number INTEGER PRIMARY KEY, id TEXT, now REAL NOT NULL, event BLOB NOT NULL, commands BLOB NOT NULL,
    notes BLOB NOT NULL, observation TEXT NOT NULL, decision TEXT NOT NULL, bundle TEXT NOT NULL, fallback BLOB NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS ids ON decisions (id) WHERE id IS NOT NULL;
"""
FIELDS: Final = "number, id, now, event, commands, observation, decision, bundle, fallback"


class JournalProblem(RuntimeError):
    """Not the journal of this office, or in use by another host, or no journal at all."""


@dataclass(frozen=True, slots=True)
class Era:
    """From the event after ``after`` on the rules of a bundle decide; ``declared``: what they declare."""

    after: int
    bundle: str
    declared: Mapping[str, Any]
    why: str


class Reader:
    """The journal, to be read; one for each thread."""

    def __init__(self, base: sqlite3.Connection) -> None:
        self._base = base

    def of_id(self, name: str) -> Decision | None:
        """The decision on an observation that was told under an id."""
        row = self._base.execute(f"SELECT {FIELDS} FROM decisions WHERE id = ?", (name,)).fetchone()
        return None if row is None else _decision(row)

    def decisions(self, after: int, limit: int) -> list[Decision]:
        """Decisions numbered above ``after``, oldest first."""
        rows = self._base.execute(
            f"SELECT {FIELDS} FROM decisions WHERE number > ? ORDER BY number LIMIT ?", (after, limit)
        )
        return [_decision(row) for row in rows]

    def told(self, after: int, through: int) -> Iterator[dict[str, Any]]:
        """What a scribe must be told to know the events of a range: ``seen`` and ``notes`` of each."""
        rows = self._base.cursor().execute(
            "SELECT event, now, notes FROM decisions WHERE number > ? AND number <= ? ORDER BY number", (after, through)
        )
        for event, now, notes in rows:
            yield {"notes": canonical.parse(notes), "seen": {"event": canonical.parse(event), "now": now}}

    def eras(self) -> list[Era]:
        """Every era, in order."""
        rows = self._base.execute("SELECT after, bundle, declared, why FROM eras ORDER BY rowid")
        return [Era(after, bundle, canonical.parse(declared), why) for after, bundle, declared, why in rows]

    def close(self) -> None:
        """Read no more."""
        self._base.close()


@final
class Journal(Reader):
    """One host's, to be written.

    Parameters
    ----------
    folder : of the host's state, which whoever writes holds (``Place``)
    office : digest of the office whose record it is

    Raises
    ------
    JournalProblem
        If it is of another office.
    """

    def __init__(self, folder: Path, office: str, durable: bool = False) -> None:
        self.path = folder / JOURNAL
        self.path.touch(mode=0o600)
        super().__init__(sqlite3.connect(self.path, isolation_level=None, check_same_thread=False))
        try:
            self._base.execute("PRAGMA journal_mode = WAL")
            self._base.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._base.executescript(TABLES)
            self._see_ours("format", FORMAT)
            self._see_ours("office", office)
        except sqlite3.DatabaseError as error:
            self.close()
            raise JournalProblem(f"{self.path}: no journal of a host ({error})") from error
        except JournalProblem:
            self.close()
            raise
        self.last: int
        self.now: float
        self.last, self.now = self._base.execute(
            "SELECT COALESCE(MAX(number), 0), COALESCE(MAX(now), 0.0) FROM decisions"
        ).fetchone()

    def keep(self, made: Decision, notes: Sequence[Note]) -> None:
        """Keep a decision; its number is the last one's plus one."""
        self._base.execute(
            "INSERT INTO decisions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                made.number, made.id or None, made.now, canonical.text(dict(made.event)), canonical.text(list(made.commands)),
                canonical.text(list(notes)), made.observation, made.decision, made.policy, canonical.text(dict(made.fallback)),
            ),
        )  # fmt: skip
        self.last, self.now = made.number, made.now

    def begin_era(self, bundle: str, declared: Mapping[str, Any], why: str) -> Era:
        """From the next event on a bundle's rules decide."""
        era = Era(self.last, bundle, declared, why)
        self._base.execute(
            "INSERT INTO eras VALUES (?, ?, ?, ?)", (self.last, bundle, canonical.text(dict(declared)), why)
        )
        return era

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is written inside is kept all of it, or nothing."""
        self._base.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._base.execute("COMMIT")
        except BaseException:
            if self._base.in_transaction:
                self._base.execute("ROLLBACK")
            raise

    def note(self, key: str, value: Any) -> None:
        """Keep a plain value under a name; None: keep none."""
        if value is None:
            self._base.execute("DELETE FROM about WHERE key = ?", (key,))
        else:
            self._base.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (key, canonical.text(value).decode()))

    def noted(self, key: str) -> Any:
        """The plain value that is kept under a name; None: there is none."""
        row = self._base.execute("SELECT value FROM about WHERE key = ?", (key,)).fetchone()
        return None if row is None else canonical.parse(row[0].encode())

    def reader(self) -> Reader:
        """The same journal for another thread."""
        return Reader(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, check_same_thread=False))

    def _see_ours(self, key: str, value: str) -> None:
        self._base.execute("INSERT OR IGNORE INTO about VALUES (?, ?)", (key, value))
        (found,) = self._base.execute("SELECT value FROM about WHERE key = ?", (key,)).fetchone()
        if found != value:
            raise JournalProblem(
                f"{self.path}: its {key} is {found}, expected {value}: a record belongs to one office; "
                "start the new one in an empty folder"
            )


def last_era(folder: Path) -> str | None:
    """The bundle that decides by the journal of a folder; None: there is no journal, or nobody decided yet.

    Raises
    ------
    JournalProblem
        If it is no journal.
    """
    path = folder / JOURNAL
    if not path.exists():
        return None
    base = sqlite3.connect(path)
    try:
        row = base.execute("SELECT bundle FROM eras ORDER BY rowid DESC LIMIT 1").fetchone()
    except sqlite3.DatabaseError as error:
        raise JournalProblem(f"{path}: no journal of a host ({error})") from error
    finally:
        base.close()
    return None if row is None else str(row[0])


def _decision(row: Sequence[Any]) -> Decision:
    number, name, now, event, commands, observation, decision, bundle, fallback = row
    return Decision(
        number, name or "", now, canonical.parse(event), canonical.parse(commands), observation, decision, bundle,
        canonical.parse(fallback),
    )  # fmt: skip
