"""Whether somebody found that the site is no longer the campus the evidence was made on: ``drift.json`` in the host's folder.

``twin policy drift STATE … -o STATE/drift.json`` writes it; the host only says it.
"""

from pathlib import Path
from typing import Any, Final

from policies.deploy import canonical

FILE: Final = "drift.json"
TOLD: Final = ("state", "since", "to", "scenario")


def drift(folder: Path) -> dict[str, Any] | None:
    """State, since when, the last day that was looked at and the scenario; None: nobody looked, or what lies there is no verdict."""
    try:
        data = canonical.parse((folder / FILE).read_bytes())["data"]
        return {name: data[name] for name in TOLD}
    except (OSError, canonical.NotJson, KeyError, TypeError):
        return None
