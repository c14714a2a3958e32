"""How long each dispatch rule thinks when ten times the usual list waits. Wall time of one question."""

import pytest

from benchmarks.office import busy_office
from policies.contract.decisions import BUDGET_MIN
from policies.controller import registry


@pytest.mark.benchmark(group="one decision at 10 x load")
@pytest.mark.parametrize("rule", registry.names("dispatch"))
def test_decision_latency(benchmark, rule):
    desk = busy_office(rule)
    record = desk.record
    benchmark(desk.rule.dispatch, record.waiting, record.candidates, record.view)
    budget_s = 60.0 * BUDGET_MIN["dispatch_batch" if desk.batch else "dispatch"]
    assert benchmark.stats is None or benchmark.stats["median"] < budget_s
