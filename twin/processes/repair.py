"""Repair: accept, travel, arrive, work, leave. What happens on site is ``processes.visits``.

A visit is a list of steps; one clock event ends each. A technician's ``episode`` changes when what
he or she does is overtaken, so a stale event is dropped when it surfaces.
"""

from collections.abc import Callable, Sequence
from typing import Protocol, final

from policies.contract.commands import Assign, Preempt, Unassign
from policies.contract.events import CommandRefused, OnSite, OrderAccepted, OrderDeclined, VisitEnded, WorkCompleted
from policies.contract.states import OrderState, TechnicianState
from policies.contract.units import NEVER
from twin.entities.job import Job
from twin.entities.technician import Step, Technician
from twin.facts import WorkInterrupted
from twin.journal import ORDER, TECHNICIAN
from twin.register import Register
from twin.waist import Waist

ENROUTE, INPRG, COMP = int(OrderState.ENROUTE), int(OrderState.INPRG), int(OrderState.COMP)
ASSIGNED, WSCH, PREEMPTED = int(OrderState.ASSIGNED), int(OrderState.WSCH), int(OrderState.PREEMPTED)
IDLE, OFF, WAITING = int(TechnicianState.IDLE), int(TechnicianState.OFF), int(TechnicianState.WAITING)
OVER = frozenset({COMP, int(OrderState.CLOSE), int(OrderState.CAN)})
UNDER_WAY = frozenset({ASSIGNED, ENROUTE, INPRG, int(OrderState.ONSITE), int(OrderState.ACCEPTED)})
GIVEN = UNDER_WAY | OVER


class Visits(Protocol):
    """What a technician finds and does on site."""

    def plan(self, tech: Technician, job: Job) -> list[Step]:
        """The steps of this visit, in order; the last one's ``ends_in`` ends the visit."""
        ...

    def reached(self, tech: Technician, job: Job, ends_in: str) -> bool:
        """A step ended in something: True if the visit is over (and the office was told)."""
        ...


class Acceptance(Protocol):
    """How long until an order on the phone is accepted, or that it is declined."""

    def delay_min(self, tech: Technician, job: Job) -> float:
        """Minutes until acceptance; negative: declined, after that many minutes."""
        ...


@final
class Repair:
    """The technicians' day.

    Parameters
    ----------
    minutes_to : travel times, ``[b][a]`` from a to b [min]
    overtime_max_min : work left at the end of a shift that is still finished [min]
    set_up_min : extra work when an interrupted job is taken up again [min]
    visits : what happens on site; None: the remaining work is done and the fault is gone
    acceptance : None: an order given to a free technician is under way at once
    """

    def __init__(
        self,
        waist: Waist,
        register: Register,
        technicians: Sequence[Technician],
        minutes_to: Sequence[Sequence[float]],
        overtime_max_min: float = NEVER,
        set_up_min: float = 0.0,
        visits: Visits | None = None,
        acceptance: Acceptance | None = None,
    ) -> None:
        self.waist = waist
        self.clock = waist.clock
        self.journal = waist.journal
        self.register = register
        self.technicians = technicians
        self.minutes_to = minutes_to
        self.overtime_max_min = overtime_max_min
        self.set_up_min = set_up_min
        self.visits = visits
        self.acceptance = acceptance
        self.done: list[Callable[[Job, Technician], None]] = []
        self.arrived: list[Callable[[Job, float], None]] = []
        self.released: list[Callable[[Job, Technician], None]] = []
        waist.obeys(Assign, self.assign)
        waist.obeys(Unassign, self.unassign)
        waist.obeys(Preempt, self.preempt)

    # commands

    def assign(self, command: Assign) -> None:
        """派单: refuse what the truth forbids, else queue it and start if free."""
        job = self.register.jobs.get(command.order)
        people = self.technicians
        if job is None or not job.opened or job.state in GIVEN or not 0 <= command.tech < len(people):
            self.waist.emit(CommandRefused("Assign", command.order, command.tech, self._refusal(job, command.tech)))
            return
        tech = people[command.tech]
        job.state = ASSIGNED
        job.tech = tech.id
        free = tech.job is None and tech.on_duty
        if free and not tech.queue:
            self._start(tech, job)
            return
        tech.queue.insert(0 if command.first else len(tech.queue), job)
        if free:
            self._next(tech)

    def unassign(self, command: Unassign) -> None:
        """Take back an order that is on a work list, or offered and not yet accepted."""
        job = self.register.jobs.get(command.order)
        tech = self.technicians[command.tech]
        if job is not None and job in tech.queue:
            tech.queue.remove(job)
        elif job is not None and tech.job is job and job.state == ASSIGNED:
            tech.job = None
            tech.episode += 1
            self._stand(tech)
        else:
            self.waist.emit(CommandRefused("Unassign", command.order, command.tech, "under way or not there"))
            return
        job.state = WSCH
        job.tech = -1
        self._go_on(tech)

    def preempt(self, command: Preempt) -> None:
        """中断: stop, keep what is left of the work, and be free."""
        tech = self.technicians[command.tech]
        job = tech.job
        if job is None or job.id != command.order:
            self.waist.emit(CommandRefused("Preempt", command.order, command.tech, "not on this order"))
            return
        self._interrupt(tech, job, "preempted")

    # duty

    def went_off(self, tech: Technician) -> None:
        """A shift ended: finish what is nearly done, leave what is not (emergencies are finished)."""
        job = tech.job
        if job is None or self.overtime_max_min == NEVER or job.priority == 1:
            return
        if tech.until - self.clock._now < 180.0:
            return
        if self._left(tech, job) > self.overtime_max_min:
            self._interrupt(tech, job, "shift_end")

    def came_on(self, tech: Technician) -> None:
        """A shift began: take up the work list."""
        if tech.job is None and tech.queue and tech.on_duty:
            self._next(tech)

    # the walk

    def _next(self, tech: Technician) -> None:
        self._start(tech, tech.queue.pop(0))

    def _start(self, tech: Technician, job: Job) -> None:
        tech.job = job
        tech.episode += 1
        if self.acceptance is not None:
            delay = self.acceptance.delay_min(tech, job)
            if delay != 0.0:
                self.journal.state(self.clock._now, TECHNICIAN, tech.id, WAITING)
                self.clock.at(self.clock._now + abs(delay), self._answer, tech, tech.episode, delay > 0.0)
                return
        self._leave(tech, job)

    def _answer(self, tech: Technician, episode: int, accepted: bool) -> None:
        job = tech.job
        if tech.episode != episode or job is None:
            return
        if not accepted:
            tech.job = None
            tech.episode += 1
            job.state = WSCH
            job.tech = -1
            self._stand(tech)
            self.waist.emit(OrderDeclined(job.id, tech.id, "no time before the shift ends"))
            self._go_on(tech)
            return
        self.waist.emit(OrderAccepted(job.id, tech.id))
        if tech.episode == episode:
            self._leave(tech, job)

    def _leave(self, tech: Technician, job: Job) -> None:
        clock = self.clock
        now = clock._now
        job.state = ENROUTE
        tech.visit_began_at = now
        self.journal.log.extend((now, (ORDER, job.id, ENROUTE, tech.id)))
        clock.at(now + self.minutes_to[job.building][tech.at], self._arrive, tech, tech.episode)

    def _arrive(self, tech: Technician, episode: int) -> None:
        job = tech.job
        if tech.episode != episode or job is None:
            return
        tech.at = job.building
        job.state = INPRG
        job.visits += 1
        if self.arrived and job.visits == 1:
            for hook in self.arrived:
                hook(job, self.clock._now - job.reported_at)
        self.waist.emit(OnSite(job.id, tech.id))
        if tech.episode != episode:
            return
        if self.visits is not None:
            tech.steps = self.visits.plan(tech, job)
            tech.step = 0
            self._begin_step(tech, job)
            return
        if job.interrupted:
            job.remaining_min += self.set_up_min
            job.interrupted = False
        clock = self.clock
        now = clock._now
        self.journal.log.extend((now, (ORDER, job.id, INPRG, tech.id)))
        tech.step_ends_at = ends = now + job.remaining_min
        clock.at(ends, self._finish, tech, episode)

    def _finish(self, tech: Technician, episode: int) -> None:
        job = tech.job
        if tech.episode == episode and job is not None:
            job.remaining_min = 0.0
            self.complete(tech, job, "repaired")

    def complete(self, tech: Technician, job: Job, code: str) -> None:
        """完工: the technician is free, and says so."""
        job.state = COMP
        job.tech = -1
        self.release(tech)
        for hook in self.done:
            hook(job, tech)
        self.waist.emit(WorkCompleted(job.id, tech.id, code))
        if tech.queue:
            self._go_on(tech)

    def release(self, tech: Technician) -> None:
        """A visit is over: the technician stands idle, or goes home."""
        if tech.job is not None:
            for hook in self.released:
                hook(tech.job, tech)
        tech.job = None
        tech.steps = []
        tech.episode += 1
        if tech.stays_home:
            tech.at = tech.home
        self.journal.log.extend((self.clock._now, (TECHNICIAN, tech.id, IDLE if tech.on_duty else OFF, -1)))

    def go_on(self, tech: Technician) -> None:
        """Take the next order of the work list, if the office left it to that."""
        self._go_on(tech)

    # steps of a visit

    def _begin_step(self, tech: Technician, job: Job) -> None:
        step = tech.steps[tech.step]
        now = self.clock._now
        if step.state == INPRG:
            self.journal.state(now, ORDER, job.id, INPRG, tech.id)
        else:
            self.journal.state(now, TECHNICIAN, tech.id, step.state, tech.id)
        tech.step_ends_at = ends = now + step.minutes
        self.clock.at(ends, self._end_step, tech, tech.episode)

    def _end_step(self, tech: Technician, episode: int) -> None:
        job = tech.job
        if tech.episode != episode or job is None:
            return
        step = tech.steps[tech.step]
        job.remaining_min = max(0.0, job.remaining_min - step.progress_min)
        step.progress_min = 0.0  # booked: who is called away at this very instant has not done it twice
        if step.ends_in and self.visits is not None and self.visits.reached(tech, job, step.ends_in):
            return
        if tech.episode != episode:
            return
        tech.step += 1
        self._begin_step(tech, job)

    # helpers of the above

    def _refusal(self, job: Job | None, number: int) -> str:
        """Why an order that is not to be had, or a technician who is not there, is refused."""
        if job is None or not job.opened:
            return "no such open order"
        if not 0 <= number < len(self.technicians):
            return "no such technician"
        return "already assigned" if job.state in UNDER_WAY else "already finished"

    def _go_on(self, tech: Technician) -> None:
        if tech.job is None and tech.queue and tech.on_duty:
            self._next(tech)

    def _stand(self, tech: Technician) -> None:
        self.journal.state(self.clock._now, TECHNICIAN, tech.id, IDLE if tech.on_duty else OFF)

    def _left(self, tech: Technician, job: Job) -> float:
        """Minutes until the present visit ends if nobody interferes [min]."""
        if job.state != INPRG:
            return job.remaining_min
        if not tech.steps:
            return max(0.0, tech.step_ends_at - self.clock._now)
        later = sum(step.minutes for step in tech.steps[tech.step + 1 :])
        return max(0.0, tech.step_ends_at - self.clock._now) + later

    def _interrupt(self, tech: Technician, job: Job, why: str) -> None:
        now = self.clock._now
        if job.state == INPRG:
            left = tech.step_ends_at - now
            if not tech.steps:
                job.remaining_min = left
                job.interrupted = True
            else:
                step = tech.steps[tech.step]
                if step.progress_min > 0.0:
                    job.remaining_min -= step.progress_min * (1.0 - left / step.minutes)
                    job.interrupted = True
                elif left <= 0.0 and job.remaining_min < job.fault.work_min:
                    job.interrupted = True
        job.state = PREEMPTED if why == "preempted" else WSCH
        job.tech = -1
        self.journal.state(now, ORDER, job.id, job.state)
        self.waist.note(WorkInterrupted(job.id, tech.id, job.remaining_min, why))
        self.release(tech)
        self.waist.emit(VisitEnded(job.id, tech.id, why))
