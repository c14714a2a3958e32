"""What pairing may promise, on the village: common random numbers sharpen, and nothing beats itself. In full: ``make evidence``."""

import numpy as np
import pytest

from policies.controller.settings import RuleChoice
from results.comparison import compare
from results.kpis import measure
from results.rows import KpiRow
from results.statistics import paired
from tests.metamorphic.measured import Days, horizon, measured, meta
from tests.metamorphic.relations import Rules
from tests.worlds import AS_IS, begun, centre, village

DAYS: Days = (7, 14, 5)
SEEDS = 20
STORED, COMPARISONS, PER_ARM = 60, 50, 10


def mean_response(rule: str) -> list[float]:
    rules: Rules = {**AS_IS, "dispatch": RuleChoice(rule)}
    found = []
    for replication in range(SEEDS):
        campus = village(days=horizon(DAYS))
        found.append(measured(campus, centre(campus, rules), 3, replication, DAYS, ("K-R1",))["K-R1"])
    return found


def test_common_random_numbers_sharpen_a_comparison_of_rules():
    found = paired(mean_response("nearest_idle"), mean_response("least_loaded"))
    assert found.correlation > 0.5
    assert found.variance_ratio > 2.0


@pytest.fixture(scope="module")
def stored() -> list[list[KpiRow]]:
    runs = []
    for replication in range(STORED):
        campus = village(days=horizon(DAYS))
        world = begun(campus, AS_IS, replication=replication)
        world.run(horizon(DAYS) * 1440.0)
        runs.append(measure(world.journal, meta(campus, DAYS)))
    return runs


def winners(stored: list[list[KpiRow]], handicap: float) -> int:
    """Comparisons of disjoint runs with a verdict; the second arm's responses are multiplied by 1 + ``handicap``."""
    rng = np.random.default_rng(3)
    count = 0
    for _ in range(COMPARISONS):
        drawn = rng.choice(STORED, 2 * PER_ARM, replace=False).tolist()
        slower = [[_slower(row, handicap) for row in stored[k]] for k in drawn[PER_ARM:]]
        found = compare({"a": {k: stored[one] for k, one in enumerate(drawn[:PER_ARM])}, "b": dict(enumerate(slower))})
        count += any(d.verdict in {"better", "worse"} for d in found.differences)
    return count


def _slower(row: KpiRow, handicap: float) -> KpiRow:
    factor = 1.0 + handicap * (row.kpi == "K-R1")
    return KpiRow(row.kpi, row.unit, row.value * factor, row.numerator, row.denominator)


def test_a_scenario_seldom_beats_itself(stored):
    assert winners(stored, 0.0) <= 0.08 * COMPARISONS


def test_a_scenario_beats_one_that_is_much_slower(stored):
    assert winners(stored, 0.5) >= 0.9 * COMPARISONS
