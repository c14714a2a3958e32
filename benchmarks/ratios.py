"""Ratios of the dispatch reference beside its peers, from one interleaved run.

Contenders run round-robin, each in a fresh process; what is printed are medians of CPU seconds and
of the ratios within a round, so that a slow minute of the machine strikes all alike.

    python -m benchmarks.ratios --campus FILE --path FILE [--rounds 5] [--scale16]
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.start_up import MAY_COST_S, help_cpu_s, loaded_by_help

DOCS, OURS, YEAR = "simpy_docs", "hourglass", "campus_year"
CONTENDERS = (DOCS, "simpy_clock", "mesa_events", OURS, "hourglass_without_journal", YEAR)
SAME_MODEL = CONTENDERS[:4]
NO_LIMIT = float("inf")


@dataclass(slots=True)
class Line:
    """A claim: ``top`` over ``bottom`` lies between ``low`` and ``high``."""

    claim: str
    top: str
    bottom: str
    low: float
    high: float

    def told(self, seconds: dict[str, list[float]]) -> tuple[str, bool]:
        """The claim with its median ratio, and whether it holds."""
        ratios = [a / b for a, b in zip(seconds[self.top], seconds[self.bottom], strict=True)]
        ratio = statistics.median(ratios)
        holds = self.low <= ratio <= self.high
        expected = f"at least {self.low:g}" if self.high == NO_LIMIT else f"{self.low:g} to {self.high:g}"
        return _line(f"{self.claim}: {ratio:.2f} ({min(ratios):.2f}-{max(ratios):.2f}; expected {expected})", holds)


LINES = (
    Line("SimPy as documented / SimPy as a clock", DOCS, "simpy_clock", 3.0, 4.5),
    Line("SimPy as documented / whole hourglass, journal and columns", DOCS, OURS, 1.3, NO_LIMIT),
    Line("medium campus-year of as_is / SimPy as documented", YEAR, DOCS, 0.0, 6.0),
)


def rounds(runs: dict[str, tuple[str, Path, Path]], count: int) -> tuple[dict[str, list[float]], dict[str, str]]:
    """Round-robin: every run once a round. CPU seconds and, of the last round, results by run."""
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    results: dict[str, str] = {}
    for _ in range(count):
        for name, (contender, campus, path) in runs.items():
            command = [
                sys.executable,
                "-m",
                "benchmarks.contender",
                contender,
                "--campus",
                str(campus),
                "--path",
                str(path),
            ]
            told = json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)
            seconds[name].append(told["cpu_s"])
            results[name] = _rounded(told["results"])
    return seconds, results


def peers(campus: Path, path: Path, count: int) -> list[tuple[str, bool]]:
    """The lines about one year, and whether every engine of the same model found the same."""
    seconds, results = rounds({name: (name, campus, path) for name in CONTENDERS}, count)
    _show(seconds, count)
    agree = len({results[name] for name in SAME_MODEL}) == 1
    return [*(line.told(seconds) for line in LINES), _line(f"the same results: {', '.join(SAME_MODEL)}", agree)]


def scale_16(count: int) -> list[tuple[str, bool]]:
    """What sixteen times the campus costs."""
    from scenarios.reference.maker import write

    with tempfile.TemporaryDirectory() as folder:
        runs = {f"scale {scale}": (OURS, *write(scale, 1, 365, Path(folder))) for scale in (1, 16)}
        seconds, _ = rounds(runs, count)
    _show(seconds, count)
    return [Line("hourglass at scale 16 / scale 1", "scale 16", "scale 1", 0.0, 40.0).told(seconds)]


def start_up() -> list[tuple[str, bool]]:
    """What ``twin --help`` costs and loads."""
    cpu_s = statistics.median(help_cpu_s() for _ in range(5))
    heavy = loaded_by_help()
    return [
        _line(f"twin --help: {cpu_s:.2f} s CPU (expected at most {MAY_COST_S})", cpu_s <= MAY_COST_S),
        _line(f"twin --help loads {', '.join(heavy) or 'nothing heavy'}", not heavy),
    ]


def _rounded(results: dict[str, object]) -> str:
    return json.dumps(
        json.loads(json.dumps(results), parse_float=lambda number: f"{float(number):.6f}"), sort_keys=True
    )


def _show(seconds: dict[str, list[float]], count: int) -> None:
    for name, found in seconds.items():
        print(f"{name:28s} median {statistics.median(found):7.3f} s CPU of {count}")


def _line(claim: str, holds: bool) -> tuple[str, bool]:
    return f"{'ok  ' if holds else 'MISS'} {claim}", holds


def main(words: Sequence[str] | None = None) -> int:
    """Print medians and ratios; 1 if a claim does not hold."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--campus", type=Path, required=True)
    ask.add_argument("--path", type=Path, required=True)
    ask.add_argument("--rounds", type=int, default=5)
    ask.add_argument("--scale16", action="store_true", help="also scale 16 beside scale 1, twice (some minutes)")
    given = ask.parse_args(words)
    told = peers(given.campus, given.path, given.rounds) + start_up()
    if given.scale16:
        told += scale_16(2)
    print(*(text for text, _ in told), sep="\n")
    return 0 if all(holds for _, holds in told) else 1


if __name__ == "__main__":
    sys.exit(main())
