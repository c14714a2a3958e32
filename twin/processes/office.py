"""What the office's paper commands do to the truth: open, merge, reject."""

from collections.abc import Callable
from typing import final

from policies.contract.commands import Escalate, MergeDuplicate, OpenOrder, RejectRequest
from policies.contract.states import OrderState, RequestState
from twin.entities.job import Job
from twin.entities.technician import Technician
from twin.journal import REQUEST
from twin.register import Register
from twin.waist import Waist

WSCH, CAN = int(OrderState.WSCH), int(OrderState.CAN)


@final
class Office:
    """Requests become work orders, or do not."""

    def __init__(self, waist: Waist, register: Register) -> None:
        self.waist = waist
        self.register = register
        self.told_otherwise: list[Callable[[Job], None]] = []
        self._merged: dict[int, list[Job]] = {}
        waist.obeys(OpenOrder, self.open)
        waist.obeys(MergeDuplicate, self.merge)
        waist.obeys(RejectRequest, self.reject)
        waist.obeys(Escalate, self.escalate)

    def open(self, command: OpenOrder) -> None:
        """工单: from now on there is a work order of this number; a second time changes trade or priority."""
        job = self.register.jobs[command.order]
        job.trade = command.trade
        job.priority = command.priority
        if not job.opened:
            job.opened = True
            job.state = WSCH

    def merge(self, command: MergeDuplicate) -> None:
        """重复并单: the request ends; whoever asked looks to the other order."""
        job = self.register.jobs[command.request]
        self._end(job, RequestState.DUPLICATE)
        self._merged.setdefault(command.into, []).append(job)

    def reject(self, command: RejectRequest) -> None:
        """已驳回: the request ends; what was wrong stays wrong."""
        self._end(self.register.jobs[command.request], RequestState.REJECTED)

    def escalate(self, command: Escalate) -> None:
        """升级: people are told; what that allows is the office's business, and in its record."""

    def completed(self, job: Job, tech: Technician) -> None:
        """Whoever was pointed to this order and still has the fault finds that nobody came for it."""
        for merged in self._merged.pop(job.id, ()):
            if not merged.fault.fixed:
                for hook in self.told_otherwise:
                    hook(merged)

    def _end(self, job: Job, state: RequestState) -> None:
        job.state = CAN
        job.opened = False
        self.waist.journal.state(self.waist.clock._now, REQUEST, job.id, state)
