"""A/A: the same scenario against itself on disjoint seeds; the comparison may seldom name a winner.

Four hundred replications of today's practice are run once; two hundred comparisons of ten against
ten others are drawn from them. Any judged figure with a verdict better or worse, after Holm, counts.
"""

import numpy as np
import pytest

from results.comparison import compare
from results.statistics import wilson
from scenarios.cli.conduct import rows_of
from scenarios.study.arms import arms_of
from scenarios.study.experiment import Study
from tests.evidence import tables
from tests.evidence.kept import jobs

pytestmark = pytest.mark.evidence

SEED = 51
STORED = 400
COMPARISONS = 200
PER_ARM = 10
AT_MOST = 0.08
PERIOD = ("run.start=2025-08-18", "run.burn_in_days=28", "run.days=56", "run.run_out_days=30")


def test_a_scenario_seldom_beats_itself() -> None:
    study = Study(tables.RUNS / "evidence-a-a", arms_of(["as_is"], PERIOD), SEED, STORED, jobs())
    study.prepare()
    findings = study.run()
    assert not findings.failures
    stored = rows_of(findings)["as_is"]
    assert len(stored) == STORED
    rng = np.random.default_rng(SEED)
    rows: list[list[str | float | int]] = []
    for number in range(COMPARISONS):
        drawn = rng.choice(STORED, 2 * PER_ARM, replace=False).tolist()
        pairs = list(zip(drawn[:PER_ARM], drawn[PER_ARM:], strict=True))
        found = compare(
            {
                "a": {k: stored[one] for k, (one, _) in enumerate(pairs)},
                "b": {k: stored[other] for k, (_, other) in enumerate(pairs)},
            }
        )
        won = [d.kpi for d in found.differences if d.verdict in {"better", "worse"}]
        least = min((d.p_adjusted for d in found.differences if np.isfinite(d.p_adjusted)), default=1.0)
        rows.append([number, len(found.family), least, ";".join(won) or "none"])
    winners = sum(row[-1] != "none" for row in rows)
    share = wilson(winners, COMPARISONS)
    tables.write(
        "a_a",
        ["comparison", "figures", "least_adjusted_p", "winner_by"],
        rows,
        {
            "made_by": "tests/evidence/test_a_a.py", "seed": SEED, "replications": STORED, "comparisons": COMPARISONS,
            "per_arm": PER_ARM, "winners": winners, "share_low95": share.low, "share_high95": share.high,
            "how": "medium campus, as_is, " + ", ".join(PERIOD),
        },
    )  # fmt: skip
    assert winners <= AT_MOST * COMPARISONS
