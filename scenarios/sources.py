"""Which code made a number: the version with a digest of every source file a result can depend on.

The command line, questions and answers, the store and the exports are left out (they ask for, show and keep numbers, they do not make them); the module of a rule that
came in from outside is taken in, so that editing a plug-in does not find yesterday's cells.
"""

from collections.abc import Iterable
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
LEFT_OUT: Final = (
    "scenarios/cli/", "scenarios/questions", "scenarios/schema/study", "results/answer/", "results/catalogue", "results/export/", "results/figures", "results/page", "results/reference/", "results/runs/",
    "results/store/",
)  # fmt: skip


@cache
def code_version() -> str:
    """Version and digest, as in ``0.1.0+3f9c…`` (one per process: the code does not change under a run)."""
    total = blake2b(digest_size=8)
    for package in PACKAGES:
        root = Path(next(iter(package.__path__)))
        for path in sorted(root.rglob("*.py")):
            name = f"{root.name}/{path.relative_to(root).as_posix()}"
            if not name.startswith(LEFT_OUT):
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
