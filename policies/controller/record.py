"""The record: what the office believes. Updated first, inside the desk that owns the event."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import final

from policies.contract.calendar import Calendar
from policies.contract.chance import Chance
from policies.contract.states import OrderState
from policies.contract.stock import Stock, StockItem
from policies.contract.units import NEVER
from policies.contract.views import PLAN, REMEMBERED, Candidates, Site, Technician, View, Waiting, WorkOrder

WSCH, ASSIGNED, ACCEPTED = int(OrderState.WSCH), int(OrderState.ASSIGNED), int(OrderState.ACCEPTED)
COMP, CLOSE, CAN = int(OrderState.COMP), int(OrderState.CLOSE), int(OrderState.CAN)
OVER = frozenset({COMP, CLOSE, CAN})
SETTLED = frozenset({CLOSE, CAN})


@final
class Record:
    """Orders, technicians, stock and the indexes rules look through.

    ``when_forgotten``: told the number of each order that leaves; a desk that keeps something beside it lets go too.
    """

    def __init__(
        self, technicians: Sequence[Technician], site: Site, calendar: Calendar, chance: Chance,
        stock: Sequence[StockItem] = (),
    ) -> None:  # fmt: skip
        self.technicians = list(technicians)
        self.orders: dict[int, WorkOrder] = {}
        self.waiting = Waiting()
        self.candidates = Candidates(self.technicians, site)
        self.view = View(site, calendar, self.orders, chance)
        self.stock = Stock(stock)
        self.parts_ahead: dict[int, None] = {}
        self.when_forgotten: list[Callable[[int], None]] = []
        self._open_at: dict[int, dict[int, WorkOrder]] = {}
        self._latest: deque[WorkOrder] = deque()
        self._outlived: deque[WorkOrder] = deque()

    def keep(self, order: WorkOrder) -> None:
        """An order is remembered; the oldest may be forgotten for it.

        That happens here and nowhere else: whoever follows another order has it until it is done with it.
        With each that comes one of those that outlived the others is looked at again.
        """
        self.orders[order.id] = order
        latest = self._latest
        latest.append(order)
        if len(latest) > REMEMBERED:
            if self._outlived:
                self._forget_if_settled(self._outlived.popleft())
            self._forget_if_settled(latest.popleft())

    def add(self, order: WorkOrder) -> None:
        """Write a new order down."""
        self.keep(order)
        here = self._open_at.get(order.building)
        if here is None:
            here = self._open_at[order.building] = {}
        here[order.id] = order

    def open_at(self, building: int) -> Iterator[WorkOrder]:
        """Orders of a building not yet over, oldest first."""
        return iter(self._open_at.get(building, {}).values())

    def close(self, order: WorkOrder, state: int) -> None:
        """An order is over: finished, merged, rejected or cancelled."""
        order.state = state
        if order.id in self.waiting.orders:
            self.waiting.remove(order)
        here = self._open_at.get(order.building)
        if here is not None:
            here.pop(order.id, None)

    def reopen(self, order: WorkOrder) -> None:
        """A finished order is open again; its clocks go on."""
        self._open_at.setdefault(order.building, {})[order.id] = order

    def _forget_if_settled(self, order: WorkOrder) -> None:
        """Nothing more can come of it: it leaves; else its turn comes again."""
        if order.state in SETTLED or (order.state == COMP and order.channel == PLAN):
            del self.orders[order.id]
            for forget in self.when_forgotten:
                forget(order.id)
        else:
            self._outlived.append(order)

    def wait(self, order: WorkOrder, now: float) -> None:
        """An order is ready for dispatch (待派单)."""
        order.state = WSCH
        order.tech = -1
        order.released_at = now
        self.waiting.add(order)

    def give(self, order: WorkOrder, tech: Technician, now: float, first: bool = False) -> None:
        """An order is given to a technician: in hand if free, else on the work list."""
        self.waiting.remove(order)
        order.state = ASSIGNED
        order.tech = tech.id
        order.assigned_at = now
        order.accepted_at = NEVER
        if tech.order < 0 and tech.on_duty:
            self.candidates.remove(tech)
            tech.order = order.id
        elif first:
            tech.queue.insert(0, order.id)
        else:
            tech.queue.append(order.id)

    def take_back(self, order: WorkOrder, tech: Technician) -> None:
        """An order leaves a technician who has not started it."""
        if order.id in tech.queue:
            tech.queue.remove(order.id)
        elif tech.order == order.id:
            self.free(tech)
        order.tech = -1

    def free(self, tech: Technician) -> None:
        """A technician has nothing in hand: on with the work list, or idle."""
        tech.order = -1
        if tech.stays_home:
            tech.at = tech.home
        if not tech.on_duty:
            return
        if tech.queue:
            tech.order = tech.queue.pop(0)
        else:
            self.candidates.add(tech)

    def came_on(self, tech: Technician, new_shift: bool) -> None:
        """A technician came on duty: after a break, or for a new shift."""
        if tech.on_duty:
            return
        tech.on_duty = True
        if new_shift:
            tech.worked_min = 0.0
        if tech.order < 0:
            self.free(tech)

    def went_off(self, tech: Technician) -> None:
        """A technician went off duty; what is in hand stays in hand."""
        if tech.on_duty and tech.order < 0:
            self.candidates.remove(tech)
        tech.on_duty = False
