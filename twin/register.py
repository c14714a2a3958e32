"""The register of requests and work orders: numbers and truth by number."""

from collections.abc import Callable
from typing import final

from policies.contract.chance import MASK, mix
from twin.entities.job import Fault, Job


@final
class Register:
    """Every request gets the next number and keeps it as a work order."""

    def __init__(self) -> None:
        self.jobs: dict[int, Job] = {}
        self._next = 0
        self._next_fault = 0
        self.end_fault: Callable[[Fault, int, bool], None] = _ended

    def number(self) -> int:
        """The next request number."""
        taken = self._next
        self._next += 1
        return taken

    def fault_number(self) -> int:
        """The next fault number."""
        taken = self._next_fault
        self._next_fault += 1
        return taken

    def open(self, fault: Fault, group: int, channel: str, now: float) -> Job:
        """Write a request down."""
        job = Job(self.number(), fault, group, channel, now)
        self.jobs[job.id] = job
        if fault.entity:
            fault.requests += 1
            job.key = _key(fault)
        return job


def _key(fault: Fault) -> int:
    """Number of a fault's latest request, from the fault itself: the same under every policy, whatever came before.

    Request numbers are not: one reminder more, and every later request has another.
    """
    return mix(mix(fault.entity) + (fault.life << 8) + fault.requests & MASK)


def _ended(fault: Fault, order: int, cause_removed: bool) -> None:
    """Where no process follows faults, a fault that ends is simply fixed."""
    fault.fixed = True
