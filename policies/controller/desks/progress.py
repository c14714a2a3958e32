"""The progress desk: what technicians report from the field. Doubled and late reports change nothing twice."""

from typing import final

from policies.contract.commands import Command, OpenOrder, Wake
from policies.contract.events import (
    AccessGranted,
    CommandRefused,
    DutyChanged,
    MadeSafe,
    NoAccess,
    OnSite,
    OrderAccepted,
    OrderConfirmed,
    OrderDeclined,
    OrderReopened,
    PartNeeded,
    TradeFound,
    VisitEnded,
    WorkCompleted,
)  # fmt: skip
from policies.contract.states import OrderState
from policies.contract.units import NEVER
from policies.contract.views import P1, P3, Technician, WorkOrder
from policies.controller.desks.breaker import BreakerDesk
from policies.controller.desks.dispatch import DispatchDesk
from policies.controller.record import ACCEPTED, ASSIGNED, CLOSE, COMP, OVER, WSCH, Record

ONSITE, WMATL, WACCESS = int(OrderState.ONSITE), int(OrderState.WMATL), int(OrderState.WACCESS)
RETRY = "dispatch_retry"


@final
class ProgressDesk:
    """Follows each order from acceptance to signature."""

    def __init__(self, record: Record, dispatch: DispatchDesk, breaker: BreakerDesk) -> None:
        self.record = record
        self.dispatch = dispatch
        self.breaker = breaker

    def accepted(self, event: OrderAccepted, now: float) -> list[Command]:
        """接单."""
        order = self.record.orders.get(event.order)
        if order is not None and order.state == ASSIGNED and order.tech == event.tech:
            order.state = ACCEPTED
            order.accepted_at = now
        return []

    def declined(self, event: OrderDeclined, now: float) -> list[Command]:
        """退单: back to dispatch."""
        order = self._held_by(event.order, event.tech)
        if order is None:
            return []
        order.tried = (*order.tried, event.tech)
        return self._back(order, event.tech, now)

    def on_site(self, event: OnSite, now: float) -> list[Command]:
        """到场."""
        order = self.record.orders.get(event.order)
        if order is None or order.state in OVER:
            return []
        tech = self.record.technicians[event.tech]
        if tech.order != event.order:
            return []
        order.state = ONSITE
        if order.arrived_at == NEVER:
            order.arrived_at = now
        order.visits += 1
        tech.at = order.building
        return []

    def made_safe(self, event: MadeSafe, now: float) -> list[Command]:
        """已应急处置: the rest of the repair is a normal order."""
        order = self.record.orders.get(event.order)
        if order is None or order.state in OVER or order.safe_at <= now:
            return []
        order.safe_at = now
        self.breaker.reset(order.id)
        if order.priority != P1:
            return []
        order.priority = P3
        return [OpenOrder(order.id, order.trade, P3)]

    def no_access(self, event: NoAccess, now: float) -> list[Command]:
        """待入室: wait for the appointment."""
        return self._hold(event.order, event.tech, WACCESS, now)

    def access_granted(self, event: AccessGranted, now: float) -> list[Command]:
        """The appointment has come."""
        order = self.record.orders.get(event.order)
        return self._ready(order, now) if order is not None and order.state == WACCESS else []

    def part_needed(self, event: PartNeeded, now: float) -> list[Command]:
        """待料: wait for the store."""
        return self._hold(event.order, event.tech, WMATL, now)

    def trade_found(self, event: TradeFound, now: float) -> list[Command]:
        """转单: another trade must come."""
        order = self._held_by(event.order, event.tech)
        if order is None:
            return []
        order.trade = event.trade
        return [OpenOrder(order.id, event.trade, order.priority), *self._back(order, event.tech, now)]

    def visit_ended(self, event: VisitEnded, now: float) -> list[Command]:
        """A visit without completion: the order waits for the next."""
        order = self.record.orders.get(event.order)
        if order is None or order.state in OVER or order.state == WSCH:
            return []
        return self._back(order, event.tech, now)

    def completed(self, event: WorkCompleted, now: float) -> list[Command]:
        """完工."""
        order = self.record.orders.get(event.order)
        if order is None or order.state in OVER:
            return []
        if order.safe_at > now:
            order.safe_at = now
        order.completed_at = now
        if order.priority == P1:
            self.breaker.reset(order.id)
        self.record.close(order, COMP)
        self._free(event.order, event.tech)
        return self.dispatch.freed(now)

    def confirmed(self, event: OrderConfirmed, now: float) -> list[Command]:
        """验收."""
        order = self.record.orders.get(event.order)
        if order is not None and order.state == COMP:
            order.state = CLOSE
        return []

    def reopened(self, event: OrderReopened, now: float) -> list[Command]:
        """返修: the same order, open again."""
        order = self.record.orders.get(event.order)
        if order is None or order.state not in (COMP, CLOSE):
            return []
        self.record.reopen(order)
        return self._ready(order, now)

    def duty(self, event: DutyChanged, now: float) -> list[Command]:
        """People come and go; a sick person's work list goes back to dispatch."""
        tech = self.record.technicians[event.tech]
        tech.until = event.until
        if event.on:
            self.record.came_on(tech, event.why != "break")
            return self.dispatch.freed(now)
        self.record.went_off(tech)
        return self.dispatch.recall(tech, now) if event.why == "sick" else []

    def refused(self, event: CommandRefused, now: float) -> list[Command]:
        """Truth and record disagreed: believe the truth, try again in a minute."""
        order = self.record.orders.get(event.order)
        if order is None or event.command != "Assign" or order.state != ASSIGNED:
            return []
        order.tried = (*order.tried, event.tech)
        if 0 <= event.tech < len(self.record.technicians):
            self.record.take_back(order, self.record.technicians[event.tech])
        self.record.wait(order, now)
        self.record.waiting.fresh.clear()
        return [Wake(now + 1.0, RETRY, order.id)]

    def _held_by(self, order_id: int, tech_id: int) -> WorkOrder | None:
        order = self.record.orders.get(order_id)
        if order is None or order.state in OVER or order.tech != tech_id:
            return None
        return order

    def _back(self, order: WorkOrder, tech_id: int, now: float) -> list[Command]:
        self._free(order.id, tech_id)
        return self._ready(order, now) + self.dispatch.freed(now)

    def _ready(self, order: WorkOrder, now: float) -> list[Command]:
        commands = self.dispatch.release(order, now)
        return self.breaker.urgent(order, commands, now) if order.priority == P1 else commands

    def _hold(self, order_id: int, tech_id: int, state: int, now: float) -> list[Command]:
        order = self._held_by(order_id, tech_id)
        if order is None:
            return []
        order.state = state
        order.tech = -1
        self._free(order_id, tech_id)
        return self.dispatch.freed(now)

    def _free(self, order_id: int, tech_id: int) -> None:
        tech: Technician = self.record.technicians[tech_id]
        if tech.order == order_id:
            self.record.worked(self.record.orders[order_id], tech, self.record.view.now)
            self.record.free(tech)
        elif order_id in tech.queue:
            tech.queue.remove(order_id)
