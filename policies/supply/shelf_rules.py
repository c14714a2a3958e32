"""What rules of replenishment share: what somebody waits for, what is expected until the next chance, how it varies."""

from collections.abc import Iterable, Iterator
from math import sqrt
from typing import Final

from policies.contract.decisions import Purchase
from policies.contract.stock import StockItem
from policies.contract.units import YEAR_DAYS

MONTH_DAYS: Final = YEAR_DAYS / 12.0
REVIEW_DAYS: Final = 1.0
"""From one review to the next."""


def rushed(items: Iterable[StockItem]) -> Iterator[Purchase]:
    """What somebody waits for and nobody has bought, by the fast way."""
    for item in items:
        missing = item.backorders - item.on_hand - item.on_order
        if missing > 0:
            yield Purchase(item, missing, rush=True)


def per_day(item: StockItem) -> float:
    """Pieces expected a day."""
    return item.expected_per_month / MONTH_DAYS


def spread_per_month(item: StockItem) -> float:
    """Standard deviation of a month's demand [pieces]: of the ended months of the book, no less than that of Poisson demand."""
    months = item.asked[:-1]
    by_chance = sqrt(item.expected_per_month)
    if len(months) < 2:
        return by_chance
    mean = sum(months) / len(months)
    return max(by_chance, sqrt(sum((one - mean) ** 2 for one in months) / (len(months) - 1)))


def see_positive(**given: float) -> None:
    """Refuse numbers that are not above 0.

    Raises
    ------
    ValueError
        With the first of them.
    """
    for name, value in given.items():
        if not value > 0.0:
            raise ValueError(f"{name} is {value}, expected a number above 0")
