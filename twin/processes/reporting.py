"""Reporting: somebody notices, by and by, and tells the office through a channel, rightly or wrongly.

Failure demand is made here: others report the same fault while it lasts, and people chase what is
not done. Who reports how depends on the group's habits (``twin.society``), never on what is best.
"""

from collections.abc import Callable, Sequence
from math import exp, log
from typing import Protocol, final

from policies.contract.calendar import Calendar
from policies.contract.events import ReminderReceived, RequestCancelled, RequestRegistered
from policies.contract.states import OrderState, RequestState
from policies.contract.units import DAY_MIN, HOUR_MIN, NEVER
from twin.campus import Reporting as Habits
from twin.entities.job import Fault, Job
from twin.facts import RequestLost, RequestReported
from twin.journal import REQUEST
from twin.nature import Traits
from twin.register import Register
from twin.streams import Streams
from twin.waist import Waist

COMP, CAN = int(OrderState.COMP), int(OrderState.CAN)
CHASING_HOURS = "SVC"
"""People lose patience over service hours: nobody is chased over a holiday."""
MOST_REPEATS = 5
"""Reports of one fault by others, at most."""
ASKED_AGAIN = 100
NOT_BEGUN = frozenset({int(OrderState.WAPPR), int(OrderState.WSCH), int(OrderState.WMATL)})


class Group(Protocol):
    """What reporting asks of an occupant group."""

    adoption: float
    false_urgent: float


class Desk(Protocol):
    """Where requests that are not sent by the app are written down."""

    def take(self, job: Job, register: Callable[[Job], None]) -> None:
        """Queue a request for registration."""
        ...

    def chased(self, job: Job) -> None:
        """Answer a reminder."""
        ...


@final
class Reporting:
    """From fault to registered request.

    ``endogenous`` False (a recorded log drives the run): no duplicates, no reminders.
    """

    def __init__(
        self,
        waist: Waist,
        register: Register,
        streams: Streams,
        calendar: Calendar,
        habits: Habits,
        trades: Sequence[str],
        groups: Sequence[Group],
        desk: Desk,
        clerk_hours: str,
        departments_needed: int,
    ) -> None:
        self.waist = waist
        self.register = register
        self.streams = streams
        self.calendar = calendar
        self.habits = habits
        self.trades = tuple(trades)
        self.groups = groups
        self.desk = desk
        self.clerk_hours = clerk_hours
        self.departments_needed = departments_needed
        self.reported: list[Callable[[Job], None]] = []

    # noticing

    def noticed(self, fault: Fault, traits: Traits) -> None:
        """A fault occurred: somebody will notice it after a while."""
        habits = self.habits
        if fault.priority == 1:
            median_h = habits.notice_emergency_h
        else:
            median_h = habits.notice_public_h if fault.public else habits.notice_room_h
        wait = median_h * HOUR_MIN * exp(habits.notice_sigma * traits.notice_z)
        self.waist.clock.at(self.waist.clock._now + wait, self._report, fault, traits, 0)

    def _report(self, fault: Fault, traits: Traits, repeat: int) -> None:
        if fault.fixed:
            return
        group = self.groups[fault.building]
        u = traits.app_u if repeat == 0 else self.streams.uniform("app_again", fault.entity, fault.life + repeat)
        if u < group.adoption:
            self._by_app(fault, traits, repeat)
        else:
            self._otherwise(fault, traits, repeat, u)

    # channels

    def _by_app(self, fault: Fault, traits: Traits, repeat: int) -> None:
        job = self._submitted(fault, traits, repeat, "app")
        self.waist.clock.at(self.waist.clock._now + self.habits.app_delay_min, self.registered, job)

    def _otherwise(self, fault: Fault, traits: Traits, repeat: int, u: float) -> None:
        habits = self.habits
        pick = (
            traits.channel_u
            if repeat == 0
            else self.streams.uniform("channel_again", fault.entity, fault.life + repeat)
        )
        pick *= habits.phone_share + habits.paper_share + habits.chat_share
        urgent = self._claimed_priority(fault, traits) == 1
        if urgent or pick < habits.phone_share:
            self._by_phone(fault, traits, repeat, urgent)
        elif pick < habits.phone_share + habits.paper_share:
            self._by_paper(fault, traits, repeat)
        else:
            self.desk.take(self._submitted(fault, traits, repeat, "chat"), self.registered)

    def _by_phone(self, fault: Fault, traits: Traits, repeat: int, urgent: bool) -> None:
        clock = self.waist.clock
        now = clock._now
        if self.calendar.is_open(self.clerk_hours, now):
            self.desk.take(self._submitted(fault, traits, repeat, "phone"), self.registered)
        elif urgent and self.habits.night_line:
            job = self._submitted(fault, traits, repeat, "night")
            clock.at(now + self.habits.night_answer_min, self.registered, job)
        else:
            later = self.calendar.next_open(self.clerk_hours, now)
            spread = self.streams.uniform("call_back", fault.entity, fault.life + repeat)
            clock.at(later + HOUR_MIN * spread, self._call_again, fault, traits, repeat)

    def _call_again(self, fault: Fault, traits: Traits, repeat: int) -> None:
        if not fault.fixed:
            self._by_phone(fault, traits, repeat, self._claimed_priority(fault, traits) == 1)

    def _by_paper(self, fault: Fault, traits: Traits, repeat: int) -> None:
        job = self._submitted(fault, traits, repeat, "paper")
        if traits.lost_u < self.habits.paper_lost and repeat == 0:
            self.waist.note(RequestLost(job.id))
            self.waist.clock.at(self.waist.clock._now + 2.0 * DAY_MIN, self._lost_slip, job)
            return
        self.desk.take(job, self.registered)

    def _lost_slip(self, job: Job) -> None:
        """The slip never arrived: the requester hands in another, and the clock has run since the first."""
        if not job.fault.fixed:
            self.desk.take(job, self.registered)

    # the request

    def _submitted(self, fault: Fault, traits: Traits, repeat: int, channel: str) -> Job:
        now = self.waist.clock._now
        habits = self.habits
        job = self.register.open(fault, fault.building, channel, now)
        job.priority_claimed = self._claimed_priority(fault, traits)
        job.trade_claimed = self._claimed_trade(fault, traits)
        missing = habits.app_room_missing if channel == "app" else habits.room_missing
        job.room_known = traits.room_u >= missing
        job.unneeded = fault.priority == 3 and traits.unneeded_u < habits.unneeded
        job.access_u = traits.access_u
        job.misdirected = fault.priority == 3 and traits.department_u < habits.wrong_department
        job.actionable = repeat == 0 and not job.misdirected
        if not job.misdirected and fault.priority != 1 and traits.joint_u < habits.joint_share and repeat == 0:
            job.departments = self.departments_needed
        self.waist.note(
            RequestReported(
                job.id, fault.id, fault.building, job.group, channel, fault.trade, fault.priority,
                job.trade_claimed, job.priority_claimed, job.actionable,
            )
        )  # fmt: skip
        self._others(fault, traits, repeat, channel)
        self._patience(job, traits)
        for hook in self.reported:
            hook(job)
        return job

    def _claimed_priority(self, fault: Fault, traits: Traits) -> int:
        if fault.priority == 1:
            return 3 if traits.urgent_u < self.habits.missed_emergency else 1
        return 1 if traits.urgent_u < self.groups[fault.building].false_urgent else fault.priority

    def _claimed_trade(self, fault: Fault, traits: Traits) -> str:
        if traits.trade_u >= self.habits.wrong_trade or len(self.trades) < 2 or fault.trade not in self.trades:
            return fault.trade
        others = [t for t in self.trades if t != fault.trade]
        return others[min(int(traits.other_trade_u * len(others)), len(others) - 1)]

    def registered(self, job: Job) -> None:
        """The request is in the system; by hand, what is nobody's work here is turned away at once."""
        if job.state == CAN:
            return
        if job.channel != "app" and job.misdirected:
            job.state = CAN
            self.waist.journal.state(self.waist.clock._now, REQUEST, job.id, RequestState.REJECTED)
            self._gone(job)
            return
        tag = job.fault.asset if job.channel == "app" else -1
        self.waist.emit(
            RequestRegistered(
                job.id, job.building, job.trade_claimed, job.priority_claimed, job.channel, job.group,
                job.reported_at, job.fault.room if job.room_known else -1, -1, tag, self._amount(job), job.departments,
            )
        )  # fmt: skip

    def _gone(self, job: Job) -> None:
        """Another department's matter, or no longer wanted: it leaves the campus service."""
        self.register.end_fault(job.fault, job.id, True)

    def _amount(self, job: Job) -> float:
        """What the requester's form says it will cost [CNY]: a rough guess from the work."""
        noise = self.streams.lognormal_median("amount", job.key, 1.0, 0.6)
        return 2.5 * job.fault.work_min * noise

    # failure demand

    def _others(self, fault: Fault, traits: Traits, repeat: int, channel: str) -> None:
        """While it lasts, somebody else reports it too; easier where there is an app."""
        habits = self.habits
        rate = habits.duplicate_rate_per_day * (habits.public_duplicate_factor if fault.public else 1.0)
        if channel == "app":
            rate *= habits.app_duplicate_factor
        if rate <= 0.0 or repeat >= MOST_REPEATS:
            return
        u = traits.again_u if repeat == 0 else self.streams.uniform("again", fault.entity, fault.life + (repeat << 20))
        wait = -log(u) / rate * DAY_MIN
        self.waist.clock.at(self.waist.clock._now + wait, self._report, fault, traits, repeat + 1)

    def ask_again(self, job: Job) -> None:
        """A request merged into another order whose completion changed nothing here is made once more."""
        wait = self.streams.lognormal_median("ask_again", job.key, self.habits.ask_again_h * HOUR_MIN, 0.8)
        self.waist.clock.at(self.waist.clock._now + wait, self._report_again, job)

    def _report_again(self, job: Job) -> None:
        traits = job.fault.traits
        if isinstance(traits, Traits):
            self._report(job.fault, traits, ASKED_AGAIN)

    def _patience(self, job: Job, traits: Traits) -> None:
        habits = self.habits
        clock = self.waist.clock
        if habits.reminder_after_h < NEVER:
            wait = habits.reminder_after_h * HOUR_MIN * exp(habits.reminder_sigma * traits.reminder_z)
            clock.at(clock._now + wait, self._still_waiting, job, clock._now, wait)
        if habits.cancel_after_days > 0.0:
            clock.at(
                clock._now + self.streams.exponential("cancel", job.key, habits.cancel_after_days * DAY_MIN),
                self._give_up,
                job,
            )

    def _still_waiting(self, job: Job, since: float, wait: float) -> None:
        """Service hours never pass faster than hours: look at the calendar only now, and only if it matters."""
        if not job.fault.fixed and job.state != CAN:
            clock = self.waist.clock
            clock.at(max(clock._now, self.calendar.add(CHASING_HOURS, since, wait)), self._chase, job, wait, 0)

    def _chase(self, job: Job, every: float, count: int) -> None:
        if job.state in (COMP, CAN) or job.fault.fixed or count >= 4:
            return
        self.desk.chased(job)
        self.waist.emit(ReminderReceived(job.id))
        again = self.calendar.add(CHASING_HOURS, self.waist.clock._now, every)
        self.waist.clock.at(again, self._chase, job, every, count + 1)

    def _give_up(self, job: Job) -> None:
        if job.state in NOT_BEGUN:
            job.state = CAN
            job.opened = False
            self.waist.emit(RequestCancelled(job.id))
            self._gone(job)
