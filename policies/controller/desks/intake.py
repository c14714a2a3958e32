"""The intake desk (受理): triage, duplicates, approvals; releases what may start."""

from typing import final

from policies.contract.commands import (
    Command,
    GuardHit,
    MergeDuplicate,
    OpenOrder,
    RejectRequest,
    ReservePart,
    SeekApproval,
)  # fmt: skip
from policies.contract.decisions import Approval, Chain, Intake, TriageRule
from policies.contract.events import (
    ApprovalDecided,
    PartReady,
    PreventiveDue,
    ReminderReceived,
    RequestCancelled,
    RequestRegistered,
)  # fmt: skip
from policies.contract.states import OrderState
from policies.contract.views import P1, P4, PLAN, WorkOrder
from policies.controller import guards
from policies.controller.desks.breaker import BreakerDesk
from policies.controller.desks.cases import CaseDesk
from policies.controller.desks.dispatch import DispatchDesk
from policies.controller.record import OVER, Record

WAPPR, WMATL, WPCOND = int(OrderState.WAPPR), int(OrderState.WMATL), int(OrderState.WPCOND)
WACCESS = int(OrderState.WACCESS)
CAN = int(OrderState.CAN)


@final
class IntakeDesk:
    """Turns requests into work orders.

    A rule that is None is absent: trade and priority stay as claimed, nothing is merged, nobody has
    to sign. A rule that raises is passed over for that request, and the hit is kept.
    """

    def __init__(
        self,
        record: Record,
        dispatch: DispatchDesk,
        breaker: BreakerDesk,
        cases: CaseDesk,
        triage: TriageRule | None,
        intake: Intake | None,
        approval: Approval | None,
        estimate_min: dict[str, float],
    ) -> None:
        self.record = record
        self.dispatch = dispatch
        self.breaker = breaker
        self.cases = cases
        self.triage = triage
        self.intake = intake
        self.approval = approval
        self.estimate_min = estimate_min

    def registered(self, event: RequestRegistered, now: float) -> list[Command]:
        """A request is in the system."""
        record = self.record
        if event.request in record.orders:
            return []
        order = WorkOrder(
            event.request, event.building, event.trade, event.priority, event.channel, event.group,
            event.reported_at, event.room, event.part, event.asset, event.amount_cny, event.departments,
        )  # fmt: skip
        commands: list[Command] = []
        if self.intake is not None:
            into = self._duplicate_of(order, commands)
            if into >= 0:
                record.keep(order)
                order.state = CAN
                commands.append(MergeDuplicate(order.id, into))
                return commands
        record.add(order)
        if self.triage is not None and self._rejected(order, commands):
            record.close(order, CAN)
            return commands
        order.estimate_min = self.estimate_min.get(order.trade, 0.0)
        commands.append(OpenOrder(order.id, order.trade, order.priority))
        if order.priority == P1:
            commands += self.breaker.arm(order, now)
        if self.approval is not None:
            chain = self._chain(order, commands)
            if chain is not None:
                order.state = WAPPR
                commands.append(SeekApproval(order.id, chain.name, chain.parallel))
                return commands
        order.approved = True
        commands += self._proceed(order, now)
        return commands

    def approved(self, event: ApprovalDecided, now: float) -> list[Command]:
        """The chain has answered."""
        order = self.record.orders.get(event.order)
        if order is None or order.state != WAPPR:
            return []
        if not event.granted:
            self.record.close(order, CAN)
            return [RejectRequest(order.id, "not approved")]
        order.approved = True
        return self._proceed(order, now)

    def part_ready(self, event: PartReady, now: float) -> list[Command]:
        """The part is at hand: on with the order. If the want of it was not heard yet, that is kept."""
        order = self.record.orders.get(event.order)
        if order is None or order.state in OVER:
            return []
        if order.state not in (WMATL, WACCESS):
            self.record.parts_ahead[order.id] = None
            return []
        return self.breaker.urgent(order, self.dispatch.release(order, now), now)

    def reminded(self, event: ReminderReceived, now: float) -> list[Command]:
        """催单: noted on the order."""
        order = self.record.orders.get(event.request)
        if order is not None:
            order.nudges += 1
            return self.cases.reminded(order)
        return []

    def cancelled(self, event: RequestCancelled, now: float) -> list[Command]:
        """已撤销: an order nobody has started is dropped."""
        order = self.record.orders.get(event.request)
        if order is not None and order.state not in OVER:
            if order.tech >= 0:
                self.record.take_back(order, self.record.technicians[order.tech])
            self.record.close(order, CAN)
        return []

    def preventive(self, event: PreventiveDue, now: float) -> list[Command]:
        """保养计划: a planned order, ready at once, by its latest day."""
        if event.task in self.record.orders:
            return []
        order = WorkOrder(event.task, event.building, event.trade, P4, PLAN, -1, now)
        order.asset = event.asset
        order.due_at = event.late_after
        order.estimate_min = event.estimate_min
        order.approved = True
        self.record.add(order)
        return [OpenOrder(order.id, order.trade, P4), *self.dispatch.release(order, now)]

    def _proceed(self, order: WorkOrder, now: float) -> list[Command]:
        if order.departments:
            order.state = WPCOND
            return self.cases.opened(order)
        if order.part >= 0:
            order.state = WMATL
            return [ReservePart(order.id, order.part)]
        commands = self.dispatch.release(order, now)
        return self.breaker.urgent(order, commands, now) if order.priority == P1 else commands

    def _duplicate_of(self, order: WorkOrder, commands: list[Command]) -> int:
        try:
            assert self.intake is not None
            into = self.intake.duplicate_of(order, self.record.open_at(order.building), self.record.view)
            known = self.record.orders.get(into)
            wrong = into >= 0 and (known is None or known.state in OVER)
        except Exception as error:
            commands.append(GuardHit("intake", order.id, -1, f"raised {type(error).__name__}"))
            return -1
        if wrong:
            commands.append(GuardHit("intake", order.id, -1, "no such open order"))
            return -1
        return into

    def _rejected(self, order: WorkOrder, commands: list[Command]) -> bool:
        try:
            assert self.triage is not None
            verdict = self.triage.triage(order, self.record.view)
            why = guards.triage(verdict, self.dispatch.trades)
        except Exception as error:
            commands.append(GuardHit("triage", order.id, -1, f"raised {type(error).__name__}"))
            return False
        if why:
            commands.append(GuardHit("triage", order.id, -1, why))
            return False
        if verdict.reject:
            commands.append(RejectRequest(order.id, verdict.reject))
            return True
        order.trade = verdict.trade
        order.priority = verdict.priority
        return False

    def _chain(self, order: WorkOrder, commands: list[Command]) -> Chain | None:
        try:
            assert self.approval is not None
            chain = self.approval.chain(order, self.record.view)
            why = guards.chain(chain)
        except Exception as error:
            commands.append(GuardHit("approval", order.id, -1, f"raised {type(error).__name__}"))
            return None
        if why:
            commands.append(GuardHit("approval", order.id, -1, why))
            return None
        return chain
