"""Files and folders that appear whole or not at all.

What is written goes beside the target under a name that bears host and process, is flushed to the
disk and moved into place. A process that is killed leaves such a name behind and nothing else;
``leftovers`` finds those whose writer is gone.
"""

import os
import re
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from results.store import NotWritable

HOST: Final = re.sub(r"[^\w-]", "-", socket.gethostname()) or "host"
BESIDE: Final = re.compile(r"^\..+\.(?P<host>[\w-]+)\.(?P<pid>\d+)\.tmp$")
FOREIGN_S: Final = 86_400.0
"""Seconds after which something half written by another host counts as left behind."""


@contextmanager
def whole(target: Path) -> Iterator[Path]:
    """A path to write a file or folder to; when the block ends well it is flushed and takes the target's name.

    A folder that is already there is kept: whoever wrote it wrote the same.

    Raises
    ------
    NotWritable
        If the disk is full or the folder read-only; what was there stays.
    """
    beside = target.with_name(f".{target.name}.{HOST}.{os.getpid()}.tmp")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield beside
        if beside.is_dir():
            for file in sorted(beside.iterdir()):
                _flush(file)
            _move_folder(beside, target)
        else:
            _flush(beside)
            beside.replace(target)
    except BaseException as error:
        _drop(beside)
        if not isinstance(error, OSError):
            raise
        raise NotWritable(
            f"cannot write {target}: {error.strerror or error}; "
            "finished replications are kept: free the disk or name another folder by --out, then run again"
        ) from error


def write_bytes(target: Path, content: bytes) -> None:
    """Write a file, whole or not at all.

    Raises
    ------
    NotWritable
        As ``whole`` does.
    """
    with whole(target) as beside:
        beside.write_bytes(content)


def leftovers(folder: Path) -> list[Path]:
    """What processes that are gone left half written, under a folder, sorted."""
    found = []
    for path in sorted(folder.rglob(".*.tmp")):
        told = BESIDE.match(path.name)
        if told is not None and not _alive(path, told["host"], int(told["pid"])):
            found.append(path)
    return found


def remove(path: Path) -> None:
    """Remove a file or a folder with what is in it; nothing if it is gone already."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _alive(path: Path, host: str, pid: int) -> bool:
    if host != HOST:
        try:
            return time.time() - path.stat().st_mtime < FOREIGN_S
        except OSError:
            return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return not _zombie(pid)


def _zombie(pid: int) -> bool:
    """Whether a process has ended and only its parent has not noticed yet (told by Linux alone)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] in {"Z", "X"}
    except (OSError, IndexError):
        return False


def _flush(file: Path) -> None:
    with file.open("rb+") as opened:
        os.fsync(opened.fileno())


def _move_folder(beside: Path, target: Path) -> None:
    if target.is_dir():
        shutil.rmtree(beside)
    else:
        beside.replace(target)


def _drop(path: Path) -> None:
    try:
        remove(path)
    except OSError:
        return
