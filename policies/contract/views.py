"""What a rule may see: entries of the office's record and long-lived indexes over them.

Concrete final classes, not Protocols: a rule's inner loop runs over these. Every field is what the
office believes; none holds the true trade, the true work content or the future. Rules read them
only (the conformance checks compare before and after).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from heapq import heappop, heappush
from typing import final

from policies.contract.calendar import Calendar
from policies.contract.chance import Chance
from policies.contract.states import OrderState
from policies.contract.units import NEVER

Key = tuple[float, ...]
WAPPR = int(OrderState.WAPPR)
P1, P2, P3, P4 = 1, 2, 3, 4
"""紧急 emergency, 急修 urgent, 普通 normal, 计划 planned."""
REMEMBERED = 5000
"""So many of the latest orders stay in the record whatever has become of them; see ``View``."""
PLAN = "plan"
"""Channel of a planned order: nobody asked for it, so nobody signs for it."""


@final
class WorkOrder:
    """A work order as the office knows it. Instants and durations in minutes; -1 or NEVER: not yet.

    ``tried``: technicians who handed it back; ``handoffs``: what the departments did with a
    cross-department case, (what, department), oldest first.
    """

    __slots__ = (
        "accepted_at", "amount_cny", "approved", "arrived_at", "asset", "assigned_at", "building",
        "channel", "completed_at", "departments", "due_at", "escalation", "estimate_min", "group",
        "handoffs", "id", "nudges", "part", "priority", "priority_claimed", "released_at", "reported_at",
        "room", "safe_at", "state", "tech", "ticket", "trade", "trade_claimed", "tried",
        "visits",
    )  # fmt: skip

    def __init__(
        self, id: int, building: int, trade: str, priority: int, channel: str, group: int,
        reported_at: float, room: int = -1, part: int = -1, asset: int = -1, amount_cny: float = 0.0,
        departments: int = 0,
    ) -> None:  # fmt: skip
        self.id = id
        self.building = building
        self.trade = trade
        self.trade_claimed = trade
        self.priority = priority
        self.priority_claimed = priority
        self.channel = channel
        self.group = group
        self.reported_at = reported_at
        self.room = room
        self.part = part
        self.asset = asset
        self.amount_cny = amount_cny
        self.departments = departments
        self.state = WAPPR
        self.approved = False
        self.tech = -1
        self.tried: tuple[int, ...] = ()
        self.handoffs: tuple[tuple[str, int], ...] = ()
        self.visits = 0
        self.nudges = 0
        self.escalation = 0
        self.estimate_min = 0.0
        self.due_at = NEVER
        self.released_at = NEVER
        self.assigned_at = NEVER
        self.accepted_at = NEVER
        self.arrived_at = NEVER
        self.safe_at = NEVER
        self.completed_at = NEVER
        self.ticket = 0


@final
class Technician:
    """A technician as the office knows him or her.

    ``skills`` maps trade → level 1-4; ``trade`` is the main one, ``trades`` are those whose waiting
    orders he or she is offered: all, but of an outside firm its contract trades only. ``order`` is
    the present order or -1, ``queue`` the work list (order ids, next first), ``at`` the building last
    reported, ``until`` the next change of the roster [min]. ``crew``: reactive, plant, night, partner.
    """

    __slots__ = (
        "at", "crew", "home", "id", "licences", "on_duty", "order", "queue", "skills",
        "stays_home", "trade", "trades", "until", "worked_min", "zones",
    )  # fmt: skip

    def __init__(
        self, id: int, skills: dict[str, int], home: int, crew: str = "reactive",
        zones: tuple[int, ...] = (), licences: tuple[str, ...] = (), stays_home: bool = False,
    ) -> None:  # fmt: skip
        self.id = id
        self.skills = skills
        self.stays_home = stays_home
        self.trades = tuple(skills)
        self.trade = self.trades[0]
        self.home = home
        self.crew = crew
        self.zones = zones
        self.licences = licences
        self.at = home
        self.on_duty = False
        self.until = NEVER
        self.order = -1
        self.queue: list[int] = []
        self.worked_min = 0.0


@final
class Site:
    """The office's map: minutes between buildings, zones, and which trades need which licence.

    ``minutes_to[b][a]`` is the travel time from a to b [min]. ``partner_trades`` are those nobody in
    the house has: outside firms do them on contract, and anything else only when called.
    """

    __slots__ = ("_near", "licence_of", "minutes_to", "partner_trades", "store", "zone_of")

    def __init__(
        self, minutes_to: Sequence[Sequence[float]], zone_of: Sequence[int] = (),
        licence_of: dict[str, str] | None = None, store: int = 0,
        partner_trades: tuple[str, ...] = (),
    ) -> None:  # fmt: skip
        self.minutes_to = minutes_to
        self.zone_of = tuple(zone_of) or (0,) * len(minutes_to)
        self.licence_of = licence_of or {}
        self.store = store
        self.partner_trades = partner_trades
        self._near: dict[int, list[int]] = {}

    def near(self, building: int) -> list[int]:
        """All buildings by travel time to ``building``, ties by number; made at the first question."""
        found = self._near.get(building)
        if found is None:
            row = self.minutes_to[building]
            found = self._near[building] = sorted(range(len(row)), key=row.__getitem__)
        return found

    def open_to(self, tech: Technician, trade: str) -> bool:
        """Whether a technician may be given orders of a trade without having been called to them."""
        return tech.crew != "partner" or trade in self.partner_trades


Entry = tuple[Key, int, int, WorkOrder]
"""An entry of a heap: key, number, ticket (a later entry of the same order has a higher one), order."""


@final
class Waiting:
    """Orders waiting for dispatch: a heap per trade by a static key, left entries dropped lazily.

    An order is filed in its heap when somebody first looks there: most are given to somebody at
    once and never filed. ``orders`` are those waiting, by number, in the order they came; ``fresh``
    holds what became ready since the last question. The key defaults to (priority, report time,
    number); a rule may declare its own ``key(order)``. A rule that declares ``by_priority`` has a
    heap per trade and priority beside, for ``heads``.
    """

    __slots__ = ("_heaps", "_key", "_lanes", "_unfiled", "_urgent", "fresh", "orders")

    def __init__(self, key: Callable[[WorkOrder], Key] | None = None, by_priority: bool = False) -> None:
        self._key = key or standard_key
        self._heaps: dict[str, list[Entry]] = {}
        self._lanes: dict[tuple[str, int], list[Entry]] | None = {} if by_priority else None
        self.orders: dict[int, WorkOrder] = {}
        self._urgent: dict[int, WorkOrder] = {}
        self._unfiled: dict[int, WorkOrder] = {}
        self.fresh: list[WorkOrder] = []

    def __len__(self) -> int:
        return len(self.orders)

    def __contains__(self, order: WorkOrder) -> bool:
        return self.orders.get(order.id) is order

    def first(self, trade: str) -> WorkOrder | None:
        """The waiting order of a trade with the least key."""
        if self._unfiled:
            self._file()
        return self._top(self._heaps.get(trade))

    def heads(self, trade: str) -> Iterator[WorkOrder]:
        """Of each priority, the waiting order of a trade with the least key.

        Raises
        ------
        LookupError
            If the rule does not declare ``by_priority = True``.
        """
        if self._lanes is None:
            raise LookupError("heads of priorities are kept only for a rule that declares by_priority = True")
        if self._unfiled:
            self._file()
        for priority in (P1, P2, P3, P4):
            order = self._top(self._lanes.get((trade, priority)))
            if order is not None:
                yield order

    def in_order(self, trade: str) -> Iterator[WorkOrder]:
        """The waiting orders of a trade by their keys, least first, found only as far as they are asked for.

        Walks down the heap without taking anything out, so it holds until an order comes or leaves.
        """
        if self._unfiled:
            self._file()
        heap = self._heaps.get(trade, [])
        reached = [(heap[0], 0)] if heap else []
        while reached:
            (_, _, ticket, order), place = heappop(reached)
            for below in (2 * place + 1, 2 * place + 2):
                if below < len(heap):
                    heappush(reached, (heap[below], below))
            if ticket == order.ticket and order.id in self.orders:
                yield order

    def first_urgent(self) -> WorkOrder | None:
        """The longest waiting emergency, or None."""
        for order in self._urgent.values():
            return order
        return None

    def urgent(self) -> Iterator[WorkOrder]:
        """Every waiting emergency, in the order they came."""
        return iter(self._urgent.values())

    def key(self, order: WorkOrder) -> Key:
        """The key an order waits by."""
        return self._key(order)

    def all(self) -> Iterator[WorkOrder]:
        """Every waiting order, in the order they came."""
        return iter(self.orders.values())

    def add(self, order: WorkOrder) -> None:
        """Put in an order, or put it in again after its trade or priority changed."""
        order.ticket += 1
        number = order.id
        self.orders[number] = order
        if order.priority == P1:
            self._urgent[number] = order
        elif number in self._urgent:
            del self._urgent[number]
        self._unfiled[number] = order
        self.fresh.append(order)

    def remove(self, order: WorkOrder) -> None:
        """Take an order out; its heap entry, if it has one, is skipped when it surfaces."""
        number = order.id
        del self.orders[number]
        if number in self._unfiled:
            del self._unfiled[number]
        if self._urgent:
            self._urgent.pop(number, None)

    def rekey(self, key: Callable[[WorkOrder], Key] | None, by_priority: bool = False) -> None:
        """Change the key (another rule took over) and sort everybody in again."""
        self._key = key or standard_key
        orders = list(self.orders.values())
        self._heaps = {}
        self._lanes = {} if by_priority else None
        self.fresh = []
        self._unfiled = {}
        for order in orders:
            self.add(order)

    def _file(self) -> None:
        for order in self._unfiled.values():
            entry = (self._key(order), order.id, order.ticket, order)
            heappush(self._heaps.setdefault(order.trade, []), entry)
            if self._lanes is not None:
                heappush(self._lanes.setdefault((order.trade, order.priority), []), entry)
        self._unfiled.clear()

    def _top(self, heap: "list[Entry] | None") -> WorkOrder | None:
        while heap:
            _, _, ticket, order = heap[0]
            if ticket == order.ticket and order.id in self.orders:
                return order
            heappop(heap)
        return None


def standard_key(order: WorkOrder) -> Key:
    """Priority, then report time, then number."""
    return (order.priority, order.reported_at, order.id)


PLACE_INDEX_FROM = 120
"""Technicians from which an index by place beats a scan (kernel notes: 40 no, 640 yes)."""


@final
class Candidates:
    """Technicians who could be sent: idle and on duty by trade, with an index by place when many.

    ``fresh`` holds who became idle since the last question. Outside firms are here for their
    contract trades only; for any other they are ``partners``, whom an escalation may call for the
    order it escalates.
    """

    __slots__ = ("_here", "_idle", "_of", "_partners", "_site", "_skilled", "everyone", "fresh")

    def __init__(self, everyone: Sequence[Technician], site: Site) -> None:
        self.everyone = everyone
        self._site = site
        self._idle: dict[str, dict[int, Technician]] = {t: {} for p in everyone for t in p.skills}
        self._partners: dict[str, dict[int, Technician]] = {t: {} for t in self._idle}
        for tech in everyone:
            tech.trades = tuple(t for t in tech.skills if site.open_to(tech, t))
        self._of = {p.id: self._lists(p) for p in everyone}
        self._skilled = {t: [p for p in everyone if t in p.skills] for t in self._idle}
        self._here: dict[str, dict[int, dict[int, Technician]]] | None = None
        if len(everyone) >= PLACE_INDEX_FROM:
            self._here = {t: {} for t in self._idle}
        self.fresh: list[Technician] = []

    def __len__(self) -> int:
        return sum(len(d) for d in self._idle.values())

    def idle(self, trade: str) -> Iterable[Technician]:
        """Idle technicians of a trade, in the order they became idle."""
        found = self._idle.get(trade)
        return found.values() if found else ()

    def idle_count(self, trade: str) -> int:
        """How many are idle in a trade."""
        found = self._idle.get(trade)
        return len(found) if found else 0

    def idle_trades(self) -> list[str]:
        """Trades in which somebody is idle."""
        return [trade for trade, people in self._idle.items() if people]

    def skilled(self, trade: str) -> Sequence[Technician]:
        """Everybody with a skill in a trade, outside firms too, idle or not, by number."""
        return self._skilled.get(trade, ())

    def partners(self, trade: str) -> Iterable[Technician]:
        """Idle technicians of outside firms who do a trade only when called."""
        found = self._partners.get(trade)
        return found.values() if found else ()

    def all(self) -> Iterator[Technician]:
        """Every technician of the house, idle or not, by number."""
        return iter(self.everyone)

    def nearest(self, trade: str, building: int) -> Technician | None:
        """The idle technician of a trade with the least travel time; ties to the lowest number."""
        idle = self._idle.get(trade)
        if not idle:
            return None
        row = self._site.minutes_to[building]
        if self._here is not None:
            return self._outward(self._here[trade], row, building)
        best: Technician | None = None
        least = NEVER
        for tech in idle.values():
            minutes = row[tech.at]
            if minutes <= least and (minutes < least or best is None or tech.id < best.id):
                best, least = tech, minutes
        return best

    def add(self, tech: Technician) -> None:
        """A technician became idle and on duty."""
        number = tech.id
        for people in self._of[number]:
            people[number] = tech
        if self._here is not None:
            for trade in tech.trades:
                self._here[trade].setdefault(tech.at, {})[number] = tech
        if tech.trades:
            self.fresh.append(tech)

    def remove(self, tech: Technician) -> None:
        """A technician is no longer idle (no error if he or she was not)."""
        number = tech.id
        for people in self._of[number]:
            people.pop(number, None)
        if self._here is not None:
            for trade in tech.trades:
                at_place = self._here[trade].get(tech.at)
                if at_place is not None:
                    at_place.pop(number, None)

    def _lists(self, tech: Technician) -> tuple[dict[int, Technician], ...]:
        """The lists of idle people a technician stands on when idle, one a trade."""
        return tuple((self._idle if trade in tech.trades else self._partners)[trade] for trade in tech.skills)

    def _outward(
        self, here: dict[int, dict[int, Technician]], row: Sequence[float], building: int
    ) -> Technician | None:
        best: Technician | None = None
        least = NEVER
        for place in self._site.near(building):
            minutes = row[place]
            if minutes > least:
                break
            found = here.get(place)
            if found:
                tech = found[min(found)]
                if best is None or tech.id < best.id:
                    best, least = tech, minutes
        return best


@final
class View:
    """What every question comes with: the time, the map, the calendar, chance.

    ``round`` is true when the question is one of the rule's own rounds: a rule without ``rounds`` never sees it
    true, one with them sees it false only when it is asked about an emergency between two. ``orders`` are those the office
    remembers, by number, in the order they came: the last 5,000 (``REMEMBERED``), and of the older ones all that
    are not settled (signed for, cancelled, or planned work that is done). An office that forgot nothing
    would grow without end.
    """

    __slots__ = ("calendar", "chance", "now", "orders", "round", "site")

    def __init__(self, site: Site, calendar: Calendar, orders: dict[int, WorkOrder], chance: Chance) -> None:
        self.site = site
        self.calendar = calendar
        self.orders = orders
        self.chance = chance
        self.now = 0.0
        self.round = False

    def minutes(self, tech: Technician, order: WorkOrder) -> float:
        """Travel time from where the technician was last reported to the order [min]."""
        return self.site.minutes_to[order.building][tech.at]
