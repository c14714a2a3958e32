"""The case desk (联办): cross-department cases are sent on, or put on the weekly agenda."""

from typing import final

from policies.contract.commands import Command, GuardHit, PutOnAgenda, SendCase
from policies.contract.decisions import CaseOwner
from policies.contract.events import CaseMoved
from policies.contract.states import OrderState
from policies.contract.views import WorkOrder
from policies.controller import guards
from policies.controller.desks.dispatch import DispatchDesk
from policies.controller.record import Record

WPCOND = int(OrderState.WPCOND)
MOVES_ON = frozenset({"opened", "accepted", "bounced"})
"""Case moves after which somebody must send the case on."""


@final
class CaseDesk:
    """An order that needs others first waits (待条件) until its case is settled.

    Without a rule, or where one raises or answers nonsense, a case goes to the next department.
    """

    def __init__(self, record: Record, dispatch: DispatchDesk, owner: CaseOwner | None) -> None:
        self.record = record
        self.dispatch = dispatch
        self.owner = owner

    def opened(self, order: WorkOrder) -> list[Command]:
        """A case begins at the first department."""
        return self._step(order, "opened", -1)

    def moved(self, event: CaseMoved, now: float) -> list[Command]:
        """A department acted on a case."""
        order = self.record.orders.get(event.order)
        if order is None or order.state != WPCOND:
            return []
        order.handoffs = (*order.handoffs, (event.what, event.at_department))
        if event.what == "settled":
            return self.dispatch.release(order, now)
        return self._step(order, event.what, event.at_department)

    def reminded(self, order: WorkOrder) -> list[Command]:
        """The requester asks again: what is stuck may be taken up."""
        if order.state != WPCOND or not order.handoffs or order.handoffs[-1][0] != "stuck":
            return []
        return self._step(order, "reminded", order.handoffs[-1][1])

    def _step(self, order: WorkOrder, what: str, at_department: int) -> list[Command]:
        on: list[Command] = [SendCase(order.id, at_department + 1)] if what in MOVES_ON else []
        if self.owner is None:
            return on
        try:
            step = self.owner.next_step(order, what, at_department, self.record.view)
        except Exception as error:
            return [GuardHit("case_owner", order.id, -1, f"raised {type(error).__name__}"), *on]
        if step is None:
            return []
        why = guards.case_step(step)
        if why:
            return [GuardHit("case_owner", order.id, -1, why), *on]
        return [PutOnAgenda(order.id)] if step.department < 0 else [SendCase(order.id, step.department)]
