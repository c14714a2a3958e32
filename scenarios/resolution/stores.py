"""The stores of a resolved scenario: the world's shelves, and the office's book of them."""

from bisect import bisect_left
from typing import Final
from zlib import crc32

from policies.contract.stock import StockItem
from policies.contract.units import YEAR_DAYS
from scenarios.resolution.resolve import Resolved
from scenarios.schema.strict import fill
from scenarios.schema.tables import SkuRow
from twin import campus as world

JUDGED_DAYS: Final = 60.0
"""Days of use between a stock item's reorder point and its upper level, as a storekeeper sets them (campusmaker)."""
SUPPLIED_WITHIN: Final = (3.0, 6.0, 15.0)
"""Lead times [days] up to which a part comes from the hardware shop, the framework supplier, a specialist; else from abroad."""


def stores_of(resolved: Resolved) -> world.Stores:
    """The stores: the lines of the storeroom's parts first, then the departments' own."""
    table = resolved.campus.stores
    if table is None:
        return world.Stores()
    departments = tuple(dict.fromkeys(row.department for row in resolved.stock))
    place = {name: number for number, name in enumerate(departments, 1)}
    lines = [_of_part(row) for row in resolved.skus]
    lines += [fill(world.StockLine, row, place=place[row.department]) for row in resolved.stock]
    found: world.Stores = fill(world.Stores, table, on=True, departments=departments, lines=lines)
    return found


def stock_book(stores: world.Stores) -> list[StockItem]:
    """The book as it is taken over: what lies there at the start, and what the catalogue expects."""
    return [_item(number, line, stores) for number, line in enumerate(stores.lines)]


def _of_part(row: SkuRow) -> world.StockLine:
    a_day = (row.order_up_to - row.reorder_point) / JUDGED_DAYS
    return world.StockLine(
        row.name, crc32(row.name.encode()), 0, row.price_cny, float(row.lead_days), row.order_up_to, a_day * YEAR_DAYS / 12.0,
        supplier=bisect_left(SUPPLIED_WITHIN, row.lead_days),
    )  # fmt: skip


def _item(number: int, line: world.StockLine, stores: world.Stores) -> StockItem:
    a_month = line.catalogue_per_month
    breaks = [
        (max(2, round(months * a_month)), share)
        for months, share in zip(stores.break_months, stores.break_price, strict=True)
        if a_month > 0.0
    ]
    return StockItem(
        number,
        number,
        line.place,
        line.price_cny,
        line.lead_days,
        line.opening,
        a_month,
        breaks,
        line.critical,
        line.supplier,
    )
