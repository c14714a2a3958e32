"""The as-is campus lies inside its bands, on seeds it was not fitted on.

Fitted on the seeds 101 and 102 (see docs/explanation/calibration.md); reported on seed 2026. A band is hit
when the 95 % interval over the replications lies inside it. The table goes to results/reference.
"""

import numpy as np
import pytest

from results.statistics import mean_interval
from scenarios.study.arms import arms_of
from scenarios.study.experiment import Study
from tests.evidence import tables
from tests.evidence.kept import jobs

pytestmark = pytest.mark.evidence

SEED = 2026
REPLICATIONS = 30

BANDS = {
    "K-R5": (1.25, 1.35, "fitted"),
    "K-E3": (22.0, 28.0, "fitted"),
    "K-Q4": (25.0, 35.0, "fitted"),
    "K-R6.24h": (55.0, 75.0, "checked"),
    "K-Q1": (70.0, 86.0, "checked"),
    "orders_per_technician_day": (2.0, 5.0, "checked"),
}
"""KPI → band of domain handbook 5, and whether it was fitted or only checked."""


@pytest.fixture(scope="module")
def values() -> dict[str, list[float]]:
    study = Study(tables.RUNS / "evidence-as-is", arms_of(["as_is"]), SEED, REPLICATIONS, jobs())
    study.prepare()
    findings = study.run()
    assert not findings.failures
    cells = findings.cells["as_is"]
    rows = [{row.kpi: row.value for row in cells[k].kpis} for k in findings.complete]
    assert len(rows) == REPLICATIONS
    return {kpi: [row[kpi] for row in rows] for kpi in BANDS}


def test_as_is_lies_inside_its_bands(values: dict[str, list[float]]) -> None:
    found = []
    for kpi, (low, high, how) in BANDS.items():
        interval = mean_interval(np.array(values[kpi]))
        inside = low <= interval.low and interval.high <= high
        found.append((kpi, how, SEED, REPLICATIONS, interval.estimate, interval.low, interval.high, low, high, inside))
    tables.write(
        "as_is",
        ["kpi", "how", "seed", "replications", "mean", "low95", "high95", "band_low", "band_high", "inside"],
        found,
        {
            "made_by": "tests/evidence/test_as_is.py", "scenario": "as_is", "seed": SEED, "replications": REPLICATIONS,
            "fitted_on": "seeds 101 and 102, see fit_parameters",
        },
    )  # fmt: skip
    assert [row[0] for row in found if not row[-1]] == []
