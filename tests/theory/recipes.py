"""How each model of the analytic file is played by the degenerate twin: one replication, one sample.

A replication deletes its first tenth of customers; averages over customers take everybody reported
after that, averages over time the window from there to the last report, and all finish.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from tests.theory import controls, readings
from tests.theory.cases import Case
from tests.theory.controls import Sample
from tests.theory.degenerate import NEAREST, POOLED, PREEMPTIVE, degenerate, finish
from tests.theory.draws import (
    Demand,
    Floats,
    Ints,
    Law,
    classes,
    demand,
    draw,
    exponential,
    poisson,
    routed,
    squared_cv,
)  # fmt: skip
from tests.theory.machines import chains, fleet
from tests.theory.own_pace import unequal_pair
from twin.world import World

Recipe = Callable[[Case, int, np.random.Generator], Sample]
DELETED = 0.1
EPS = 1e-9


class Window:
    """The part of a run that counts, and what is read of it in the case's unit of time."""

    def __init__(self, world: World, asked: Demand, unit_min: float, deleted: float = DELETED) -> None:
        finish(world)
        self.orders = readings.orders(world.journal)
        self.spells = readings.spells(world.journal)
        self.unit = unit_min
        external = asked.report[~np.isnan(asked.report)]
        self.first = int(deleted * len(external))
        self.since, self.until = float(external[self.first]), float(external[-1])
        self.length = (self.until - self.since) / unit_min
        self.counts = self.orders.report >= self.since

    def mean(self, minutes: Floats, of: Any = True) -> float:
        """Mean duration over the orders that count."""
        return float(minutes[self.counts & of].mean()) / self.unit

    def share(self, which: Any, of: Any = True) -> float:
        """Share of the orders that count."""
        return float(np.mean(which[self.counts & of]))

    def number(self, start: Floats, end: Floats, of: Any = slice(None)) -> float:
        """Mean number of stretches under way."""
        return readings.overlap(start[of], end[of], self.since, self.until) / self.unit / self.length

    def busy(self, of: Any = slice(None)) -> float:
        """Mean number of busy technicians."""
        return self.number(self.spells.start, self.spells.end, of)

    def rate(self, of: Any = True) -> float:
        """Reports a unit of time."""
        report = self.orders.report
        return float(np.sum((report > self.since) & (report <= self.until) & of)) / self.length

    def boundless(self, asked: Demand, rate: float, mean: float, crew: int) -> dict[str, float]:
        """Companion with a technician for everybody."""
        u = self.unit
        return controls.boundless(asked.report / u, asked.work / u, rate, mean, crew, self.since / u, self.until / u)

    def fast(self, asked: Demand, rate: float, mean: float, speed: float, rng: np.random.Generator) -> dict[str, float]:
        """Companion with one technician of the speed of all."""
        u = self.unit
        return {
            "fast": controls.fast_server(asked.report / u, asked.work / u / speed, rate, mean / speed, self.first, rng)
        }

    def inputs(self, rate: float, asked: Demand) -> dict[str, float]:
        """Mean time between external reports, less the true value."""
        count = int((~np.isnan(asked.report)).sum()) - 1 - self.first
        return {"between": self.length / count - 1.0 / rate}


def _works(work: Floats, priority: Ints, laws: Sequence[Law], rates: Sequence[float], unit: float) -> dict[str, float]:
    """Mean and mean square of the work of each class, and its share, less the true values."""
    found: dict[str, float] = {}
    for k, law in enumerate(laws, 1):
        mine = work[priority == k] / unit
        mean, share = float(law["mean"]), rates[k - 1] / sum(rates)
        found[f"work_{k}"] = float(mine.mean()) - mean
        found[f"square_{k}"] = float((mine**2).mean()) - mean**2 * (1.0 + squared_cv(law))
        if k > 1:
            found[f"share_{k}"] = len(mine) / len(work) - share
    return found


def mmc(case: Case, customers: int, rng: np.random.Generator) -> Sample:
    """M/M/c."""
    p, unit = case.parameters, case.unit_min
    rate, mu, c = p["lambda"], p["mu"], p["c"]
    asked = demand(poisson(rate, customers, rng) * unit, rng.exponential(unit / mu, customers))
    window = Window(degenerate(asked, c, POOLED), asked, unit)
    o = window.orders
    values = {
        "utilisation": window.busy() / c,
        "P_wait": window.share(o.wait > EPS),
        "Wq": window.mean(o.wait),
        "Lq": window.number(o.report, o.begun),
        "W": window.mean(o.in_system),
        "L": window.number(o.report, o.ended),
        "Wq_quantile": float(np.quantile(o.wait[window.counts], p["q"])) / unit,
    }
    if "t_response" in p:
        values["P_Wq_le_t_response"] = window.share(o.wait <= p["t_response"] * unit)
        values["P_W_le_t_resolve"] = window.share(o.in_system <= p["t_resolve"] * unit)
    known = window.inputs(rate, asked)
    known["work"] = float(asked.work[window.first :].mean()) / unit - 1.0 / mu
    if c > 1:
        known |= window.fast(asked, rate, 1.0 / mu, c, rng) | window.boundless(asked, rate, 1.0 / mu, c)
    return Sample(values, known)


def mg1(case: Case, customers: int, rng: np.random.Generator) -> Sample:
    """M/G/1."""
    p, unit = case.parameters, case.unit_min
    rate, law = p["lambda"], p["service"]
    asked = demand(poisson(rate, customers, rng) * unit, draw(law, customers, rng) * unit)
    window = Window(degenerate(asked, 1, NEAREST), asked, unit)
    o = window.orders
    values = {
        "utilisation": window.busy(),
        "Wq": window.mean(o.wait),
        "Lq": window.number(o.report, o.begun),
        "W": window.mean(o.in_system),
        "L": window.number(o.report, o.ended),
    }
    late = slice(window.first, None)
    works = _works(asked.work[late], asked.priority[late] * 0 + 1, [law], [rate], unit)
    return Sample(values, {**window.inputs(rate, asked), **works})


def _classes(case: Case, customers: int, rng: np.random.Generator, laws: Sequence[Law]) -> Demand:
    rates, unit = case.parameters["lambda"], case.unit_min
    of = classes(rates, customers, rng)
    work = np.zeros(customers)
    for k, law in enumerate(laws, 1):
        work[of == k] = draw(law, int((of == k).sum()), rng) * unit
    return demand(poisson(sum(rates), customers, rng) * unit, work, of)


def priority_mmc(case: Case, customers: int, rng: np.random.Generator) -> Sample:
    """Classes over one crew of equals, with or without interruption."""
    p, unit = case.parameters, case.unit_min
    rates, mu, c = p["lambda"], p["mu"], p["c"]
    laws = [exponential(1.0 / mu)] * len(rates)
    asked = _classes(case, customers, rng, laws)
    interrupts = case.model == "priority_pr_mmc"
    window = Window(degenerate(asked, c, PREEMPTIVE if interrupts else NEAREST), asked, unit)
    o = window.orders
    values: dict[str, float] = {}
    for k in range(1, len(rates) + 1):
        of = o.priority == k
        values[f"W_{k}" if interrupts else f"Wq_{k}"] = window.mean(o.in_system if interrupts else o.wait, of)
    if interrupts:
        values["P_first_start_le_t_class1"] = window.share(o.wait <= p["t_response"] * unit, o.priority == 1)
    else:
        values["Wq_mean"] = window.mean(o.wait)
    late = slice(window.first, None)
    known = window.inputs(sum(rates), asked)
    known |= _works(asked.work[late], asked.priority[late], laws, rates, unit)
    known |= window.fast(asked, sum(rates), 1.0 / mu, c, rng) | window.boundless(asked, sum(rates), 1.0 / mu, c)
    return Sample(values, known)


def priority_mg1(case: Case, customers: int, rng: np.random.Generator) -> Sample:
    """Classes before one technician, with or without interruption; with costs, the best order too."""
    p, unit = case.parameters, case.unit_min
    rates, laws = p["lambda"], p["service"]
    asked = _classes(case, customers, rng, laws)
    interrupts = case.model == "priority_pr_mg1"
    window = Window(degenerate(asked, 1, PREEMPTIVE if interrupts else NEAREST), asked, unit)
    o = window.orders
    values: dict[str, float] = {}
    for k in range(1, len(rates) + 1):
        of = o.priority == k
        values[f"W_{k}" if interrupts else f"Wq_{k}"] = window.mean(o.in_system if interrupts else o.wait, of)
    if "cost" in p:
        values["cost_rate_this_order"] = _cost(window, asked.priority, p["cost"])
        rank = np.argsort(p["cost"] / np.array([law["mean"] for law in laws]) * -1.0)
        new = np.empty(len(rank), dtype=np.int64)
        new[rank] = np.arange(1, len(rank) + 1)
        best = demand(asked.report, asked.work, new[asked.priority - 1])
        values["cost_rate_best_order"] = _cost(
            Window(degenerate(best, 1, NEAREST), best, unit), asked.priority, p["cost"]
        )
    late = slice(window.first, None)
    known = window.inputs(sum(rates), asked) | _works(asked.work[late], asked.priority[late], laws, rates, unit)
    for k in range(2, len(rates) + 1):
        of = asked.priority <= k
        known[f"together_{k}"] = controls.one_server(
            asked.report[of] / unit, asked.work[of] / unit, rates[:k], laws[:k], int(of[: window.first].sum())
        )  # fmt: skip
    return Sample(values, known)


def _cost(window: Window, of: Ints, cost: Sequence[float]) -> float:
    """Holding cost a unit of time [cost]: each class's mean number times its cost."""
    o = window.orders
    return sum(price * window.number(o.report, o.ended, of == k) for k, price in enumerate(cost, 1))


def erlang_a(case: Case, customers: int, rng: np.random.Generator) -> Sample:
    """M/M/c with exponential patience."""
    p, unit = case.parameters, case.unit_min
    rate, mu, theta, c = p["lambda"], p["mu"], p["theta"], p["c"]
    asked = demand(poisson(rate, customers, rng) * unit, rng.exponential(unit / mu, customers))
    patience = rng.exponential(unit / theta, customers)
    minutes = patience.tolist()
    window = Window(degenerate(asked, c, POOLED, patience=lambda job: minutes[job.id]), asked, unit)
    o = window.orders
    waited = np.where(np.isnan(o.begun), o.ended, o.begun)
    values = {
        "P_wait": window.share(o.wait > EPS),
        "P_abandon": window.share(o.abandoned),
        "Wq_all": window.mean(o.wait),
        "Lq": window.number(o.report, waited),
        "utilisation": window.busy() / c,
    }
    known = window.inputs(rate, asked)
    known["work"] = float(asked.work[window.first :].mean()) / unit - 1.0 / mu
    known["patience"] = float(patience[window.first :].mean()) / unit - 1.0 / theta
    known |= window.boundless(asked, rate, 1.0 / mu, c)
    return Sample(values, known)


def erlang_b(case: Case, customers: int, rng: np.random.Generator) -> Sample:
    """Loss with any law of service (here: one length for all): who finds all busy goes outside."""
    p, unit = case.parameters, case.unit_min
    c, outside = p["c"], 40
    rate, mean = p["lambda"], p["mean_service"]
    asked = demand(
        poisson(rate, customers, rng) * unit,
        np.full(customers, mean * unit),
        building=np.ones(customers, dtype=np.int64) * 2,
    )
    homes = [0] * c + [1] * outside
    near = [[0.0] * 3, [0.0] * 3, [1.0, 2.0, 0.0]]
    window = Window(degenerate(asked, c + outside, homes=homes, map_minutes=near, stays_home=True), asked, unit)
    ours = window.spells.tech < c
    values = {
        "P_block": float(np.mean(~ours[window.spells.start >= window.since])),
        "mean_busy": window.busy(ours),
    }
    return Sample(values, {**window.inputs(rate, asked), **window.boundless(asked, rate, mean, c)})


def hypercube(case: Case, customers: int, rng: np.random.Generator) -> Sample:
    """Units at homes, calls from atoms, each with its list of units; with no queue, the rest goes outside."""
    p, unit = case.parameters, case.unit_min
    units, atoms = p["N"], p["atoms"]
    loss = p["capacity"] == "zero"
    outside = 30 if loss else 0
    rates = [atom["rate"] for atom in atoms]
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
    window = Window(degenerate(asked, units + outside, homes=homes, map_minutes=near, stays_home=True), asked, unit)
    s = window.spells
    ours = s.tech < units
    at, busy = readings.level(s.start[ours], s.end[ours])
    values = {f"workload_{k + 1}": window.busy(s.tech == k) for k in range(units)}
    values["P_all_free"] = readings.share_of_time(at, busy, 0, window.since, window.until)
    values["P_all_busy"] = readings.share_of_time(at, busy, units, window.since, window.until)
    counted = (s.start >= window.since) & ours
    first = np.array([one["prefer"][0] - 1 for one in atoms])
    values["fraction_served_by_first_preference"] = float(np.mean((s.tech == first[atom[s.order]])[counted]))
    if "travel" in p:
        travel = np.array(p["travel"])
        values["mean_travel_time"] = float(travel[s.tech[counted], atom[s.order[counted]]].mean())
    known = window.inputs(sum(rates), asked)
    known["work"] = float(asked.work[window.first :].mean()) / unit - 1.0 / p["mu"]
    for k, rate in enumerate(rates[1:], 1):
        known[f"atom_{k}"] = float(np.mean(atom[window.first :] == k)) - rate / sum(rates)
    known |= window.boundless(asked, sum(rates), 1.0 / p["mu"], units)
    if not loss:
        known |= window.fast(asked, sum(rates), 1.0 / p["mu"], units, rng)
    return Sample(values, known)


def feedback(case: Case, customers: int, rng: np.random.Generator) -> Sample:
    """M/M/c whose jobs come back with a chance, as new ones."""
    p, unit = case.parameters, case.unit_min
    rate, mu, c, back = p["lambda"], p["mu"], p["c"], p["return_prob"]
    external = poisson(rate, customers, rng) * unit
    asked = routed(external, np.zeros(customers, dtype=np.int64), np.array([[back]]), [unit / mu], ["work"], rng)
    window = Window(degenerate(asked, ["work"] * c, POOLED), asked, unit)
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
    known = window.inputs(rate, asked)
    known["work"] = float(asked.work.mean()) / unit - 1.0 / mu
    total = np.bincount(asked.root, asked.work) / unit / c
    mean = 1.0 / mu / (1.0 - back) / c
    known["fast"] = controls.fast_server(external / unit, total, rate, mean, window.first, rng)
    known["job"] = float(total[jobs].mean()) - mean
    return Sample(values, known)


def jackson(case: Case, customers: int, rng: np.random.Generator) -> Sample:
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
    window = Window(degenerate(asked, crew, NEAREST), asked, unit)
    o = window.orders
    whole = np.bincount(asked.root, o.in_system)
    values: dict[str, float] = {"L_total": window.number(o.report, o.ended)}
    values["W_end_to_end"] = float(whole[window.first : customers].mean()) / unit
    known = window.inputs(sum(rates), asked)
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
        known[f"fast_{k + 1}"] = controls.fast_server(
            asked.report[:customers][mine] / unit, total[mine], sum(rates) * comes,
            1.0 / p["mu"][k] / (1.0 - back) / c[k], int(mine[: window.first].sum()), rng,
        )  # fmt: skip
    if np.array_equal(p["routing"], np.eye(len(c), k=1)):
        known |= _tandem(
            asked.report[:customers] / unit, asked.work.reshape(len(c), -1) / unit, sum(rates), p, window.first
        )
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


def batches(case: Case, customers: int, rng: np.random.Generator) -> Sample:
    """Reports that come several at one instant."""
    p, unit = case.parameters, case.unit_min
    sizes = np.array([int(size) for size in p["batch_pmf"]])
    shares = np.array(list(p["batch_pmf"].values()))
    mean_size = float(sizes @ shares)
    count = int(customers / mean_size)
    size = rng.choice(sizes, count, p=shares)
    at = poisson(p["lambda"], count, rng)
    report = np.repeat(at, size) * unit
    asked = demand(report, rng.exponential(unit / p["mu"], len(report)))
    window = Window(degenerate(asked, 1, NEAREST), asked, unit)
    o = window.orders
    values = {
        "utilisation": window.busy(),
        "L": window.number(o.report, o.ended),
        "W": window.mean(o.in_system),
        "Wq": window.mean(o.wait),
    }
    known = {"between": float(at[-1]) / count - 1.0 / p["lambda"]}
    known["work"] = float(asked.work.mean()) / unit - 1.0 / p["mu"]
    known["size"] = float(size.mean()) - mean_size
    known["size_square"] = float((size**2).mean()) - float(sizes**2 @ shares)
    mean, square = mean_size / p["mu"], float((sizes * (sizes + 1)) @ shares) / p["mu"] ** 2
    together = np.add.reduceat(asked.work, np.cumsum(size) - size) / unit
    wait = controls.single_server_wait(at, together, 0.0)[count // 10 :]
    known["batch"] = float(wait.mean()) - p["lambda"] * square / 2.0 / (1.0 - p["lambda"] * mean)
    return Sample(values, known)


def transient(case: Case, customers: int, rng: np.random.Generator) -> Sample:
    """The first customers of an empty start: many short runs one after the other, each begun after the last one's end."""
    p, unit = case.parameters, case.unit_min
    rate, mu = p["lambda"], p["mu"]
    values: dict[str, float] = {}
    known: dict[str, float] = {}
    shares = np.sqrt(p["n"]) / np.sqrt(p["n"]).sum()
    for length, share in zip(p["n"], shares.tolist(), strict=True):
        runs = max(4, int(customers * share) // length)
        between = rng.exponential(unit / rate, (runs, length))
        work = rng.exponential(unit / mu, (runs, length))
        span = between.sum(axis=1) + work.sum(axis=1)
        report = (np.cumsum(span) - span)[:, None] + np.cumsum(between, axis=1)
        world = finish(degenerate(demand(report.ravel(), work.ravel()), 1, NEAREST))
        wait = readings.orders(world.journal).wait.reshape(runs, length) / unit
        values[f"E_wait_customer_{length}"] = float(wait[:, -1].mean())
        values[f"E_mean_wait_first_{length}"] = float(wait.mean())
        step = (work[:, :-1] - between[:, 1:]) / unit
        weight = np.arange(length - 1, 0, -1)
        drift = 1.0 / mu - 1.0 / rate
        known[f"drift_{length}"] = float(step.mean()) - drift
        known[f"early_drift_{length}"] = float((step @ weight).mean() / weight.sum()) - drift
    return Sample(values, known)


def daily_profile(case: Case, customers: int, rng: np.random.Generator) -> Sample:
    """Arrivals that swing with the day before a crew that is never all busy."""
    p, unit = case.parameters, case.unit_min
    a, b, mu, period = p["a"], p["b"], p["mu"], p["period"]
    omega, days = 2.0 * np.pi / period, max(4, round(customers / (a * period)))
    count = rng.poisson((a + b) * period * days)
    at = np.sort(rng.random(count)) * period * days
    report = at[rng.random(count) * (a + b) < a + b * np.sin(omega * at)]
    asked = demand(report * unit, rng.exponential(unit / mu, len(report)))
    world = degenerate(asked, 70, NEAREST)
    finish(world)
    s = readings.spells(world.journal)
    orders = readings.orders(world.journal)
    if orders.wait.max() > EPS:
        raise AssertionError("somebody waited: the crew was all busy")
    start, end = s.start / unit, s.end / unit
    values: dict[str, float] = {}
    for hour in p["t"]:
        checks = np.arange(1, days) * period + hour
        under_way = np.searchsorted(np.sort(start), checks, side="right") - np.searchsorted(np.sort(end), checks)
        values[f"m({hour})"] = float(under_way.mean())
    since, until = period, period * days
    lo, hi = np.clip(start, since, until), np.clip(end, since, until)
    span = until - since
    mean = float((hi - lo).sum()) / span
    cosine = 2.0 / span * float((np.sin(omega * hi) - np.sin(omega * lo)).sum()) / omega
    sine = -2.0 / span * float((np.cos(omega * hi) - np.cos(omega * lo)).sum()) / omega
    values["peak_mean"] = mean + float(np.hypot(sine, cosine))
    values["peak_lag"] = float(np.arctan2(-cosine, sine)) / omega
    known = {"count": len(report) / (a * period * days) - 1.0, "work": float(asked.work.mean()) / unit * mu - 1.0}
    swing = omega * (report % period)
    known["sine"] = float(np.sin(swing).sum()) / (b * period * days / 2.0) - 1.0
    known["cosine"] = float(np.cos(swing).sum()) / (b * period * days / 2.0)
    return Sample(values, known)


def nearest(case: Case, customers: int, rng: np.random.Generator) -> Sample:
    """How far the nearest free technician is in a Poisson field, and two random points are from each other [km]."""
    side, density = 10.0, case.parameters["density"]
    values: dict[str, float] = {}
    people = int(rng.poisson(density * side * side))
    home, calls = rng.random((people, 2)) * side, rng.random((customers, 2)) * side
    between = np.abs(calls[:, None, :] - home[None, :, :])
    around = np.minimum(between, side - between)
    for name, way in (("euclid", np.hypot(around[..., 0], around[..., 1])), ("manhattan", around.sum(axis=2))):
        values[f"mean_{name}"] = _travelled(way, people, customers)
    spots = rng.random((customers + 1, 2))
    apart = np.abs(spots[:, None, :] - spots[None, :, :])
    for name, way in (("euclid", np.hypot(apart[..., 0], apart[..., 1])), ("manhattan", apart.sum(axis=2))):
        values[f"mean_two_random_points_unit_square_{name}"] = _wandered(way, customers)
    return Sample(values, {"people": people / (density * side * side) - 1.0})


def _travelled(way: Floats, people: int, customers: int) -> float:
    """Mean true travel of whom nearest-idle sends, everybody at home [km, walked at 1 km/min]."""
    calls = demand(np.arange(1, customers + 1) * 100.0, np.ones(customers), building=people + np.arange(customers))
    far = np.zeros((people + customers, people + customers))
    far[people:, :people] = way
    minutes = far.tolist()
    world = degenerate(calls, people, homes=range(people), true_minutes=minutes, map_minutes=minutes, stays_home=True)
    return _mean_travel(world)


def _wandered(way: Floats, customers: int) -> float:
    """Mean true travel of one technician who goes from place to place."""
    minutes = way.tolist()
    places = 1 + np.arange(customers)
    calls = demand(np.arange(1, customers + 1) * 100.0, np.ones(customers), building=places)
    return _mean_travel(degenerate(calls, 1, true_minutes=minutes, map_minutes=minutes))


def _mean_travel(world: World) -> float:
    finish(world)
    found = readings.orders(world.journal)
    return float(found.wait.mean())


RECIPES: Mapping[str, Recipe] = {
    "mmc": mmc,
    "mg1": mg1,
    "priority_np_mmc": priority_mmc,
    "priority_pr_mmc": priority_mmc,
    "priority_np_mg1": priority_mg1,
    "priority_pr_mg1": priority_mg1,
    "erlang_a": erlang_a,
    "erlang_b": erlang_b,
    "hypercube": hypercube,
    "mmc_feedback": feedback,
    "jackson_open": jackson,
    "batch_mm1": batches,
    "mm1_transient_wait": transient,
    "mt_g_infinity": daily_profile,
    "nearest_distance": nearest,
    "mm2_heterogeneous": unequal_pair,
    "machine_repair": chains,
    "machine_repair_fleet": fleet,
}
