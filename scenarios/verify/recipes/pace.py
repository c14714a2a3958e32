"""Two technicians of unlike pace: the work itself is done by ``OnSiteVisits``, at the speed of each one's level."""

from dataclasses import replace
from datetime import date

from policies.contract.calendar import Calendar
from scenarios.verify import parameters
from scenarios.verify.case import Case
from scenarios.verify.controls import Sample
from scenarios.verify.degenerate import NEAREST, degenerate
from scenarios.verify.draws import Generator, demand, poisson
from scenarios.verify.recipe import Recipe, always
from scenarios.verify.recipes.machines import PLAIN_WORK
from scenarios.verify.settling import of_queue
from scenarios.verify.window import EPS, Window
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


def unequal_pair(case: Case, customers: int, rng: Generator) -> Sample:
    """M/M/2 with two rates; the senior is taken first when both are free."""
    p, unit = case.parameters, case.unit_min
    asked = demand(poisson(p["lambda"], customers, rng) * unit, rng.exponential(unit, customers))
    work = replace(PLAIN_WORK, speed=(1.0 / p["mu2"], 1.0, 1.0, 1.0 / p["mu1"]))
    world = with_visits(degenerate(asked, 2, NEAREST, skills=(4, 1)), work, int(rng.integers(2**31)))
    window = Window(world, asked, unit, p["lambda"])
    o, s, both = window.orders, window.spells, p["mu1"] + p["mu2"]
    values = {
        "P_wait": window.share(o.wait > EPS),
        "Lq": window.number(o.report, o.begun),
        "Wq": window.mean(o.wait),
        "busy_1": window.busy(s.tech == 0),
        "busy_2": window.busy(s.tech == 1),
        "L": window.number(o.report, o.ended),
        "W": window.mean(o.in_system),
    }
    late = asked.work[window.first :] / unit
    known = window.inputs(p["lambda"], asked) | window.fast(asked, p["lambda"], 1.0, both, rng)
    known |= window.offered(asked.report, asked.work, p["lambda"], 1.0)
    known |= {"work": float(late.mean()) - 1.0, "square": float((late**2).mean()) - 2.0}
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
