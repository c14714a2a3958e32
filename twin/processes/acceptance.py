"""Acceptance (接单): an order on the phone is heard sooner or later, or handed back at the end of a shift."""

from typing import final

from twin.campus import OnSiteWork
from twin.clock import Clock
from twin.entities.job import Job
from twin.entities.technician import Technician
from twin.streams import Streams


@final
class PhoneAcceptance:
    """Minutes until acceptance, keyed by (job, how often it was offered); negative: declined."""

    def __init__(self, clock: Clock, streams: Streams, work: OnSiteWork) -> None:
        self.clock = clock
        self.streams = streams
        self.work = work

    def delay_min(self, tech: Technician, job: Job) -> float:
        """Nobody starts a normal order minutes before going home; now and then a phone is not heard."""
        work = self.work
        if job.priority != 1 and tech.until - self.clock._now < work.decline_before_off_min:
            return -1.0
        if work.accept_median_min <= 0.0:
            return 0.0
        job.offers += 1
        delay = self.streams.lognormal_median("accept", job.key, work.accept_median_min, work.accept_sigma, job.offers)
        if self.streams.uniform("unheard", job.key, job.offers) < work.unheard:
            delay += work.unheard_min
        return delay
