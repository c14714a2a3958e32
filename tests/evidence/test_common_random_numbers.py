"""What common random numbers gain: ``nearest_idle`` against ``least_loaded`` on the medium campus.

The as-is is burnt in once per replication and both rules are forked from that state. The variance
ratio is that of the difference with independent seeds over the one found; its lower bound is the
5 % quantile of a bootstrap over replications. Shown with failure demand (recurrences, duplicates,
reminders) as it is and switched off.
"""

from pathlib import Path

import numpy as np
import pytest

from results.statistics import paired
from scenarios.study.arms import arms_of
from scenarios.study.experiment import Study
from tests.evidence import tables
from tests.evidence.kept import jobs

pytestmark = pytest.mark.evidence

SEED = 41
REPLICATIONS = 100
PERIOD = ("run.start=2025-08-18", "run.burn_in_days=28", "run.days=56", "run.run_out_days=14")
LEAST_LOADED = str(Path(__file__).with_name("scenarios") / "least_loaded.toml")
OFF = (
    "world.reporting.duplicate_rate_per_day=0.0",
    "world.reporting.reminder_after_h=1000000.0",
    "world.demand.recurrence_mean_days=1000000.0",
)
FAILURE_DEMAND = {"on": (), "off": OFF}
FIGURES = ("K-R1", "K-R4")
RESAMPLES = 4000
AT_LEAST, BOUND_AT_LEAST = 10.0, 5.0


def test_common_random_numbers_cut_the_variance_of_the_difference_tenfold() -> None:
    rows: list[list[str | float | int]] = []
    for word, sets in FAILURE_DEMAND.items():
        by_rule = _values(word, sets)
        for figure in FIGURES:
            a, b = (np.array(by_rule[rule][figure]) for rule in ("nearest", "least_loaded"))
            found = paired(a, b)
            rows.append(
                [
                    word, figure, found.n, found.base, found.other, found.difference, found.low, found.high,
                    found.correlation, found.variance_ratio, _lower_bound(a, b),
                ]
            )  # fmt: skip
    tables.write(
        "common_random_numbers",
        [
            "failure_demand", "kpi", "replications", "nearest_idle", "least_loaded", "difference", "low95", "high95",
            "correlation", "variance_ratio", "lower95",
        ],
        rows,
        {
            "made_by": "tests/evidence/test_common_random_numbers.py", "seed": SEED, "replications": REPLICATIONS,
            "how": "medium campus, " + ", ".join(PERIOD), "bootstrap": f"{RESAMPLES} resamples of replications",
        },
    )  # fmt: skip
    judged = [row for row in rows if row[1] == "K-R1"]
    assert len(judged) == len(FAILURE_DEMAND)
    assert all(float(row[-2]) >= AT_LEAST and float(row[-1]) >= BOUND_AT_LEAST for row in judged), judged


def _values(word: str, sets: tuple[str, ...]) -> dict[str, dict[str, list[float]]]:
    arms = arms_of(["nearest", LEAST_LOADED], (*PERIOD, *sets))
    study = Study(tables.RUNS / f"evidence-crn-{word}", arms, SEED, REPLICATIONS, jobs())
    study.prepare()
    findings = study.run()
    assert not findings.failures
    assert len(findings.complete) == REPLICATIONS
    return {
        name: {
            figure: [
                k.value
                for r in findings.complete
                for k in cells[r].kpis
                if k.kpi == figure and k.value == k.value and k.value
            ]
            for figure in FIGURES
        }
        for name, cells in findings.cells.items()
    }


def _lower_bound(a: np.ndarray, b: np.ndarray) -> float:
    """One-sided lower 95 % bound of the variance ratio."""
    drawn = np.random.default_rng(SEED).integers(len(a), size=(RESAMPLES, len(a)))
    x, y = a[drawn], b[drawn]
    ratio = (x.var(axis=1, ddof=1) + y.var(axis=1, ddof=1)) / (y - x).var(axis=1, ddof=1)
    return float(np.quantile(ratio, 0.05))
