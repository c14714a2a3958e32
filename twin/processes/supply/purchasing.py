"""Purchasing (采购): need, budget, approval, order, delivery, inspection, invoice, settlement; the cash ledger.

What one place buys of one supplier at one instant in one way is one purchase. Draws are keyed by place, supplier and
day, so that the same order of the same day meets the same supplier's luck under every policy.
"""

from collections.abc import Callable
from math import sqrt
from typing import Any, final

from policies.contract.calendar import Calendar
from policies.contract.commands import BuyStock
from policies.contract.events import CommandRefused, StockReceived
from policies.contract.states import PurchaseState
from policies.contract.units import DAY_MIN
from twin.campus import StockLine, Stores
from twin.facts import CostBooked, PurchaseLine, PurchasePaid, StockMoved
from twin.journal import PURCHASE
from twin.processes.supply.counter import Counter
from twin.processes.supply.inbox import Inbox
from twin.streams import Streams
from twin.waist import Waist

SHIPS_AT = 0.7
"""Share of the lead after which the goods are on their way."""
SUPPLIERS = 64
TRIES = 8
ORDERS_A_DAY = 1024
"""Room for the orders of a day with one supplier in the number of a draw."""


@final
class Purchase:
    """A purchase on its way. ``lines``: (item, pieces, value, premium) [0.01 CNY]; ``tries``: deliveries so far."""

    __slots__ = ("draw", "lines", "made_at", "number", "place", "rush", "supplier", "tries")

    def __init__(self, number: int, place: int, supplier: int, rush: bool, made_at: float, draw: int) -> None:
        self.number = number
        self.place = place
        self.supplier = supplier
        self.rush = rush
        self.made_at = made_at
        self.draw = draw
        self.tries = 0
        self.lines: list[tuple[int, int, int, int]] = []


@final
class Purchasing:
    """Buys what is commanded."""

    def __init__(self, waist: Waist, streams: Streams, calendar: Calendar, stores: Stores, counter: Counter) -> None:
        self.waist = waist
        self.clock = waist.clock
        self.streams = streams
        self.calendar = calendar
        self.stores = stores
        self.counter = counter
        self.finance = self._inbox(stores.finance_inbox_min, self._approved)
        self.buyer = self._inbox(stores.buyer_inbox_min, self._sent)
        self._made = 0
        self._open: dict[tuple[int, int, bool], Purchase] = {}
        self._today: dict[tuple[int, int], tuple[int, int]] = {}
        waist.obeys(BuyStock, self.buy)

    def buy(self, command: BuyStock) -> None:
        """A need (需求): a new purchase, or a line more of the one that is written at this instant."""
        lines = self.stores.lines
        if not 0 <= command.item < len(lines) or command.quantity < 1:
            self.waist.emit(CommandRefused("BuyStock", command.item, -1, "no such line, or no pieces"))
            return
        line = lines[command.item]
        key = (line.place, line.supplier, command.rush)
        purchase = self._open.get(key)
        if purchase is None or purchase.made_at != self.clock._now:
            purchase = self._open[key] = self._new(*key)
            self.clock.at(self.clock._now, self._written, purchase)
        cents = self._value(line, command.quantity)
        premium = round(cents * self.stores.rush_premium) if command.rush else 0
        purchase.lines.append((command.item, command.quantity, cents, premium))
        self.waist.note(PurchaseLine(purchase.number, command.item, command.quantity, cents, premium, command.rush))

    def _new(self, place: int, supplier: int, rush: bool) -> Purchase:
        now = self.clock._now
        day = int(now // DAY_MIN)
        last, count = self._today.get((place, supplier), (day, 0))
        count = count if last == day else 0
        self._today[place, supplier] = day, count + 1
        number = self._made
        self._made += 1
        purchase = Purchase(number, place, supplier, rush, now, day * ORDERS_A_DAY + count)
        self._state(purchase, PurchaseState.PR_DRAFT)
        return purchase

    def _value(self, line: StockLine, pieces: int) -> int:
        """What pieces cost by the price list, discounts of the whole lot included [0.01 CNY]."""
        share = 1.0
        for months, paid in zip(self.stores.break_months, self.stores.break_price, strict=True):
            if pieces >= months * line.catalogue_per_month > 0.0:
                share = paid
        return round(100.0 * line.price_cny * share * pieces)

    # need -> order

    def _written(self, purchase: Purchase) -> None:
        self._state(purchase, PurchaseState.BUDGET_CHECK)
        if purchase.rush:
            self._approved(purchase)
        else:
            self.finance.lay(purchase)

    def _approved(self, purchase: Purchase) -> None:
        self._state(purchase, PurchaseState.APPROVED)
        if purchase.rush:
            opens = self.calendar.next_open(self.stores.receiving, self.clock._now)
            self.clock.at(max(opens, self.clock._now), self._sent, purchase)
        else:
            self.buyer.lay(purchase)

    def _sent(self, purchase: Purchase) -> None:
        self._state(purchase, PurchaseState.PO_SENT)
        if self.stores.order_cny > 0.0:
            self.waist.note(CostBooked("purchase_order", purchase.number, self.stores.order_cny))
        self._deliver(purchase)

    # order -> shelf

    def _deliver(self, purchase: Purchase) -> None:
        lead = self._lead_days(purchase) * DAY_MIN
        self.clock.at(self.clock._now + SHIPS_AT * lead, self._state, purchase, PurchaseState.SHIPPED)
        arrives = self.clock._now + lead
        self.clock.at(max(arrives, self.calendar.next_open(self.stores.receiving, arrives)), self._received, purchase)

    def _lead_days(self, purchase: Purchase) -> float:
        """The longest of its lines; a rush is faster."""
        stores = self.stores
        mean = max(stores.lines[item].lead_days for item, *_ in purchase.lines)
        if purchase.rush:
            mean = max(stores.rush_days, stores.rush_share * mean)
        entity, n = (
            purchase.place * SUPPLIERS + purchase.supplier,
            purchase.draw * TRIES + min(purchase.tries, TRIES - 1),
        )
        if stores.lead_law == "uniform":
            half = stores.lead_cv * sqrt(3.0)
            return mean * (1.0 + half * (2.0 * self.streams.uniform("lead", entity, n) - 1.0))
        return self.streams.lognormal("lead", entity, mean, stores.lead_cv, n)

    def _received(self, purchase: Purchase) -> None:
        self._state(purchase, PurchaseState.RECEIVED)
        if self.stores.inspection_min <= 0.0:
            self._inspected(purchase)
            return
        at = self.calendar.add(self.stores.receiving, self.clock._now, self.stores.inspection_min)
        self.clock.at(at, self._inspected, purchase)

    def _inspected(self, purchase: Purchase) -> None:
        """验收: on the shelf, or back and delivered anew."""
        entity = purchase.place * SUPPLIERS + purchase.supplier
        n = purchase.draw * TRIES + purchase.tries
        if purchase.tries < TRIES - 1 and self.streams.uniform("sent_back", entity, n) < self.stores.sent_back:
            self._state(purchase, PurchaseState.RETURNED)
            purchase.tries += 1
            self._deliver(purchase)
            return
        self._state(purchase, PurchaseState.INSPECTED)
        for item, pieces, cents, premium in purchase.lines:
            shelf = self.counter.shelves[item]
            shelf.put(pieces, cents)
            self.waist.note(StockMoved(item, "received", pieces, cents))
            self.waist.note(CostBooked("parts", item, cents / 100.0))
            if premium:
                self.waist.note(CostBooked("rush_premium", item, premium / 100.0))
            self.waist.emit(StockReceived(item, purchase.number, pieces, pieces))
            self.counter.serve(shelf)
        self.clock.at(self.clock._now + self.stores.invoice_days * DAY_MIN, self._invoiced, purchase)

    # invoice -> cash

    def _invoiced(self, purchase: Purchase) -> None:
        self._state(purchase, PurchaseState.INVOICED)
        self.clock.at(self.clock._now + self.stores.settle_days * DAY_MIN, self._settled, purchase)

    def _settled(self, purchase: Purchase) -> None:
        self._state(purchase, PurchaseState.SETTLED)
        owed = sum(cents + premium for _, _, cents, premium in purchase.lines)
        self.waist.note(PurchasePaid(purchase.number, owed))

    def _state(self, purchase: Purchase, state: PurchaseState) -> None:
        self.waist.journal.state(self.clock._now, PURCHASE, purchase.number, int(state))

    def _inbox(self, times: tuple[float, ...], done: Callable[[Any], None]) -> Inbox:
        stores = self.stores
        return Inbox(self.clock, self.calendar, stores.hours, times, stores.signed_a_session, done)
