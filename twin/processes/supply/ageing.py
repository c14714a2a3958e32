"""What time does to stock: items are superseded, stock costs to hold, the yearly count, what is thrown away."""

from math import exp, log
from typing import final

from policies.contract.calendar import Calendar
from policies.contract.events import ItemSuperseded, StockCounted
from policies.contract.units import DAY_MIN, HOUR_MIN, YEAR_DAYS, YEAR_MIN
from twin.campus import Stores
from twin.facts import CostBooked, StockMoved
from twin.processes.supply.counter import Counter
from twin.processes.supply.shelf import Shelf
from twin.streams import Streams
from twin.waist import Waist

COUNT_MIN = 1020.0
"""Minute of the day of the yearly count: when the counter closes."""
MIDNIGHT_MIN = 0.5
"""A moment after midnight, when a month is booked."""
WRONG_BY = 0.1
"""A wrong count is off by this share, at least by one."""
MONTHS = 12.0
HALF_A_COUNT = 0.5
"""Years, in the mean, from when dead stock is old enough until the count that throws it away."""


@final
class Ageing:
    """Superseded items, holding, the yearly count and the scrap."""

    def __init__(self, waist: Waist, streams: Streams, calendar: Calendar, stores: Stores, counter: Counter) -> None:
        self.waist = waist
        self.clock = waist.clock
        self.streams = streams
        self.calendar = calendar
        self.stores = stores
        self.counter = counter
        self._lives = [0] * len(stores.lines)
        self._counts = 0

    def begin(self) -> None:
        """The first day, and the first end of each item."""
        self.clock.at(MIDNIGHT_MIN, self._day, 0)
        if self.stores.obsolete_per_year > 0.0:
            for number in range(len(self.stores.lines)):
                self._died_before(number)
                self._live(number)

    def _died_before(self, number: int) -> None:
        """What died before the start and is not yet thrown away, as if all had gone on so for long: a lot like the opening one."""
        line = self.stores.lines[number]
        kept_years = self.stores.scrap_after_days / YEAR_DAYS + HALF_A_COUNT
        died = 1.0 - exp(-self.stores.obsolete_per_year * kept_years)
        if not line.opening or self.streams.uniform("died_before", line.key, 0) >= died:
            return
        age_min = self.streams.uniform("died_before", line.key, 1) * kept_years * YEAR_MIN
        value = line.opening * round(100.0 * line.price_cny)
        self.counter.shelves[number].dead.append((-age_min, line.opening, value))
        self.waist.note(StockMoved(number, "dead", line.opening, value))

    def _live(self, number: int) -> None:
        """An item lives until its successor comes: exponential, drawn at its birth."""
        key = self.stores.lines[number].key
        life = self._lives[number]
        self._lives[number] = life + 1
        years = -log(self.streams.uniform("superseded", key, life)) / self.stores.obsolete_per_year
        self.clock.at(self.clock._now + years * YEAR_MIN, self._superseded, number)

    def _superseded(self, number: int) -> None:
        shelf = self.counter.shelves[number]
        if shelf.on_hand:
            pieces = shelf.on_hand
            value = shelf.take(pieces)
            shelf.dead.append((self.clock._now, pieces, value))
            self.waist.note(StockMoved(number, "superseded", -pieces, -value))
            self.waist.note(StockMoved(number, "dead", pieces, value))
        self.waist.emit(ItemSuperseded(number))
        self._live(number)

    def _day(self, day: int) -> None:
        on = self.calendar.date_of(day)
        if on.day == 1:
            self._hold()
        if (on.month, on.day) == (self.stores.count_month, self.stores.count_day):
            self.clock.at(day * DAY_MIN + COUNT_MIN, self._count)
        self.clock.at((day + 1) * DAY_MIN + MIDNIGHT_MIN, self._day, day + 1)

    def _hold(self) -> None:
        """A month's holding of all that lies there, dead or not, by place."""
        value: dict[int, int] = {}
        for shelf in self.counter.shelves:
            held = shelf.cents + sum(cents for _, _, cents in shelf.dead)
            if held:
                place = self.stores.lines[shelf.item].place
                value[place] = value.get(place, 0) + held
        for place, cents in sorted(value.items()):
            self.waist.note(CostBooked("holding", place, cents / 100.0 * self.stores.holding_per_year / MONTHS))

    def _count(self) -> None:
        """盘点: every line, right or wrong; what has been dead for long is thrown away."""
        number = self._counts
        self._counts += 1
        for shelf in self.counter.shelves:
            self._throw_away(shelf)
            self.waist.emit(StockCounted(shelf.item, self._found(shelf, number)))
        hours = len(self.counter.shelves) * self.stores.count_min_a_line / HOUR_MIN
        if hours > 0.0:
            self.waist.note(CostBooked("counting", -1, hours * self.stores.count_h_cny))

    def _found(self, shelf: Shelf, number: int) -> int:
        key = self.stores.lines[shelf.item].key
        u = self.streams.uniform("counted", key, number)
        if u < self.stores.count_right:
            return shelf.on_hand
        wrong = max(1, round(WRONG_BY * shelf.on_hand))
        more = u - self.stores.count_right < 0.5 * (1.0 - self.stores.count_right)
        return shelf.on_hand + wrong if more else max(0, shelf.on_hand - wrong)

    def _throw_away(self, shelf: Shelf) -> None:
        oldest = self.clock._now - self.stores.scrap_after_days * DAY_MIN
        while shelf.dead and shelf.dead[0][0] <= oldest:
            _, pieces, cents = shelf.dead.popleft()
            self.waist.note(StockMoved(shelf.item, "scrapped", -pieces, -cents))
            self.waist.note(CostBooked("scrap", shelf.item, cents / 100.0 * (1.0 - self.stores.salvage)))
