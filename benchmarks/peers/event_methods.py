"""The reference as event methods on plain objects: one model for whatever clock a subclass brings.

Every method takes one item. The trailing ``event`` is what SimPy hands a callback; other clocks
leave it out.
"""

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Sequence
from heapq import heappop, heappush
from typing import Any, Protocol

from benchmarks.peers.tally import Tally
from policies.contract.units import DAY_MIN, WEEK_MIN
from scenarios.reference.model import ReferenceCampus
from twin.processes.path import NO_CHILD, PathRow

FAR = 1e99


class Technician:
    """A technician: trades, place, on duty or not, the order in hand, the next roster instant."""

    __slots__ = ("id", "next", "on_duty", "order", "place", "trades", "week", "weeks")

    def __init__(self, id: int, trades: Sequence[str], place: int, week: Sequence[float]) -> None:
        self.id = id
        self.trades = trades
        self.place = place
        self.week = week
        self.next = 0
        self.weeks = 0
        self.on_duty = False
        self.order: Order | None = None


class Order:
    """An order: its row of the path, when it was reported and when somebody left for it."""

    __slots__ = ("left", "number", "reported", "row")

    def __init__(self, number: int, row: PathRow, reported: float) -> None:
        self.number = number
        self.row = row
        self.reported = reported
        self.left = reported


class Shelf:
    """A stock item."""

    __slots__ = ("item", "on_hand", "on_order", "waiting")

    def __init__(self, item: dict[str, Any]) -> None:
        self.item = item
        self.on_hand = item["order_up_to"]
        self.on_order = 0
        self.waiting: deque[Order] = deque()


class Clock(Protocol):
    """Whatever tells the time."""

    @property
    def now(self) -> float:
        """The time [min]."""


class EventMethods(ABC):
    """The reference campus on a clock; a subclass knows how to schedule on it."""

    def __init__(self, clock: Clock, campus: ReferenceCampus, path: Sequence[PathRow]) -> None:
        self.clock = clock
        self.minutes_to = campus.minutes_to
        self.path = path
        self.tally = Tally()
        self.shelves = [Shelf(item) for item in campus.skus]
        self.touched: dict[int, None] = {}
        self.technicians = [
            Technician(t["id"], t["trades"], t["home_building"], t["weekly_on_off_min"]) for t in campus.technicians
        ]
        trades = {trade: None for tech in self.technicians for trade in tech.trades}
        self.idle: dict[str, dict[int, Technician]] = {trade: {} for trade in trades}
        self.waiting: dict[str, list[tuple[int, float, int, Order]]] = {trade: [] for trade in trades}
        self.dated = [k for k, row in enumerate(path) if row.report_min is not None]

    @abstractmethod
    def after(self, delay_min: float, method: Callable[..., None], item: Any) -> None:
        """Call ``method(item)`` some minutes from now."""

    def begin(self) -> None:
        """Schedule the first of everything."""
        for tech in self.technicians:
            self.after(tech.week[0], self.duty, tech)
        self.after(360.0, self.review, 0)
        if self.dated:
            self.after(self.path[self.dated[0]].report_min or 0.0, self.dated_report, 0)

    def dated_report(self, position: int, event: object = None) -> None:
        """A dated row is reported, and the next one scheduled."""
        self.report(self.dated[position])
        position += 1
        if position < len(self.dated):
            at = self.path[self.dated[position]].report_min or 0.0
            self.after(at - self.clock.now, self.dated_report, position)

    def report(self, number: int, event: object = None) -> None:
        """A report: take the part, or wait for it."""
        self.tally.events += 1
        row = self.path[number]
        order = Order(number, row, self.clock.now)
        if row.part < 0:
            self.ready(order)
            return
        shelf = self.shelves[row.part]
        self.touched[row.part] = None
        if shelf.on_hand:
            shelf.on_hand -= 1
            self.ready(order)
        else:
            shelf.waiting.append(order)

    def ready(self, order: Order) -> None:
        """The nearest idle technician goes, or the order waits."""
        row = order.row
        idle = self.idle[row.trade]
        if not idle:
            heappush(self.waiting[row.trade], (row.priority, order.reported, order.number, order))
            return
        minutes = self.minutes_to[row.building]
        least, lowest = FAR, -1
        for tech in idle.values():
            away = minutes[tech.place]
            if away <= least and (away < least or tech.id < lowest):
                least, lowest = away, tech.id
        tech = self.technicians[lowest]
        for trade in tech.trades:
            del self.idle[trade][lowest]
        self.go(tech, order)

    def go(self, tech: Technician, order: Order) -> None:
        """Travel."""
        tech.order = order
        order.left = self.clock.now
        self.after(self.minutes_to[order.row.building][tech.place], self.arrive, tech)

    def arrive(self, tech: Technician, event: object = None) -> None:
        """On site: work."""
        order = tech.order
        assert order is not None
        tally = self.tally
        tally.events += 1
        tally.response_min.append(self.clock.now - order.reported)
        self.after(order.row.work_min, self.complete, tech)

    def complete(self, tech: Technician, event: object = None) -> None:
        """Done: a repeat may follow; the technician is free."""
        order = tech.order
        assert order is not None
        row = order.row
        tech.place = row.building
        tech.order = None
        self.tally.completed(row.trade, self.clock.now - order.left)
        if row.child != NO_CHILD:
            self.after(row.child_delay_min, self.report, row.child)
        if tech.on_duty:
            self.free(tech)

    def free(self, tech: Technician) -> None:
        """Take the first waiting order of one's trades, or stand idle."""
        waiting = self.waiting
        best: list[tuple[int, float, int, Order]] | None = None
        for trade in tech.trades:
            queue = waiting[trade]
            if queue and (best is None or queue[0] < best[0]):
                best = queue
        if best is not None:
            self.go(tech, heappop(best)[3])
            return
        for trade in tech.trades:
            self.idle[trade][tech.id] = tech

    def duty(self, tech: Technician, event: object = None) -> None:
        """Come or go by the weekly instants."""
        self.tally.events += 1
        on = tech.next % 2 == 0
        if on != tech.on_duty:
            tech.on_duty = on
            if tech.order is None and on:
                self.free(tech)
            elif tech.order is None:
                for trade in tech.trades:
                    del self.idle[trade][tech.id]
        tech.next += 1
        if tech.next == len(tech.week):
            tech.next = 0
            tech.weeks += 1
        self.after(tech.weeks * WEEK_MIN + tech.week[tech.next] - self.clock.now, self.duty, tech)

    def review(self, day: int, event: object = None) -> None:
        """Review daily at 06:00; an item nobody asked for since the last review is as it was."""
        self.tally.events += 1
        for sku in self.touched:
            shelf = self.shelves[sku]
            position = shelf.on_hand + shelf.on_order - len(shelf.waiting)
            if position <= shelf.item["reorder_point"]:
                quantity = shelf.item["order_up_to"] - position
                shelf.on_order += quantity
                at = (day + shelf.item["lead_days"]) * DAY_MIN + 420.0 + 0.001 * sku
                self.after(at - self.clock.now, self.deliver, (shelf, quantity))
        self.touched.clear()
        self.after((day + 1) * DAY_MIN + 360.0 - self.clock.now, self.review, day + 1)

    def deliver(self, purchase: tuple[Shelf, int], event: object = None) -> None:
        """A purchase arrives; who waited becomes ready in turn."""
        self.tally.events += 1
        shelf, quantity = purchase
        shelf.on_order -= quantity
        shelf.on_hand += quantity
        while shelf.on_hand and shelf.waiting:
            shelf.on_hand -= 1
            self.ready(shelf.waiting.popleft())
