"""What the command line costs before it does anything."""

import pytest

from benchmarks.start_up import MAY_COST_S, help_cpu_s, loaded_by_help


@pytest.mark.benchmark(group="start-up")
def test_help(benchmark):
    benchmark.pedantic(help_cpu_s, rounds=5, warmup_rounds=1)
    assert min(help_cpu_s() for _ in range(3)) <= MAY_COST_S
    assert not loaded_by_help()
