"""Intervals sharpened by what is known: averages of drawn inputs, and companion queues with known means.

A control is something simulated beside the answer whose expectation is exact; the answer is regressed
on it. Source: Lavenberg & Welch, Management Science 27 (1981).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from results.statistics.laws import student_quantile
from scenarios.verify.draws import Floats, Generator, Law, squared_cv

TINY = 1e-12
"""Spread below which a control says nothing."""
SPARE = 12
"""Degrees of freedom an interval keeps."""


@dataclass(slots=True)
class Sample:
    """One replication: quantities, and controls as deviations from their expectations."""

    values: dict[str, float]
    controls: dict[str, float]


@dataclass(slots=True)
class Estimate:
    """Mean with the half-width of its interval, and how many replications stand behind it."""

    mean: float
    half_width: float
    replications: int


def estimate(samples: Sequence[Sample], quantity: str, alpha: float) -> Estimate:
    """Controlled mean and t-interval at level 1 - ``alpha``.

    Few replications use the first controls only, so that ``SPARE`` degrees of freedom are left.

    Raises
    ------
    ValueError
        If there are too few replications for any interval.
    """
    y = np.array([sample.values[quantity] for sample in samples])
    count = len(y)
    if count <= SPARE:
        raise ValueError(f"{count} replications; expected more than {SPARE} for an interval")
    names = sorted(samples[0].controls)[: count - SPARE - 1]
    given = np.array([[sample.controls[name] for name in names] for sample in samples]).reshape(count, len(names))
    spread = given.std(axis=0)
    given = given[:, spread > TINY] / spread[spread > TINY]
    x = np.column_stack([np.ones(count), given])
    beta, _, rank, _ = np.linalg.lstsq(x, y, rcond=None)
    freedom = count - int(rank)
    residual = y - x @ beta
    variance = float(residual @ residual) / freedom * float(np.linalg.pinv(x.T @ x)[0, 0])
    return Estimate(float(beta[0]), student_quantile(1.0 - alpha / 2.0, freedom) * variance**0.5, count)


def single_server_wait(report: Floats, work: Floats, first: float) -> Floats:
    """Waits in one first-come queue by Lindley's recursion, the first given [unit of ``work``]."""
    path = first + np.concatenate([[0.0], np.cumsum(work[:-1] - np.diff(report))])
    return path - np.minimum(0.0, np.minimum.accumulate(path))


def fast_server(report: Floats, work: Floats, rate: float, mean: float, since: int, rng: Generator) -> float:
    """Mean wait in an M/M/1 queue fed the same path, in its stationary state, less the true value."""
    return float(stationary_wait(report, work, rate, mean, rng)[since:].mean()) - mean_wait(rate, mean)


def mean_wait(rate: float, mean: float) -> float:
    """Mean wait in an M/M/1 queue."""
    load = rate * mean
    return load * mean / (1.0 - load)


def stationary_wait(report: Floats, work: Floats, rate: float, mean: float, rng: Generator) -> Floats:
    """Waits in an M/M/1 queue fed the same path, begun in its stationary state."""
    load = rate * mean
    first = rng.exponential(mean / (1.0 - load)) if rng.uniform() < load else 0.0
    return single_server_wait(report, work, first)


def one_server(report: Floats, work: Floats, rates: Sequence[float], laws: Sequence[Law], since: int) -> float:
    """Mean wait of classes served first come first served by one technician, less Pollaczek-Khinchine's value."""
    means = np.array([float(law["mean"]) for law in laws])
    squares = means**2 * (1.0 + np.array([squared_cv(law) for law in laws]))
    flow = np.asarray(rates)
    truth = float(flow @ squares) / 2.0 / (1.0 - float(flow @ means))
    return float(single_server_wait(report, work, 0.0)[since:].mean()) - truth


def boundless(
    report: Floats, work: Floats, rate: float, mean: float, crew: int, since: float, until: float
) -> dict[str, float]:
    """M/M/∞ fed the same path: mean number, number above the crew and share of time above it, less the true values."""
    from scipy.stats import poisson as poisson_law

    at = np.concatenate([report, report + work])
    step = np.concatenate([np.ones(len(report)), -np.ones(len(work))])
    sequence = np.argsort(at, kind="stable")
    length = np.diff(np.append(np.clip(at[sequence], since, until), until)) / (until - since)
    number = np.cumsum(step[sequence])
    law = poisson_law(rate * mean)
    counts = np.arange(int(rate * mean) + 400)
    mass = law.pmf(counts)
    return {
        "boundless": float(length @ number) - rate * mean,
        "boundless_above": float(length @ np.maximum(number - crew, 0)) - float(mass @ np.maximum(counts - crew, 0)),
        "boundless_free": float(length @ (number == 0)) - float(mass[0]),
        "boundless_busy": float(length @ (number >= crew)) - float(mass @ (counts >= crew)),
    }
