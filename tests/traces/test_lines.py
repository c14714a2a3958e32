"""What a followed log prints: a mean has its interval where there is one."""

import pytest

from results.rows import KpiRow
from results.statistics import mean_interval
from scenarios.trace.study import ArmRun, TraceStudy


def study(*values):
    runs = [ArmRun("a", rep, [KpiRow("K-R4.p90", "min", value, 1.0, 1.0)], {}, "") for rep, value in enumerate(values)]
    return TraceStudy(None, ["a"], runs)


def test_a_quantile_over_replications_has_half_its_intervals_width_beside_it():
    found = mean_interval([10.0, 12.0, 17.0])
    assert study(10.0, 12.0, 17.0).told("a", "K-R4.p90") == f"13.00 ±{found.high - 13.0:.2f}"


@pytest.mark.parametrize(("values", "text"), [((10.0,), "10.00"), ((float("nan"),), "nan")])
def test_one_replication_has_no_interval(values, text):
    assert study(*values).told("a", "K-R4.p90") == text
