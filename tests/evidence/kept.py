"""Results kept under ``results/runs`` while a long suite runs: what is there is not computed again."""

import gc
import json
import os
from collections.abc import Callable
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from typing import Any

from scenarios.study.sources import LIBRARIES
from tests.conftest import ROOT
from tests.imports import of_the_house, reached


def jobs() -> int:
    """Worker processes: ``JOBS``, or 2."""
    return int(os.environ.get("JOBS", "2"))


def kept(path: Path, make: Callable[[], Any]) -> Any:
    """The JSON value of a file, made (without the garbage collector) and written whole if it is not there."""
    if not path.is_file():
        gc.disable()
        try:
            value = make()
        finally:
            gc.enable()
            gc.collect()
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(f".{os.getpid()}")
        beside.write_text(json.dumps(value), encoding="utf-8")
        beside.replace(path)
    return json.loads(path.read_text(encoding="utf-8"))


def of_players() -> set[Path]:
    """Every source file that a replication of a case can load: recipes with all they import, and rules, which come in by name."""
    rules = [name for name in of_the_house() if name.startswith(("policies.response", "policies.supply"))]
    return reached("scenarios.verify.play", *rules)


@cache
def players() -> str:
    """Digest of what plays a case [hex]: what is kept of a case outlives every change elsewhere."""
    total = blake2b(digest_size=8)
    for path in sorted(of_players()):
        total.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    for library in LIBRARIES:
        total.update(f"{library}=={version(library)}".encode())
    return total.hexdigest()
