"""Twenty-five generated logs of a year, twenty known parameters each: do 90 % intervals hold the truth 85-95 % of the time?

About a minute of computing.
"""

import tempfile
from pathlib import Path

import numpy as np
import pytest
from joblib import Parallel, delayed

from tests.calibration.round_trip import WIDEST, Trip
from tests.evidence import tables
from tests.evidence.kept import jobs

pytestmark = pytest.mark.evidence

LOGS = 25
LEAST, MOST = 0.85, 0.95


def _one(seed: int) -> Trip:
    trip = Trip()
    with tempfile.TemporaryDirectory() as folder:
        trip.add(seed, Path(folder))
    return trip


def test_intervals_of_25_logs_hold_85_to_95_percent_of_the_true_values_and_are_narrow_enough_to_use() -> None:
    trips = Parallel(n_jobs=max(1, jobs()))(delayed(_one)(seed) for seed in range(LOGS))
    whole = Trip()
    for trip in trips:
        for mine, theirs in ((whole.held, trip.held), (whole.width, trip.width), (whole.off, trip.off)):
            for key, many in theirs.items():
                mine.setdefault(key, []).extend(many)
    coverage = whole.coverage()
    tables.write(
        "calibration_round_trip",
        ["parameter", "held", "logs", "median_relative_width_90", "widest_useful", "mean_relative_error"],
        [
            [key, int(np.sum(whole.held[key])), LOGS, float(np.median(whole.width[key])), WIDEST[key], float(np.mean(whole.off[key]))]
            for key in sorted(whole.held)
        ],
        {
            "made_by": "tests/evidence/test_round_trip.py", "seed": f"0-{LOGS - 1}", "logs": LOGS, "coverage": coverage,
            "level": 0.9, "how": "366 days, 35-70 requests a day, gamma days, returns; tests/calibration/generated.py",
        },
    )  # fmt: skip
    assert len(whole.held) == 20
    assert LEAST <= coverage <= MOST
    assert not whole.too_wide()
