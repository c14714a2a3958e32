"""The storeroom: a shelf, a reorder point, purchases that arrive some days later."""

from collections import deque
from collections.abc import Sequence
from typing import final

from policies.contract.commands import ReservePart
from policies.contract.events import PartReady
from policies.contract.states import OrderState
from policies.contract.units import DAY_MIN
from twin.entities.job import Job
from twin.facts import CostBooked, PartTaken, StockDelivered, StockReviewed
from twin.journal import ORDER
from twin.register import Register
from twin.waist import Waist

WMATL = int(OrderState.WMATL)


@final
class Shelf:
    """One stock item: levels in pieces, lead time in whole days, price in CNY."""

    __slots__ = ("lead_days", "on_hand", "on_order", "order_up_to", "price_cny", "reorder_point", "waiting")

    def __init__(self, reorder_point: int, order_up_to: int, lead_days: int, price_cny: float = 0.0) -> None:
        self.reorder_point = reorder_point
        self.order_up_to = order_up_to
        self.lead_days = lead_days
        self.price_cny = price_cny
        self.on_hand = order_up_to
        self.on_order = 0
        self.waiting: deque[Job] = deque()

    @property
    def position(self) -> int:
        """On hand + on order − waiting [pieces]."""
        return self.on_hand + self.on_order - len(self.waiting)


@final
class Storeroom:
    """Shelves with a daily review; orders wait first come first served per item.

    Parameters
    ----------
    review_min : minute of the day of the review
    delivery_min : minute of the day at which item 0 is delivered; item k ``delivery_step_min``·k later
    order_cost_cny : cost of one purchase order with its receiving [CNY]
    book_costs : whether purchases are booked
    """

    def __init__(
        self,
        waist: Waist,
        register: Register,
        shelves: Sequence[Shelf],
        review_min: float = 360.0,
        delivery_min: float = 420.0,
        delivery_step_min: float = 0.001,
        order_cost_cny: float = 0.0,
        book_costs: bool = False,
    ) -> None:
        self.waist = waist
        self.register = register
        self.shelves = shelves
        self.review_min = review_min
        self.delivery_min = delivery_min
        self.delivery_step_min = delivery_step_min
        self.order_cost_cny = order_cost_cny
        self.book_costs = book_costs
        self._touched: dict[int, None] = {}
        waist.obeys(ReservePart, self.reserve)

    def begin(self) -> None:
        """Start the daily reviews."""
        self.waist.clock.at(self.review_min, self._review, 0)

    def reserve(self, command: ReservePart) -> None:
        """Take the part for an order now, or when it comes."""
        job = self.register.jobs[command.order]
        if self.take(job, command.sku):
            self.waist.emit(PartReady(job.id))
        else:
            self.wait_for(job, command.sku)

    def take(self, job: Job, sku: int) -> bool:
        """Take one piece if there is one."""
        shelf = self.shelves[sku]
        self._touched[sku] = None
        if shelf.on_hand == 0:
            return False
        shelf.on_hand -= 1
        job.part_in_hand = True
        self.waist.note(PartTaken(job.id, sku))
        return True

    def wait_for(self, job: Job, sku: int) -> None:
        """Queue for the next delivery (待料)."""
        self._touched[sku] = None
        self.shelves[sku].waiting.append(job)
        job.state = WMATL
        self.waist.journal.state(self.waist.clock._now, ORDER, job.id, WMATL)

    def _review(self, day: int) -> None:
        ordered = 0
        for sku in sorted(self._touched):
            shelf = self.shelves[sku]
            position = shelf.position
            if position <= shelf.reorder_point:
                self._buy(sku, shelf, shelf.order_up_to - position, day)
                ordered += 1
        self._touched.clear()
        self.waist.note(StockReviewed(ordered))
        self.waist.clock.at((day + 1) * DAY_MIN + self.review_min, self._review, day + 1)

    def _buy(self, sku: int, shelf: Shelf, quantity: int, day: int) -> None:
        shelf.on_order += quantity
        at = (day + shelf.lead_days) * DAY_MIN + self.delivery_min + self.delivery_step_min * sku
        self.waist.clock.at(at, self._deliver, sku, quantity)
        if self.book_costs:
            self.waist.note(CostBooked("purchase_order", sku, self.order_cost_cny))
            self.waist.note(CostBooked("parts", sku, quantity * shelf.price_cny))

    def _deliver(self, sku: int, quantity: int) -> None:
        shelf = self.shelves[sku]
        shelf.on_order -= quantity
        shelf.on_hand += quantity
        self.waist.note(StockDelivered(sku, quantity))
        while shelf.on_hand and shelf.waiting:
            job = shelf.waiting.popleft()
            shelf.on_hand -= 1
            job.part_in_hand = True
            self.waist.note(PartTaken(job.id, sku))
            self.waist.emit(PartReady(job.id))
