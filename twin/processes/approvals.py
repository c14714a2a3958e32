"""Approvals (审批): people with office hours who empty their inbox a few times a day."""

from collections import deque
from typing import final

from policies.contract.calendar import Calendar
from policies.contract.commands import SeekApproval
from policies.contract.events import ApprovalDecided
from policies.contract.states import OrderState
from policies.contract.units import DAY_MIN, HOUR_MIN
from twin.campus import Approver, Costs
from twin.entities.job import Job
from twin.facts import ApprovalStep, CostBooked
from twin.journal import ORDER
from twin.register import Register
from twin.streams import Streams
from twin.waist import Waist

WAPPR, WSCH, CAN = int(OrderState.WAPPR), int(OrderState.WSCH), int(OrderState.CAN)


@final
class _Case:
    """An order on its way through a chain."""

    __slots__ = ("job", "left", "parallel")

    def __init__(self, job: Job, left: list[int], parallel: bool) -> None:
        self.job = job
        self.left = left
        self.parallel = parallel


@final
class Approvals:
    """Chains by name; each approver's sessions are served in batches up to his or her capacity."""

    def __init__(
        self, waist: Waist, register: Register, streams: Streams, calendar: Calendar,
        chains: dict[str, list[Approver]], costs: Costs,
    ) -> None:  # fmt: skip
        self.waist = waist
        self.register = register
        self.streams = streams
        self.calendar = calendar
        self.costs = costs
        self.people = [person for name in sorted(chains) for person in chains[name]]
        self.chain_of: dict[str, list[int]] = {}
        for name in sorted(chains):
            first = sum(len(members) for members in self.chain_of.values())
            self.chain_of[name] = list(range(first, first + len(chains[name])))
        self._inbox: list[deque[_Case]] = [deque() for _ in self.people]
        self._awaited = [False] * len(self.people)
        waist.obeys(SeekApproval, self.seek)

    def seek(self, command: SeekApproval) -> None:
        """待审批: into the first inbox, or into all at once."""
        job = self.register.jobs[command.order]
        chain = self.chain_of.get(command.chain, [])
        job.state = WAPPR
        self.waist.journal.state(self.waist.clock._now, ORDER, job.id, WAPPR)
        if not chain:
            self._decide(job, True)
            return
        case = _Case(job, list(chain), command.parallel)
        for number in chain if command.parallel else chain[:1]:
            self._hand(number, case)

    def _hand(self, number: int, case: _Case) -> None:
        self._inbox[number].append(case)
        if not self._awaited[number]:
            self._await(number)

    def _await(self, number: int) -> None:
        self._awaited[number] = True
        self.waist.clock.at(self._next_session(self.people[number]), self._session, number)

    def _next_session(self, person: Approver) -> float:
        now = self.waist.clock._now
        day = int(now // DAY_MIN)
        while True:
            for minute in person.inbox_min:
                at = day * DAY_MIN + minute
                if at > now and self.calendar.is_open(person.hours, at):
                    return at
            day += 1

    def _session(self, number: int) -> None:
        self._awaited[number] = False
        inbox, person = self._inbox[number], self.people[number]
        for _ in range(min(person.capacity, len(inbox))):
            self._sign(number, person, inbox.popleft())
        if inbox:
            self._await(number)

    def _sign(self, number: int, person: Approver, case: _Case) -> None:
        job = case.job
        if job.state != WAPPR:
            return
        refused = job.unneeded and self.streams.uniform("approval", job.key, number) < person.refuses_unneeded
        self.waist.note(ApprovalStep(job.id, number, not refused))
        self.waist.note(CostBooked("approval", job.id, self.costs.approver_min / HOUR_MIN * self.costs.approver_h_cny))
        case.left.remove(number)
        if refused or not case.left:
            self._decide(job, not refused)
        elif not case.parallel:
            self._hand(case.left[0], case)

    def _decide(self, job: Job, granted: bool) -> None:
        job.state = WSCH if granted else CAN
        if not granted:
            self.register.end_fault(job.fault, job.id, True)
        self.waist.emit(ApprovalDecided(job.id, granted))
