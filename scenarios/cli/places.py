"""Files and folders named on a command line, looked at before anything is done with them; nothing is made."""

import os
from pathlib import Path

from scenarios.cli.envelope import WRONG_USAGE, Finish


def see_file(path: Path) -> None:
    """See that a file is there and can be read.

    Raises
    ------
    Finish
        If it is not.
    """
    try:
        with path.open("rb"):
            pass
    except OSError as error:
        raise Finish(WRONG_USAGE, f"cannot read {path}: {error.strerror}") from error


def see_writable(path: Path, *, folder: bool = False) -> None:
    """See that a file, or a folder of files, can be made at a path, and the folders above it.

    Raises
    ------
    Finish
        If the folder, or the nearest one above that is there, takes no file.
    """
    full = path.absolute()
    above = next(one for one in ((full, *full.parents) if folder else full.parents) if os.path.lexists(one))
    if not above.is_dir():
        raise Finish(WRONG_USAGE, f"-o {path} cannot be written: {above} is no folder")
    if not os.access(above, os.W_OK | os.X_OK):
        raise Finish(WRONG_USAGE, f"-o {path} cannot be written: nothing may be written in {above}")
