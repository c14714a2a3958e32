"""A hand-made office for tests of rules and desks: five buildings on a line, two minutes apart, and a diary."""

from collections.abc import Sequence
from datetime import date

from policies.contract.calendar import Calendar
from policies.contract.chance import Chance
from policies.contract.events import DutyChanged, RequestRegistered, Woke
from policies.contract.views import Candidates, Site, Technician, View, Waiting, WorkOrder
from policies.controller.centre import CommandCentre
from policies.controller.settings import RuleChoice, Settings

LINE = [[1.0 + 2.0 * abs(a - b) for a in range(5)] for b in range(5)]
MONDAY = date(2025, 9, 1)
NINE = 540.0


def person(number, *trades, at=0, level=2, crew="reactive", zones=(), licences=(), on_duty=True, worked=0.0):
    """A technician; the first trade is the main one."""
    tech = Technician(number, dict.fromkeys(trades or ("plumbing",), level), at, crew, zones, licences)
    tech.on_duty = on_duty
    tech.worked_min = worked
    tech.until = 10_000.0
    return tech


def order(number, building=0, trade="plumbing", priority=3, reported=0.0, **fields):
    """A work order as the record keeps it."""
    made = WorkOrder(number, building, trade, priority, "app", 0, reported)
    for name, value in fields.items():
        setattr(made, name, value)
    return made


def site(zones=(0, 0, 1, 1, 2), licence_of=None, partner_trades=()):
    return Site(LINE, zones, licence_of, 0, partner_trades)


def view(now=NINE, orders=(), of=None, a_round=False):
    made = View(of or site(), Calendar(MONDAY), {o.id: o for o in orders}, Chance(1))
    made.now, made.round = now, a_round
    return made


def asked(rule, orders, people, *, new_orders=None, new_people=None, **of_view):
    """The pairs a dispatch rule answers, as numbers; what is new defaults to everything."""
    at = view(**of_view)
    waiting = Waiting(getattr(rule, "key", None), getattr(rule, "by_priority", False))
    candidates = Candidates(people, at.site)
    for one in orders:
        waiting.add(one)
    for one in people:
        if one.on_duty and one.order < 0:
            candidates.add(one)
    waiting.fresh[:] = orders if new_orders is None else new_orders
    candidates.fresh[:] = [p for p in people if p.on_duty] if new_people is None else new_people
    return [(o.id, t.id) for o, t in rule.dispatch(waiting, candidates, at)]


class Diary:
    """A command centre and what it has ordered so far; people come on duty as they are introduced."""

    def __init__(self, people, now=NINE, of=None, **rules):
        named = {decision: RuleChoice(rule) for decision, rule in rules.items() if isinstance(rule, str)}
        self.centre = CommandCentre(Settings(of or site(), people, Calendar(MONDAY), named))
        for decision, rule in rules.items():
            if not isinstance(rule, str):
                self.install(decision, rule)
        self.now = now
        self.heard = []
        for one in people:
            if one.on_duty:
                one.on_duty = False
                self.tell(DutyChanged(one.id, True, "shift", 10_000.0))
        self.opening = list(self.heard)
        self.heard.clear()

    def install(self, decision, rule):
        desk = self.centre
        if decision == "dispatch":
            desk.dispatch.adopt(rule)
        elif decision == "reserve":
            desk.dispatch.reserve = rule
        elif decision in {"escalate", "preempt"}:
            setattr(desk.breaker, decision, rule)
        elif decision == "case_owner":
            desk.cases.owner = rule
        else:
            setattr(desk.intake, decision, rule)

    def tell(self, event, now=None):
        """Let the office hear something; what it orders is kept and given back."""
        self.now = self.now if now is None else now
        commands = list(self.centre.handle(event, self.now))
        self.heard += commands
        return commands

    def request(self, number, building=0, trade="plumbing", priority=3, now=None, **fields):
        self.now = self.now if now is None else now
        asked_for = {"channel": "app", "group": 0, "reported_at": self.now} | fields
        return self.tell(RequestRegistered(number, building, trade, priority, **asked_for))

    def wake(self, command):
        """The timer a ``Wake`` asked for."""
        return self.tell(Woke(command.tag, command.subject), command.at)

    def record(self, number):
        return self.centre.record.orders[number]

    def kinds(self, commands: Sequence[object] | None = None):
        return [type(command).__name__ for command in (self.heard if commands is None else commands)]

    def only(self, kind, commands=None):
        return [c for c in (self.heard if commands is None else commands) if isinstance(c, kind)]
