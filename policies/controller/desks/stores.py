"""The stores' desk (物资): keeps the stock book, asks at the day's review what to buy, and once a month what to expect."""

from collections.abc import Iterable
from typing import Any, Final, final

from policies.contract.commands import BuyStock, Command, GuardHit, Wake
from policies.contract.decisions import ForecastRule, OrderSize, Purchase, Replenish
from policies.contract.events import ItemSuperseded, StockCounted, StockIssued, StockReceived
from policies.contract.stock import MONTHS_KEPT, StockItem
from policies.contract.units import DAY_MIN
from policies.controller import guards
from policies.controller.record import Record

REVIEW: Final = "stock_review"
"""Tag of the timer that wakes the desk for its review."""
REVIEW_MIN: Final = 360.0
"""Minute of the day of the review: before the first delivery."""


@final
class StoresDesk:
    """Without a rule nothing is bought. One that raises or answers what a guard refuses is passed over, and the hit is kept."""

    def __init__(
        self, record: Record, replenish: Replenish | None, forecast: ForecastRule | None, order_size: OrderSize | None
    ) -> None:
        self.record = record
        self.replenish = replenish
        self.forecast = forecast
        self.order_size = order_size
        self._month = -1
        self._awake = False

    def begin(self, now: float) -> list[Command]:
        """Ask to be woken for the first review; without stock never."""
        if self._awake or not self.record.stock.items:
            return []
        self._awake = True
        self._month = self._month_of(now)
        return [self._next_review(now)]

    def review(self, now: float) -> list[Command]:
        """The day's look at the book."""
        commands: list[Command] = []
        month = self._month_of(now)
        if month != self._month:
            self._month = month
            self._close_month(commands)
        self._ask(commands)
        commands.append(self._next_review(now))
        return commands

    def issued(self, event: StockIssued, now: float) -> list[Command]:
        """A slip: the book follows it, never below nothing."""
        item = self._line(event.item)
        if item is None:
            return []
        item.on_hand = 0 if event.empty else max(0, item.on_hand - event.given)
        item.asked[-1] += event.asked
        item.backorders = max(0, item.backorders + event.owed)
        if event.given:
            item.issued_at = now
        if not getattr(self.replenish, "continuous", False):
            return []
        commands: list[Command] = []
        self._ask(commands)
        return commands

    def received(self, event: StockReceived, now: float) -> list[Command]:
        """A purchase is on the shelf."""
        item = self._line(event.item)
        if item is not None:
            item.on_hand += event.quantity
            item.on_order = max(0, item.on_order - event.ordered)
        return []

    def counted(self, event: StockCounted, now: float) -> list[Command]:
        """A count goes into the book as it was told."""
        item = self._line(event.item)
        if item is not None:
            item.on_hand = max(0, event.found)
        return []

    def superseded(self, event: ItemSuperseded, now: float) -> list[Command]:
        """The successor begins with nothing; what is expected of it is what was expected of the item."""
        item = self._line(event.item)
        if item is not None:
            item.on_hand = 0
        return []

    def _line(self, number: int) -> StockItem | None:
        """A line by its number, touched from now on; None: the book has no such line."""
        stock = self.record.stock
        if not 0 <= number < len(stock.items):
            return None
        item = stock.items[number]
        stock.touched[number] = item
        return item

    def _ask(self, commands: list[Command]) -> None:
        """What to buy of what changed; then nothing is new any more."""
        stock = self.record.stock
        if self.replenish is not None:
            try:
                bought: Iterable[Any] = tuple(self.replenish.replenish(stock, self.record.view))
            except Exception as error:
                commands.append(GuardHit("replenish", -1, -1, f"raised {type(error).__name__}"))
                bought = ()
            given: dict[int, None] = {}
            for one in bought:
                self._buy(one, given, commands)
        stock.touched.clear()

    def _buy(self, one: Any, given: dict[int, None], commands: list[Command]) -> None:
        why = guards.purchase(one, self.record.stock)
        if not why and one.item.id in given:
            why = "the line is bought twice"
        if why:
            commands.append(GuardHit("replenish", -1, -1, why))
            return
        given[one.item.id] = None
        quantity = one.quantity if one.rush else self._lot(one, commands)
        one.item.on_order += quantity
        commands.append(BuyStock(one.item.id, quantity, one.rush))

    def _lot(self, one: Purchase, commands: list[Command]) -> int:
        if self.order_size is None:
            return one.quantity
        try:
            lot = self.order_size.lot(one.item, one.quantity, self.record.view)
            why = guards.pieces(lot)
        except Exception as error:
            why = f"raised {type(error).__name__}"
        if why:
            commands.append(GuardHit("order_size", -1, -1, why))
            return one.quantity
        return lot

    def _close_month(self, commands: list[Command]) -> None:
        """A month has ended: what is expected of each line from now on, and a new month in its book."""
        for item in self.record.stock.items:
            if self.forecast is not None:
                self._forecast(item, commands)
            item.asked.append(0)
            del item.asked[:-MONTHS_KEPT]

    def _forecast(self, item: StockItem, commands: list[Command]) -> None:
        assert self.forecast is not None
        try:
            expected = self.forecast.forecast(item, self.record.view)
            why = guards.expectation(expected)
        except Exception as error:
            why = f"raised {type(error).__name__}"
        if why:
            commands.append(GuardHit("forecast", -1, -1, why))
        else:
            item.expected_per_month = float(expected)

    def _month_of(self, now: float) -> int:
        on = self.record.view.calendar.date_of(int(now // DAY_MIN))
        return on.year * 12 + on.month

    @staticmethod
    def _next_review(now: float) -> Wake:
        day = int((now - REVIEW_MIN) // DAY_MIN) + 1
        return Wake(day * DAY_MIN + REVIEW_MIN, REVIEW)
