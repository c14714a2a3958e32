"""Stock under the storeroom's daily review: the order-up-to rule (s, S) with backorders."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from policies.contract.units import DAY_MIN
from policies.supply.review import Review
from scenarios.verify import parameters
from scenarios.verify.case import Case
from scenarios.verify.controls import Sample
from scenarios.verify.degenerate import degenerate
from scenarios.verify.draws import Floats, Generator, demand
from scenarios.verify.recipe import Recipe
from twin.journal import Journal
from twin.processes.stores import Shelf

FIRST_MIN, LAST_MIN = 480.0, 1439.0
"""Hours of demand: after the day's delivery, before the day ends [min]."""
ITEM = 0


def reviewed(case: Case, customers: int, rng: Generator) -> Sample:
    """A period is a day: review, delivery, then Poisson demand for the part; cost is read at its end."""
    p = case.parameters
    days = max(40, round(customers / p["mean"]))
    number = rng.poisson(p["mean"], days)
    report = np.repeat(np.arange(days) * DAY_MIN, number) + rng.uniform(FIRST_MIN, LAST_MIN, int(number.sum()))
    asked = demand(np.sort(report), np.zeros(len(report)))
    asked.part = ITEM
    world = degenerate(asked, 1, shelf=Shelf(p["s"], p["S"], p.get("L", 0)), order_cost=p["K"])
    world.run(days * DAY_MIN)
    first = days // 10
    ends = np.arange(first + 1, days + 1) * DAY_MIN
    net = p["S"] + _so_far(world.journal, "StockDelivered", "quantity", ends)
    on_hand = net - _so_far(world.journal, "PartTaken", "", ends)
    backorders = _so_far(world.journal, "RequestReported", "", ends) - _so_far(world.journal, "PartTaken", "", ends)
    booked = world.journal.table("CostBooked")
    orders = np.array([kind == "purchase_order" for kind in booked.text("kind")]) & (booked["at"] >= first * DAY_MIN)
    set_up = float(booked["cny"][orders].sum()) / len(ends)
    values = {"cost": set_up + float((p["h"] * on_hand + p["b"] * backorders).mean())}
    counted = number[first:]
    known = {
        "demand": float(counted.mean()) - p["mean"],
        "square": float((counted.astype(float) ** 2).mean()) - p["mean"] - p["mean"] ** 2,
    }
    return Sample(values, known)


def _so_far(journal: Journal, name: str, column: str, ends: Floats) -> Floats:
    """Rows of a table up to each instant, or the sum of a column over them."""
    if name not in journal.tables():
        return np.zeros(len(ends))
    table = journal.table(name)
    amounts = table[column].astype(float) if column else np.ones(len(table["at"]))
    total = np.concatenate([[0.0], np.cumsum(amounts)])
    return total[np.searchsorted(table["at"], ends)]


def _given(case: Case) -> bool:
    return "s" in case.parameters


def _played(case: Case) -> Sequence[str]:
    return ("cost",) if _given(case) else ()


def _best(case: Case) -> Mapping[str, Any]:
    """The best levels and their cost, where none are given."""
    p = case.parameters
    return {} if _given(case) else asdict(Review(p["mean"], p["K"], p["h"], p["b"], p.get("L", 0)).best())


def _of_cycle(case: Case) -> float:
    p = case.parameters
    return float(p.get("S", 0) - p.get("s", 0) + p["mean"] * (1 + p.get("L", 0)))


RECIPES = {
    "ss_periodic_poisson": Recipe(
        "ss_periodic_poisson", "a day is a period: the storeroom's review at s up to S, delivery, demand for the part, backorders; without s and S the best are computed",
        parameters.Reviewed, reviewed, _played, _of_cycle, cost=1.1, computes=_best,
    ),
}  # fmt: skip
