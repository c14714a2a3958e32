"""Where people are: units at their homes, calls from places, and how far the nearest is."""

from collections.abc import Sequence

import numpy as np

from scenarios.verify import parameters, readings
from scenarios.verify.case import Case
from scenarios.verify.controls import Sample
from scenarios.verify.degenerate import degenerate, finish
from scenarios.verify.draws import Floats, Generator, classes, demand, poisson
from scenarios.verify.recipe import Recipe, always, at_once
from scenarios.verify.recipes.queues import never_all
from scenarios.verify.settling import of_queue
from scenarios.verify.window import Window
from twin.world import World


def hypercube(case: Case, customers: int, rng: Generator) -> Sample:
    """Units at homes, calls from atoms, each with its list of units; with no queue, the rest goes outside."""
    p, unit = case.parameters, case.unit_min
    units, atoms = p["N"], p["atoms"]
    loss = p["capacity"] == "zero"
    rates = [atom["rate"] for atom in atoms]
    outside = never_all(sum(rates) / p["mu"]) if loss else 0
    atom = classes(rates, customers, rng) - 1
    asked = demand(
        poisson(sum(rates), customers, rng) * unit, rng.exponential(unit / p["mu"], customers),
        building=units + 1 + atom,
    )  # fmt: skip
    places = units + 1 + len(atoms)
    near = [[0.0] * places for _ in range(places)]
    for k, one in enumerate(atoms):
        for rank, who in enumerate(one["prefer"]):
            near[units + 1 + k][who - 1] = float(rank)
        near[units + 1 + k][units] = float(units)
    homes = [*range(units), *[units] * outside]
    world = degenerate(asked, units + outside, homes=homes, map_minutes=near, stays_home=True)
    window = Window(world, asked, unit, sum(rates))
    s = window.spells
    ours = s.tech < units
    at, busy = readings.level(s.start[ours], s.end[ours])
    values = {f"workload_{k + 1}": window.busy(s.tech == k) for k in range(units)}
    values["P_all_free"] = readings.share_of_time(at, busy, 0, window.since, window.until)
    values["P_all_busy"] = readings.share_of_time(at, busy, units, window.since, window.until)
    counted = (s.order >= window.first) & ours
    first = np.array([one["prefer"][0] - 1 for one in atoms])
    values["fraction_served_by_first_preference"] = float(np.mean((s.tech == first[atom[s.order]])[counted]))
    if "travel" in p:
        travel = np.array(p["travel"])
        values["mean_travel_time"] = float(travel[s.tech[counted], atom[s.order[counted]]].mean())
    known = window.inputs(sum(rates), asked)
    known |= window.offered(asked.report, asked.work, sum(rates), 1.0 / p["mu"])
    known["work"] = float(asked.work[window.first :].mean()) / unit - 1.0 / p["mu"]
    for k, rate in enumerate(rates[1:], 1):
        known[f"atom_{k}"] = float(np.mean(atom[window.first :] == k)) - rate / sum(rates)
    known |= window.boundless(asked, sum(rates), 1.0 / p["mu"], units)
    if not loss:
        known |= window.fast(asked, sum(rates), 1.0 / p["mu"], units, rng)
    return Sample(values, known)


def nearest(case: Case, customers: int, rng: Generator) -> Sample:
    """How far the nearest free technician is in a Poisson field, and two random points are from each other [km]."""
    side, density = 10.0, case.parameters["density"]
    values: dict[str, float] = {}
    people = int(rng.poisson(density * side * side))
    home, calls = rng.uniform(size=(people, 2)) * side, rng.uniform(size=(customers, 2)) * side
    between = np.abs(calls[:, None, :] - home[None, :, :])
    around = np.minimum(between, side - between)
    for name, way in (("euclid", np.hypot(around[..., 0], around[..., 1])), ("manhattan", around.sum(axis=2))):
        values[f"mean_{name}"] = _travelled(way, people, customers)
    spots = rng.uniform(size=(customers + 1, 2))
    apart = np.abs(spots[:, None, :] - spots[None, :, :])
    for name, way in (("euclid", np.hypot(apart[..., 0], apart[..., 1])), ("manhattan", apart.sum(axis=2))):
        values[f"mean_two_random_points_unit_square_{name}"] = _wandered(way, customers)
    return Sample(values, {"people": people / (density * side * side) - 1.0})


def _travelled(way: Floats, people: int, customers: int) -> float:
    """Mean true travel of whom nearest-idle sends, everybody at home [km, walked at 1 km/min]."""
    calls = demand(100.0 * np.arange(1.0, customers + 1.0), np.ones(customers), building=people + np.arange(customers))
    far = np.zeros((people + customers, people + customers))
    far[people:, :people] = way
    minutes = far.tolist()
    world = degenerate(calls, people, homes=range(people), true_minutes=minutes, map_minutes=minutes, stays_home=True)
    return _mean_travel(world)


def _wandered(way: Floats, customers: int) -> float:
    """Mean true travel of one technician who goes from place to place."""
    minutes = way.tolist()
    places = 1 + np.arange(customers)
    calls = demand(100.0 * np.arange(1.0, customers + 1.0), np.ones(customers), building=places)
    return _mean_travel(degenerate(calls, 1, true_minutes=minutes, map_minutes=minutes))


def _mean_travel(world: World) -> float:
    finish(world)
    found = readings.orders(world.journal)
    return float(found.wait.mean())


def _asked_of_units(case: Case) -> Sequence[str]:
    p = case.parameters
    shares = ["P_all_free", "P_all_busy", "fraction_served_by_first_preference"]
    travel = ["mean_travel_time"] if "travel" in p else []
    return [*(f"workload_{k + 1}" for k in range(p["N"])), *shares, *travel]


def _of_units(case: Case) -> float:
    p = case.parameters
    rate = sum(atom["rate"] for atom in p["atoms"])
    return float(rate / p["mu"]) if p["capacity"] == "zero" else of_queue(rate, 1.0 / p["mu"], p["N"])


RECIPES = {
    "hypercube": Recipe(
        "hypercube", "the office's map holds each place's list of units; with no queue the rest goes to an outside firm",
        parameters.Units, hypercube, _asked_of_units, _of_units,
    ),
    "nearest_distance": Recipe(
        "nearest_distance", "a random field of technicians at home, the nearest sent to calls one by one; true travel is read",
        parameters.Scattered, nearest,
        always(*(f"mean{what}_{way}" for what in ("", "_two_random_points_unit_square") for way in ("euclid", "manhattan"))),
        at_once, cost=35.0, longest=1100,
    ),
}  # fmt: skip
