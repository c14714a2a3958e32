"""The counter of the stores: pieces over it for repairs and for the places' own use, slips, and pieces without a slip."""

from collections.abc import Sequence
from typing import final

from policies.contract.commands import ReservePart
from policies.contract.events import PartReady, StockIssued
from policies.contract.states import OrderState
from twin.campus import Stores
from twin.entities.job import Job
from twin.facts import PartTaken, ShelfOpened, StockMoved
from twin.journal import ORDER
from twin.processes.supply.shelf import Shelf
from twin.register import Register
from twin.streams import Streams
from twin.waist import Waist

WMATL = int(OrderState.WMATL)


@final
class Counter:
    """Who asks gets what is there, at once; for the rest they wait, first come first served.

    The shelf of an item of repairs has the item's number.
    """

    def __init__(self, waist: Waist, register: Register, streams: Streams, stores: Stores) -> None:
        self.waist = waist
        self.register = register
        self.streams = streams
        self.stores = stores
        self.shelves: Sequence[Shelf] = [Shelf(number) for number in range(len(stores.lines))]
        self._issues = [0] * len(stores.lines)
        waist.obeys(ReservePart, self.reserve)

    def begin(self) -> None:
        """What lies there at the start."""
        for shelf, line in zip(self.shelves, self.stores.lines, strict=True):
            self.waist.note(ShelfOpened(shelf.item, line.place, line.critical))
            if line.opening:
                value = line.opening * round(100.0 * line.price_cny)
                shelf.put(line.opening, value)
                self.waist.note(StockMoved(shelf.item, "opening", line.opening, value))

    def reserve(self, command: ReservePart) -> None:
        """Take the part for an order now, or when it comes."""
        job = self.register.jobs[command.order]
        if self.take(job, command.sku):
            self.waist.emit(PartReady(job.id))
        else:
            self.wait_for(job, command.sku)

    def take(self, job: Job, sku: int) -> bool:
        """Take one piece for an order if there is one."""
        shelf = self.shelves[sku]
        if shelf.on_hand == 0:
            return False
        job.part_in_hand = True
        self._hand_out(shelf, 1)
        self.waist.note(PartTaken(job.id, sku))
        self.waist.emit(StockIssued(sku, 1, 1))
        self._walk_off(shelf, 1)
        return True

    def wait_for(self, job: Job, sku: int) -> None:
        """Queue for what comes (待料)."""
        shelf = self.shelves[sku]
        shelf.waiting.append((job, 1))
        job.state = WMATL
        self.waist.journal.state(self.waist.clock._now, ORDER, job.id, WMATL)
        self.waist.emit(StockIssued(sku, 1, 0, 1, self._is_noted(shelf)))

    def ask(self, item: int, pieces: int) -> None:
        """A place's own people ask for pieces: what is there at once, the rest when it comes or from elsewhere."""
        shelf = self.shelves[item]
        given = min(pieces, shelf.on_hand)
        if given:
            self._hand_out(shelf, given)
        missing = pieces - given
        owed = missing if self.stores.unmet == "waits" else 0
        if owed:
            shelf.waiting.append((None, owed))
        self.waist.emit(StockIssued(item, pieces, given, owed, bool(missing) and self._is_noted(shelf)))
        if given:
            self._walk_off(shelf, given)

    def serve(self, shelf: Shelf) -> None:
        """What has come, to those who wait."""
        waiting = shelf.waiting
        while shelf.on_hand and waiting:
            job, pieces = waiting.popleft()
            given = min(pieces, shelf.on_hand)
            self._hand_out(shelf, given)
            if given < pieces:
                waiting.appendleft((job, pieces - given))
            self.waist.emit(StockIssued(shelf.item, 0, given, -given))
            if job is not None:
                job.part_in_hand = True
                self.waist.note(PartTaken(job.id, shelf.item))
                self.waist.emit(PartReady(job.id))

    def _hand_out(self, shelf: Shelf, pieces: int) -> None:
        self.waist.note(StockMoved(shelf.item, "issued", -pieces, -shelf.take(pieces)))

    def _walk_off(self, shelf: Shelf, issued: int) -> None:
        """More leaves than the slip says: a share of the pieces issued, whole ones by chance."""
        issue = self._issues[shelf.item]
        self._issues[shelf.item] = issue + 1
        share = self.stores.unrecorded * issued
        if not shelf.on_hand or share <= 0.0:
            return
        whole = int(share)
        key = self.stores.lines[shelf.item].key
        pieces = whole + (self.streams.uniform("unrecorded", key, issue) < share - whole)
        if pieces:
            pieces = min(pieces, shelf.on_hand)
            self.waist.note(StockMoved(shelf.item, "unrecorded", -pieces, -shelf.take(pieces)))

    def _is_noted(self, shelf: Shelf) -> bool:
        """Whether the slip says that the shelf is empty."""
        issue = self._issues[shelf.item]
        self._issues[shelf.item] = issue + 1
        key = self.stores.lines[shelf.item].key
        return self.streams.uniform("noted_empty", key, issue) < self.stores.notes_empty
