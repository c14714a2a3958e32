"""Tasks spread over worker processes by joblib; what comes back, and what to do when a worker dies.

A task never raises: it answers with an outcome, so that one bad replication cannot take the others
along. A worker that dies (the watchdog's second line, the system short of memory) breaks the whole
pool; the tasks that were in hand are then tried again one at a time, and one that breaks the pool
while alone is named as lost. Ctrl-C is the parent's business: workers never hear it, and it ends them.
"""

import os
from collections.abc import Callable, Generator, Iterator, Sequence
from multiprocessing import resource_tracker
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from scenarios.interruption import held_back

Task = TypeVar("Task")
Outcome = TypeVar("Outcome")
KEEP_WORKERS: Final = 1 << 62
"""Growth of memory [bytes] at which a worker would be ended between two tasks. Loky's own limit, 300 MB, is less than a
long queue of a verification takes and gives back, and a pool one of whose workers ended so has stood still for ever."""


class Workers(Generic[Task, Outcome]):
    """Runs ``work(task)`` for many tasks.

    Parameters
    ----------
    work : callable
        Importable by name; gives an outcome and raises nothing.
    lost : callable
        Outcome of a task whose worker died while it was alone in hand, and what the pool said.
    parts : callable
        Smaller tasks that do what is left of such a task; with one or none it is lost.
    jobs : int
        Worker processes; 0: in this process (tests, profiling), where nothing can be lost.
    """

    def __init__(
        self,
        work: Callable[[Task], Outcome],
        lost: Callable[[Task, str], Outcome],
        parts: Callable[[Task], Sequence[Task]],
        jobs: int,
    ) -> None:
        self.work = work
        self.lost = lost
        self.parts = parts
        self.jobs = jobs

    def outcomes(self, tasks: Sequence[Task]) -> Iterator[Outcome]:
        """Outcomes as they come, in no stated order."""
        if self.jobs == 0:
            yield from map(self.work, tasks)
            return
        left = dict(enumerate(tasks))
        while left:
            for number, outcome in self._pool(left, self.jobs):
                if number < 0:
                    break
                del left[number]
                yield outcome
            else:
                return
            yield from self._one_by_one(left)

    def _one_by_one(self, left: dict[int, Task]) -> Iterator[Outcome]:
        """Tasks begin in order, so those in hand when the pool broke are among the first not answered."""
        for suspect in list(left)[: 2 * self.jobs]:
            yield from self._alone(left.pop(suspect))

    def _alone(self, task: Task) -> Iterator[Outcome]:
        for number, outcome in self._pool({0: task}, 1):
            if number >= 0:
                yield outcome
                return
            parts = self.parts(task)
            if len(parts) < 2:
                yield self.lost(task, outcome)
                return
            for part in parts:
                yield from self._alone(part)

    def _pool(self, tasks: dict[int, Task], jobs: int) -> Iterator[tuple[int, Any]]:
        """(number, outcome) of each task; (-1, why) if the pool broke.

        One job is a pool of two that is handed one task at a time: joblib runs a single job in the
        calling process, where the watchdog's second line would end the study. Joblib is loaded here
        because a study without workers does without it.
        """
        from joblib import Parallel, delayed
        from joblib.externals.loky.backend import resource_tracker as loky_tracker
        from joblib.externals.loky.process_executor import BrokenProcessPool

        parallel = Parallel(
            n_jobs=max(2, jobs),
            backend="loky",
            return_as="generator_unordered",
            pre_dispatch=jobs,
            batch_size=1,
        )
        answers: Generator[Any] | None = None
        try:
            for tracker in (resource_tracker, loky_tracker):
                tracker.ensure_running()  # it lets interrupts through again where it starts
            with held_back():
                here = str(Path.cwd())
                answers = parallel([delayed(_numbered)(self.work, n, task, here) for n, task in tasks.items()])
            yield from answers
        except BrokenProcessPool as error:
            yield -1, _why(error)
        finally:
            if answers is not None:
                answers.close()


def _why(error: BaseException) -> str:
    """What the pool says, with the last line of what the worker said, if it could."""
    lines = str(error.__cause__ or "").strip().splitlines()
    last = lines[-1].strip('" ') if lines else ""
    return f"{error} {last}".strip()


def _numbered(work: Callable[[Any], Any], number: int, task: Any, folder: str) -> tuple[int, Any]:
    """A worker may have begun for a study elsewhere: scenario files by relative paths are read where this one was asked."""
    from joblib.externals.loky import process_executor

    process_executor._MAX_MEMORY_LEAK_SIZE = KEEP_WORKERS
    os.chdir(folder)
    return number, work(task)
