"""The folder of a host's state: held by one host at a time, and as it was before where a start fails.

A journal that a failed start left behind would be taken for a host that ran here before. So what is
made there is made while the folder is held, and whoever fails to start takes away what it made and
nothing else: a journal that was there, or that answered anything, stays whatever happens.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Final, final

from policies.deploy.host.journal import JOURNAL, JournalProblem

LOCK: Final = "host.lock"
SHELF: Final = "bundles"
FILES: Final = (JOURNAL, f"{JOURNAL}-wal", f"{JOURNAL}-shm", LOCK)


@final
class Place:
    """A folder that one host holds until it leaves.

    Parameters
    ----------
    folder : made if it is not there, for its owner alone

    Raises
    ------
    JournalProblem
        If it is a file, or another host runs there.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._new_folders = [one for one in (folder / SHELF, folder, *folder.parents) if not one.exists()]
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except (FileExistsError, NotADirectoryError) as error:
            there = next(one for one in (folder, *folder.parents) if one.exists())
            raise JournalProblem(f"{there} is a file; expected a folder for the state of a host") from error
        new_lock = not (folder / LOCK).exists()
        self._lock = _locked(folder / LOCK)
        self._before = set(self._files()) - ({folder / LOCK} if new_lock else set())

    def leave(self, *, undo: bool = False) -> None:
        """Let another host have it.

        Parameters
        ----------
        undo : take away what was made since it is held
        """
        if self._lock.closed:
            return
        if undo:
            for made in set(self._files()) - self._before:
                made.unlink(missing_ok=True)
            for folder in self._new_folders:
                with suppress(OSError):  # somebody else keeps something in it
                    folder.rmdir()
        self._lock.close()

    def _files(self) -> Iterator[Path]:
        """Every file there that a host makes before it answers anything."""
        yield from (self.folder / name for name in FILES if (self.folder / name).exists())
        yield from (self.folder / SHELF).glob("*.bundle")


def _locked(path: Path) -> IO[str]:
    while True:
        file = path.open("w")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.close()
            raise JournalProblem(f"{path.parent}: another host is running on this folder") from error
        if _is(file, path):
            return file
        file.close()  # whoever held it failed to start and took it away in between


def _is(file: IO[str], path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False
