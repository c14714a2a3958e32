"""Lines of a stock book as plain JSON values and back: what a controller takes over of each before its first event."""

from typing import Any, Final

from policies.contract.stock import StockItem
from policies.contract.units import NEVER
from policies.controller.guards import MOST_PIECES
from policies.deploy.shapes import RANGES
from policies.deploy.strict import Reader

NUMBERS: Final = RANGES["i4"]
FIELDS: Final = (
    "asked", "breaks", "critical", "expected_per_month", "id", "lead_days", "on_hand", "place", "price_cny", "sku", "supplier",
)  # fmt: skip
BEGUN: Final = {"on_order": 0, "backorders": 0, "issued_at": -NEVER}
"""What a line is before the first event."""


def line_plain(item: StockItem, reader: Reader, where: str) -> dict[str, Any]:
    """A line as a plain object; mistakes are noted."""
    begun = [name for name, value in BEGUN.items() if getattr(item, name) != value]
    if begun:
        reader.wrong(where, f"has begun already ({', '.join(begun)} set): write settings before the first event")
    return {
        "asked": [int(pieces) for pieces in item.asked],
        "breaks": [[int(least), reader.number(share, f"{where}.breaks")] for least, share in item.breaks],
        "critical": bool(item.critical),
        "expected_per_month": reader.number(item.expected_per_month, f"{where}.expected_per_month"),
        "id": int(item.id),
        "lead_days": reader.number(item.lead_days, f"{where}.lead_days"),
        "on_hand": int(item.on_hand),
        "place": int(item.place),
        "price_cny": reader.number(item.price_cny, f"{where}.price_cny"),
        "sku": int(item.sku),
        "supplier": int(item.supplier),
    }


def line_of(plain: Any, reader: Reader, where: str, number: int) -> StockItem:
    """A line of a plain object; mistakes are noted. Lines are found by their place in the list."""
    given = reader.table(plain, where, FIELDS)

    def whole(name: str) -> int:
        return reader.whole(given.get(name, 0), f"{where}.{name}", 0, NUMBERS[1])

    def amount(name: str) -> float:
        value = reader.number(given.get(name, 0.0), f"{where}.{name}")
        if value < 0.0:
            reader.expected(f"{where}.{name}", value, "a number >= 0")
        return value

    breaks = []
    for at, pair in reader.items(given.get("breaks", []), f"{where}.breaks"):
        both = [item for _, item in reader.items(pair, at, 2)]
        if len(both) == 2:
            breaks.append((reader.whole(both[0], f"{at}[0]", 1, MOST_PIECES), reader.number(both[1], f"{at}[1]")))
    item = StockItem(
        whole("id"), whole("sku"), whole("place"), amount("price_cny"), amount("lead_days"), whole("on_hand"),
        amount("expected_per_month"), breaks, reader.flag(given.get("critical", False), f"{where}.critical"), whole("supplier"),
    )  # fmt: skip
    asked = [reader.whole(v, at, 0, MOST_PIECES) for at, v in reader.items(given.get("asked", [0]), f"{where}.asked")]
    item.asked = asked or [0]
    if item.id != number:
        reader.wrong(f"{where}.id", f"{item.id}, expected its place in the list, {number}")
    return item
