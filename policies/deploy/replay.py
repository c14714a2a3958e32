"""The near side of a replay: does a bundle's wheel decide as it was recorded to?

A fresh interpreter with the bundle's wheels is told every observation. What it answers is compared
on this side, by digest.
"""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from policies.deploy import canonical
from policies.deploy.answering import OBSERVATIONS
from policies.deploy.fresh import command, lay_out, see_needs_met
from policies.deploy.golden import Pair
from policies.deploy.manifest import Manifest
from policies.deploy.messages import KIND
from policies.deploy.refusals import GoldenDiffers

LIMIT_S: Final = 300.0
"""Wall seconds after which a replay counts as hanging."""
SHOWN: Final = 120
"""Letters of a command that are shown."""


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
            raise GoldenDiffers(*_difference(number, pair, answer, manifest))
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


def _difference(number: int, pair: Pair, answer: bytes, manifest: Manifest) -> tuple[str, ...]:
    """Which decision differs, on what, and of each side the first command that the other does not give there."""
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    python = "" if here == manifest.python else f" (recorded with Python {manifest.python}, this is {here})"
    recorded, given = _first_apart([_short(one) for one in pair.commands], _commands(answer))
    return (
        f"decision {number} of {manifest.pairs} differs{python}",
        f"it was told {pair.seen['event'][KIND]} at minute {pair.seen['now']:g}",
        f"it was recorded to answer {recorded}",
        f"it answers {given}",
    )


def _commands(answer: bytes) -> list[str]:
    """The commands of an answer, each cut to a line; what is no answer is shown as it came."""
    try:
        return [_short(one) for one in canonical.parse(answer)]
    except (canonical.NotJson, TypeError):
        return [_cut(answer.decode(errors="replace"))]


def _first_apart(recorded: Sequence[str], given: Sequence[str]) -> tuple[str, str]:
    """The first command of each that is not the other's, and how many there are."""
    apart = next((k for k, (one, other) in enumerate(zip_longest(recorded, given)) if one != other), 0)
    first, second = (
        f"{side[apart]} (command {apart + 1} of {len(side)})"
        if apart < len(side)
        else f"no more than {len(side)} commands"
        for side in (recorded, given)
    )
    return first, second


def _short(value: Any) -> str:
    return _cut(canonical.text(value).decode())


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
