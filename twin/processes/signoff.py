"""Sign-off (验收): the requester signs, is silent for a week, or finds that it is not fixed."""

from typing import final

from policies.contract.events import OrderConfirmed, OrderReopened
from policies.contract.states import OrderState, RequestState
from policies.contract.units import DAY_MIN, HOUR_MIN
from twin.campus import OnSiteWork
from twin.entities.job import Job
from twin.entities.technician import Technician
from twin.journal import REQUEST
from twin.streams import Streams
from twin.waist import Waist

COMP, WSCH, CLOSE = int(OrderState.COMP), int(OrderState.WSCH), int(OrderState.CLOSE)


@final
class SignOff:
    """After completion."""

    def __init__(self, waist: Waist, streams: Streams, work: OnSiteWork) -> None:
        self.waist = waist
        self.streams = streams
        self.work = work

    def completed(self, job: Job, tech: Technician) -> None:
        """What follows a completion: a signature, or sooner or later a reopened order."""
        if job.fault.priority == 4:
            return
        clock = self.waist.clock
        if not job.fault.fixed:
            wait = self.streams.lognormal_median(
                "come_back", job.key, self.work.come_back_median_h * HOUR_MIN, 0.8, job.visits
            )
            clock.at(clock._now + wait, self._reopen, job, job.visits)
            return
        at_once = self.streams.uniform("sign", job.key, job.visits) < self.work.signs_at_once
        wait = 5.0 if at_once else self.work.silence_days * DAY_MIN
        clock.at(clock._now + wait, self._confirm, job, job.visits, not at_once)

    def _confirm(self, job: Job, visits: int, by_silence: bool) -> None:
        if job.state == COMP and job.visits == visits:
            job.state = CLOSE
            self.waist.journal.state(self.waist.clock._now, REQUEST, job.id, RequestState.CLOSED)
            self.waist.emit(OrderConfirmed(job.id, by_silence))

    def _reopen(self, job: Job, visits: int) -> None:
        """返修, unless somebody else has fixed it meanwhile."""
        if job.state != COMP or job.visits != visits or job.fault.fixed:
            return
        job.state = WSCH
        job.diagnosed = False
        job.remaining_min = job.fault.work_min
        self.waist.emit(OrderReopened(job.id))
