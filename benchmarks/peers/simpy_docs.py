"""SimPy as its documentation teaches: a process per order, per technician and per delivery.

Idle technicians stand in a ``FilterStore`` (documentation, "Shared resources: Stores"); pending requests
are kept in order by a ``SortedQueue``, as ``PriorityResource`` keeps its own; each stock item is a
``Container`` (documentation, "Gas Station Refueling"). The store looks at every item daily, as one
writes it down; the peers of bare event methods, and the hourglass, at those asked for since.
"""

from collections.abc import Callable, Generator, Sequence
from typing import Any

import simpy
from simpy.core import BoundClass
from simpy.resources.resource import SortedQueue
from simpy.resources.store import FilterStoreGet

from benchmarks.peers.tally import Tally
from policies.contract.units import DAY_MIN, WEEK_MIN
from scenarios.reference.model import ReferenceCampus
from twin.processes.path import NO_CHILD, PathRow

Process = Generator[simpy.Event, Any, None]
Key = tuple[float, ...]
FIRST: Key = (-1.0,)


class TechnicianRequest(FilterStoreGet):
    """A request that waits by a key, least first."""

    def __init__(self, store: "IdleTechnicians", filter: Callable[[Any], bool], key: Key) -> None:
        self.key = key
        super().__init__(store, filter)


class IdleTechnicians(simpy.FilterStore):
    """The idle technicians on duty; requests wait in the order of their keys."""

    GetQueue = SortedQueue
    request = BoundClass(TechnicianRequest)


class Technician:
    """A technician: trades, place, on duty or not, engaged or not."""

    def __init__(self, id: int, trades: Sequence[str], place: int, week: Sequence[float]) -> None:
        self.id = id
        self.trades = trades
        self.place = place
        self.week = week
        self.on_duty = False
        self.engaged = False


class Campus:
    """The reference campus in SimPy."""

    def __init__(self, env: simpy.Environment, campus: ReferenceCampus, path: Sequence[PathRow]) -> None:
        self.env = env
        self.minutes_to = campus.minutes_to
        self.path = path
        self.skus = campus.skus
        self.parts = [simpy.Container(env, init=sku["order_up_to"]) for sku in campus.skus]
        self.on_order = [0] * len(campus.skus)
        self.idle = IdleTechnicians(env)
        self.tally = Tally()
        for t in campus.technicians:
            tech = Technician(t["id"], t["trades"], t["home_building"], t["weekly_on_off_min"])
            env.process(self.duty(tech))
        env.process(self.reports())
        env.process(self.store())

    def reports(self) -> Process:
        """Report the dated rows, each when its time has come."""
        for number, row in enumerate(self.path):
            if row.report_min is not None:
                yield self.env.timeout(row.report_min - self.env.now)
                self.env.process(self.order(number, row))

    def order(self, number: int, row: PathRow, after_min: float = 0.0) -> Process:
        """The life of one order."""
        env, tally = self.env, self.tally
        if after_min:
            yield env.timeout(after_min)
        reported = env.now
        tally.events += 1
        if row.part >= 0:
            yield self.parts[row.part].get(1)
        nearest = self.nearest(row)
        if nearest is None:
            request = self.idle.request(lambda tech: row.trade in tech.trades, (row.priority, reported, number))
        else:
            request = self.idle.request(lambda tech: tech is nearest, FIRST)
        tech = yield request
        tech.engaged = True
        left = env.now
        yield env.timeout(self.minutes_to[row.building][tech.place])
        tally.events += 1
        tally.response_min.append(env.now - reported)
        yield env.timeout(row.work_min)
        tech.place = row.building
        tech.engaged = False
        tally.completed(row.trade, env.now - left)
        if row.child != NO_CHILD:
            env.process(self.order(row.child, self.path[row.child], row.child_delay_min))
        if tech.on_duty:
            yield self.idle.put(tech)

    def nearest(self, row: PathRow) -> Technician | None:
        """The idle technician of the trade with the least travel time, ties to the lowest id."""
        minutes = self.minutes_to[row.building]
        return min(
            (tech for tech in self.idle.items if row.trade in tech.trades),
            key=lambda tech: (minutes[tech.place], tech.id),
            default=None,
        )

    def duty(self, tech: Technician) -> Process:
        """Come and go by the weekly instants."""
        env = self.env
        week = 0
        while True:
            for k, instant in enumerate(tech.week):
                yield env.timeout(max(0.0, week * WEEK_MIN + instant - env.now))
                self.tally.events += 1
                was_on, tech.on_duty = tech.on_duty, k % 2 == 0
                if tech.engaged or was_on == tech.on_duty:
                    continue
                if tech.on_duty:
                    yield self.idle.put(tech)
                elif tech in self.idle.items:
                    yield self.idle.request(lambda item: item is tech, FIRST)
            week += 1

    def store(self) -> Process:
        """Review every item daily at 06:00."""
        day = 0
        while True:
            yield self.env.timeout(day * DAY_MIN + 360.0 - self.env.now)
            self.tally.events += 1
            for sku, part in enumerate(self.parts):
                item = self.skus[sku]
                position = part.level + self.on_order[sku] - len(part.get_queue)
                if position <= item["reorder_point"]:
                    self.env.process(self.delivery(sku, item["order_up_to"] - position, day + item["lead_days"]))
            day += 1

    def delivery(self, sku: int, quantity: int, day: int) -> Process:
        """One purchase, delivered in the morning of a day."""
        self.on_order[sku] += quantity
        yield self.env.timeout(day * DAY_MIN + 420.0 + 0.001 * sku - self.env.now)
        self.tally.events += 1
        self.on_order[sku] -= quantity
        yield self.parts[sku].put(quantity)


def run(campus: ReferenceCampus, path: Sequence[PathRow]) -> Tally:
    """Run the reference to its horizon."""
    env = simpy.Environment()
    model = Campus(env, campus, path)
    env.run(until=campus.horizon_min)
    return model.tally
