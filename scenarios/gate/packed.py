"""The command that packs what a gate measured: what was judged and what is signed are chosen by the same words."""

import shlex
from pathlib import Path
from typing import Any, Final

from scenarios.study.arms import Arm

OURS: Final = "policies."
"""Beginning of the modules of rules that a bundle has without a wheel."""


def packed_by(candidate: Arm, rule: Any, evidence: str | None, out: Path | None) -> str:
    """A line for the shell; what only its reader knows is in capitals.

    Parameters
    ----------
    rule : the candidate, made
    evidence : name of the study, if it was given one
    out : where studies are kept, if not where they are by default
    """
    words = ["twin", "policy", "pack", candidate.source]
    for setting in (*candidate.sets, *candidate.changes):
        words += ["--set", setting]
    if evidence is not None:
        words += ["--evidence", evidence]
    if out is not None:
        words += ["--out", str(out)]
    if not type(rule).__module__.startswith(OURS):
        words += ["--plugin-wheel", "WHEEL"]
    return shlex.join([*words, "--key", "KEY", "-o", "NAME-1.bundle"])
