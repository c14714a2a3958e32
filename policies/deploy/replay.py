"""The near side of a replay: does a bundle's wheel decide as it was recorded to?

A fresh interpreter without site-packages and without the environment's variables gets the wheels of
the bundle on its path. Of what is installed it sees the modules of the locked needs and no others,
so a rule that leans on something it did not declare is found out here and not on a site. What it
answers is compared on this side, by digest. No sandbox: what is replayed was signed by somebody who
is trusted, and runs with the rights of whoever replays it.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from policies.deploy import canonical
from policies.deploy.answering import OBSERVATIONS
from policies.deploy.golden import Pair
from policies.deploy.manifest import Manifest
from policies.deploy.members import OFFICE, RULES
from policies.deploy.needs import present, unmet
from policies.deploy.refusals import GoldenDiffers, NeedsUnmet

LIMIT_S: Final = 300.0
"""Wall seconds after which a replay counts as hanging."""
START: Final = """
import sys
from importlib.machinery import PathFinder
wheels, modules, folders, place = __import__("json").loads(sys.argv[1])
class Needs:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if path is None and name in modules:
            return PathFinder.find_spec(name, folders, target)
        return None
sys.path[:0] = wheels
sys.meta_path.append(Needs)
from policies.deploy.answering import main
main(place)
"""


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
    lacking = unmet(manifest.needs)
    if lacking:
        raise NeedsUnmet("; ".join(lacking))
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
    wheels = []
    for name in manifest.wheels:
        wheel = folder / Path(name).name
        wheel.write_bytes(members[name])
        wheels.append(str(wheel))
    for name in (OFFICE, RULES):
        (folder / name).write_bytes(members[name])
    (folder / OBSERVATIONS).write_bytes(b"".join(canonical.text(pair.seen) + b"\n" for pair in pairs))
    here = present(manifest.needs)
    told = json.dumps([wheels, here.modules, here.folders, str(folder)])
    command = [sys.executable, "-I", "-S", "-B", "-c", START, told]
    try:
        done = subprocess.run(  # noqa: S603 (our own interpreter, our own program)
            command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=limit_s, check=False
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
