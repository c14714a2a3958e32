"""What the command line costs before it does anything."""

import pytest

from benchmarks.start_up import (
    MAY_COST_S,
    STORE_MAY_COST_S,
    help_cpu_s,
    loaded_by_help,
    worker_cpu_s,
    worker_with_store_cpu_s,
)


@pytest.mark.benchmark(group="start-up")
def test_help(benchmark):
    benchmark.pedantic(help_cpu_s, rounds=5, warmup_rounds=1)
    assert min(help_cpu_s() for _ in range(3)) <= MAY_COST_S
    assert not loaded_by_help()


@pytest.mark.benchmark(group="start-up")
def test_the_store_in_a_worker(benchmark):
    """Each worker writes its own files, so each loads duckdb: what that adds to the world's libraries."""
    benchmark.pedantic(worker_with_store_cpu_s, rounds=3, warmup_rounds=1)
    added = min(worker_with_store_cpu_s() for _ in range(3)) - min(worker_cpu_s() for _ in range(3))
    benchmark.extra_info["store_cpu_s"] = added
    assert added <= STORE_MAY_COST_S
