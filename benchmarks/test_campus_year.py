"""A year of the medium campus, every mechanism on. CPU time."""

import time

import pytest

from benchmarks.campus_year import year


@pytest.mark.benchmark(group="medium campus", timer=time.process_time, disable_gc=True)
def test_campus_year_of_as_is(benchmark):
    assert benchmark.pedantic(year, rounds=1)()["counts"]["WorkCompleted"] > 10_000
