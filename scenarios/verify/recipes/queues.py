"""Queues before a crew of equals: first come, first served, with and without patience, places and batches."""

from collections.abc import Mapping, Sequence
from math import ceil

import numpy as np

from policies.contract.decisions import Triage
from policies.contract.states import OrderState
from policies.contract.views import View, WorkOrder
from scenarios.verify import controls, parameters
from scenarios.verify.case import Case
from scenarios.verify.controls import Sample
from scenarios.verify.degenerate import NEAREST, POOLED, degenerate
from scenarios.verify.draws import Generator, demand, draw, poisson, squared_cv
from scenarios.verify.recipe import Recipe, always
from scenarios.verify.settling import of_queue
from scenarios.verify.window import EPS, Window, works


def _at_work(rate: float, mean: float, crew: int, rng: Generator) -> int:
    """How many an M/M/c queue holds in its steady state, drawn: where a run begins, so that it need not forget."""
    from scipy.stats import poisson as poisson_law

    offered = rate * mean
    counts = np.arange(crew)
    below = poisson_law(offered).pmf(counts)
    full = float(poisson_law(offered).pmf(crew)) / (1.0 - offered / crew)
    if rng.uniform() * (below.sum() + full) < full:
        return crew + int(rng.geometric(1.0 - offered / crew)) - 1
    return int(rng.choice(counts, p=below / below.sum()))


def mmc(case: Case, customers: int, rng: Generator) -> Sample:
    """M/M/c, begun in its steady state."""
    p, unit = case.parameters, case.unit_min
    rate, mu, c = p["lambda"], p["mu"], p["c"]
    before = _at_work(rate, 1.0 / mu, c, rng)
    report = np.concatenate([np.zeros(before), poisson(rate, customers, rng) * unit])
    asked = demand(report, rng.exponential(unit / mu, len(report)))
    window = Window(degenerate(asked, c, POOLED), asked, unit, rate, before)
    o = window.orders
    values = {
        "utilisation": window.busy() / c,
        "P_wait": window.share(o.wait > EPS),
        "Wq": window.mean(o.wait),
        "Lq": window.number(o.report, o.begun),
        "W": window.mean(o.in_system),
        "L": window.number(o.report, o.ended),
    }
    if "q" in p:
        values["Wq_quantile"] = float(np.quantile(o.wait[window.counts], p["q"])) / unit
    if "t_response" in p:
        values["P_Wq_le_t_response"] = window.share(o.wait <= p["t_response"] * unit)
    if "t_resolve" in p:
        values["P_W_le_t_resolve"] = window.share(o.in_system <= p["t_resolve"] * unit)
    known = window.inputs(rate, asked) | window.offered(asked.report, asked.work, rate, 1.0 / mu)
    known["work"] = float(asked.work[window.first :].mean()) / unit - 1.0 / mu
    if c > 1:
        known |= window.fast(asked, rate, 1.0 / mu, c, rng) | window.boundless(asked, rate, 1.0 / mu, c)
    return Sample(values, known)


def mg1(case: Case, customers: int, rng: Generator) -> Sample:
    """M/G/1."""
    p, unit = case.parameters, case.unit_min
    rate, law = p["lambda"], p["service"]
    asked = demand(poisson(rate, customers, rng) * unit, draw(law, customers, rng) * unit)
    window = Window(degenerate(asked, 1, NEAREST), asked, unit, rate)
    o = window.orders
    values = {
        "utilisation": window.busy(),
        "Wq": window.mean(o.wait),
        "Lq": window.number(o.report, o.begun),
        "W": window.mean(o.in_system),
        "L": window.number(o.report, o.ended),
    }
    late = slice(window.first, None)
    known = works(asked.work[late], asked.priority[late] * 0 + 1, [law], [rate], unit)
    known |= window.inputs(rate, asked) | window.offered(asked.report, asked.work, rate, float(law["mean"]))
    return Sample(values, known)


def erlang_a(case: Case, customers: int, rng: Generator) -> Sample:
    """M/M/c with exponential patience."""
    p, unit = case.parameters, case.unit_min
    rate, mu, theta, c = p["lambda"], p["mu"], p["theta"], p["c"]
    asked = demand(poisson(rate, customers, rng) * unit, rng.exponential(unit / mu, customers))
    patience = rng.exponential(unit / theta, customers)
    minutes = patience.tolist()
    window = Window(degenerate(asked, c, POOLED, patience=lambda job: minutes[job.id]), asked, unit, rate)
    o = window.orders
    waited = np.where(np.isnan(o.begun), o.ended, o.begun)
    values = {
        "P_wait": window.share(o.wait > EPS),
        "P_abandon": window.share(o.abandoned),
        "Wq_all": window.mean(o.wait),
        "Lq": window.number(o.report, waited),
        "utilisation": window.busy() / c,
    }
    known = window.inputs(rate, asked) | window.offered(asked.report, asked.work, rate, 1.0 / mu)
    known["work"] = float(asked.work[window.first :].mean()) / unit - 1.0 / mu
    known["patience"] = float(patience[window.first :].mean()) / unit - 1.0 / theta
    known |= window.boundless(asked, rate, 1.0 / mu, c)
    return Sample(values, known)


def never_all(offered: float) -> int:
    """People enough that they are never all busy with ``offered`` erlang (ten standard deviations)."""
    return int(offered + 10.0 * offered**0.5) + 10


def erlang_b(case: Case, customers: int, rng: Generator) -> Sample:
    """Loss with any law of service (here: one length for all): who finds all busy goes outside."""
    p, unit = case.parameters, case.unit_min
    c, rate, mean = p["c"], p["lambda"], p["mean_service"]
    outside = never_all(rate * mean)
    asked = demand(
        poisson(rate, customers, rng) * unit,
        np.full(customers, mean * unit),
        building=np.ones(customers, dtype=np.int64) * 2,
    )
    homes = [0] * c + [1] * outside
    near = [[0.0] * 3, [0.0] * 3, [1.0, 2.0, 0.0]]
    world = degenerate(asked, c + outside, homes=homes, map_minutes=near, stays_home=True)
    window = Window(world, asked, unit, rate)
    ours = window.spells.tech < c
    values = {
        "P_block": float(np.mean(~ours[window.spells.order >= window.first])),
        "mean_busy": window.busy(ours),
    }
    known = window.inputs(rate, asked) | window.offered(asked.report, asked.work, rate, mean)
    return Sample(values, known | window.boundless(asked, rate, mean, c))


class WaitingRoom:
    """Whoever finds all places taken is turned away: a triage rule, asked and obeyed like any other."""

    OVER = frozenset({int(OrderState.COMP), int(OrderState.CLOSE), int(OrderState.CAN)})

    def __init__(self, places: int) -> None:
        self.places = places
        self._inside: list[WorkOrder] = []

    def triage(self, request: WorkOrder, view: View) -> Triage:
        """As claimed, or rejected."""
        self._inside = [order for order in self._inside if order.state not in self.OVER]
        if len(self._inside) >= self.places:
            return Triage(request.trade_claimed, request.priority_claimed, "no place left")
        self._inside.append(request)
        return Triage(request.trade_claimed, request.priority_claimed)


def mmck(case: Case, customers: int, rng: Generator) -> Sample:
    """M/M/c with K places: the office turns away whoever finds them taken."""
    p, unit = case.parameters, case.unit_min
    rate, mu, c = p["lambda"], p["mu"], p["c"]
    asked = demand(poisson(rate, customers, rng) * unit, rng.exponential(unit / mu, customers))
    window = Window(degenerate(asked, c, POOLED, triage=WaitingRoom(p["K"])), asked, unit, rate)
    o = window.orders
    taken = ~o.rejected
    values = {
        "P_block": window.share(o.rejected),
        "Lq": window.number(o.report, o.begun, taken),
        "Wq_accepted": window.mean(o.wait, taken),
        "throughput": window.rate(taken),
        "utilisation": window.busy() / c,
    }
    known = window.inputs(rate, asked) | window.boundless(asked, rate, 1.0 / mu, c)
    known |= window.offered(asked.report, asked.work, rate, 1.0 / mu)
    known["work"] = float(asked.work[window.first :].mean()) / unit - 1.0 / mu
    return Sample(values, known)


def batches(case: Case, customers: int, rng: Generator) -> Sample:
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
    window = Window(degenerate(asked, 1, NEAREST), asked, unit, p["lambda"] * mean_size, clump=mean_size)
    o = window.orders
    values = {
        "utilisation": window.busy(),
        "L": window.number(o.report, o.ended),
        "W": window.mean(o.in_system),
        "Wq": window.mean(o.wait),
    }
    known = window.offered(report, asked.work, p["lambda"] * mean_size, 1.0 / p["mu"])
    known["between"] = float(at[-1]) / count - 1.0 / p["lambda"]
    known["work"] = float(asked.work.mean()) / unit - 1.0 / p["mu"]
    known["size"] = float(size.mean()) - mean_size
    known["size_square"] = float((size**2).mean()) - float(sizes**2 @ shares)
    mean, square = mean_size / p["mu"], float((sizes * (sizes + 1)) @ shares) / p["mu"] ** 2
    together = np.add.reduceat(asked.work, np.cumsum(size) - size) / unit
    wait = controls.single_server_wait(at, together, 0.0)[count // 10 :]
    known["batch"] = float(wait.mean()) - p["lambda"] * square / 2.0 / (1.0 - p["lambda"] * mean)
    return Sample(values, known)


def _asked_of_crew(case: Case) -> Sequence[str]:
    p = case.parameters
    further = {"q": "Wq_quantile", "t_response": "P_Wq_le_t_response", "t_resolve": "P_W_le_t_resolve"}
    return ["utilisation", "P_wait", "Wq", "Lq", "W", "L", *(name for key, name in further.items() if key in p)]


def _of_crew(case: Case) -> float:
    """A small part of a relaxation time: an M/M/c run begins in its steady state."""
    p = case.parameters
    return 0.06 * of_queue(p["lambda"], 1.0 / p["mu"], p["c"])


def _for_quantile(case: Case) -> Mapping[str, int]:
    """Thirty relaxation times: a quantile of less lies too low, however the run began."""
    p = case.parameters
    return {"Wq_quantile": ceil(30.0 * of_queue(p["lambda"], 1.0 / p["mu"], p["c"]))}


def _of_general(case: Case) -> float:
    p = case.parameters
    return of_queue(p["lambda"], p["service"]["mean"], 1, squared_cv(p["service"]))


def _of_impatient(case: Case) -> float:
    p = case.parameters
    return float(p["lambda"] / min(p["mu"], p["theta"]))


def _of_room(case: Case) -> float:
    p = case.parameters
    return float(p["lambda"] / p["mu"] + p["K"] ** 2 / 2.0)


def _of_loss(case: Case) -> float:
    return float(case.parameters["lambda"] * case.parameters["mean_service"])


def _of_batches(case: Case) -> float:
    p = case.parameters
    sizes = np.array([int(size) for size in p["batch_pmf"]])
    shares = np.array(list(p["batch_pmf"].values()))
    mean, square = float(sizes @ shares), float(sizes**2 @ shares)
    return of_queue(p["lambda"] * mean, 1.0 / p["mu"], 1, square / mean)


RECIPES = {
    "mmc": Recipe(
        "mmc", "a crew of equals, one queue, no travel; a run begins in the steady state",
        parameters.Crew, mmc, _asked_of_crew, _of_crew, whole=_for_quantile,
    ),
    "mg1": Recipe(
        "mg1", "one technician, works of the law given",
        parameters.General, mg1, always("utilisation", "Wq", "Lq", "W", "L"), _of_general,
    ),
    "erlang_a": Recipe(
        "erlang_a", "requests are withdrawn when their patience ends before work begins",
        parameters.Impatient, erlang_a,
        always("P_wait", "P_abandon", "Wq_all", "Lq", "utilisation"), _of_impatient,
    ),
    "mmck": Recipe(
        "mmck", "triage rejects whoever finds all places taken",
        parameters.Room, mmck,
        always("P_block", "Lq", "Wq_accepted", "throughput", "utilisation"), _of_room,
    ),
    "erlang_b": Recipe(
        "erlang_b", "who finds all busy goes to an outside firm further away",
        parameters.Loss, erlang_b, always("P_block", "mean_busy"), _of_loss, cost=1.2, per_server=("mean_busy",),
    ),
    "batch_mm1": Recipe(
        "batch_mm1", "several reports at one instant before one technician",
        parameters.Batches, batches, always("utilisation", "L", "W", "Wq"), _of_batches,
    ),
}  # fmt: skip
