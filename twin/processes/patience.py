"""Patience: who asked looks elsewhere when nobody has begun in time (drop-outs of a hotline, queues with abandonment)."""

from collections.abc import Callable
from typing import final

from policies.contract.events import RequestCancelled
from policies.contract.states import OrderState
from policies.contract.units import NEVER
from twin.entities.job import Job
from twin.waist import Waist

NOT_BEGUN = frozenset({int(OrderState.WAPPR), int(OrderState.WSCH), int(OrderState.WMATL)})


@final
class Patience:
    """A request still not begun when its patience ends is cancelled.

    Parameters
    ----------
    minutes : patience of a job, counted from its report [min]; NEVER: waits for good

    Source: Palm 1957 (the Erlang-A queue).
    """

    def __init__(self, waist: Waist, minutes: Callable[[Job], float]) -> None:
        self.waist = waist
        self.minutes = minutes

    def reported(self, job: Job) -> None:
        """A request was reported: its patience runs (a hook of whoever makes demand)."""
        patience = self.minutes(job)
        if patience < NEVER:
            clock = self.waist.clock
            clock.at(clock._now + patience, self._give_up, job)

    def _give_up(self, job: Job) -> None:
        if job.state in NOT_BEGUN:
            job.state = int(OrderState.CAN)
            job.opened = False
            self.waist.emit(RequestCancelled(job.id))
