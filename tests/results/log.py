"""Hand-written journals: one line a thing that happened."""

from datetime import date

from policies.contract.calendar import Calendar
from policies.contract.commands import Assign, MergeDuplicate, OpenOrder
from policies.contract.events import (
    AccessGranted,
    DutyChanged,
    MadeSafe,
    NoAccess,
    OnSite,
    OrderAccepted,
    OrderReopened,
    RequestRegistered,
    WorkCompleted,
)  # fmt: skip
from policies.contract.states import OrderState, TechnicianState
from results import Meta, Observation, Period
from twin.facts import FaultEnded, FaultOccurred, RequestReported
from twin.journal import ORDER, TECHNICIAN, Journal

DAY = 1440.0
LONG = 1e9


class Log:
    """A journal written by hand, in the order of its instants."""

    def __init__(self):
        self.journal = Journal()

    def note(self, at, *rows):
        for row in rows:
            self.journal.note(at, row)

    def fault(self, at, fault, priority=3, asset=-1, parent=-1, building=0):
        self.note(at, FaultOccurred(fault, asset, building, "plumbing", priority, False, parent, "asset"))

    def report(
        self, at, request, *, fault=None, priority=3, claimed=None, building=0, group=0, trade="plumbing",
        actionable=True, opened=True,
    ):  # fmt: skip
        """Reported, and unless told otherwise registered and opened at once."""
        claimed = priority if claimed is None else claimed
        fault = request if fault is None else fault
        self.note(
            at,
            RequestReported(
                request, fault, building, group, "phone", trade, priority, trade, claimed, actionable
            ),
        )  # fmt: skip
        if opened:
            self.register(at, request, building=building, trade=trade, claimed=claimed)
            self.note(at, OpenOrder(request, trade, claimed))

    def register(self, at, request, *, building=0, trade="plumbing", claimed=3):
        self.note(at, RequestRegistered(request, building, trade, claimed, "phone", 0, at))

    def assign(self, at, order, tech=0):
        self.note(at, Assign(order, tech))

    def accept(self, at, order, tech=0):
        self.note(at, OrderAccepted(order, tech))

    def leave(self, at, order, tech=0):
        self.journal.state(at, ORDER, order, OrderState.ENROUTE, tech)

    def arrive(self, at, order, tech=0):
        self.note(at, OnSite(order, tech))

    def work(self, at, order, tech=0):
        self.journal.state(at, ORDER, order, OrderState.INPRG, tech)

    def does(self, at, tech, state):
        self.journal.state(at, TECHNICIAN, tech, state)

    def shut(self, at, order, tech=0, again_at=LONG):
        self.note(at, NoAccess(order, tech, again_at))

    def let_in(self, at, order):
        self.note(at, AccessGranted(order))

    def safe(self, at, order, tech=0):
        self.note(at, MadeSafe(order, tech))

    def finish(self, at, order, tech=0):
        self.note(at, WorkCompleted(order, tech))

    def end_fault(self, at, fault, order=-1):
        self.note(at, FaultEnded(fault, order, True))

    def reopen(self, at, order):
        self.note(at, OrderReopened(order))

    def merge(self, at, request, into):
        self.note(at, MergeDuplicate(request, into))

    def duty(self, at, tech, on, why="shift"):
        self.note(at, DutyChanged(tech, on, why, LONG))

    def visit(self, order, tech, leaves, arrives, ends):
        """A whole visit that completes the order, and the technician standing idle after it."""
        self.assign(leaves, order, tech)
        self.leave(leaves, order, tech)
        self.arrive(arrives, order, tech)
        self.work(arrives, order, tech)
        self.does(ends, tech, TechnicianState.IDLE)
        self.finish(ends, order, tech)


def calendar(weeks=None):
    """Monday 2025-09-01 on; Monday to Saturday 08:00-17:30."""
    return Calendar(date(2025, 9, 1), weeks)


def meta(until=30 * DAY, *, since=0.0, end=None, **told):
    return Meta(told.pop("calendar", None) or calendar(), Period(since, until, until if end is None else end), **told)


def seen(log, **told):
    """What the ruler sees of a log."""
    return Observation(log.journal, told.pop("meta", None) or meta(**told))


def by_name(rows):
    """Rows by figure; every figure once."""
    found = {row.kpi: row for row in rows}
    assert len(found) == len(rows)
    return found
