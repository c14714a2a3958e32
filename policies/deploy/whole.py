"""A file that is there whole or as it was before, after a power cut too.

Written beside its place and seen on the disk, then put into its place, and that seen on the disk: a name may reach the disk before
what it names. Source: T. S. Pillai et al., All File Systems Are Not Created Equal, OSDI 2014.
"""

import os
from pathlib import Path
from tempfile import mkstemp


def write(path: Path, content: bytes) -> None:
    """Write a file that only its owner reads; where that fails, the one that was there before is there still.

    Raises
    ------
    OSError
        If it cannot be written; nothing is left beside it.
    """
    opened, name = mkstemp(prefix=f".{path.name}.", dir=path.parent)
    beside = Path(name)
    try:
        with os.fdopen(opened, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    see_names(path.parent)


def see_names(folder: Path) -> None:
    """See the names in a folder on the disk."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
