"""What a gate ruled, kept beside the study it judged: evidence that goes into a bundle says it too."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from results.store.whole import write_bytes

FILE: Final = "gate.json"
KEPT: Final = ("go", "gate", "gate_sha256", "decision", "candidate", "incumbent", "replications", "digests")

Ruling = dict[str, Any]


def keep(study: Path, ruling: Mapping[str, Any]) -> None:
    """Write a ruling into the folder of its study, over that of an earlier one.

    Raises
    ------
    NotWritable
        If it cannot be written.
    """
    told = {name: ruling[name] for name in KEPT}
    write_bytes(study / FILE, (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode())


def kept(study: Path, digests: Mapping[str, str], replications: int) -> Ruling | None:
    """The ruling about these very scenarios and as many replications; None: no gate judged them.

    Parameters
    ----------
    digests : scenario → digest, of all that the study measured
    """
    try:
        found: Ruling = json.loads((study / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    same = found.get("digests") == dict(digests) and found.get("replications") == replications
    return {name: found[name] for name in KEPT if name != "digests"} if same else None
