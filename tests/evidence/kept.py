"""Results kept under ``results/runs`` while a long suite runs: what is there is not computed again."""

import gc
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any


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
