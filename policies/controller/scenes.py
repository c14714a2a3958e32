"""Small invented offices that any rule can be asked in: the material of the conformance checks.

A scene holds the arguments of one question, built afresh each time, so that a rule that changes
what it is shown cannot hide it. Everything is drawn from keyed chance: the same number, the same
scene. Times in minutes, money in CNY.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, final

from policies.contract.calendar import Calendar
from policies.contract.chance import Chance, key, uniform
from policies.contract.decisions import DECISIONS
from policies.contract.states import OrderState
from policies.contract.stock import Stock, StockItem
from policies.contract.units import DAY_MIN, HOUR_MIN
from policies.contract.views import Candidates, Key, Site, Technician, View, Waiting, WorkOrder

TRADES = ("plumbing", "electrical", "carpentry", "lift")
CREWS = ("reactive", "reactive", "reactive", "plant", "night")
ESTIMATE_MIN = {"plumbing": 42.0, "electrical": 32.0, "carpentry": 38.0, "lift": 0.0}
CASE_MOVES = ("opened", "accepted", "bounced", "stuck", "decided", "reminded")
NOON = 12 * HOUR_MIN
SHELVES = ("a fast mover", "now and then", "nothing ever", "a new line", "a dear part", "with price breaks")
"""Kinds of lines of an invented stock book."""
BUYING_DAYS = {"before the spring term": (2, 20), "before the autumn term": (8, 25)}
MORNING_H = 6


@dataclass(slots=True)
class Kinds:
    """The classes a scene is made of: the contract's own, or watched ones."""

    order: type[WorkOrder] = WorkOrder
    technician: type[Technician] = Technician
    view: type[View] = View
    site: type[Site] = Site
    waiting: type[Waiting] = Waiting
    candidates: type[Candidates] = Candidates
    stock: type[Stock] = Stock
    item: type[StockItem] = StockItem


@dataclass(slots=True)
class Names:
    """Order-preserving names: number k of a scene is called ``first + step * k``."""

    first: int = 0
    step: int = 1

    def of(self, number: int) -> int:
        """The name of a number; negative ones mean "none" and stay."""
        return self.first + self.step * number if number >= 0 else number

    def number(self, name: int) -> int:
        """The number of a name."""
        return (name - self.first) // self.step if name >= 0 else name


@final
class Office:
    """An invented office: map, people and orders in every state, at one instant.

    Parameters
    ----------
    number : which office; fixes everything drawn
    size : factor on people and orders (1: a dozen people; 10: the load the benchmarks use)
    kinds, names : what it is made of, and what things are called
    empty : nobody and nothing
    """

    def __init__(
        self, number: int, size: int = 1, kinds: Kinds | None = None, names: Names | None = None, empty: bool = False
    ) -> None:
        self.kinds = kinds or Kinds()
        self.names = names or Names()
        self._key = key(number, 0, "scene")
        self._drawn = 0
        self.buildings = 12 + 4 * size
        self.now = (10 + number % 7) * DAY_MIN + (NOON if number % 3 else 2.0 * HOUR_MIN) + self.draw(0.0, 300.0)
        self.site = self._map()
        self.people = [] if empty else [self._person(k) for k in range(12 * size)]
        self.orders = [] if empty else [self._order(k) for k in range(30 * size)]
        if not empty:
            self._give_work()
        self.stock = self.kinds.stock([] if empty else [self._line(k) for k in range(3 * len(SHELVES) * size)])
        self.view = self.kinds.view(
            self.site, Calendar(date(2025, 9, 1)), {order.id: order for order in self.orders}, Chance(number)
        )
        self.view.now = self.now

    def draw(self, low: float, high: float) -> float:
        """The next number of this office, uniform."""
        self._drawn += 1
        return low + (high - low) * uniform(self._key, self._drawn)

    def pick(self, items: Sequence[Any]) -> Any:
        """One of several."""
        return items[int(self.draw(0.0, len(items)))]

    def candidates(self) -> Candidates:
        """Everybody, and who is idle."""
        found = self.kinds.candidates(self.people, self.site)
        for tech in self.people:
            if tech.on_duty and tech.order < 0:
                found.add(tech)
        found.fresh.clear()
        return found

    def waiting(self, rule_key: Callable[[WorkOrder], Key] | None, by_priority: bool) -> Waiting:
        """The waiting list, kept as a rule declares."""
        found = self.kinds.waiting(rule_key, by_priority)
        for order in self.orders:
            if order.state == OrderState.WSCH:
                found.add(order)
        found.fresh.clear()
        return found

    def busy(self) -> Iterator[tuple[WorkOrder, Technician]]:
        """Who is at work on what is no emergency."""
        by_id = {order.id: order for order in self.orders}
        for tech in self.people:
            if tech.on_duty and tech.order >= 0 and by_id[tech.order].priority > 1 and tech.crew != "partner":
                yield by_id[tech.order], tech

    def _map(self) -> Site:
        places = [(int(self.draw(0.0, 12.0)) * 80.0, int(self.draw(0.0, 12.0)) * 80.0) for _ in range(self.buildings)]
        minutes = [[4.0 + (abs(x - u) + abs(y - v)) / 166.0 for u, v in places] for x, y in places]
        zones = [k % 4 for k in range(self.buildings)]
        return self.kinds.site(minutes, zones, {"electrical": "low voltage"}, 0, ("lift",))

    def _person(self, k: int) -> Technician:
        main = TRADES[k % 3] if k % 12 != 11 else "lift"
        second = TRADES[(k + 1) % 3]
        skills = {main: 1 + int(self.draw(0.0, 4.0))}
        crew = "partner" if k % 12 >= 10 else CREWS[k % len(CREWS)]
        if main != "lift" and k % 2:
            skills[second] = 1 + int(self.draw(0.0, 2.0))
        if main == "lift":
            skills["plumbing"] = 3
        licences = ("low voltage",) if "electrical" in skills else ()
        zones = (k % 4, (k + 1) % 4) if k % 5 else ()
        tech = self.kinds.technician(
            self.names.of(k), skills, int(self.draw(0.0, self.buildings)), crew, zones, licences
        )
        tech.on_duty = self.draw(0.0, 1.0) < 0.8
        tech.until = self.now + self.draw(5.0, 600.0)
        tech.worked_min = float(int(self.draw(0.0, 8.0))) * 30.0
        tech.at = int(self.draw(0.0, self.buildings))
        return tech

    def _order(self, k: int) -> WorkOrder:
        trade = TRADES[int(self.draw(0.0, 3.2))]
        priority = self.pick((1, 2, 2, 3, 3, 3, 3, 4))
        order = self.kinds.order(
            self.names.of(k), int(self.draw(0.0, self.buildings)), trade, priority, self.pick(("app", "phone")),
            int(self.draw(0.0, 5.0)), self.now - self.draw(0.0, 3000.0),
        )  # fmt: skip
        order.priority_claimed = self.pick((1, 2, 3, 3))
        order.asset = int(self.draw(0.0, 6.0)) if k % 3 == 0 else -1
        order.amount_cny = self.draw(20.0, 1500.0)
        order.departments = 2 if k % 6 == 0 else 0
        order.estimate_min = ESTIMATE_MIN[trade]
        order.due_at = self.now + self.draw(-500.0, 5000.0) if priority == 4 else order.due_at
        order.room = 7 if k % 8 else -1
        order.nudges = k % 3
        order.released_at = order.reported_at + 1.0
        order.handoffs = (("accepted", 0), ("bounced", 1)) if k % 12 == 0 else ()
        order.state = int(OrderState.WSCH)
        if k % 4 == 0:
            self._finish(order)
        return order

    def _line(self, k: int) -> StockItem:
        what = SHELVES[k % len(SHELVES)]
        a_month = {"a fast mover": 40.0, "with price breaks": 25.0, "now and then": 0.5, "a dear part": 0.2}.get(
            what, 0.0
        )
        price = 2_000.0 if what == "a dear part" else round(self.draw(2.0, 80.0), 2)
        breaks = ((25, 0.97), (100, 0.94)) if what == "with price breaks" else ()
        item = self.kinds.item(
            self.names.of(k), 100 + k, k % 3, price, self.pick((1.0, 4.0, 20.0)), int(self.draw(0.0, 2.0 * a_month + 3.0)),
            a_month, breaks, what == "a dear part", k % 2,
        )  # fmt: skip
        months = 1 if what == "a new line" else 30
        item.asked = [self._asked(a_month) for _ in range(months)]
        item.on_order = int(self.draw(0.0, a_month)) if k % 4 == 0 else 0
        if any(item.asked):
            item.issued_at = self.now - self.draw(100.0, 90.0 * DAY_MIN)
        return item

    def _asked(self, a_month: float) -> int:
        """Pieces asked for in a month: every month of a fast mover, some months of another."""
        if a_month >= 1.0:
            return int(self.draw(0.4 * a_month, 1.6 * a_month))
        return int(self.draw(1.0, 6.0)) if self.draw(0.0, 1.0) < a_month / 3.0 else 0

    def _finish(self, order: WorkOrder) -> None:
        order.state = int(OrderState.COMP)
        order.arrived_at = order.reported_at + self.draw(5.0, 50.0)
        order.completed_at = min(self.now, order.arrived_at + self.draw(10.0, 100.0))
        order.safe_at = order.completed_at - (5.0 if self.draw(0.0, 1.0) < 0.4 else 0.0)

    def _give_work(self) -> None:
        """A third of the people have an order in hand, some a list; some orders were handed back."""
        open_orders = [order for order in self.orders if order.state == OrderState.WSCH]
        for k, tech in enumerate(self.people):
            if k % 3 and k % 5:
                continue
            mine = [o for o in open_orders if o.trade in tech.skills and o.state == OrderState.WSCH]
            if k % 3 == 0 and len(mine) > 2:
                self._in_hand(mine[0], tech)
                if tech.crew == "reactive" and k % 2 == 0:
                    tech.queue.append(mine[1].id)
                    mine[1].state, mine[1].tech = int(OrderState.ASSIGNED), tech.id
            elif mine and k % 5 == 0:
                mine[-1].tried = (tech.id,)

    def _in_hand(self, order: WorkOrder, tech: Technician) -> None:
        on_site = self.draw(0.0, 1.0) < 0.6
        tech.order = order.id
        order.tech = tech.id
        order.assigned_at = self.now - self.draw(10.0, 90.0)
        order.accepted_at = order.assigned_at + 2.0
        order.state = int(OrderState.ONSITE if on_site else OrderState.ACCEPTED)
        if on_site:
            order.arrived_at = order.assigned_at + 5.0


@final
class Scene:
    """One question in an office: its arguments, and what is in them to compare before and after."""

    def __init__(self, office: Office, what: str, arguments: tuple[Any, ...]) -> None:
        self.office = office
        self.what = what
        self.arguments = arguments


def scenes(decision: str, rule: Any, make: Callable[[int], Office], offices: int = 4) -> Iterator[Scene]:
    """Every kind of question of a decision point, in several offices.

    ``make(number)`` builds office number k. Each scene has its own office.
    """
    for number in range(offices):
        for what in _KINDS_OF_QUESTION[decision]:
            office = make(number)
            arguments = _ARGUMENTS[decision](office, rule, what)
            if arguments is not None:
                yield Scene(office, f"office {number}, {what}", arguments)


def _dispatch(office: Office, rule: Any, what: str) -> tuple[Any, ...] | None:
    waiting = office.waiting(getattr(rule, "key", None), bool(getattr(rule, "by_priority", False)))
    candidates = office.candidates()
    orders, idle = list(waiting.all()), [t for t in office.people if t.on_duty and t.order < 0 and t.trades]
    if what == "a new emergency":
        orders = [order for order in orders if order.priority == 1]
    if what in {"a new order", "a new emergency"}:
        if not orders:
            return None
        waiting.fresh.append(orders[0])
    elif what == "somebody becomes idle":
        if not idle:
            return None
        candidates.fresh.append(idle[0])
    elif what != "nothing new":
        waiting.fresh.extend(orders)
        candidates.fresh.extend(idle)
    office.view.round = what == "a round"
    return waiting, candidates, office.view


def _one_order(office: Office, rule: Any, what: str) -> tuple[Any, ...] | None:
    wanted = [o for o in office.orders if (o.priority == 1) == (what == "an emergency")]
    if what == "a large order":
        wanted.sort(key=lambda order: -order.amount_cny)
    return (wanted[0], office.view) if wanted else None


def _reserve(office: Office, rule: Any, what: str) -> tuple[Any, ...]:
    return (what, office.view)


def _preempt(office: Office, rule: Any, what: str) -> tuple[Any, ...] | None:
    emergency = _one_order(office, rule, "an emergency")
    if emergency is None:
        return None
    busy = iter(()) if what == "nobody at work" else office.busy()
    return (emergency[0], busy, office.view)


def _intake(office: Office, rule: Any, what: str) -> tuple[Any, ...] | None:
    if not office.orders:
        return None
    request = office.orders[-1]
    here = [o for o in office.orders[:-1] if o.completed_at > office.now]
    if what == "nothing open here":
        here = []
    elif what == "the same again":
        twin = here[0]
        request.building, request.trade, request.asset = twin.building, twin.trade, twin.asset
        request.reported_at = twin.reported_at + 10.0
    return (request, (o for o in here if o.building == request.building), office.view)


def _case(office: Office, rule: Any, what: str) -> tuple[Any, ...] | None:
    if not office.orders:
        return None
    case = next(o for o in office.orders if o.departments)
    return (case, what, -1 if what == "opened" else 1, office.view)


def _replenish(office: Office, rule: Any, what: str) -> tuple[Any, ...] | None:
    stock = office.stock
    if what in BUYING_DAYS:
        month, day = BUYING_DAYS[what]
        office.view.now = office.view.calendar.minute_of(datetime(2026, month, day, MORNING_H))  # noqa: DTZ001
    if what == "nothing new":
        return (stock, office.view)
    items = list(stock.all())
    if what == "somebody waits":
        for number, item in enumerate(items[:3]):
            item.on_hand, item.on_order, item.backorders = 0, 0, 1 + number % 2
    touched = items if what == "much at once" else items[: len(items) // 2]
    stock.touched.update((item.id, item) for item in touched)
    return (stock, office.view)


def _forecast(office: Office, rule: Any, what: str) -> tuple[Any, ...] | None:
    item = _of_kind(office, what)
    return None if item is None else (item, office.view)


def _order_size(office: Office, rule: Any, what: str) -> tuple[Any, ...] | None:
    item = _of_kind(office, what)
    return None if item is None else (item, 1 + int(2.0 * item.expected_per_month), office.view)


def _of_kind(office: Office, what: str) -> StockItem | None:
    """The first line of a kind; none in an empty office."""
    items = list(office.stock.all())
    return items[SHELVES.index(what)] if items else None


_KINDS_OF_QUESTION: dict[str, tuple[str, ...]] = {
    "dispatch": ("a new order", "a new emergency", "somebody becomes idle", "much at once", "a round", "nothing new"),
    "escalate": ("an emergency",),
    "reserve": TRADES,
    "preempt": ("people at work", "nobody at work"),
    "triage": ("an emergency", "another order"),
    "intake": ("another request", "the same again", "nothing open here"),
    "approval": ("an emergency", "another order", "a large order"),
    "case_owner": CASE_MOVES,
    "replenish": ("nothing new", "some issues", "much at once", "somebody waits", *BUYING_DAYS),
    "forecast": SHELVES,
    "order_size": SHELVES,
}
_ARGUMENTS: dict[str, Callable[[Office, Any, str], tuple[Any, ...] | None]] = {
    "dispatch": _dispatch,
    "escalate": _one_order,
    "reserve": _reserve,
    "preempt": _preempt,
    "triage": _one_order,
    "intake": _intake,
    "approval": _one_order,
    "case_owner": _case,
    "replenish": _replenish,
    "forecast": _forecast,
    "order_size": _order_size,
}
assert set(_ARGUMENTS) == set(_KINDS_OF_QUESTION) == set(DECISIONS)
