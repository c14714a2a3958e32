"""Jobs that are served more than once: feedback to one crew, and stations in an open network (Jackson)."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from scenarios.verify import controls, parameters
from scenarios.verify.case import Case
from scenarios.verify.controls import Sample
from scenarios.verify.degenerate import NEAREST, POOLED, degenerate
from scenarios.verify.draws import Floats, Generator, classes, poisson, routed
from scenarios.verify.recipe import Recipe, always
from scenarios.verify.settling import of_queue
from scenarios.verify.window import Window


def feedback(case: Case, customers: int, rng: Generator) -> Sample:
    """M/M/c whose jobs come back with a chance, as new ones."""
    p, unit = case.parameters, case.unit_min
    rate, mu, c, back = p["lambda"], p["mu"], p["c"], p["return_prob"]
    external = poisson(rate, customers, rng) * unit
    asked = routed(external, np.zeros(customers, dtype=np.int64), np.array([[back]]), [unit / mu], ["work"], rng)
    window = Window(degenerate(asked, ["work"] * c, POOLED), asked, unit, rate)
    o = window.orders
    whole = np.bincount(asked.root, o.in_system)
    jobs = slice(window.first, customers)
    values = {
        "effective_rate": window.rate(),
        "utilisation": window.busy() / c,
        "L": window.number(o.report, o.ended),
        "visits_per_job": float(np.bincount(asked.root)[jobs].mean()),
        "Wq_per_visit": window.mean(o.wait),
        "total_time_per_job": float(whole[jobs].mean()) / unit,
    }
    total = np.bincount(asked.root, asked.work) / unit / c
    known = window.inputs(rate, asked) | window.offered(external, total * unit, rate, 1.0 / mu / (1.0 - back) / c)
    known["work"] = float(asked.work.mean()) / unit - 1.0 / mu
    mean = 1.0 / mu / (1.0 - back) / c
    known["fast"] = controls.fast_server(external / unit, total, rate, mean, window.first, rng)
    known["job"] = float(total[jobs].mean()) - mean
    return Sample(values, known)


def jackson(case: Case, customers: int, rng: Generator) -> Sample:
    """Stations in an open network: each a trade of its own."""
    p, unit = case.parameters, case.unit_min
    rates, c = p["external"], p["c"]
    trades = [f"station {k + 1}" for k in range(len(c))]
    first = classes(rates, customers, rng) - 1
    work = [unit / mu for mu in p["mu"]]
    asked = routed(
        poisson(sum(rates), customers, rng) * unit, first, np.array(p["routing"], dtype=float), work, trades, rng
    )
    crew = [trade for trade, count in zip(trades, c, strict=True) for _ in range(count)]
    window = Window(degenerate(asked, crew, NEAREST), asked, unit, sum(rates))
    o = window.orders
    whole = np.bincount(asked.root, o.in_system)
    values: dict[str, float] = {"L_total": window.number(o.report, o.ended)}
    values["W_end_to_end"] = float(whole[window.first : customers].mean()) / unit
    came = asked.report[:customers]
    known = window.inputs(sum(rates), asked)
    mean = float(_flow(case) @ (1.0 / np.array(p["mu"]))) / sum(rates)
    known |= window.offered(came, np.bincount(asked.root, asked.work).astype(np.float64), sum(rates), mean)
    for k in range(len(c)):
        here = asked.trade == k
        values[f"lambda_{k + 1}"] = window.rate(here)
        values[f"L_{k + 1}"] = window.number(o.report, o.ended, here)
        values[f"W_{k + 1}"] = window.mean(o.in_system, here)
        known[f"work_{k + 1}"] = float(asked.work[here].mean()) / unit - 1.0 / p["mu"][k]
        if rates[k] and k:
            known[f"external_{k + 1}"] = float(np.mean(first == k)) - rates[k] / sum(rates)
        comes, back = _visits(p["routing"], rates, k)
        total = np.bincount(asked.root[here], asked.work[here], minlength=customers) / unit / c[k]
        mine = total > 0.0
        beside = window.alone(
            came[mine], total[mine], sum(rates) * comes, 1.0 / p["mu"][k] / (1.0 - back) / c[k],
            int(mine[: window.first].sum()), rng,
        )  # fmt: skip
        known |= {f"{name}_{k + 1}": value for name, value in beside.items()}
    if np.array_equal(p["routing"], np.eye(len(c), k=1)):
        known |= _tandem(came / unit, asked.work.reshape(len(c), -1) / unit, sum(rates), p, window.first)
    return Sample(values, known)


def _tandem(report: Floats, work: Floats, rate: float, parameters: Mapping[str, Any], since: int) -> dict[str, float]:
    """Companion line of single servers of the speed of all: mean waits, less the true values (Jackson)."""
    found: dict[str, float] = {}
    for k, (mu, c) in enumerate(zip(parameters["mu"], parameters["c"], strict=True), 1):
        wait = controls.single_server_wait(report, work[k - 1] / c, 0.0)
        found[f"line_{k}"] = float(wait[since:].mean()) - rate / mu / c / (mu * c - rate)
        report = report + wait + work[k - 1] / c
    return found


def _visits(routing: Sequence[Sequence[float]], external: Sequence[float], station: int) -> tuple[float, float]:
    """Chance that a job ever comes to a station, and that one there comes back."""
    q = np.array(routing, dtype=float)
    others = [k for k in range(len(q)) if k != station]
    to = np.zeros(len(q))
    to[others] = np.linalg.solve(np.eye(len(others)) - q[np.ix_(others, others)], q[others, station])
    back = float(q[station, station] + q[station] @ to)
    to[station] = 1.0
    return float(np.asarray(external) @ to / np.sum(external)), back


def _asked_of_network(case: Case) -> Sequence[str]:
    stations = range(1, len(case.parameters["c"]) + 1)
    return [*(f"{what}_{k}" for k in stations for what in ("lambda", "L", "W")), "L_total", "W_end_to_end"]


def _of_returns(case: Case) -> float:
    p = case.parameters
    return of_queue(p["lambda"], 1.0 / p["mu"] / (1.0 - p["return_prob"]), p["c"])


def _flow(case: Case) -> Floats:
    """Visits to each station a unit of time."""
    q = np.array(case.parameters["routing"], dtype=float)
    found: Floats = np.linalg.solve(np.eye(len(q)) - q.T, np.array(case.parameters["external"], dtype=float))
    return found


def _of_network(case: Case) -> float:
    """Of the slowest station, in customers from outside."""
    p = case.parameters
    flow, total = _flow(case), sum(p["external"])
    slowest: list[float] = [
        of_queue(at, 1.0 / mu, c) * total / at
        for at, mu, c in zip(flow.tolist(), p["mu"], p["c"], strict=True)
        if at > 0.0
    ]
    return max(slowest)


RECIPES = {
    "mmc_feedback": Recipe(
        "mmc_feedback", "a completed order is reported again with a chance, its work drawn anew",
        parameters.Returns, feedback,
        always("effective_rate", "utilisation", "L", "visits_per_job", "Wq_per_visit", "total_time_per_job"),
        _of_returns, cost=1.3,
    ),
    "jackson_open": Recipe(
        "jackson_open", "each station is a trade with a crew; what one completes the next one is asked for",
        parameters.Network, jackson, _asked_of_network, _of_network, cost=2.0,
    ),
}  # fmt: skip
