"""Models that a rule computes and nobody plays: lots, levels, a season's stock, renting."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from math import inf
from typing import Any, Final

from policies.supply import lots, renting, season
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


def _rented(case: Case) -> Values:
    price = case.parameters["buy_over_rent"]
    return {"deterministic_ratio": renting.break_even_ratio(price), "randomised_ratio": renting.randomised_ratio(price)}


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
    "ski_rental": _recipe("ski_rental", "worst case of renting on or buying", parameters.Rented, _rented),
    "wagner_whitin": _recipe("wagner_whitin", "orders for demand that is known ahead", parameters.Planned, _planned),
}  # fmt: skip
