"""The near side of a replay: does a bundle's wheel decide as it was recorded to?

A fresh interpreter with the bundle's wheels is told every observation. What it answers is compared
on this side, by digest.
"""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from policies.deploy import canonical
from policies.deploy.answering import OBSERVATIONS
from policies.deploy.fresh import command, lay_out, see_needs_met
from policies.deploy.golden import Pair
from policies.deploy.manifest import Manifest
from policies.deploy.refusals import GoldenDiffers

LIMIT_S: Final = 300.0
"""Wall seconds after which a replay counts as hanging."""


def replay(members: Mapping[str, bytes], manifest: Manifest, pairs: Sequence[Pair], limit_s: float = LIMIT_S) -> None:
    """Tell a fresh controller made of a bundle's members every observation and compare every decision.

    Parameters
    ----------
    limit_s : wall seconds it may take

    Raises
    ------
    NeedsUnmet
        If a locked library is not here in its version.
    GoldenDiffers
        Naming the first decision that differs, or saying why there is none.
    """
    see_needs_met(manifest)
    with TemporaryDirectory(prefix="campus-twin-") as made:
        said = _answers(members, manifest, pairs, Path(made), limit_s)
    head, *answers = said or [b"{}"]
    spoken = canonical.parse(head).get("contract")
    if spoken != dict(manifest.contract):
        raise GoldenDiffers("the wheel speaks another contract than the manifest says: they were not made together")
    for number, (pair, answer) in enumerate(zip(pairs, answers, strict=False), 1):
        if canonical.digest_of_bytes(answer) != pair.decision:
            raise GoldenDiffers(_difference(number, pair, answer, manifest))
    if len(answers) != len(pairs):
        raise GoldenDiffers(f"{len(answers)} decisions, {len(pairs)} were recorded")


def _answers(
    members: Mapping[str, bytes], manifest: Manifest, pairs: Sequence[Pair], folder: Path, limit_s: float
) -> list[bytes]:
    lay_out(members, manifest, folder)
    (folder / OBSERVATIONS).write_bytes(b"".join(canonical.text(pair.seen) + b"\n" for pair in pairs))
    wanted = command(manifest, folder, "policies.deploy.answering", str(folder))
    try:
        done = subprocess.run(  # noqa: S603 (our own interpreter, our own program)
            wanted, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=limit_s, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise GoldenDiffers(f"no end after {limit_s:g} s: a rule hangs") from error
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().rpartition("\n")[2] or f"exit code {done.returncode}"
        raise GoldenDiffers(f"the wheel cannot decide at all: {last}")
    return done.stdout.splitlines()


def _difference(number: int, pair: Pair, answer: bytes, manifest: Manifest) -> str:
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    python = "" if here == manifest.python else f" (recorded with Python {manifest.python}, this is {here})"
    return (
        f"decision {number} of {manifest.pairs} differs{python}: on {_short(pair.seen)} it was recorded to answer "
        f"{_short(pair.commands)}, and answers {answer.decode(errors='replace')[:300]}"
    )


def _short(value: Any) -> str:
    return canonical.text(value).decode()[:300]
