"""The command centre: routes events to desks in a declared order. ``handle`` is the whole of it.

Events go in, commands come out. It has no clock, no input or output, no threads; time is told to
it, and a timer is a ``Wake`` command answered by a ``Woke`` event.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, final

from policies.contract.chance import Chance
from policies.contract.commands import Command
from policies.contract.decisions import DECISIONS
from policies.contract.events import (
    AccessGranted,
    ApprovalDecided,
    CaseMoved,
    CommandRefused,
    DutyChanged,
    Event,
    ItemSuperseded,
    MadeSafe,
    NoAccess,
    OnSite,
    OrderAccepted,
    OrderConfirmed,
    OrderDeclined,
    OrderReopened,
    PartNeeded,
    PartReady,
    PreventiveDue,
    ReminderReceived,
    RequestCancelled,
    RequestRegistered,
    StockCounted,
    StockIssued,
    StockReceived,
    TradeFound,
    VisitEnded,
    Woke,
    WorkCompleted,
)  # fmt: skip
from policies.controller import registry
from policies.controller.desks.breaker import RUNG, UNHEARD, BreakerDesk
from policies.controller.desks.cases import CaseDesk
from policies.controller.desks.dispatch import RETRY, ROUND, DispatchDesk
from policies.controller.desks.intake import IntakeDesk
from policies.controller.desks.progress import ProgressDesk
from policies.controller.desks.stores import REVIEW, StoresDesk
from policies.controller.fallback import FirstCome
from policies.controller.record import Record
from policies.controller.settings import RuleChoice, Settings

Route = Callable[[Any, float], list[Command]]


@final
class CommandCentre:
    """指挥中心. One record, six desks, guards.

    Parameters
    ----------
    made : the rules themselves by decision point (missing or None: none decides), in place of those that
        ``settings`` names

    Raises
    ------
    registry.UnknownRule
        If a chosen rule is not registered.
    """

    def __init__(self, settings: Settings, made: Mapping[str, Any] | None = None) -> None:
        rules = _make(settings.rules) if made is None else {decision: made.get(decision) for decision in DECISIONS}
        self.record = Record(
            settings.technicians, settings.site, settings.calendar, Chance(settings.seed), settings.stock
        )
        dispatch_rule = rules["dispatch"] or FirstCome()
        self.dispatch = DispatchDesk(self.record, dispatch_rule, FirstCome(), rules["reserve"])
        self.breaker = BreakerDesk(self.record, rules["escalate"], rules["preempt"])
        self.cases = CaseDesk(self.record, self.dispatch, rules["case_owner"])
        self.intake = IntakeDesk(
            self.record, self.dispatch, self.breaker, self.cases, rules["triage"], rules["intake"],
            rules["approval"], settings.estimate_min,
        )  # fmt: skip
        self.progress = ProgressDesk(self.record, self.dispatch, self.breaker)
        self.stores = StoresDesk(self.record, rules["replenish"], rules["forecast"], rules["order_size"])
        self._view = self.record.view
        self._begun = False
        self._routes: dict[type, Route] = {
            RequestRegistered: self.intake.registered,
            ReminderReceived: self.intake.reminded,
            RequestCancelled: self.intake.cancelled,
            ApprovalDecided: self.intake.approved,
            PartReady: self.intake.part_ready,
            PreventiveDue: self.intake.preventive,
            OrderAccepted: self.progress.accepted,
            OrderDeclined: self.progress.declined,
            OnSite: self.progress.on_site,
            NoAccess: self.progress.no_access,
            AccessGranted: self.progress.access_granted,
            TradeFound: self.progress.trade_found,
            MadeSafe: self.progress.made_safe,
            PartNeeded: self.progress.part_needed,
            VisitEnded: self.progress.visit_ended,
            WorkCompleted: self.progress.completed,
            OrderConfirmed: self.progress.confirmed,
            OrderReopened: self.progress.reopened,
            DutyChanged: self.progress.duty,
            CommandRefused: self.progress.refused,
            CaseMoved: self.cases.moved,
            StockIssued: self.stores.issued,
            StockReceived: self.stores.received,
            StockCounted: self.stores.counted,
            ItemSuperseded: self.stores.superseded,
            Woke: self._woke,
        }

    def handle(self, event: Event, now: float) -> Sequence[Command]:
        """Take one event, give the commands it calls for."""
        self._view.now = now
        if self._begun:
            return self._routes[type(event)](event, now)
        self._begun = True
        return self.dispatch.begin(now) + self.stores.begin(now) + self._routes[type(event)](event, now)

    def adopt(self, rules: dict[str, RuleChoice]) -> None:
        """Change rules in the middle of a run; the record stays, so no order is lost.

        Rounds of a newly adopted batch rule start with the next event.
        """
        self.take_over(_make(rules, only_named=True))

    def take_over(self, made: Mapping[str, Any]) -> None:
        """As ``adopt``, with the rules themselves by decision point; None: none decides there."""
        if "dispatch" in made:
            self.dispatch.adopt(made["dispatch"] or FirstCome())
            self._begun = False
        if "reserve" in made:
            self.dispatch.reserve = made["reserve"]
        if "escalate" in made:
            self.breaker.escalate = made["escalate"]
        if "preempt" in made:
            self.breaker.preempt = made["preempt"]
        if "case_owner" in made:
            self.cases.owner = made["case_owner"]
        for desk, decisions in (
            (self.intake, ("triage", "intake", "approval")),
            (self.stores, ("replenish", "forecast", "order_size")),
        ):
            for decision in decisions:
                if decision in made:
                    setattr(desk, decision, made[decision])

    def _woke(self, event: Woke, now: float) -> list[Command]:
        if event.tag == ROUND:
            return self.dispatch.round(event.subject, now)
        if event.tag == RUNG:
            return self.breaker.rung(event.subject, now)
        if event.tag == UNHEARD:
            return self.breaker.unheard(event.subject, now)
        if event.tag == RETRY:
            return self.dispatch.retry(now)
        if event.tag == REVIEW:
            return self.stores.review(now)
        return []


def _make(rules: Any, only_named: bool = False) -> dict[str, Any]:
    return {
        decision: registry.make(decision, rules[decision].name, rules[decision].parameters)
        if decision in rules
        else None
        for decision in DECISIONS
        if decision in rules or not only_named
    }
