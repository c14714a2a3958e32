"""A small world whose technicians report everything a phone can carry, and a clockwork for one phone alone."""

import heapq
from datetime import date

import pytest

from policies.contract.calendar import Calendar
from policies.contract.decisions import EscalationStep
from policies.contract.events import OrderReopened
from policies.contract.states import OrderState
from policies.contract.units import DAY_MIN
from policies.contract.views import Site
from policies.contract.views import Technician as OfficeTechnician
from policies.controller.centre import CommandCentre
from policies.controller.settings import RuleChoice, Settings
from twin.campus import OnSiteWork
from twin.entities.roster import WeeklyRoster
from twin.entities.technician import Technician
from twin.processes.path import PathDemand, PathRow
from twin.processes.stores import Shelf, Storeroom
from twin.processes.visits import OnSiteVisits
from twin.streams import Streams
from twin.world import World

BUILDINGS = 5
TRADES = ("plumbing", "electrical", "carpentry")
MINUTES_TO = [[4.0 + 3.0 * abs(a - b) for a in range(BUILDINGS)] for b in range(BUILDINGS)]
SHIFT = [day * DAY_MIN + minute for day in range(7) for minute in (480.0, 1050.0)]
NIGHT = [day * DAY_MIN + minute for day in range(7) for minute in (0.0, 480.0, 1020.0)]


class Ladder:
    """After 5 minutes somebody else is asked, after 15 others are called away."""

    def steps(self, order, view):
        return [EscalationStep(5.0, 1, second=True), EscalationStep(15.0, 2, preempt=True)]


class LeastUrgent:
    """Whoever works on the least urgent order is called away."""

    def victim(self, order, busy, view):
        pairs = sorted(busy, key=lambda pair: (-pair[0].priority, pair[1].id))
        return pairs[0][1] if pairs else None


class Phones:
    """Acceptance takes minutes; now and then an order is declined, or the phone is not heard."""

    def __init__(self, streams):
        self.streams = streams
        self.asked = 0

    def delay_min(self, tech, job):
        self.asked += 1
        u = self.streams.uniform("acceptance", job.id, self.asked)
        return -3.0 if u < 0.05 else 20.0 if u < 0.12 else 1.0 + 4.0 * u


def path(streams, orders, days):
    rows = []
    for k in range(orders):
        u = [streams.uniform("path", k, n) for n in range(6)]
        rows.append(
            PathRow(
                (k + u[0]) * days * DAY_MIN / orders, int(u[1] * BUILDINGS), TRADES[int(u[2] * 3)],
                1 if u[3] < 0.1 else 2 if u[3] < 0.3 else 3, 15.0 + 60.0 * u[4],
            )
        )  # fmt: skip
    return rows


class SmallWorld:
    """Twelve days of demand for six people; ``field_of(world)`` puts devices between fact and event."""

    orders = 160
    days = 12

    def __init__(self, seed=0, field_of=None):
        self.returned = {}
        streams = Streams(seed, 0)
        calendar = Calendar(date(2024, 9, 2))
        skills = [dict.fromkeys(TRADES[k % 3 : k % 3 + 2] or TRADES[:1], 3) for k in range(5)] + [
            dict.fromkeys(TRADES, 2)
        ]
        rosters = [SHIFT] * 5 + [NIGHT]
        people = [OfficeTechnician(k, s, k % BUILDINGS) for k, s in enumerate(skills)]
        self.centre = CommandCentre(
            Settings(
                site=Site(MINUTES_TO), technicians=people, calendar=calendar,
                rules={"dispatch": RuleChoice("nearest_idle")},
            )
        )  # fmt: skip
        self.centre.breaker.escalate = Ladder()
        self.centre.breaker.preempt = LeastUrgent()
        technicians = [
            Technician(k, s, k % BUILDINGS, WeeklyRoster(r))
            for k, (s, r) in enumerate(zip(skills, rosters, strict=True))
        ]
        self.world = world = World(
            self.centre, technicians, MINUTES_TO, streams=streams, overtime_max_min=20.0, set_up_min=5.0,
            acceptance=Phones(streams),
        )  # fmt: skip
        store = Storeroom(world.waist, world.register, [Shelf(1, 3, 2) for _ in range(10)])
        work = OnSiteWork(no_access=0.15)
        world.repair.visits = OnSiteVisits(
            world.waist, world.register, streams, calendar, work, store, world.repair
        )  # fmt: skip
        demand = PathDemand(world.waist, world.register, path(streams, self.orders, self.days))
        demand.reported.append(self._truth)
        world.parts["store"] = store
        world.parts["demand"] = demand
        world.repair.done.append(self._completed)
        world.waist.field = field_of(world) if field_of else None
        world.begin()

    def _truth(self, job):
        """What the form does not say: who is in, the part, the true trade of one in eight."""
        u = self.world.streams.uniform
        job.access_u = u("door", job.id)
        job.fault.part = int(10 * u("part", job.id)) if u("needs_part", job.id) < 0.4 else -1
        if u("wrong_trade", job.id) < 0.12:
            job.fault.trade = TRADES[int(3 * u("true_trade", job.id))]

    def _completed(self, job, tech):
        """One in ten is sent back half an hour later, once."""
        if self.world.streams.uniform("returned", job.id) < 0.1 and job.id not in self.returned:
            self.returned[job.id] = None
            self.world.clock.at(self.world.now + 30.0, self._return, job)

    def _return(self, job):
        job.state = OrderState.WSCH
        job.remaining_min = 10.0
        job.fault.fixed = False
        self.world.waist.emit(OrderReopened(job.id))

    def run(self, days=60):
        self.world.run(days * DAY_MIN)
        return self


@pytest.fixture
def small_world():
    return SmallWorld


class Clockwork:
    """A clock that only keeps appointments."""

    def __init__(self):
        self.now = 0.0
        self._n = 0
        self._queue = []

    def at(self, t, method, *args):
        self._n += 1
        heapq.heappush(self._queue, (t, self._n, method, args))

    def run(self, until):
        while self._queue and self._queue[0][0] < until:
            self.now, _, method, args = heapq.heappop(self._queue)
            method(*args)
        self.now = until


@pytest.fixture
def clockwork():
    return Clockwork()
