"""The same tasks on a Dask cluster: every worker has the twin installed and sees the results folder.

A worker writes its cells itself, as a local one does, and answers with the outcome alone; so nothing
depends on which machine computed what. One replication at a time runs in a worker process, whatever
its number of threads: Python gains nothing by more, and the garbage collector and the watchdog belong
to the process.
"""

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from scenarios.study.tasks import Failure, Outcome, Task

if TYPE_CHECKING:
    from distributed import Client

REACH_S: Final = 10.0
"""Seconds to wait for the scheduler."""
MANIFEST: Final = "study.json"

_one_at_a_time = threading.Lock()


class ClusterError(Exception):
    """The cluster cannot be used: no library, no address, nobody there, nobody who can work."""


class Cluster:
    """Runs tasks on the workers of a Dask scheduler.

    Parameters
    ----------
    work : gives an outcome and raises nothing
    lost : outcome of a task whose worker died with it, and what the scheduler said
    address : of the scheduler, as in ``tcp://10.0.0.5:8786``
    """

    def __init__(self, work: Callable[[Task], Outcome], lost: Callable[[Task, str], Outcome], address: str) -> None:
        self.work = work
        self.lost = lost
        self.address = address

    def outcomes(self, tasks: Sequence[Task]) -> Iterator[Outcome]:
        """Outcomes as they come, in no stated order.

        Raises
        ------
        ClusterError
            If the cluster cannot be reached or its workers lack the twin.
        """
        from distributed import as_completed

        client = connect(self.address)
        try:
            futures = {client.submit(on_worker, self.work, task, pure=False, retries=0): task for task in tasks}
            try:
                for future in as_completed(futures):
                    yield self._outcome(future, futures[future])
            finally:
                client.cancel(list(futures))
        finally:
            client.close()

    def _outcome(self, future: Any, task: Task) -> Outcome:
        from distributed import KilledWorker

        error = future.exception()
        if error is None:
            found: Outcome = future.result()
            return found
        if isinstance(error, KilledWorker):
            return self.lost(task, str(error))
        if isinstance(error, ImportError):
            raise ClusterError(
                f"a worker of {self.address} cannot import the twin ({error}); install the same version of campus-twin there"
            )
        raise error


def see_reachable(address: str) -> None:
    """See that a scheduler answers, before anything is written.

    Raises
    ------
    ClusterError
        As ``connect`` does.
    """
    connect(address).close()


def connect(address: str) -> "Client":
    """A client of the scheduler.

    Raises
    ------
    ClusterError
        If dask is not installed or nobody answers.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise ClusterError('--backend dask needs dask: pip install "campus-twin[dask]"') from error
    try:
        return Client(address, timeout=REACH_S)
    except (OSError, ValueError) as error:
        raise ClusterError(
            f"--address {address}: no Dask scheduler answers there within {REACH_S:g} s ({error}); "
            "start one with: dask scheduler"
        ) from error


def on_worker(work: Callable[[Task], Outcome], task: Task) -> Outcome:
    """Do a task in this worker, if it has the same code and sees the study's folder."""
    from scenarios.study.sources import code_version

    here = f"the worker on {socket.gethostname()}"
    if not (task.folder / MANIFEST).is_file():
        return _refused(task, "not_written", f"{here} does not see {task.folder}: the results folder must be shared")
    if code_version() != task.code:
        return _refused(
            task, "raised", f"{here} has code {code_version()}, the study is of {task.code}: install the same version"
        )
    with _one_at_a_time:
        return work(task)


def _refused(task: Task, kind: str, why: str) -> Outcome:
    return Outcome(
        task.replication, failures=[Failure(arm.name, task.seed, task.replication, kind, why) for arm in task.arms]
    )
