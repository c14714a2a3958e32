"""Classes of unlike urgency, with and without interruption; with costs, the best order of them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from policies.contract.views import WorkOrder
from policies.response.dispatch_index import Gcmu
from scenarios.verify import controls, parameters
from scenarios.verify.case import Case
from scenarios.verify.controls import Sample
from scenarios.verify.degenerate import NEAREST, PREEMPTIVE, degenerate
from scenarios.verify.draws import Demand, Generator, Ints, Law, classes, demand, draw, exponential, poisson, squared_cv
from scenarios.verify.recipe import Recipe
from scenarios.verify.settling import of_queue
from scenarios.verify.window import Window, works

LEVELS = 4
"""Priorities an order may have: P1 to P4."""


def _classes(case: Case, customers: int, rng: Generator, laws: Sequence[Law]) -> Demand:
    rates, unit = case.parameters["lambda"], case.unit_min
    of = classes(rates, customers, rng)
    work = np.zeros(customers)
    for k, law in enumerate(laws, 1):
        work[of == k] = draw(law, int((of == k).sum()), rng) * unit
    return demand(poisson(sum(rates), customers, rng) * unit, work, of)


def priority_mmc(case: Case, customers: int, rng: Generator) -> Sample:
    """Classes over one crew of equals, with or without interruption."""
    p, unit = case.parameters, case.unit_min
    rates, mu, c = p["lambda"], p["mu"], p["c"]
    laws = [exponential(1.0 / mu)] * len(rates)
    asked = _classes(case, customers, rng, laws)
    interrupts = case.model == "priority_pr_mmc"
    window = Window(degenerate(asked, c, PREEMPTIVE if interrupts else NEAREST), asked, unit, sum(rates))
    o = window.orders
    values: dict[str, float] = {}
    for k in range(1, len(rates) + 1):
        of = o.priority == k
        values[f"W_{k}" if interrupts else f"Wq_{k}"] = window.mean(o.in_system if interrupts else o.wait, of)
    if not interrupts:
        values["Wq_mean"] = window.mean(o.wait)
    elif "t_response" in p:
        values["P_first_start_le_t_class1"] = window.share(o.wait <= p["t_response"] * unit, o.priority == 1)
    late = slice(window.first, None)
    known = window.inputs(sum(rates), asked)
    known |= works(asked.work[late], asked.priority[late], laws, rates, unit)
    known |= window.fast(asked, sum(rates), 1.0 / mu, c, rng, timed=False) | window.boundless(
        asked, sum(rates), 1.0 / mu, c
    )
    return Sample(values, known)


def priority_mg1(case: Case, customers: int, rng: Generator) -> Sample:
    """Classes before one technician, with or without interruption; with costs, the best order too."""
    p, unit = case.parameters, case.unit_min
    rates, laws = p["lambda"], p["service"]
    asked = _classes(case, customers, rng, laws)
    interrupts = case.model == "priority_pr_mg1"
    window = Window(degenerate(asked, 1, PREEMPTIVE if interrupts else NEAREST), asked, unit, sum(rates))
    o = window.orders
    values: dict[str, float] = {}
    for k in range(1, len(rates) + 1):
        of = o.priority == k
        values[f"W_{k}" if interrupts else f"Wq_{k}"] = window.mean(o.in_system if interrupts else o.wait, of)
    if "cost" in p:
        values["cost_rate_this_order"] = _cost(window, asked.priority, p["cost"])
        new = np.empty(len(rates), dtype=np.int64)
        new[np.array(best_order(case)) - 1] = np.arange(1, len(rates) + 1)
        best = demand(asked.report, asked.work, new[asked.priority - 1])
        values["cost_rate_best_order"] = _cost(
            Window(degenerate(best, 1, NEAREST), best, unit, sum(rates)), asked.priority, p["cost"]
        )
    late = slice(window.first, None)
    known = window.inputs(sum(rates), asked) | works(asked.work[late], asked.priority[late], laws, rates, unit)
    if "cost" in p:
        mean = sum(rate * law["mean"] for rate, law in zip(rates, laws, strict=True)) / sum(rates)
        known |= window.offered(asked.report, asked.work, sum(rates), mean)
    for k in range(2, len(rates) + 1):
        of = asked.priority <= k
        known[f"together_{k}"] = controls.one_server(
            asked.report[of] / unit, asked.work[of] / unit, rates[:k], laws[:k], int(of[: window.first].sum())
        )  # fmt: skip
    return Sample(values, known)


def best_order(case: Case) -> list[int]:
    """Classes by the index that ``dispatch.gcmu`` gives orders that have waited equally long, greatest first."""
    p = case.parameters
    rule = Gcmu(*p["cost"], *[0.0] * (LEVELS - len(p["cost"])))
    found: dict[int, float] = {}
    for k, law in enumerate(p["service"], 1):
        order = WorkOrder(k, 0, "work", k, "app", 0, 0.0)
        order.estimate_min = law["mean"] * case.unit_min
        found[k] = rule.index(order, 1.0)
    return sorted(found, key=lambda k: -found[k])


def _computed(case: Case) -> Mapping[str, Any]:
    return {"best_order": best_order(case)} if "cost" in case.parameters else {}


def _cost(window: Window, of: Ints, cost: Sequence[float]) -> float:
    """Holding cost a unit of time [cost]: each class's mean number times its cost."""
    o = window.orders
    return sum(price * window.number(o.report, o.ended, of == k) for k, price in enumerate(cost, 1))


def _too_many(case: Case) -> str:
    """Orders have four priorities, and only the first interrupts."""
    count = len(case.parameters["lambda"])
    interrupts = case.model in ("priority_pr_mmc", "priority_pr_mg1")
    if interrupts and count > 2:
        return f"{count} classes: of orders only emergencies interrupt, so two classes can be told apart"
    return f"{count} classes: orders have {LEVELS} priorities" if count > LEVELS else ""


def _each(stem: str, case: Case) -> list[str]:
    return [f"{stem}_{k}" for k in range(1, len(case.parameters["lambda"]) + 1)]


def _asked_of_interrupting_crew(case: Case) -> Sequence[str]:
    return [*_each("W", case), *(["P_first_start_le_t_class1"] if "t_response" in case.parameters else [])]


def _asked_of_one(case: Case) -> Sequence[str]:
    costs = ["cost_rate_this_order", "cost_rate_best_order"] if "cost" in case.parameters else []
    return [*_each("Wq", case), *costs]


def _of_crew(case: Case) -> float:
    p = case.parameters
    return of_queue(sum(p["lambda"]), 1.0 / p["mu"], p["c"])


def _of_one(case: Case) -> float:
    p = case.parameters
    share = np.array(p["lambda"]) / sum(p["lambda"])
    means = np.array([law["mean"] for law in p["service"]])
    squares = means**2 * (1.0 + np.array([squared_cv(law) for law in p["service"]]))
    mean = float(share @ means)
    return of_queue(sum(p["lambda"]), mean, 1, float(share @ squares) / mean**2 - 1.0)


RECIPES = {
    "priority_np_mmc": Recipe(
        "priority_np_mmc", "classes are priorities; a crew of equals takes the most urgent that waits longest",
        parameters.ClassesOverCrew, priority_mmc, lambda case: [*_each("Wq", case), "Wq_mean"], _of_crew,
        refuses=_too_many,
    ),
    "priority_pr_mmc": Recipe(
        "priority_pr_mmc", "an emergency interrupts routine work, which is resumed where it was left",
        parameters.ClassesOverCrew, priority_mmc, _asked_of_interrupting_crew, _of_crew, cost=1.3, refuses=_too_many,
    ),
    "priority_np_mg1": Recipe(
        "priority_np_mg1", "classes are priorities before one technician; with costs also in the order of dispatch.gcmu",
        parameters.ClassesOverOne, priority_mg1, _asked_of_one, _of_one,
        cost=1.8, refuses=_too_many, computes=_computed,
    ),
    "priority_pr_mg1": Recipe(
        "priority_pr_mg1", "an emergency interrupts the one technician, who resumes afterwards",
        parameters.ClassesOverOne, priority_mg1, lambda case: _each("W", case), _of_one, cost=1.3, refuses=_too_many,
    ),
}  # fmt: skip
