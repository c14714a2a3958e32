"""Clerks, approvers and departments: their hours and inboxes make the waits, minute by minute."""

from collections.abc import Sequence

import pytest

from policies.contract.commands import Command, MergeDuplicate, PutOnAgenda, SeekApproval, SendCase
from policies.contract.events import ApprovalDecided, CaseMoved, Event
from policies.contract.units import DAY_MIN
from tests.worlds import calendar
from twin.campus import Approver, Clerks, Costs, Departments
from twin.clock import Clock
from twin.entities.job import Fault, Job
from twin.entities.roster import AlwaysOn
from twin.entities.technician import Technician
from twin.journal import Journal
from twin.processes.approvals import Approvals
from twin.processes.cases import Cases
from twin.processes.clerks import Clerks as ClerkDesk
from twin.processes.office import Office
from twin.register import Register
from twin.streams import Streams
from twin.waist import Waist


class Silent:
    """Hears everything, orders nothing."""

    def __init__(self) -> None:
        self.heard: list[tuple[float, Event]] = []

    def handle(self, event: Event, now: float) -> Sequence[Command]:
        self.heard.append((now, event))
        return ()


def office() -> tuple[Waist, Register, Silent]:
    silent = Silent()
    return Waist(Clock(), Journal(), silent), Register(), silent


def slip(register: Register, priority: int = 3, now: float = 0.0) -> Job:
    job = register.open(Fault(0, 0, "plumbing", priority, 30.0), 0, "paper", now)
    job.priority_claimed = priority
    job.opened = True
    return job


def desk(waist: Waist, count: int = 1, minutes: float = 20.0) -> ClerkDesk:
    return ClerkDesk(waist, Streams(1, 1), calendar(), Clerks(count, "clerk", minutes, 0.0, 3.0))


def registered_at(clerks: ClerkDesk, waist: Waist, arrivals: list[tuple[float, Job]], until: float) -> dict[int, float]:
    done: dict[int, float] = {}
    for at, job in arrivals:
        waist.clock.at(at, clerks.take, job, lambda j: done.__setitem__(j.id, waist.clock.now))
    waist.clock.advance(until)
    return done


def test_a_slip_handed_in_at_night_is_registered_in_the_morning() -> None:
    waist, register, _ = office()
    done = registered_at(desk(waist), waist, [(120.0, slip(register))], DAY_MIN)
    assert done == {0: 480.0 + 20.0}


def test_one_clerk_registers_one_slip_after_the_other_and_pauses_over_lunch() -> None:
    """11:45 and 11:46: the first takes until 14:05 (15 min before lunch), the second until 14:25."""
    waist, register, _ = office()
    done = registered_at(desk(waist), waist, [(705.0, slip(register)), (706.0, slip(register))], DAY_MIN)
    assert done == {0: 845.0, 1: 865.0}


def test_a_second_clerk_halves_the_queue() -> None:
    waist, register, _ = office()
    done = registered_at(desk(waist, 2), waist, [(500.0, slip(register)) for _ in range(4)], DAY_MIN)
    assert sorted(done.values()) == [520.0, 520.0, 540.0, 540.0]


def test_what_is_claimed_urgent_is_answered_first() -> None:
    waist, register, _ = office()
    routine, more, urgent = slip(register), slip(register), slip(register, 1)
    done = registered_at(desk(waist), waist, [(500.0, routine), (501.0, more), (502.0, urgent)], DAY_MIN)
    assert [done[k] for k in (0, 2, 1)] == [520.0, 540.0, 560.0]


def test_a_reminder_takes_a_clerks_minutes() -> None:
    waist, register, _ = office()
    clerks, first = desk(waist), slip(register)
    waist.clock.at(500.0, clerks.chased, slip(register))
    assert registered_at(clerks, waist, [(500.0, first)], DAY_MIN) == {0: 523.0}


def chain(waist: Waist, register: Register, people: list[Approver]) -> Approvals:
    return Approvals(waist, register, Streams(1, 1), calendar(), {"standard": people}, Costs())


def decided(silent: Silent) -> list[tuple[float, int, bool]]:
    return [(at, e.order, e.granted) for at, e in silent.heard if isinstance(e, ApprovalDecided)]


def test_two_signatures_one_after_the_other_wait_for_two_inboxes() -> None:
    """Asked Monday 09:00; the head signs at 10:00, the office at its next inbox, 15:30."""
    waist, register, silent = office()
    approvals = chain(waist, register, [Approver("head"), Approver("office")])
    waist.clock.at(540.0, approvals.seek, SeekApproval(slip(register).id, "standard", False))
    waist.clock.advance(DAY_MIN)
    assert decided(silent) == [(930.0, 0, True)]


def test_two_signatures_at_once_wait_for_the_later_inbox() -> None:
    waist, register, silent = office()
    people = [Approver("head", inbox_min=(600.0,)), Approver("office", inbox_min=(630.0,))]
    approvals = chain(waist, register, people)
    waist.clock.at(540.0, approvals.seek, SeekApproval(slip(register).id, "standard", True))
    waist.clock.advance(DAY_MIN)
    assert decided(silent) == [(630.0, 0, True)]


def test_an_inbox_is_emptied_only_on_office_days() -> None:
    """Asked Friday 16:00, signed Monday 10:00."""
    waist, register, silent = office()
    approvals = chain(waist, register, [Approver("head")])
    waist.clock.at(4 * DAY_MIN + 960.0, approvals.seek, SeekApproval(slip(register).id, "standard", False))
    waist.clock.advance(8 * DAY_MIN)
    assert decided(silent) == [(7 * DAY_MIN + 600.0, 0, True)]


def test_a_full_inbox_spills_into_the_next_session() -> None:
    waist, register, silent = office()
    approvals = chain(waist, register, [Approver("head", capacity=2)])
    for _ in range(3):
        waist.clock.at(540.0, approvals.seek, SeekApproval(slip(register).id, "standard", False))
    waist.clock.advance(DAY_MIN)
    assert [at for at, _, _ in decided(silent)] == [600.0, 600.0, 930.0]


def test_an_unneeded_request_may_be_refused_and_then_nothing_is_left_to_fix() -> None:
    waist, register, silent = office()
    approvals = chain(waist, register, [Approver("head", refuses_unneeded=1.0)])
    job = slip(register)
    job.unneeded = True
    waist.clock.at(540.0, approvals.seek, SeekApproval(job.id, "standard", False))
    waist.clock.advance(DAY_MIN)
    assert decided(silent) == [(600.0, 0, False)] and job.fault.fixed


def cases(waist: Waist, register: Register, **what: float) -> Cases:
    departments = Departments(
        ("network", "guard", "dormitory"), bounce=what.get("bounce", 0.0), stuck=what.get("stuck", 0.0)
    )
    made = Cases(waist, register, Streams(1, 1), calendar(), departments)
    made.begin()
    return made


def moves(silent: Silent) -> list[str]:
    return [event.what for _, event in silent.heard if isinstance(event, CaseMoved)]


def test_a_case_is_settled_when_every_department_it_needs_has_acted() -> None:
    waist, register, silent = office()
    made, job = cases(waist, register), slip(register)
    job.departments = 2
    for department in range(3):
        waist.clock.at(500.0 + department, made.send, SendCase(job.id, department))
    waist.clock.advance(20 * DAY_MIN)
    assert sorted(moves(silent)) == ["accepted", "bounced", "settled"]


def test_a_stuck_case_on_the_agenda_is_decided_at_the_weekly_review_and_not_before() -> None:
    """The review is on Friday 14:30; a meeting decides what is on its agenda, at its date."""
    waist, register, silent = office()
    made, job = cases(waist, register, stuck=1.0), slip(register)
    job.departments = 1
    first = int(Streams(1, 1).uniform("case_first", job.id) * 3)
    waist.clock.at(500.0, made.send, SendCase(job.id, first))
    waist.clock.at(1900.0, made.put_on_agenda, PutOnAgenda(job.id))
    waist.clock.advance(14 * DAY_MIN)
    assert moves(silent) == ["stuck", "decided", "settled"]
    settled = next(at for at, e in silent.heard if isinstance(e, CaseMoved) and e.what == "decided")
    assert settled == pytest.approx(4 * DAY_MIN + 870.0)


def test_a_full_agenda_leaves_the_rest_for_next_week() -> None:
    waist, register, silent = office()
    made = cases(waist, register, stuck=1.0)
    made.departments.agenda_capacity = 1
    for number in range(2):
        job = slip(register)
        job.departments = 1
        first = int(Streams(1, 1).uniform("case_first", job.id) * 3)
        waist.clock.at(500.0, made.send, SendCase(job.id, first))
        waist.clock.at(1900.0 + number, made.put_on_agenda, PutOnAgenda(job.id))
    waist.clock.advance(5 * DAY_MIN)
    assert moves(silent).count("decided") == 1


def test_whoever_was_merged_into_the_wrong_order_asks_again() -> None:
    """Two faults, one order: when it is done the other requester still has a fault."""
    waist, register, _ = office()
    made = Office(waist, register)
    asked: list[int] = []
    made.told_otherwise.append(lambda job: asked.append(job.id))
    into, wrong, right = slip(register), slip(register), slip(register)
    right.fault = into.fault
    for job in (wrong, right):
        made.merge(MergeDuplicate(job.id, into.id))
    into.fault.fixed = True
    made.completed(into, Technician(0, {"plumbing": 3}, 0, AlwaysOn()))
    assert asked == [wrong.id]
