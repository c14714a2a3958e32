"""Whether somebody found that the site is no longer the campus the evidence was made on: ``drift.json`` in the host's folder.

``twin policy drift STATE … -o STATE/drift.json`` writes it; the host only says it. A file that holds no verdict is said too: silence
would read as if nobody had looked, while somebody looks every night and his findings are lost.
"""

from pathlib import Path
from typing import Any, Final

from policies.deploy import canonical
from policies.deploy.strict import Reader, WrongDocument

FILE: Final = "drift.json"
TOLD: Final = ("state", "since", "to", "scenario")
UNREADABLE: Final = "unreadable"


def drift(folder: Path) -> dict[str, Any] | None:
    """State, since when, the last day that was looked at and the scenario; None: nobody looked.

    Where what lies there is no verdict, ``unreadable`` alone: the file and what is wrong with it.
    """
    file = folder / FILE
    try:
        return _verdict(canonical.parse(file.read_bytes()))
    except FileNotFoundError:
        return None
    except OSError as error:
        return {UNREADABLE: f"{file}: {error.strerror}"}
    except (canonical.NotJson, WrongDocument) as error:
        return {UNREADABLE: f"{file}: {error}"}


def _verdict(plain: Any) -> dict[str, Any]:
    reader = Reader()
    data = reader.mapping(reader.mapping(plain, "the file").get("data"), "data")
    for name in TOLD if not reader.errors else ():
        if not (name == "since" and name in data and data[name] is None):
            reader.text(data.get(name), f"data.{name}")
    reader.done()
    return {name: data[name] for name in TOLD}
