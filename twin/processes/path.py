"""Demand from a fixed sample path: rows reported at written instants, with work content and parts given.

A row without an instant is a repeat of another: it is reported some time after its parent row is
completed. This drives the dispatch reference, the analytic cases and recorded request logs.
"""

from collections.abc import Callable, Sequence
from typing import final

from policies.contract.events import RequestRegistered
from twin.entities.job import Fault, Job
from twin.entities.technician import Technician
from twin.facts import RequestReported
from twin.register import Register
from twin.waist import Waist

NO_CHILD = -1


@final
class PathRow:
    """One row: instant (or None: a repeat), place, trade, priority 1-4, work [min], part, repeat row and delay [min]."""

    __slots__ = ("building", "child", "child_delay_min", "part", "priority", "report_min", "trade", "work_min")

    def __init__(
        self, report_min: float | None, building: int, trade: str, priority: int, work_min: float,
        part: int = -1, child: int = NO_CHILD, child_delay_min: float = 0.0,
    ) -> None:  # fmt: skip
        self.report_min = report_min
        self.building = building
        self.trade = trade
        self.priority = priority
        self.work_min = work_min
        self.part = part
        self.child = child
        self.child_delay_min = child_delay_min


@final
class PathDemand:
    """Walks the path with one cursor; every row registers itself at once, as a perfect app would.

    Request numbers are row numbers, so that ties are broken as the path is written.
    """

    def __init__(self, waist: Waist, register: Register, rows: Sequence[PathRow], channel: str = "app") -> None:
        self.waist = waist
        self.register = register
        self.rows = rows
        self._dated = [number for number, row in enumerate(rows) if row.report_min is not None]
        self.channel = channel
        self.reported: list[Callable[[Job], None]] = []

    def begin(self) -> None:
        """Schedule the first row that has an instant."""
        self._schedule(0)

    def completed(self, job: Job, tech: Technician) -> None:
        """After a parent's completion its repeat is reported, in its time."""
        row = self.rows[job.id]
        if row.child != NO_CHILD:
            clock = self.waist.clock
            clock.at(clock._now + row.child_delay_min, self._report, row.child)

    def _schedule(self, turn: int) -> None:
        """Schedule the row whose turn it is among those with an instant, if there is one."""
        if turn < len(self._dated):
            number = self._dated[turn]
            self.waist.clock.at(self.rows[number].report_min, self._next, turn, number)  # type: ignore[arg-type]

    def _next(self, turn: int, number: int) -> None:
        self._report(number)
        self._schedule(turn + 1)

    def _report(self, number: int) -> None:
        row = self.rows[number]
        waist = self.waist
        now = waist.clock._now
        building, trade, priority, channel = row.building, row.trade, row.priority, self.channel
        fault = Fault(number, building, trade, priority, row.work_min, row.part)
        self.register.jobs[number] = job = Job(number, fault, 0, channel, now)
        reported = RequestReported(number, number, building, 0, channel, trade, priority, trade, priority, True)
        waist.note(reported)
        for hook in self.reported:
            hook(job)
        waist.emit(RequestRegistered(number, building, trade, priority, channel, 0, now, -1, row.part))
