"""Queues that are not in a steady state: an empty start, and arrivals that swing with the day."""

from collections.abc import Sequence

import numpy as np

from scenarios.verify import parameters, readings
from scenarios.verify.case import Case
from scenarios.verify.controls import Sample
from scenarios.verify.degenerate import NEAREST, degenerate, finish
from scenarios.verify.draws import Generator, demand
from scenarios.verify.recipe import Recipe
from scenarios.verify.recipes.queues import never_all
from scenarios.verify.window import EPS


def transient(case: Case, customers: int, rng: Generator) -> Sample:
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


def daily_profile(case: Case, customers: int, rng: Generator) -> Sample:
    """Arrivals that swing with the day before a crew that is never all busy."""
    p, unit = case.parameters, case.unit_min
    a, b, mu, period = p["a"], p["b"], p["mu"], p["period"]
    omega, days = 2.0 * np.pi / period, max(4, round(customers / (a * period)))
    count = rng.poisson((a + b) * period * days)
    at = np.sort(rng.uniform(size=count)) * period * days
    report = at[rng.uniform(size=count) * (a + b) < a + b * np.sin(omega * at)]
    asked = demand(report * unit, rng.exponential(unit / mu, len(report)))
    world = degenerate(asked, never_all((a + b) / mu), NEAREST)
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
        values[f"m({hour:g})"] = float(under_way.mean())
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


def _asked_of_start(case: Case) -> Sequence[str]:
    return [f"{what}_{n}" for n in case.parameters["n"] for what in ("E_wait_customer", "E_mean_wait_first")]


def _of_start(case: Case) -> float:
    """No run has to forget: a few runs of every length are enough."""
    lengths = np.array(case.parameters["n"], dtype=float)
    return float((lengths * 8.0 / 30.0 * np.sqrt(lengths).sum() / np.sqrt(lengths)).max())


def _of_day(case: Case) -> float:
    """A day and the longest services, in customers."""
    p = case.parameters
    return float(p["a"] * (p["period"] + 5.0 / p["mu"]) / 10.0)


RECIPES = {
    "mm1_transient_wait": Recipe(
        "mm1_transient_wait", "short runs of one technician from empty, one after the other",
        parameters.Transient, transient, _asked_of_start, _of_start,
    ),
    "mt_g_infinity": Recipe(
        "mt_g_infinity", "a crew that is never all busy; requests thinned to the rate of the hour",
        parameters.Day, daily_profile,
        lambda case: [*(f"m({hour:g})" for hour in case.parameters["t"]), "peak_mean", "peak_lag"], _of_day,
    ),
}  # fmt: skip
