"""What a rule of the stores may see: the office's stock book, line by line.

A line is an item on the shelf of one place: the central store, or a department's own. All of it is what the
book says; what truly lies on a shelf nobody knows until somebody looks.
"""

from collections.abc import Iterator, Sequence
from typing import final

from policies.contract.units import NEVER

CENTRAL = 0
"""The central store; departments' own stores are 1, 2, …"""
MONTHS_KEPT = 36
"""Months of demand a book remembers, the running one among them."""


@final
class StockItem:
    """One line of the stock book (库存台账). Pieces, CNY, days; instants in minutes, -1: not yet.

    ``on_hand``: what the book says lies there; ``on_order``: bought and not yet received; ``backorders``: what somebody
    waits for. ``asked``: pieces asked for by month, oldest first, the running month last; what met an empty shelf is in it.
    ``price_cny`` is the list price of a piece, ``breaks`` its discounts: (pieces from which on, share of the price that is
    paid). ``lead_days``: from order to delivery, as the supplier promises. ``expected_per_month``: pieces, by the forecast
    or, before there is one, as the catalogue has it. ``critical``: kept for a breakdown that may never come. ``supplier``: who delivers it; what one place buys of one supplier at
    one time is one order.
    """

    __slots__ = (
        "asked",
        "backorders",
        "breaks",
        "critical",
        "expected_per_month",
        "id",
        "issued_at",
        "lead_days",
        "on_hand",
        "on_order",
        "place",
        "price_cny",
        "sku",
        "supplier",
    )  # fmt: skip

    def __init__(
        self, id: int, sku: int, place: int = CENTRAL, price_cny: float = 0.0, lead_days: float = 0.0,
        on_hand: int = 0, expected_per_month: float = 0.0, breaks: Sequence[tuple[int, float]] = (),
        critical: bool = False, supplier: int = 0,
    ) -> None:  # fmt: skip
        self.id = id
        self.sku = sku
        self.place = place
        self.price_cny = price_cny
        self.lead_days = lead_days
        self.on_hand = on_hand
        self.on_order = 0
        self.backorders = 0
        self.expected_per_month = expected_per_month
        self.breaks = tuple(breaks)
        self.critical = critical
        self.supplier = supplier
        self.issued_at = -NEVER
        self.asked: list[int] = [0]

    @property
    def position(self) -> int:
        """Inventory position: on hand + on order - backorders [pieces]."""
        return self.on_hand + self.on_order - self.backorders


@final
class Stock:
    """The stock book: every line by number, and those that changed since the last question.

    ``touched``: lines of which something was issued, received, counted or owed since, in that order; a rule that looks at
    these alone costs nothing for the thousands that lie still.
    """

    __slots__ = ("items", "touched")

    def __init__(self, items: Sequence[StockItem] = ()) -> None:
        self.items = list(items)
        self.touched: dict[int, StockItem] = {}

    def __len__(self) -> int:
        return len(self.items)

    def fresh(self) -> Iterator[StockItem]:
        """Lines that changed since the last question, in the order they did."""
        return iter(self.touched.values())

    def all(self) -> Iterator[StockItem]:
        """Every line, by number."""
        return iter(self.items)
