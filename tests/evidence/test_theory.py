"""Every analytic case by a degenerate twin, at its published tolerance.

An interval counts if it holds the true value at 99 % for the whole table (Bonferroni) and is at most
as wide as the tolerance says. Sixty independent replications a case, the first tenth of each deleted;
cases at a load of 0.85 and more (mmc-repair-desk, mmc-50-agents) have replications of thirty relaxation
times of the queue, of which three are deleted. Finished replications are kept, so an interrupted run goes on.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict
from hashlib import blake2b
from pathlib import Path

import pytest
from joblib import Parallel, delayed

from scenarios.sources import code_version
from tests.evidence import tables
from tests.evidence.kept import jobs, kept
from tests.theory import play as playing
from tests.theory.cases import load
from tests.theory.controls import Sample
from tests.theory.play import LEVEL, Play, Row, expected

pytestmark = pytest.mark.evidence

SEED = 2025
REPLICATIONS = 60
CASES = load()
THOUSANDS = {
    "mmc-repair-desk": 400, "mmc-light": 2200, "mm1-textbook": 900, "mmc-50-agents": 4200,
    "erlang-a-50-agents": 1600, "erlang-a-hotline-overload": 550, "mg1-lognormal": 1400,
    "mg1-deterministic": 1500, "mg1-erlang4": 1700, "erlang-b-10-10": 120, "prio-np-3class": 3300,
    "prio-np-2class": 1500, "prio-pr-2class": 120, "prio-np-mg1-2exp": 400, "cmu-3class": 800,
    "prio-pr-mg1-2exp": 120, "repair-10-machines-2": 2300, "repair-30-machines-3": 1400,
    "jackson-tandem": 150, "jackson-rework": 240, "het-servers-2": 180, "batch-arrivals": 180,
    "repeat-jobs-18pct": 250, "repeat-jobs-5pct": 180, "daily-profile": 1500, "warmup-mm1": 2040,
    "hypercube-larson-3": 120, "hypercube-loss-4": 300, "nearest-unit": 66,
}  # fmt: skip
"""Customers of all replications together, from a pilot run: enough for the published width, with a reserve."""
FLEET = ("L_down", "failure_rate", "W_down", "availability", "repairer_utilisation")
"""What the slower campus fleet is asked for; the rare queue (Lq, Wq) is left to the chains of requests."""
PLAYS = [
    *(Play(name, REPLICATIONS, 1000 * count // REPLICATIONS) for name, count in THOUSANDS.items()),
    Play("repair-10-machines-2", REPLICATIONS, 1000, FLEET, "machine_repair_fleet"),
    Play("repair-30-machines-3", REPLICATIONS, 2500, FLEET, "machine_repair_fleet"),
]
TESTED = sum(len(play.quantities or expected(CASES[play.case])) for play in PLAYS)


def test_every_case_of_the_file_is_played() -> None:
    assert {play.case for play in PLAYS} == set(CASES)


def test_the_degenerate_twin_gives_what_the_books_say() -> None:
    rows = list(_rows())
    tables.write(
        "theory",
        ["case", "model", "quantity", "expected", "estimate", "half_width", "allowed", "replications", "customers", "ok"],
        [
            (r.case, r.recipe, r.quantity, r.expected, r.estimate, r.half_width, r.allowed, r.replications, r.customers, r.ok)
            for r in rows
        ],
        {
            "made_by": "tests/evidence/test_theory.py", "seed": SEED, "intervals": TESTED,
            "level": f"{LEVEL} for the whole table (Bonferroni)",
            "how": "independent replications, first tenth deleted, controlled t-intervals (tests/theory/controls.py)",
        },
    )  # fmt: skip
    assert len(rows) == TESTED
    assert not [row for row in rows if not row.ok]


def _rows() -> Iterator[Row]:
    tasks = [(k, replication) for replication in range(REPLICATIONS) for k in range(len(PLAYS))]
    Parallel(n_jobs=jobs(), batch_size=1)(delayed(_kept)(PLAYS[k], replication) for k, replication in tasks)
    for play in PLAYS:
        drawn = [_kept(play, replication) for replication in range(REPLICATIONS)]
        yield from playing.estimates(CASES[play.case], play, drawn, LEVEL / TESTED, SEED)


def _kept(play: Play, replication: int) -> Sample:
    """A replication, computed unless it was."""
    path = tables.RUNS / "evidence-theory" / _digest(play) / f"{replication:03d}.json"
    return Sample(**kept(path, lambda: asdict(playing.sample(CASES[play.case], play, SEED, replication))))


def _digest(play: Play) -> str:
    """Name of a play: everything its numbers depend on."""
    told = asdict(play)
    del told["quantities"]
    total = blake2b(json.dumps([told, SEED, code_version()], sort_keys=True).encode(), digest_size=8)
    for file in sorted(Path(playing.__file__).parent.glob("*.py")):
        if not file.name.startswith("test_"):
            total.update(file.read_bytes())
    return f"{play.case}{'-fleet' if play.recipe else ''}-{total.hexdigest()}"
