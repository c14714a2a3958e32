"""A Dask cluster of two workers computes what one process does, to the byte; who cannot work says why."""

import threading
import time

import distributed
import pytest

from scenarios.study.arms import arms_of
from scenarios.study.cluster import ClusterError, connect, on_worker
from scenarios.study.experiment import Study
from scenarios.study.tasks import Outcome, Task
from scenarios.study.watchdog import Hang, Watchdog
from tests.store.conftest import TINY, files


@pytest.fixture(scope="module")
def cluster():
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, worker_dashboard_address=None
    ) as here:
        yield here.scheduler_address


def test_this_process_one_worker_two_and_a_cluster_of_two_leave_the_same_bytes_journals_too(
    tmp_path, cluster, fifo, twin
):
    words = ("run", "two_buildings", fifo, "-n", "4", "--keep-journal", "--study", "s")
    cluster_of_two = ("--backend", "dask", "--address", cluster)
    ways = {"here": ("-j", "0"), "one": ("-j", "1"), "two": ("-j", "2"), "dask": cluster_of_two}
    left = {}
    for out, how in ways.items():
        done = twin(*words, "--out", out, *how, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert "8/8 runs done" in done.stderr
        left[out] = files(tmp_path / out)
    for room in ("cells", "orders", "journals"):
        assert (
            len({name.split("/")[3].split(".")[0] for name in left["here"] if name.startswith(f"s/{room}/fifo/")}) == 4
        )
    assert left["one"] == left["here"]
    assert left["two"] == left["here"]
    assert left["dask"] == left["here"]


def test_a_worker_that_does_not_see_the_folder_is_named(tmp_path, fifo):
    task = Task(tmp_path / "nowhere", tuple(arms_of([fifo], TINY)), 1, 0, "code")
    outcome = on_worker(Outcome, task)
    assert [failure.kind for failure in outcome.failures] == ["not_written"]
    assert "must be shared" in outcome.failures[0].why


def test_a_worker_with_other_code_is_refused(tmp_path, fifo):
    Study(tmp_path / "s", arms_of([fifo], TINY), seed=1, replications=1).prepare()
    task = Task(tmp_path / "s", tuple(arms_of([fifo], TINY)), 1, 0, "0.0.1+other")
    outcome = on_worker(Outcome, task)
    assert "install the same version" in outcome.failures[0].why
    assert not (tmp_path / "s" / "cells").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--backend", "dask"), "go together"),
        (("--address", "tcp://127.0.0.1:1"), "go together"),
        (("--backend", "dask", "--address", "nonsense"), "no Dask scheduler answers"),
    ],
)
def test_a_cluster_that_is_not_there_ends_with_2_and_writes_nothing(tmp_path, here, words, message):
    done = here("run", "two_buildings", "-n", "1", *words, cwd=tmp_path)
    assert done.exit_code == 2, done.stderr
    assert message in done.stderr
    assert not (tmp_path / "results").exists()


def test_nobody_at_the_address_is_told_in_time(monkeypatch):
    monkeypatch.setattr("scenarios.study.cluster.REACH_S", 0.5)
    began = time.monotonic()
    with pytest.raises(ClusterError, match="no Dask scheduler answers"):
        connect("tcp://127.0.0.1:9")
    assert time.monotonic() - began < 10.0


def test_the_watchdog_barks_in_a_thread_that_hears_no_signal():
    caught = []

    def hang():
        try:
            with Watchdog(0.3).on_guard():
                while True:
                    try:
                        time.sleep(0.01)
                    except Exception:
                        continue
        except Hang as error:
            caught.append(error)

    thread = threading.Thread(target=hang, daemon=True)
    thread.start()
    thread.join(10.0)
    assert len(caught) == 1


def test_the_watchdog_in_a_thread_stays_quiet_when_fed():
    done = []

    def work():
        dog = Watchdog(0.4)
        with dog.on_guard():
            for _ in range(8):
                dog.feed()
                time.sleep(0.1)
        done.append(True)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(10.0)
    assert done == [True]
