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

CONTENDERS = ("simpy_docs", "simpy_clock", "mesa_events", "hourglass", "hourglass_without_journal", "campus_year")
DOCS = "simpy_docs"


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
        spread = f"{min(ratios):.2f}-{max(ratios):.2f}"
        bounds = f"expected {self.low:g} to {self.high:g}" if self.high < 1e9 else f"expected at least {self.low:g}"
        return f"{'ok  ' if holds else 'MISS'} {self.claim}: {ratio:.2f} ({spread}; {bounds})", holds


LINES = (
    Line("SimPy as documented / SimPy as a clock", DOCS, "simpy_clock", 3.0, 4.5),
    Line("SimPy as documented / whole hourglass, journal and columns", DOCS, "hourglass", 1.3, 1e9),
    Line("medium campus-year of as_is / SimPy as documented", "campus_year", DOCS, 0.0, 6.0),
)


def run(name: str, campus: Path, path: Path) -> float:
    """CPU seconds of one contender in a fresh process [s]."""
    command = [sys.executable, "-m", "benchmarks.contender", name, "--campus", str(campus), "--path", str(path)]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(json.loads(found.stdout)["cpu_s"])


def rounds(names: Sequence[str], campus: Path, path: Path, count: int) -> dict[str, list[float]]:
    """Round-robin: every contender once a round."""
    seconds: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(count):
        for name in names:
            seconds[name].append(run(name, campus, path))
    return seconds


def scale_16(campus: Path, path: Path) -> tuple[str, bool]:
    """What sixteen times the campus costs."""
    from scenarios.reference_maker import write

    with tempfile.TemporaryDirectory() as folder:
        large = write(16, 1, 365, Path(folder))
        ratio = run("hourglass", *large) / run("hourglass", campus, path)
    return (
        f"{'ok  ' if ratio <= 40.0 else 'MISS'} hourglass at scale 16 / scale 1: {ratio:.1f} (expected at most 40)",
        ratio <= 40.0,
    )


def main() -> int:
    """Print medians and ratios; 1 if a claim does not hold."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--campus", type=Path, required=True)
    ask.add_argument("--path", type=Path, required=True)
    ask.add_argument("--rounds", type=int, default=5)
    ask.add_argument("--scale16", action="store_true")
    given = ask.parse_args()
    seconds = rounds(CONTENDERS, given.campus, given.path, given.rounds)
    for name, found in seconds.items():
        print(f"{name:28s} median {statistics.median(found):7.3f} s CPU of {given.rounds}")
    told = [line.told(seconds) for line in LINES]
    if given.scale16:
        told.append(scale_16(given.campus, given.path))
    print(*(text for text, _ in told), sep="\n")
    return 0 if all(holds for _, holds in told) else 1


if __name__ == "__main__":
    sys.exit(main())
