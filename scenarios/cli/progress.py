"""How far a study is, on stderr: a bar when somebody watches, else a plain line every ten seconds."""

import sys
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

LOOK_S: Final = 0.5
LINE_EVERY_S: Final = 10.0


class Progress:
    """Shows done/total and the time left while a block runs.

    A thread looks every half second at ``done()`` (it counts finished cells), so that a long
    replication in a worker shows its scenarios as they end.
    """

    def __init__(self, what: str, total: int, done: Callable[[], int], unit: str = "runs") -> None:
        self.what = what
        self.unit = unit
        self.total = total
        self.done = done
        self.failed = 0
        self._said = ""
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._bar if sys.stderr.isatty() else self._lines, daemon=True)

    def __enter__(self) -> Self:
        self._began = time.monotonic()
        self._before = self.done()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def add_failed(self, runs: int) -> None:
        """Runs that will not be done."""
        self.failed += runs

    def _lines(self) -> None:
        while True:
            self._say()
            if self._over.wait(LINE_EVERY_S):
                break
        self._say()

    def _say(self) -> None:
        done = self.done()
        line = f"{self.what}: {done}/{self.total} {self.unit} done{self._left(done)}\n"
        if line != self._said:
            sys.stderr.write(line)
            sys.stderr.flush()
        self._said = line

    def _left(self, done: int) -> str:
        failed = f", {self.failed} failed" if self.failed else ""
        made = done - self._before
        left = self.total - done - self.failed
        if not made or left <= 0:
            return failed
        seconds = (time.monotonic() - self._began) / made * left
        return f"{failed}, about {duration(seconds)} left"

    def _bar(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bars

        columns = (
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[left]}"),
            TimeElapsedColumn(),
        )  # fmt: skip
        with Bars(*columns, console=Console(stderr=True)) as bars:
            task = bars.add_task(self.what, total=self.total, left="")
            while True:
                over = self._over.wait(LOOK_S)
                done = self.done()
                bars.update(task, completed=done, left=self._left(done).removeprefix(", "))
                if over:
                    return


def duration(seconds: float) -> str:
    """``200`` → ``"3 min 20 s"``."""
    whole = round(seconds)
    hours, minutes = divmod(whole // 60, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {whole % 60} s" if minutes else f"{whole} s"
