"""The breaker desk (熔断): emergencies are watched rung by rung; what a rung allows is done at once.

States of an emergency: ARMED while it waits, TRIPPED once a rung was reached, RESET when made safe.
"""

from collections.abc import Iterable, Iterator
from typing import final

from policies.contract.commands import Assign, Command, Escalate, GuardHit, Preempt, Unassign, Wake
from policies.contract.decisions import Escalate as EscalateRule
from policies.contract.decisions import EscalationStep, Pair
from policies.contract.decisions import Preempt as PreemptRule
from policies.contract.states import OrderState
from policies.contract.units import NEVER
from policies.contract.views import P1, Technician, WorkOrder
from policies.controller import guards
from policies.controller.record import OVER, Record

RUNG = "breaker_rung"
UNHEARD = "breaker_unheard"
WSCH, ASSIGNED = int(OrderState.WSCH), int(OrderState.ASSIGNED)
ONSITE, INPRG = int(OrderState.ONSITE), int(OrderState.INPRG)
AT_WORK = frozenset({ONSITE, INPRG, int(OrderState.ENROUTE)})


@final
class BreakerDesk:
    """Escalation, the reserve, pre-emption and the outside firm, each only as far as a rung allows."""

    def __init__(self, record: Record, escalate: EscalateRule | None, preempt: PreemptRule | None) -> None:
        self.record = record
        self.escalate = escalate
        self.preempt = preempt
        self._rungs: dict[int, list[EscalationStep]] = {}
        self._allowed: dict[int, EscalationStep] = {}
        record.when_forgotten.append(self.reset)

    def arm(self, order: WorkOrder, now: float) -> list[Command]:
        """ARMED: an emergency was opened; its ladder starts at the report."""
        if self.escalate is None:
            return []
        try:
            steps = list(self.escalate.steps(order, self.record.view))
            why = guards.ladder(steps)
        except Exception as error:
            why = f"raised {type(error).__name__}"
        if why:
            return [GuardHit("escalate", order.id, -1, why)]
        self._rungs[order.id] = steps
        return [Wake(max(now, order.reported_at + steps[0].after_min), RUNG, order.id)] if steps else []

    def rung(self, subject: int, now: float) -> list[Command]:
        """TRIPPED: a limit passed without arrival."""
        steps = self._rungs.get(subject)
        order = self.record.orders.get(subject)
        if not steps or order is None or order.state in OVER or order.priority != P1 or order.safe_at <= now:
            self.reset(subject)
            return []
        step = steps.pop(0)
        while steps and order.reported_at + steps[0].after_min <= now:
            step = steps.pop(0)
        commands: list[Command] = []
        if steps:
            commands.append(Wake(max(now, order.reported_at + steps[0].after_min), RUNG, subject))
        if order.arrived_at <= now:
            return commands
        order.escalation = step.level
        self._allowed[subject] = step
        commands.append(Escalate(subject, step.level))
        commands += self.unheard(subject, now)
        return self.urgent(order, commands, now)

    def unheard(self, subject: int, now: float) -> list[Command]:
        """An offer nobody accepts goes to somebody else; one made just now stands a while first."""
        order = self.record.orders.get(subject)
        step = self._allowed.get(subject)
        if order is None or step is None or order.state != ASSIGNED or order.accepted_at <= now:
            return []
        stands_until = order.assigned_at + step.accept_min
        if now < stands_until:
            return [Wake(stands_until, UNHEARD, subject)]
        return self._offer_on(order, step, now)

    def relieved(self, now: float) -> list[Command]:
        """Somebody is free, or has made an emergency safe: may be called to one that waits, if a rung allows."""
        commands: list[Command] = []
        if self.preempt is not None or self._allowed:
            for order in list(self.record.waiting.urgent()):
                commands = self.urgent(order, commands, now)
        return commands

    def urgent(self, order: WorkOrder, commands: list[Command], now: float) -> list[Command]:
        """After the dispatch rule had its say: pre-empt or call the outside firm, if a rung allows."""
        if order.state != WSCH or order.priority != P1:
            return commands
        step = self._allowed.get(order.id)
        if self.preempt is not None and (self.escalate is None or (step is not None and step.preempt)):
            found = self._pre_empted(order, now)
            if found:
                return commands + found
        if step is not None and step.reserve:
            commands = commands + self._anybody(order, self.record.candidates.idle(order.trade), now)
        if order.state == WSCH and step is not None and step.partner:
            commands = commands + self._anybody(order, self.record.candidates.partners(order.trade), now)
        return commands

    def reset(self, subject: int) -> None:
        """RESET: made safe, finished or no emergency any more."""
        self._rungs.pop(subject, None)
        self._allowed.pop(subject, None)

    def _offer_on(self, order: WorkOrder, step: EscalationStep, now: float) -> list[Command]:
        """Another idle person, an outside firm, or somebody's present work, as far as the rung allows."""
        found: list[Command] = []
        if step.second:
            found = self._offer_another(order, self.record.candidates.idle(order.trade), now)
        if not found and step.partner:
            found = self._offer_another(order, self.record.candidates.partners(order.trade), now)
        if not found and step.preempt and self.preempt is not None:
            found = self._pre_empted(order, now)
        return found

    def _offer_another(self, order: WorkOrder, people: Iterable[Technician], now: float) -> list[Command]:
        record = self.record
        unheard = record.technicians[order.tech]
        others = [t for t in people if t.id != unheard.id and t.id not in order.tried]
        if not others:
            return []
        order.tried = (*order.tried, unheard.id)
        record.take_back(order, unheard)
        record.wait(order, now)
        return [Unassign(order.id, unheard.id), *self._anybody(order, others, now)]

    def _anybody(self, order: WorkOrder, people: Iterable[Technician], now: float) -> list[Command]:
        record = self.record
        waiting, site = record.waiting, record.view.site
        fit = [t for t in people if not guards.assignment(order, t, waiting, site, False, called=True)]
        if not fit:
            return []
        tech = min(fit, key=lambda t: (record.view.minutes(t, order), t.id))
        record.give(order, tech, now)
        return [Assign(order.id, tech.id)]

    def _busy(self, trade: str) -> Iterator[Pair]:
        record = self.record
        for tech in record.technicians:
            if tech.order < 0 or not tech.on_duty or trade not in tech.skills or tech.crew == "partner":
                continue
            present = record.orders.get(tech.order)
            if present is not None and present.priority != P1:
                yield present, tech

    def _pre_empted(self, order: WorkOrder, now: float) -> list[Command]:
        record = self.record
        assert self.preempt is not None
        tech: Technician | None = None
        try:
            tech = self.preempt.victim(order, self._busy(order.trade), record.view)
            if tech is None:
                return []
            why = guards.preemption(order, tech, self._busy(order.trade), record.view.site)
        except Exception as error:
            why = f"raised {type(error).__name__}"
        if why or tech is None:
            return [GuardHit("preempt", order.id, -1, why)]
        present = record.orders[tech.order]
        given: list[Command] = []
        if order in record.waiting:
            record.waiting.remove(order)
        else:
            given.append(Unassign(order.id, order.tech))
            record.take_back(order, record.technicians[order.tech])
        present.tech = -1
        tech.order = order.id
        order.state = ASSIGNED
        order.tech = tech.id
        order.assigned_at = now
        order.accepted_at = NEVER
        return [*given, Preempt(present.id, tech.id), Assign(order.id, tech.id, True)]
