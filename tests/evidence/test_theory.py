"""Every analytic case by a degenerate twin, at its published tolerance.

What ``twin verify --full`` plays, with its lengths and its seed; finished replications are kept under a digest of
all the code that plays them, so an interrupted run goes on and one after a change elsewhere judges them anew. An interval counts if it holds the true value at 99 % for the whole table
(Bonferroni) and is at most as wide as the tolerance says.
"""

import json
from dataclasses import asdict
from hashlib import blake2b

import pytest

from scenarios.verify.controls import Sample
from scenarios.verify.effort import FULL
from scenarios.verify.truths import read
from scenarios.verify.verification import LEVEL, SEED, Finding, Outcome, Task, draw, verify
from tests.evidence import tables
from tests.evidence.kept import jobs, kept, players

pytestmark = pytest.mark.evidence

HEADER = [
    "case", "model", "quantity", "expected", "estimate", "half_width", "allowed", "replications", "customers", "ok",
]  # fmt: skip
NOISE = 1e-9
"""Of the width that counts: a half-width below it is the rounding of a sum, which depends on the processor."""


def test_the_degenerate_twin_gives_what_the_books_say() -> None:
    report = verify(read(), FULL, jobs=jobs(), draw=_kept)
    tables.write(
        "theory", HEADER, [_cells(finding) for finding in report.findings],
        {
            "made_by": "tests/evidence/test_theory.py", "seed": SEED, "intervals": report.tested,
            "level": f"{LEVEL} for the whole table (Bonferroni)",
            "how": "twin verify --full: independent replications, first tenth deleted, controlled t-intervals, as long as a pilot says",
        },
    )  # fmt: skip
    assert report.findings
    assert not report.unexpressed
    assert not [finding for finding in report.findings if finding.verdict != "ok"]


def _cells(found: Finding) -> list[tables.Value]:
    width = found.half_width
    if width is not None and width < NOISE * abs(found.required or 0.0):
        width = 0.0
    numbers = [_cell(value) for value in (found.expected, found.estimate, width, found.required)]
    return [
        found.case, found.recipe, found.quantity, *numbers, found.replications, found.customers, found.verdict == "ok",
    ]  # fmt: skip


def _cell(value: object) -> tables.Value:
    """Numbers as they are; nothing as nothing, a list as its text."""
    return value if isinstance(value, int | float) else "" if value is None else str(value)


class BrokeOff(Exception):
    """A replication that came to no end: not kept."""


def _kept(task: Task) -> Outcome:
    """A replication, computed unless it was."""
    path = tables.RUNS / "evidence-theory" / _digest(task) / f"{task.stage}-{task.replication:03d}.json"
    try:
        return task, Sample(**kept(path, lambda: _played(task)))
    except BrokeOff as why:
        return task, str(why)


def _played(task: Task) -> dict[str, object]:
    _, outcome = draw(task)
    if isinstance(outcome, str):
        raise BrokeOff(outcome)
    return asdict(outcome)


def _digest(task: Task) -> str:
    """Name of a play: everything its numbers depend on."""
    told = [asdict(task.case), task.play.recipe, task.play.customers, task.seed, players()]
    total = blake2b(json.dumps(told, sort_keys=True).encode(), digest_size=8)
    return f"{task.case.id}-{task.play.recipe}-{total.hexdigest()}"
