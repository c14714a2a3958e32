"""Bytecodes an order, by function: what the interpreter does, whatever the machine is doing beside it.

Seconds of two runs on a shared machine differ by half; this count does not differ at all. It says where
a hot path grew, not how long it takes: a bytecode that calls into C weighs more than one that adds.

    python -m benchmarks.bytecodes NAME --campus FILE --path FILE [--days 28] [--top 30]
"""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, Self

from benchmarks.contender import contender
from policies.contract.units import DAY_MIN
from scenarios.reference.model import read_campus, read_path


class Counting:
    """Counts every bytecode of every Python function called inside the ``with``."""

    def __init__(self) -> None:
        self.bytecodes: Counter[CodeType] = Counter()
        self.calls: Counter[CodeType] = Counter()

    def __enter__(self) -> Self:
        sys.settrace(self._called)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)

    def _called(self, frame: FrameType, event: str, argument: Any) -> Any:
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        self.calls[frame.f_code] += 1
        return self._inside

    def _inside(self, frame: FrameType, event: str, argument: Any) -> Any:
        if event == "opcode":
            self.bytecodes[frame.f_code] += 1
        return self._inside


def table(counted: Counting, orders: int, top: int) -> list[str]:
    """The functions that cost most: bytecodes an order, share, calls an order, bytecodes a call."""
    total = sum(counted.bytecodes.values())
    lines = [f"{total / orders:9.1f} bytecodes an order, {orders} orders"]
    for code, count in counted.bytecodes.most_common(top):
        calls = counted.calls[code]
        lines.append(
            f"{count / orders:9.1f} {100.0 * count / total:5.1f} %  {calls / orders:6.2f} calls an order "
            f"of {count / max(1, calls):7.1f}  {code.co_qualname}"
        )
    return lines


def main(words: Sequence[str] | None = None) -> None:
    """Print the table of one contender."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("name")
    ask.add_argument("--campus", type=Path, required=True)
    ask.add_argument("--path", type=Path, required=True)
    ask.add_argument("--days", type=float, default=28.0, help="days of the path that are run")
    ask.add_argument("--top", type=int, default=30, help="functions shown")
    given = ask.parse_args(words)
    horizon_min = given.days * DAY_MIN
    campus = replace(read_campus(given.campus), horizon_min=horizon_min)
    path = read_path(given.path)
    orders = sum(row.report_min is not None and row.report_min < horizon_min for row in path)
    timed = contender(given.name)
    with Counting() as counted:
        timed(campus, path)
    print(*table(counted, orders, given.top), sep="\n")


if __name__ == "__main__":
    main()
