"""Which code made a number: the version with a digest of every source file it can depend on.

Everything counts that is not left out by name, so a new module counts at once: a run computed again
costs minutes, one that is found although its code changed is wrong. For runs (``code_version``) what
shows numbers or proves the engine is left out, and a test holds that no replication can load any of it;
for evidence (``evidence_version``) only what shows. The module of a rule that came in from outside is
taken in, so that editing a plug-in does not find yesterday's cells.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from inspect import getsourcefile
from pathlib import Path
from typing import Final

import hardware_emul
import policies
import results
import scenarios
import twin

PACKAGES: Final = (hardware_emul, policies, results, scenarios, twin)
LIBRARIES: Final = ("mesa", "numpy", "scipy", "simpy")
"""Libraries whose version is part of the code that made a number."""
SHOWING: Final = (
    "policies/deploy/", "results/answer/", "results/export/", "results/figures/", "results/numbers.py", "results/page.py",
    "results/reference/",
    "results/runs/", "results/store/views.py", "scenarios/cli/", "scenarios/deploy/", "scenarios/questions/",
    "scenarios/remote/",
)  # fmt: skip
"""What shows or ships numbers and makes none."""
BESIDE_RUNS: Final = (
    *SHOWING, "results/contributions.py", "results/cusum.py", "results/daily.py", "results/drift.py", "scenarios/calibration/", "scenarios/fit/", "scenarios/story/", "scenarios/verify/",
)  # fmt: skip
"""What no replication loads: it reads runs, or plays models of its own."""


@cache
def code_version() -> str:
    """Version and digest of what makes a run, as in ``0.1.0+3f9c…`` (one per process: code does not change under a run)."""
    return _version(BESIDE_RUNS)


@cache
def evidence_version() -> str:
    """The same of everything that evidence is made by: verification and calibration too."""
    return _version(SHOWING)


def sources(left_out: tuple[str, ...] = BESIDE_RUNS) -> Iterator[tuple[str, Path]]:
    """Name (``twin/clock.py``) and path of every source file that counts, sorted by package and name."""
    for package in PACKAGES:
        root = Path(next(iter(package.__path__)))
        for path in sorted(root.rglob("*.py")):
            name = f"{root.name}/{path.relative_to(root).as_posix()}"
            if not name.startswith(left_out):
                yield name, path


def _version(left_out: tuple[str, ...]) -> str:
    total = blake2b(digest_size=8)
    for name, path in sources(left_out):
        total.update(name.encode() + b"\0" + path.read_bytes())
    for library in LIBRARIES:
        total.update(f"{library}=={version(library)}".encode())
    return f"{version('campus-twin')}+{total.hexdigest()}"


def rule_digests(rules: Iterable[type]) -> dict[str, str]:
    """Digest of the source file of each rule that is not the house's own [hex], by class name."""
    found: dict[str, str] = {}
    for rule in rules:
        source = getsourcefile(rule)
        if rule.__module__.split(".")[0] != "policies" and source is not None:
            found[f"{rule.__module__}:{rule.__qualname__}"] = blake2b(
                Path(source).read_bytes(), digest_size=8
            ).hexdigest()
    return found
