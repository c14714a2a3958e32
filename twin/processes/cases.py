"""Cross-department cases (联办): inboxes, bounces, and a weekly review with a short agenda."""

from typing import final

from policies.contract.calendar import Calendar
from policies.contract.commands import PutOnAgenda, SendCase
from policies.contract.events import CaseMoved
from policies.contract.states import OrderState
from policies.contract.units import DAY_MIN, HOUR_MIN
from twin.campus import Departments
from twin.journal import ORDER
from twin.register import Register
from twin.streams import Streams
from twin.waist import Waist

WPCOND, WSCH = int(OrderState.WPCOND), int(OrderState.WSCH)
LEFT_LYING_DAYS = 5.0
"""Mean time until a department takes up a stuck case nobody puts on the agenda [days, A]."""


@final
class Cases:
    """Each case needs some departments to act; which ones, the office finds out by asking."""

    def __init__(
        self, waist: Waist, register: Register, streams: Streams, calendar: Calendar, departments: Departments
    ) -> None:
        self.waist = waist
        self.register = register
        self.streams = streams
        self.calendar = calendar
        self.departments = departments
        self._todo: dict[int, list[int]] = {}
        self._moves: dict[int, int] = {}
        self._agenda: dict[int, int] = {}
        self._stuck_at: dict[int, int] = {}
        waist.obeys(SendCase, self.send)
        waist.obeys(PutOnAgenda, self.put_on_agenda)

    def begin(self) -> None:
        """The first weekly review."""
        self.waist.clock.at(self._next_meeting(0), self._meeting)

    def send(self, command: SendCase) -> None:
        """移交: into a department's inbox; an answer comes in its office hours."""
        count = len(self.departments.names)
        if command.order not in self._todo:
            self._open(command.order, count)
        move = self._moves[command.order] = self._moves.get(command.order, 0) + 1
        delay = self.streams.exponential(
            "case_inbox", self.register.jobs[command.order].key, self.departments.inbox_mean_h * HOUR_MIN, move
        )
        at = self.calendar.add(self.departments.hours, self.waist.clock._now, delay)
        self.waist.clock.at(at, self._answer, command.order, command.department % max(count, 1), move)

    def put_on_agenda(self, command: PutOnAgenda) -> None:
        """The weekly review will decide it, if the agenda is not full by then."""
        self._agenda.setdefault(command.order, self._stuck_at.get(command.order, 0))

    def _open(self, order: int, count: int) -> None:
        job = self.register.jobs[order]
        first = int(self.streams.uniform("case_first", job.key) * count) if count else 0
        needed = max(1, min(job.departments, max(count, 1)))
        self._todo[order] = [(first + k) % max(count, 1) for k in range(needed)]
        job.state = WPCOND
        self.waist.journal.state(self.waist.clock._now, ORDER, order, WPCOND)

    def _answer(self, order: int, department: int, move: int) -> None:
        todo = self._todo.get(order)
        if todo is None:
            return
        key = self.register.jobs[order].key
        if department not in todo or self.streams.uniform("case_bounce", key, move) < self.departments.bounce:
            self.waist.emit(CaseMoved(order, "bounced", department))
        elif self.streams.uniform("case_stuck", key, move) < self.departments.stuck:
            self._stuck_at[order] = department
            lying = self.streams.exponential("case_lying", key, LEFT_LYING_DAYS * DAY_MIN, move)
            self.waist.clock.at(self.waist.clock._now + lying, self._taken_up, order, department)
            self.waist.emit(CaseMoved(order, "stuck", department))
        else:
            self._acted(order, department)

    def _taken_up(self, order: int, department: int) -> None:
        if self._stuck_at.get(order) == department:
            self._acted(order, department)

    def _acted(self, order: int, department: int) -> None:
        self._stuck_at.pop(order, None)
        self._agenda.pop(order, None)
        todo = self._todo.get(order)
        if todo is None or department not in todo:
            return
        todo.remove(department)
        if todo:
            self.waist.emit(CaseMoved(order, "accepted", department))
            return
        del self._todo[order]
        self.register.jobs[order].state = WSCH
        self.waist.emit(CaseMoved(order, "settled", department))

    def _meeting(self) -> None:
        for order in list(self._agenda)[: self.departments.agenda_capacity]:
            department = self._agenda.pop(order)
            if self._stuck_at.get(order) == department:
                self.waist.emit(CaseMoved(order, "decided", department))
                self._acted(order, department)
        self.waist.clock.at(self._next_meeting(int(self.waist.clock._now // DAY_MIN) + 1), self._meeting)

    def _next_meeting(self, day: int) -> float:
        while self.calendar.date_of(day).weekday() != self.departments.meeting_weekday:
            day += 1
        return day * DAY_MIN + self.departments.meeting_min
