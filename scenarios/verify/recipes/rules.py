"""Models that a rule computes and nobody plays: lots, levels, a season's stock, renting."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from math import inf
from typing import Any, Final

from policies.supply import continuous, lots, renting, season
from scenarios.schema.strict import Strict
from scenarios.verify import parameters
from scenarios.verify.case import Case
from scenarios.verify.recipe import Recipe, at_once

Values = Mapping[str, Any]
SUPPLY: Final = "supply: stores and spare parts"


def _lot(case: Case) -> Values:
    p = case.parameters
    return asdict(lots.eoq(p["demand"], p["K"], p["h"], p.get("backorder", inf)))


def _season(case: Case) -> Values:
    p = case.parameters
    demand = p["demand"]
    if demand["kind"] == "poisson":
        return asdict(season.of_poisson(demand["mean"], p["h"], p["b"]))
    return asdict(season.normal(demand["mean"], demand["sd"], p["h"], p["b"]))


def _planned(case: Case) -> Values:
    p = case.parameters
    orders, cost = lots.wagner_whitin(p["demand"], p["K"], p["h"])
    return {"orders": orders, "cost": cost}


def _together(case: Case) -> Values:
    p = case.parameters
    found = lots.together(p["A"], p["a"], p["h"], p["d"], p.get("m_max", 8))
    return {**asdict(found), "multiples": list(found.multiples)}


def _continuous(case: Case) -> Values:
    p = case.parameters
    stock = continuous.Stock(p["lambda"], p["L"], p["h"], p["b"], p["K"])
    point, lot = stock.best_r_Q()
    return {"r": point, "Q": lot, **asdict(stock.under_r_Q(point, lot))}


def _rented(case: Case) -> Values:
    price = case.parameters["buy_over_rent"]
    return {"deterministic_ratio": renting.break_even_ratio(price), "randomised_ratio": renting.randomised_ratio(price)}


def _not_given(case: Case) -> str:
    if "r" not in case.parameters and "Q" not in case.parameters:
        return ""
    return (
        "the storeroom looks at its shelves once a day; a given (r, Q) under continuous review needs a rule that sees "
        "every withdrawal (without r and Q, the best ones are computed)"
    )


def _all(case: Case) -> str:
    return ""


def _nothing(case: Case) -> Sequence[str]:
    return ()


def _recipe(
    model: str, how: str, form: type[Strict], computes: Callable[[Case], Values], refuses: Callable[[Case], str] = _all
) -> Recipe:
    return Recipe(
        model,
        f"computed, not played: {how}",
        form,
        None,
        _nothing,
        at_once,
        refuses=refuses,
        computes=computes,
        chapter=SUPPLY,
    )


RECIPES = {
    "eoq": _recipe("eoq", "the lot of least ordering and holding cost", parameters.Lot, _lot),
    "joint_replenishment": _recipe(
        "joint_replenishment", "one order for several items, base cycle and multiples", parameters.Together, _together
    ),
    "newsvendor": _recipe("newsvendor", "the best stock for a season that is not known", parameters.Season, _season),
    "rq_poisson": _recipe("rq_poisson", "the best (r, Q) and what it comes to", parameters.Continuous, _continuous, _not_given),
    "ski_rental": _recipe("ski_rental", "worst case of renting on or buying", parameters.Rented, _rented),
    "wagner_whitin": _recipe("wagner_whitin", "orders for demand that is known ahead", parameters.Planned, _planned),
}  # fmt: skip
