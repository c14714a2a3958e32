"""Two technicians of unlike pace: the work itself is done by ``OnSiteVisits``, at the speed of each one's level."""

from dataclasses import replace
from datetime import date

import numpy as np

from policies.contract.calendar import Calendar
from scenarios.verify import parameters, readings
from scenarios.verify.case import Case
from scenarios.verify.controls import Sample, fast_server
from scenarios.verify.degenerate import NEAREST, degenerate, finish
from scenarios.verify.draws import demand, poisson
from scenarios.verify.recipe import Recipe, always
from scenarios.verify.recipes.machines import PLAIN_WORK
from scenarios.verify.settling import of_queue
from twin.campus import OnSiteWork
from twin.processes.stores import Storeroom
from twin.processes.visits import OnSiteVisits
from twin.streams import Streams
from twin.world import World


def with_visits(world: World, work: OnSiteWork, seed: int) -> World:
    """Let technicians find and do what the campus's visits say, instead of simply finishing."""
    streams, calendar = Streams(seed, 0), Calendar(date(2025, 9, 1))
    store = Storeroom(world.waist, world.register, [])
    world.repair.visits = OnSiteVisits(world.waist, world.register, streams, calendar, work, store, world.repair)
    return world


def unequal_pair(case: Case, customers: int, rng: np.random.Generator) -> Sample:
    """M/M/2 with two rates; the senior is taken first when both are free."""
    p, unit = case.parameters, case.unit_min
    asked = demand(poisson(p["lambda"], customers, rng) * unit, rng.exponential(unit, customers))
    work = replace(PLAIN_WORK, speed=(1.0 / p["mu2"], 1.0, 1.0, 1.0 / p["mu1"]))
    world = with_visits(degenerate(asked, 2, NEAREST, skills=(4, 1)), work, int(rng.integers(2**31)))
    finish(world)
    o, s = readings.orders(world.journal), readings.spells(world.journal)
    first = customers // 10
    since, until = float(asked.report[first]), float(asked.report[-1])
    span, both = until - since, p["mu1"] + p["mu2"]
    values = {
        "P_wait": float(np.mean(o.wait[first:] > 1e-9)),
        "Lq": readings.overlap(o.report, o.begun, since, until) / span,
        "Wq": float(o.wait[first:].mean()) / unit,
        "busy_1": readings.overlap(s.start[s.tech == 0], s.end[s.tech == 0], since, until) / span,
        "busy_2": readings.overlap(s.start[s.tech == 1], s.end[s.tech == 1], since, until) / span,
        "L": readings.overlap(o.report, o.ended, since, until) / span,
        "W": float(o.in_system[first:].mean()) / unit,
    }
    known = {
        "between": span / unit / (customers - 1 - first) - 1.0 / p["lambda"],
        "work": float(asked.work[first:].mean()) / unit - 1.0,
        "square": float((asked.work[first:] ** 2).mean()) / unit**2 - 2.0,
        "fast": fast_server(asked.report / unit, asked.work / unit / both, p["lambda"], 1.0 / both, first, rng),
    }
    return Sample(values, known)


def _of_pair(case: Case) -> float:
    p = case.parameters
    return of_queue(p["lambda"], 2.0 / (p["mu1"] + p["mu2"]), 2)


RECIPES = {
    "mm2_heterogeneous": Recipe(
        "mm2_heterogeneous", "two technicians whose skill levels work at the two rates; the first is taken when both are free",
        parameters.Pair, unequal_pair,
        always("P_wait", "Lq", "Wq", "busy_1", "busy_2", "L", "W"), _of_pair, cost=1.3,
    ),
}  # fmt: skip
