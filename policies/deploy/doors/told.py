"""How far a door has told what was decided: a number in a file, whole or not at all.

ValueError
└── BadTold    a file that holds no such number
"""

from pathlib import Path
from typing import final

from policies.deploy import canonical
from policies.deploy.strict import Reader, WrongDocument

FIELD = "told"


class BadTold(ValueError):
    """A file that holds no such number."""


@final
class Told:
    """The number of the last decision that was told.

    It may lag behind what was told and never runs ahead: after a fall some decisions are told again,
    none is left out. Without a file it begins after the last decision there is.

    Parameters
    ----------
    last : number of the host's last decision; a file that knows of more is of a record that is gone

    Raises
    ------
    BadTold
        If the file holds something else.
    """

    def __init__(self, file: Path, last: int) -> None:
        self._file = file
        self.number = min(_read(file), last) if file.exists() else last
        self.up_to(self.number)

    def up_to(self, number: int) -> None:
        """All decisions up to a number were told."""
        self.number = number
        beside = self._file.with_name(f"{self._file.name}.new")
        beside.write_bytes(canonical.text({FIELD: number}))
        beside.replace(self._file)


def _read(file: Path) -> int:
    reader = Reader(str(file))
    try:
        given = reader.table(canonical.parse(file.read_bytes()), "", (FIELD,))
        number = reader.whole(given.get(FIELD, 0), FIELD, 0, 2**53 - 1)
        reader.done()
    except (canonical.NotJson, WrongDocument, OSError) as error:
        raise BadTold(f"{file}: {error}; remove it and the door begins with what is decided next") from error
    return number
