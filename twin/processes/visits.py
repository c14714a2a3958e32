"""On site: access, search, diagnosis, make safe, parts, repair of the symptom or of the cause.

A visit is planned on arrival from the truth, with keyed draws by (job, visit): what another order
or technician does shifts nothing. Nothing here knows a target, and no policy sees any of it.
"""

from typing import Protocol, final

from policies.contract.calendar import Calendar
from policies.contract.events import AccessGranted, MadeSafe, NoAccess, PartNeeded, TradeFound, VisitEnded
from policies.contract.states import OrderState, TechnicianState
from policies.contract.units import DAY_MIN
from twin.campus import OnSiteWork
from twin.entities.job import Fault, Job
from twin.entities.technician import Step, Technician
from twin.journal import ORDER
from twin.processes.repair import Repair
from twin.register import Register
from twin.streams import Streams
from twin.waist import Waist

INPRG, WSCH = int(OrderState.INPRG), int(OrderState.WSCH)
WACCESS = int(OrderState.WACCESS)
WORKING, FETCHING, WAITING = (
    int(TechnicianState.WORKING), int(TechnicianState.FETCHING_PARTS), int(TechnicianState.WAITING),
)  # fmt: skip

SAFE, FIXED, SYMPTOM, BOTCHED = "safe", "fixed", "symptom", "botched"
NOTHING, NOT_FIXED, NO_PART, NO_ACCESS, OTHER_TRADE = "nothing", "not_fixed", "no_part", "no_access", "other_trade"
CODES = {FIXED: "repaired", SYMPTOM: "repaired", BOTCHED: "repaired", NOTHING: "no_fault_found"}


class PartsCounter(Protocol):
    """Where technicians get parts."""

    def take(self, job: Job, sku: int) -> bool:
        """Take one piece if there is one."""
        ...

    def wait_for(self, job: Job, sku: int) -> None:
        """Queue for what comes."""
        ...


@final
class OnSiteVisits:
    """What technicians find and do."""

    def __init__(
        self, waist: Waist, register: Register, streams: Streams, calendar: Calendar, work: OnSiteWork,
        stores: PartsCounter, repair: Repair,
    ) -> None:  # fmt: skip
        self.waist = waist
        self.register = register
        self.streams = streams
        self.calendar = calendar
        self.work = work
        self.stores = stores
        self.repair = repair

    def plan(self, tech: Technician, job: Job) -> list[Step]:
        """The steps of this visit [min each]; the last one ends it."""
        work, fault = self.work, job.fault
        if fault.priority == 4:
            return [Step(INPRG, job.remaining_min, job.remaining_min, FIXED)]
        if not job.access_granted and fault.priority != 1 and not fault.public and job.access_u < work.no_access:
            return [Step(WAITING, work.no_access_wait_min, 0.0, NO_ACCESS)]
        job.access_granted = True
        steps: list[Step] = []
        if not job.room_known:
            job.room_known = True
            steps.append(Step(WAITING, work.search_min, 0.0, ""))
        if fault.fixed or job.unneeded or job.misdirected:
            return [*steps, Step(INPRG, work.look_min, 0.0, NOTHING)]
        level = tech.skills.get(fault.trade, 0)
        if level == 0:
            return [*steps, Step(INPRG, work.look_min, 0.0, OTHER_TRADE)]
        return steps + self._repair(job, fault, level)

    def _repair(self, job: Job, fault: Fault, level: int) -> list[Step]:
        """Make safe, diagnose, fetch, repair."""
        work, u = self.work, self.streams.uniform
        steps: list[Step] = []
        pace = work.speed[level - 1]
        left = job.remaining_min
        set_up = work.set_up_min if job.interrupted else 0.0
        job.interrupted = False
        if fault.priority == 1 and not fault.safe:
            first = min(left, work.make_safe_min + work.make_safe_share * left)
            steps.append(Step(INPRG, set_up + pace * first, first, SAFE))
            left -= first
            set_up = 0.0
        right = job.diagnosed or u("diagnosis", job.key, job.visits) < work.diagnosis[level - 1]
        if not right:
            found_out = u("found_out", job.key, job.visits) < work.found_out_on_site
            minutes = set_up + pace * left + work.report_min
            if found_out:
                return [*steps, Step(INPRG, work.wrong_share_of_work * minutes, 0.0, NOT_FIXED)]
            return [*steps, Step(INPRG, minutes, 0.0, BOTCHED)]
        job.diagnosed = True
        if fault.part >= 0 and not job.part_in_hand:
            if not self.stores.take(job, fault.part):
                return [*steps, Step(FETCHING, work.ask_store_min, 0.0, NO_PART)]
            fetch = self.streams.lognormal("fetch", job.key, work.fetch_part_min, 0.5, job.visits)
            steps.append(Step(FETCHING, fetch, 0.0, ""))
        at_root = fault.root and u("root_repair", job.key, job.visits) < work.root_repair[level - 1]
        minutes = set_up + pace * left * (1.0 + work.root_extra if at_root else 1.0) + work.report_min
        steps.append(Step(INPRG, minutes, left, FIXED if at_root or not fault.root else SYMPTOM))
        return steps

    def reached(self, tech: Technician, job: Job, ends_in: str) -> bool:
        """A step ended: go on, finish, or leave without completion."""
        if ends_in == SAFE:
            job.fault.safe = True
            self.waist.emit(MadeSafe(job.id, tech.id))
            return False
        if ends_in in CODES:
            self._complete(tech, job, ends_in)
        elif ends_in == NOT_FIXED:
            self._leave(tech, job, VisitEnded(job.id, tech.id, "not_fixed"))
        elif ends_in == OTHER_TRADE:
            self._leave(tech, job, TradeFound(job.id, tech.id, job.fault.trade))
        elif ends_in == NO_PART:
            self.repair.release(tech)
            job.tech = -1
            self.stores.wait_for(job, job.fault.part)
            self.waist.emit(PartNeeded(job.id, tech.id, job.fault.part))
            self.repair.go_on(tech)
        else:
            self._no_access(tech, job)
        return True

    def _complete(self, tech: Technician, job: Job, ends_in: str) -> None:
        job.remaining_min = 0.0
        if job.fault.priority != 4 and ends_in in (FIXED, SYMPTOM):
            self.register.end_fault(job.fault, job.id, ends_in == FIXED)
        elif ends_in == NOTHING and (job.unneeded or job.misdirected):
            self.register.end_fault(job.fault, job.id, True)
        self.repair.complete(tech, job, CODES[ends_in])

    def _leave(self, tech: Technician, job: Job, event: "VisitEnded | TradeFound") -> None:
        job.state = WSCH
        job.tech = -1
        self.repair.release(tech)
        self.waist.emit(event)
        self.repair.go_on(tech)

    def _no_access(self, tech: Technician, job: Job) -> None:
        """The requester names a time on a following day when somebody will be in."""
        job.state = WACCESS
        job.tech = -1
        job.access_granted = True
        clock = self.waist.clock
        hour = self.streams.uniform("appointment", job.key, job.visits)
        opens = self.calendar.next_open("SVC", (clock._now // DAY_MIN + 1) * DAY_MIN)
        at = self.calendar.add("SVC", opens, hour * 480.0)
        self.waist.journal.state(clock._now, ORDER, job.id, WACCESS)
        self.repair.release(tech)
        clock.at(at, self._appointment, job)
        self.waist.emit(NoAccess(job.id, tech.id, at))
        self.repair.go_on(tech)

    def _appointment(self, job: Job) -> None:
        if job.state == WACCESS:
            job.state = WSCH
            self.waist.emit(AccessGranted(job.id))
