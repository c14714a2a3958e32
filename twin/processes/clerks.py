"""The clerks: people with hours who write requests down, one at a time, emergencies first."""

from collections import deque
from collections.abc import Callable
from typing import final

from policies.contract.calendar import Calendar
from twin.campus import Clerks as Desk
from twin.entities.job import Job
from twin.streams import Streams
from twin.waist import Waist

Register = Callable[[Job], None]


@final
class Clerks:
    """A registration desk of ``count`` clerks; what is begun is finished within service hours."""

    def __init__(self, waist: Waist, streams: Streams, calendar: Calendar, desk: Desk) -> None:
        self.waist = waist
        self.streams = streams
        self.calendar = calendar
        self.desk = desk
        self.free = desk.count
        self._urgent: deque[tuple[Job, Register | None]] = deque()
        self._tray: deque[tuple[Job, Register | None]] = deque()

    def take(self, job: Job, register: Register) -> None:
        """A slip, a call or a message to register."""
        (self._urgent if job.priority_claimed == 1 else self._tray).append((job, register))
        self._serve()

    def chased(self, job: Job) -> None:
        """A reminder takes a clerk's minutes too, where it is not the app that is asked."""
        if job.channel != "app" and self.desk.reminder_min > 0.0:
            self._tray.append((job, None))
            self._serve()

    def _serve(self) -> None:
        while self.free > 0 and (self._urgent or self._tray):
            job, register = (self._urgent or self._tray).popleft()
            self.free -= 1
            done = self.calendar.add(self.desk.hours, self.waist.clock._now, self._minutes(job, register))
            self.waist.clock.at(done, self._done, job, register)

    def _minutes(self, job: Job, register: Register | None) -> float:
        if register is None:
            return self.desk.reminder_min
        return self.streams.lognormal(
            "registration", job.key, self.desk.registration_mean_min, self.desk.registration_cv
        )

    def _done(self, job: Job, register: Register | None) -> None:
        self.free += 1
        if register is not None:
            register(job)
        self._serve()
