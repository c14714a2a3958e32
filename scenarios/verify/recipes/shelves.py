"""Stock as the stores' desk keeps it: one-for-one, (r, Q), pooled, and the textbooks' monthly (s, S)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from math import sqrt
from typing import Any, Final

import numpy as np

from policies.contract.units import DAY_MIN
from policies.supply.continuous import Stock, least_stock
from scenarios.verify import parameters
from scenarios.verify.case import Case
from scenarios.verify.controls import Sample
from scenarios.verify.draws import Generator
from scenarios.verify.recipe import Recipe, always
from scenarios.verify.shelf import BEGINS_MIN, Lead, Seen, played, poisson, seen
from twin.processes.supply.consumption import Use

SETTLED: Final = 0.1
"""Share of a run after which it is looked at."""
WHICHEVER: Final = 0.5
"""Coefficient of variation of leads where the law does not matter."""


def _span(customers: int, rate: float) -> float:
    return max(60.0, customers / rate)


def _watched(
    case: Case, days: float, lines: int, opening: int, rule: str, levels: dict[str, Any], lead: Lead, rng: Generator
) -> tuple[Seen, float]:
    """What came of some shelves alike, and the days that were looked at."""
    use = poisson(case.parameters["lambda"], days, lines, rng)
    until = BEGINS_MIN + days * DAY_MIN
    after = BEGINS_MIN + SETTLED * days * DAY_MIN
    journal = played(use, [opening] * lines, rule, levels, lead, until, rng)
    return seen(journal, after, until), (1.0 - SETTLED) * days


def one_for_one(case: Case, customers: int, rng: Generator) -> Sample:
    """A day is a unit; each piece that leaves is ordered at once, with leads of any law. Once more where who finds nothing goes elsewhere."""
    p = case.parameters
    days = _span(customers, 2.0 * p["lambda"])
    lead, level = Lead(p["mean_lead"], WHICHEVER), {"S": p["S"]}
    found, looked = _watched(case, days, 1, p["S"], "base_stock", level, lead, rng)
    until, after = BEGINS_MIN + days * DAY_MIN, BEGINS_MIN + SETTLED * days * DAY_MIN
    use = poisson(p["lambda"], days, 1, rng)
    lost = seen(played(use, [p["S"]], "base_stock", level, lead, until, rng, "lost"), after, until)
    values = {
        "fill_rate": found.at_once / found.asked,
        "mean_backorders": found.owed,
        "mean_on_hand": found.on_hand,
        "mean_customer_delay": found.owed / (found.asked / looked),
        "lost_sales_fill_rate": lost.at_once / lost.asked,
    }
    known = {
        "demand": found.asked / looked / p["lambda"] - 1.0,
        "lost": lost.asked / looked / p["lambda"] - 1.0,
    }
    return Sample(values, known)


def lots(case: Case, customers: int, rng: Generator) -> Sample:
    """A unit is a day; lots of Q whenever the position falls to r, leads of one length."""
    p = case.parameters
    days = _span(customers, p["lambda"])
    levels = {"r": p["r"], "Q": p["Q"]}
    found, looked = _watched(case, days, 1, p["r"] + p["Q"], "r_Q", levels, Lead(p["L"]), rng)
    orders = found.orders / looked
    values = {
        "fill_rate": found.at_once / found.asked,
        "mean_backorders": found.owed,
        "mean_on_hand": found.on_hand,
        "orders_per_time": orders,
        "cost_rate": p["K"] * orders + p["h"] * found.on_hand + p["b"] * found.owed,
    }
    return Sample(values, {"demand": found.asked / looked / p["lambda"] - 1.0})


def pooled(case: Case, customers: int, rng: Generator) -> Sample:
    """Stocks each for itself, and the same pieces in one."""
    p = case.parameters
    n, lead = p["n"], Lead(p["mean_lead"], WHICHEVER)
    days = _span(customers, 2.0 * n * p["lambda"])
    alone, looked = _watched(case, days, n, p["S"], "base_stock", {"S": p["S"]}, lead, rng)
    use = poisson(n * p["lambda"], days, 1, rng)
    until = BEGINS_MIN + days * DAY_MIN
    together = seen(
        played(use, [n * p["S"]], "base_stock", {"S": n * p["S"]}, lead, until, rng),
        BEGINS_MIN + SETTLED * days * DAY_MIN,
        until,
    )
    values = {
        "fill_rate_separate": alone.at_once / alone.asked,
        "fill_rate_pooled": together.at_once / together.asked,
        "backorders_separate": alone.owed,
        "backorders_pooled": together.owed,
    }
    known = {
        "alone": alone.asked / looked / (n * p["lambda"]) - 1.0,
        "together": together.asked / looked / (n * p["lambda"]) - 1.0,
    }
    return Sample(values, known)


def textbook(case: Case, customers: int, rng: Generator) -> Sample:
    """A month is a day: review at its start, lots of random size; the first months as the program runs, the rest for the long run."""
    p = case.parameters
    first = p["months"]
    months = max(2 * first, round(customers / p["demands_per_month"]))
    number = rng.poisson(p["demands_per_month"] * months)
    at = np.sort(rng.uniform(BEGINS_MIN, BEGINS_MIN + months * DAY_MIN, number))
    sizes, shares = [int(size) for size in p["size_pmf"]], list(p["size_pmf"].values())
    use = Use(at, np.zeros(number, dtype=np.int64), rng.choice(sizes, number, p=shares))
    mean = (p["lead"][0] + p["lead"][1]) / 2.0
    lead = Lead(mean, (p["lead"][1] - p["lead"][0]) / sqrt(12.0) / mean, "uniform")
    end = BEGINS_MIN + months * DAY_MIN
    journal = played(use, [p["initial"]], "s_S", {"s": p["s"] - 1, "S": p["S"]}, lead, end, rng)
    split = BEGINS_MIN + first * DAY_MIN
    values = {
        "mean_cost_per_month_finite": _a_month(p, seen(journal, BEGINS_MIN, split), first),
        "mean_cost_per_month_long_run": _a_month(p, seen(journal, split, end), months - first),
        "order_frequency_long_run": seen(journal, split, end).orders / (months - first),
    }
    asked = float(use.pieces.sum()) / months
    expected = p["demands_per_month"] * sum(size * share for size, share in zip(sizes, shares, strict=True))
    return Sample(values, {"demand": asked / expected - 1.0})


def _a_month(p: Mapping[str, Any], found: Seen, months: int) -> float:
    ordering = (p["setup"] * found.orders + p["unit"] * found.ordered) / months
    return float(ordering + p["holding"] * found.on_hand + p["backlog"] * found.owed)


def _given(case: Case) -> bool:
    return "r" in case.parameters and "Q" in case.parameters


def _of_lots(case: Case) -> Sequence[str]:
    return ("fill_rate", "mean_backorders", "mean_on_hand", "orders_per_time", "cost_rate") if _given(case) else ()


def _best_lots(case: Case) -> Mapping[str, Any]:
    """The best pair and what it comes to, where none is given."""
    if _given(case):
        return {}
    p = case.parameters
    stock = Stock(p["lambda"], p["L"], p["h"], p["b"], p["K"])
    point, lot = stock.best_r_Q()
    return {"r": point, "Q": lot, **asdict(stock.under_r_Q(point, lot))}


def _same_fill(case: Case) -> Mapping[str, Any]:
    p = case.parameters
    alone = Stock(p["lambda"], p["mean_lead"]).under_base_stock(p["S"])
    return {"pooled_stock_for_same_fill": least_stock(Stock(p["n"] * p["lambda"], p["mean_lead"]), alone.fill_rate)}


def _of_lead(case: Case) -> float:
    p = case.parameters
    return float(p["lambda"] * p.get("mean_lead", p.get("L", 1.0)) * p.get("n", 1) + p.get("Q", 1))


def _of_month(case: Case) -> float:
    return float(case.parameters["demands_per_month"])


RECIPES = {
    "base_stock_poisson": Recipe(
        "base_stock_poisson", "the stores' desk sees every withdrawal and orders the piece again; leads of any law",
        parameters.OneForOne, one_for_one, always("fill_rate", "mean_backorders", "mean_on_hand", "mean_customer_delay", "lost_sales_fill_rate"), _of_lead, cost=2.0,
    ),
    "rq_poisson": Recipe(
        "rq_poisson", "the stores' desk sees every withdrawal and orders lots of Q at r; without r and Q the best are computed",
        parameters.Continuous, lots, _of_lots, _of_lead, cost=2.0, computes=_best_lots,
    ),
    "pooling_base_stock": Recipe(
        "pooling_base_stock", "departments' stores each for itself, and one store with the same pieces",
        parameters.Pooled, pooled, always("fill_rate_separate", "fill_rate_pooled", "backorders_separate", "backorders_pooled"), _of_lead,
        cost=2.0, computes=_same_fill,
    ),
    "law_kelton_ss": Recipe(
        "law_kelton_ss", "a month is a day: the desk's daily review at s up to S, lots of random size, uniform leads; the first months, and the long run",
        parameters.Textbook, textbook,
        always("mean_cost_per_month_finite", "mean_cost_per_month_long_run", "order_frequency_long_run"), _of_month, cost=2.0, longest=6_000,
    ),
}  # fmt: skip
