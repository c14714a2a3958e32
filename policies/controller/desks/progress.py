"""The progress desk: what technicians report from the field.

Reports may come twice, late, or after what answers them. An answer that overtook its question is
kept for it; a report from somebody who has the order no more changes nothing. In doubt an order is
released: one released wrongly is refused by the truth or visited in vain, one held wrongly is lost.
"""

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
from policies.contract.units import HOUR_MIN, NEVER
from policies.contract.views import P1, P3, Technician, WorkOrder
from policies.controller.desks.breaker import BreakerDesk
from policies.controller.desks.dispatch import RETRY, DispatchDesk
from policies.controller.record import ACCEPTED, ASSIGNED, CLOSE, COMP, OVER, WSCH, Record

ONSITE, WMATL, WACCESS = int(OrderState.ONSITE), int(OrderState.WMATL), int(OrderState.WACCESS)
IN_HAND = frozenset({ASSIGNED, ACCEPTED, ONSITE})
HELD = frozenset({WMATL, WACCESS})
ON_THE_WAY = frozenset({ASSIGNED, ACCEPTED})
SECOND_CLICK_MIN = 1.0
"""A visit takes longer [min]: an equal report so soon after the order was given again is the same one, doubled."""
PATIENT, DOUBLED = 3, 6
"""Refusals of an order after which it is tried again a minute later each; times that is doubled then, to an hour."""
Departure = NoAccess | TradeFound | PartNeeded | VisitEnded
"""Reports of a technician who left without having finished."""


@final
class ProgressDesk:
    """Follows each order from acceptance to signature."""

    def __init__(self, record: Record, dispatch: DispatchDesk, breaker: BreakerDesk) -> None:
        self.record = record
        self.dispatch = dispatch
        self.breaker = breaker
        self._returned: dict[int, None] = {}
        self._reopened: dict[int, None] = {}
        self._retry_at = -1.0
        self._refused: dict[int, int] = {}
        self._left_by: dict[int, Departure] = {}
        record.when_forgotten.append(self._forget)

    def accepted(self, event: OrderAccepted, now: float) -> list[Command]:
        """接单."""
        order = self.record.orders.get(event.order)
        if order is not None and order.state == ASSIGNED and order.tech == event.tech:
            order.state = ACCEPTED
            order.accepted_at = now
            self._refused.pop(order.id, None)
        return []

    def declined(self, event: OrderDeclined, now: float) -> list[Command]:
        """退单: back to dispatch."""
        order = self._given_up(event.order, event.tech)
        if order is None:
            return []
        if event.tech not in order.tried:
            order.tried = (*order.tried, event.tech)
        return self._back(order, event.tech, now)

    def on_site(self, event: OnSite, now: float) -> list[Command]:
        """到场."""
        order = self.record.orders.get(event.order)
        if order is None or order.state in OVER:
            return []
        if order.arrived_at == NEVER:
            order.arrived_at = now
        tech = self.record.technicians[event.tech]
        if tech.order != event.order and not self._taken_up(order, tech):
            return []
        if order.state != ONSITE:
            order.state = ONSITE
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
        return [OpenOrder(order.id, order.trade, P3), *self.breaker.relieved(now)]

    def no_access(self, event: NoAccess, now: float) -> list[Command]:
        """待入室: wait for the appointment, unless it has passed before this was heard."""
        return self._hold(event, WACCESS, now, answered=event.again_at <= now)

    def access_granted(self, event: AccessGranted, now: float) -> list[Command]:
        """The appointment has come."""
        order = self.record.orders.get(event.order)
        return self._ready(order, now) if order is not None and order.state in HELD else []

    def part_needed(self, event: PartNeeded, now: float) -> list[Command]:
        """待料: wait for the store, unless the part came before this was heard."""
        came = event.order in self.record.parts_ahead
        self.record.parts_ahead.pop(event.order, None)
        return self._hold(event, WMATL, now, answered=came)

    def trade_found(self, event: TradeFound, now: float) -> list[Command]:
        """转单: another trade must come."""
        order = self._left(event, now)
        if order is None:
            return []
        order.trade = event.trade
        return [OpenOrder(order.id, event.trade, order.priority), *self._back(order, event.tech, now)]

    def visit_ended(self, event: VisitEnded, now: float) -> list[Command]:
        """A visit without completion: the order waits for the next."""
        order = self._left(event, now)
        if order is None:
            return []
        tech = self.record.technicians[event.tech]
        if event.why == "shift_end" and tech.until <= now:
            self.record.went_off(tech)
        return self._back(order, event.tech, now)

    def completed(self, event: WorkCompleted, now: float) -> list[Command]:
        """完工. Of an order sent back, only by who has it: anything else is the first completion, heard again."""
        order = self.record.orders.get(event.order)
        if order is None or order.state in OVER:
            return []
        if order.id in self._reopened and self._held_by(event.order, event.tech) is None:
            return []
        self._left_by.pop(order.id, None)
        if order.safe_at > now:
            order.safe_at = now
        order.completed_at = now
        if order.priority == P1:
            self.breaker.reset(order.id)
        self.record.close(order, COMP)
        self._free(event.order, event.tech)
        if order.tech not in (event.tech, -1):
            self._free(event.order, order.tech)
        if order.id in self._returned:
            del self._returned[order.id]
            return self.reopened(OrderReopened(order.id), now) + self._freed(now)
        return self._freed(now)

    def confirmed(self, event: OrderConfirmed, now: float) -> list[Command]:
        """验收."""
        order = self.record.orders.get(event.order)
        if order is not None and order.state == COMP:
            order.state = CLOSE
        return []

    def reopened(self, event: OrderReopened, now: float) -> list[Command]:
        """返修: the same order, open again; kept for later if its completion was not heard yet."""
        order = self.record.orders.get(event.order)
        if order is None:
            return []
        if order.state not in (COMP, CLOSE):
            if order.state not in OVER:
                self._returned[order.id] = None
            return []
        self.record.reopen(order)
        self._reopened[order.id] = None
        return self._ready(order, now)

    def duty(self, event: DutyChanged, now: float) -> list[Command]:
        """People come and go; a sick person's work list goes back to dispatch."""
        tech = self.record.technicians[event.tech]
        tech.until = event.until
        if event.on:
            self.record.came_on(tech, event.why != "break")
            return self._freed(now)
        self.record.went_off(tech)
        return self.dispatch.recall(tech, now) if event.why == "sick" else []

    def refused(self, event: CommandRefused, now: float) -> list[Command]:
        """Truth and record disagreed: believe the truth, try again in a minute (once for all that wait).

        An order that is refused more than ``PATIENT`` times is tried again in two minutes, in four, in an hour at most: somebody
        has it whom the record does not know of, and only his or her own report ends that.
        """
        order = self.record.orders.get(event.order)
        if order is None or not 0 <= event.tech < len(self.record.technicians):
            return []
        tech = self.record.technicians[event.tech]
        if event.command == "Unassign":
            self._still_there(order, tech, now)
            return self._freed(now)
        if event.command != "Assign":
            return []
        if order.state != ASSIGNED or order.tech != event.tech:
            if order.tech != event.tech:
                self._free(event.order, event.tech)
            return []
        if event.why == "already finished":
            return self.completed(WorkCompleted(order.id, event.tech), now)
        if event.tech not in order.tried:
            order.tried = (*order.tried, event.tech)
        self.record.take_back(order, tech)
        self.record.wait(order, now)
        self.record.waiting.fresh.clear()
        at = now + self._patience_min(order.id)
        if now < self._retry_at <= at:
            return []
        self._retry_at = at
        return [Wake(at, RETRY, order.id)]

    def _patience_min(self, order_id: int) -> float:
        times = self._refused[order_id] = self._refused.get(order_id, 0) + 1
        return min(2.0 ** min(max(0, times - PATIENT), DOUBLED), HOUR_MIN)

    def _forget(self, order_id: int) -> None:
        self._returned.pop(order_id, None)
        self._reopened.pop(order_id, None)
        self._left_by.pop(order_id, None)
        self._refused.pop(order_id, None)

    def _held_by(self, order_id: int, tech_id: int) -> WorkOrder | None:
        """The order if this technician has it, or had it until a pre-emption nobody has answered yet."""
        order = self.record.orders.get(order_id)
        if order is None or order.state in OVER:
            return None
        left_alone = order.tech < 0 and order.state in IN_HAND
        return order if order.tech == tech_id or left_alone else None

    def _left(self, event: Departure, now: float) -> WorkOrder | None:
        """The order a technician has left, unless the record knows better.

        What is heard a second time just after the same technician was sent again changes nothing.
        """
        order = self._given_up(event.order, event.tech)
        if order is None:
            return None
        sent_again = order.tech == event.tech and order.state in ON_THE_WAY
        if sent_again and now - order.assigned_at < SECOND_CLICK_MIN and event == self._left_by.get(order.id):
            return None
        self._left_by[order.id] = event
        return order

    def _given_up(self, order_id: int, tech_id: int) -> WorkOrder | None:
        """The order a technician gave up, if giving it up means anything.

        Also one held for a reason that does not stand if somebody had it in hand, and one sent back
        that counts as finished again because its first completion was heard twice.
        """
        order = self._held_by(order_id, tech_id)
        if order is not None:
            return order
        order = self.record.orders.get(order_id)
        if order is None or order.state in HELD:
            return order
        if order.state == COMP and order_id in self._reopened and order.tech == tech_id:
            self.record.reopen(order)
            return order
        return None

    def _taken_up(self, order: WorkOrder, tech: Technician) -> bool:
        """Take an order of the technician's work list in hand; False if it is not there.

        One that a pre-emption took away stays nobody's: who arrived at it will report more.
        """
        if order.tech < 0 and order.state in IN_HAND:
            order.state = ONSITE
        if order.tech != tech.id or order.id not in tech.queue:
            return False
        tech.queue.remove(order.id)
        if tech.order >= 0:
            tech.queue.insert(0, tech.order)
        else:
            self.record.candidates.remove(tech)
        tech.order = order.id
        return True

    def _still_there(self, order: WorkOrder, tech: Technician, now: float) -> None:
        """An order that could not be taken back is where it was; what comes of it will be reported."""
        if order.state not in (WSCH, ASSIGNED) or order.tech == tech.id:
            return
        if order.state == ASSIGNED and order.tech >= 0:
            self.record.take_back(order, self.record.technicians[order.tech])
            self.record.wait(order, now)
        if order in self.record.waiting:
            self.record.give(order, tech, now, first=True)

    def _back(self, order: WorkOrder, tech_id: int, now: float) -> list[Command]:
        self._free(order.id, tech_id)
        return self._ready(order, now) + self._freed(now)

    def _ready(self, order: WorkOrder, now: float) -> list[Command]:
        commands = self.dispatch.release(order, now)
        return self.breaker.urgent(order, commands, now) if order.priority == P1 else commands

    def _freed(self, now: float) -> list[Command]:
        """Somebody became idle: the dispatch rule is asked, then the breaker for the emergencies that still wait."""
        commands = self.dispatch.freed(now)
        waiting = self.record.waiting
        if waiting.orders and waiting.first_urgent() is not None:
            commands += self.breaker.relieved(now)
        return commands

    def _hold(self, event: NoAccess | PartNeeded, state: int, now: float, answered: bool) -> list[Command]:
        order = self._left(event, now)
        if order is None:
            return []
        if answered:
            return self._back(order, event.tech, now)
        if order.state in HELD:
            return []
        order.state = state
        order.tech = -1
        self._free(event.order, event.tech)
        return self._freed(now)

    def _free(self, order_id: int, tech_id: int) -> None:
        record = self.record
        tech: Technician = record.technicians[tech_id]
        if tech.order == order_id:
            tech.worked_min += max(0.0, record.view.now - record.orders[order_id].assigned_at)
            record.free(tech)
        elif order_id in tech.queue:
            tech.queue.remove(order_id)
