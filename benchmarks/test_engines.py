"""A year of the dispatch reference through the hourglass, and by each peer. CPU time."""

import time

import pytest

from benchmarks.contender import contender
from benchmarks.peers import ciw_queues
from benchmarks.queues import queues_of
from scenarios.reference.model import build, read_campus, read_path

CONTENDERS = ("simpy_docs", "simpy_clock", "mesa_events", "hourglass", "hourglass_without_journal")


@pytest.mark.benchmark(group="dispatch reference, a year", timer=time.process_time, disable_gc=True)
@pytest.mark.parametrize("name", CONTENDERS)
def test_dispatch_reference(benchmark, reference, name):
    campus, path = read_campus(reference[0]), read_path(reference[1])
    results = benchmark.pedantic(contender(name), (campus, path), rounds=3)()
    assert name == "hourglass_without_journal" or results["orders"] > 20_000


@pytest.mark.benchmark(group="queues only, a year", timer=time.process_time, disable_gc=True)
def test_queues_by_ciw(benchmark, reference):
    campus, rows = queues_of(read_path(reference[1]))
    assert len(benchmark.pedantic(ciw_queues.run, (campus, rows), rounds=2)) == len(rows)


@pytest.mark.benchmark(group="queues only, a year", timer=time.process_time, disable_gc=True)
def test_queues_by_the_hourglass(benchmark, reference):
    campus, rows = queues_of(read_path(reference[1]))

    def run():
        world = build(campus, rows)
        world.run(campus.horizon_min)
        world.journal.flush()
        return world

    assert len(benchmark.pedantic(run, rounds=2).journal.table("WorkCompleted")) == len(rows)
