"""One shelf, or some alike: the ordinary stores with offices, inspection, losses and ageing off, and a path of demand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

import numpy as np

from policies.contract.calendar import Calendar
from policies.contract.stock import StockItem
from policies.contract.views import Site
from policies.controller.centre import CommandCentre
from policies.controller.desks.stores import REVIEW_MIN
from policies.controller.settings import RuleChoice, Settings
from results.columns import columns
from scenarios.verify.draws import Floats, Generator, Ints
from twin.campus import StockLine, Stores
from twin.journal import Journal
from twin.processes.supply.consumption import Consumption, Use
from twin.processes.supply.counter import Counter
from twin.processes.supply.purchasing import Purchasing
from twin.streams import Streams
from twin.world import World

BEGINS_MIN: Final = REVIEW_MIN
"""Demand begins where a day's review does, so that the first period is a whole one [min]."""
PRICE_CNY: Final = 1.0


@dataclass(frozen=True, slots=True)
class Lead:
    """Lead time: mean [days], coefficient of variation, law."""

    mean_days: float
    cv: float = 0.0
    law: str = "lognormal"


def played(
    use: Use,
    opening: Sequence[int],
    rule: str,
    parameters: dict[str, Any],
    lead: Lead,
    until: float,
    rng: Generator,
    unmet: Literal["waits", "lost"] = "waits",
) -> Journal:
    """The journal of shelves that begin with ``opening`` pieces each, until a minute."""
    lines = [
        StockLine(f"item {k}", k + 1, k, PRICE_CNY, lead.mean_days, pieces, 0.0) for k, pieces in enumerate(opening)
    ]
    stores = Stores(
        on=True, lines=lines, finance_inbox_min=(), buyer_inbox_min=(), receiving="24x7", inspection_min=0.0, sent_back=0.0,
        lead_cv=lead.cv, lead_law="uniform" if lead.law == "uniform" else "lognormal", break_months=(), break_price=(),
        order_cny=1.0, unrecorded=0.0, notes_empty=0.0, obsolete_per_year=0.0, unmet=unmet,
    )  # fmt: skip
    book = [StockItem(k, k, k, PRICE_CNY, lead.mean_days, pieces) for k, pieces in enumerate(opening)]
    calendar = Calendar(date(2025, 9, 1))
    settings = Settings(Site([[0.0]]), [], calendar, {"replenish": RuleChoice(rule, parameters)}, stock=book)
    streams = Streams(int(rng.integers(2**31)), 0)
    world = World(CommandCentre(settings), [], [[0.0]], streams=streams)
    counter = Counter(world.waist, world.register, streams, stores)
    world.parts = {
        "stores": counter,
        "purchasing": Purchasing(world.waist, streams, calendar, stores, counter),
        "consumption": Consumption(world.clock, counter, use),
    }
    world.begin()
    world.run(until)
    return world.journal


def poisson(rate_per_day: float, days: float, lines: int, rng: Generator) -> Use:
    """Single pieces asked for at a rate a day, of each of some lines."""
    number = rng.poisson(rate_per_day * days * lines)
    at = np.sort(rng.uniform(BEGINS_MIN, BEGINS_MIN + days * 1440.0, number))
    return Use(at, rng.integers(0, lines, number), np.ones(number, dtype=np.int64))


@dataclass(frozen=True, slots=True)
class Seen:
    """What shelves came to between two instants: pieces asked for and given at once; pieces lying there and owed, means over time; orders."""

    asked: int
    at_once: int
    on_hand: float
    owed: float
    orders: int
    ordered: int


def seen(journal: Journal, after: float, until: float) -> Seen:
    """Everything the truths ask of a journal [min]."""
    issued, moved, bought = (columns(journal, name) for name in ("StockIssued", "StockMoved", "BuyStock"))
    asked = (issued["asked"] > 0) & (issued.at >= after) & (issued.at < until)
    whole = asked & (issued["given"] == issued["asked"])
    orders = (bought.at >= after) & (bought.at < until)
    return Seen(
        int(issued["asked"][asked].sum()), int(issued["asked"][whole].sum()),
        _mean(moved.at, moved["pieces"], after, until), _mean(issued.at, issued["owed"], after, until),
        int(orders.sum()), int(bought["quantity"][orders].sum()),
    )  # fmt: skip


def _mean(at: Floats, change: Ints, after: float, until: float) -> float:
    """Time average of a level that begins at 0 and changes at instants."""
    inside = np.minimum(at, until)
    since = until - np.maximum(inside, after)
    return float((change * since).sum()) / (until - after)
