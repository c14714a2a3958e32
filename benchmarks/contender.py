"""One contender, one run, in a process of its own: CPU seconds and results as JSON.

Every contender is treated alike: the inputs are read first, then the garbage collector is frozen
and switched off for the run. Timed is everything from the building of the model to its last event;
for the hourglass the making of the journal's columns too.

    python -m benchmarks.contender NAME --campus FILE --path FILE
"""

import argparse
import gc
import json
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from scenarios.reference.model import ReferenceCampus, build, measure, read_campus, read_path
from twin.processes.path import PathRow

Results = dict[str, Any]
Timed = Callable[[ReferenceCampus, Sequence[PathRow]], Callable[[], Results]]
"""Runs the model; what it returns works the results out, off the clock."""


def _hourglass(campus: ReferenceCampus, path: Sequence[PathRow]) -> Callable[[], Results]:
    world = build(campus, path)
    world.run(campus.horizon_min)
    world.journal.flush()
    return lambda: measure(world, campus)


def _hourglass_without_journal(campus: ReferenceCampus, path: Sequence[PathRow]) -> Callable[[], Results]:
    world = build(campus, path, keep_journal=False)
    world.run(campus.horizon_min)
    return lambda: {"rows_thrown_away": world.journal.n}


def _campus_year() -> Timed:
    from benchmarks.campus_year import year

    def timed(campus: ReferenceCampus, path: Sequence[PathRow]) -> Callable[[], Results]:
        return year()

    return timed


def _peer(name: str) -> Timed:
    module = import_module(f"benchmarks.peers.{name}")

    def timed(campus: ReferenceCampus, path: Sequence[PathRow]) -> Callable[[], Results]:
        tally = module.run(campus, path)
        return lambda: tally.results(campus)  # type: ignore[no-any-return]

    return timed


def contender(name: str) -> Timed:
    """A contender by name, with everything it imports."""
    if name == "hourglass":
        return _hourglass
    if name == "hourglass_without_journal":
        return _hourglass_without_journal
    return _campus_year() if name == "campus_year" else _peer(name)


def cpu_seconds(name: str, campus: ReferenceCampus, path: Sequence[PathRow]) -> tuple[float, Results]:
    """CPU time of one run [s] and its results; of this thread, for idle threads of libraries spin at their start."""
    timed = contender(name)
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        started = time.thread_time()
        results = timed(campus, path)
        spent = time.thread_time() - started
    finally:
        gc.enable()
        gc.unfreeze()
    return spent, results()


def main() -> None:
    """Print one run as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("--campus", type=Path, required=True)
    parser.add_argument("--path", type=Path, required=True)
    asked = parser.parse_args()
    campus, path = read_campus(asked.campus), read_path(asked.path)
    spent, results = cpu_seconds(asked.name, campus, path)
    print(json.dumps({"name": asked.name, "cpu_s": spent, "results": results}))


if __name__ == "__main__":
    main()
