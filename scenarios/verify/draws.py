"""Sample paths of demand drawn from laws the books know, as rows for ``PathDemand``.

Instants and durations in minutes; a case's own unit of time is a number of minutes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twin.processes.path import NO_CHILD, PathRow

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Law = Mapping[str, Any]
Generator = np.random.Generator
TRADE = "work"


def generator(key: Sequence[int]) -> Generator:
    """Chance of one replication. Paths of textbook queues are drawn in bulk here; no campus draws from it."""
    return np.random.default_rng(key)


def draw(law: Law, count: int, rng: Generator) -> Floats:
    """``count`` draws of a law given by kind, mean and what else shapes it [unit of the mean]."""
    mean, kind = float(law["mean"]), law["kind"]
    if kind == "exponential":
        return rng.exponential(mean, count)
    if kind == "deterministic":
        return np.full(count, mean)
    if kind == "erlang":
        return rng.gamma(law["k"], mean / law["k"], count)
    if kind == "gamma":
        return rng.gamma(1.0 / law["cv2"], mean * law["cv2"], count)
    if kind == "lognormal":
        sigma2 = np.log1p(law["cv2"])
        return rng.lognormal(np.log(mean) - 0.5 * sigma2, np.sqrt(sigma2), count)
    raise ValueError(f"no law of kind {kind!r}")


def squared_cv(law: Law) -> float:
    """Variance over squared mean."""
    kind = law["kind"]
    if kind in ("lognormal", "gamma"):
        return float(law["cv2"])
    return {"exponential": 1.0, "deterministic": 0.0}[kind] if kind != "erlang" else 1.0 / float(law["k"])


def exponential(mean: float) -> Law:
    """The law without memory."""
    return {"kind": "exponential", "mean": mean}


@dataclass(slots=True)
class Demand:
    """Columns of a path: report instants (NaN: a repeat), class from 1, work, place, following row, root row.

    ``delay``: minutes from a row's completion to the report of the following one; ``part``: the item
    every row asks for (-1: none).
    """

    report: Floats
    priority: Ints
    work: Floats
    building: Ints
    child: Ints
    root: Ints
    trades: Sequence[str]
    trade: Ints
    delay: Floats
    part: int = -1

    def __len__(self) -> int:
        return len(self.report)

    def rows(self) -> list[PathRow]:
        """The path as the world walks it."""
        names = self.trades
        return [
            PathRow(None if at != at else at, place, names[trade], priority, work, self.part, child, delay)
            for at, place, trade, priority, work, child, delay in zip(
                self.report.tolist(), self.building.tolist(), self.trade.tolist(), self.priority.tolist(),
                self.work.tolist(), self.child.tolist(), self.delay.tolist(), strict=True,
            )
        ]  # fmt: skip


def demand(
    report: Floats,
    work: Floats,
    priority: Ints | None = None,
    building: Ints | None = None,
    trades: Sequence[str] = (TRADE,),
) -> Demand:
    """Requests without repeats, in the order of their instants."""
    count = len(report)
    ones = np.ones(count, dtype=np.int64)
    return Demand(
        report, ones * 3 if priority is None else priority, work, ones * 0 if building is None else building,
        ones * NO_CHILD, np.arange(count), trades, ones * 0, np.zeros(count),
    )  # fmt: skip


def poisson(rate: float, count: int, rng: Generator) -> Floats:
    """Instants of a Poisson stream [1 / rate]."""
    return np.cumsum(rng.exponential(1.0 / rate, count))


def classes(rates: Sequence[float], count: int, rng: Generator) -> Ints:
    """Class of each request of a merged stream, 1 first."""
    share = np.asarray(rates) / np.sum(rates)
    return np.searchsorted(np.cumsum(share)[:-1], rng.uniform(size=count), side="right").astype(np.int64) + 1


def routed(
    report: Floats,
    first: Ints,
    routing: NDArray[np.float64],
    mean_work: Sequence[float],
    trades: Sequence[str],
    rng: Generator,
) -> Demand:
    """Requests that go from station to station: each visit is a row, the next one reported when it is done.

    Parameters
    ----------
    first : station each request comes to
    routing : ``[i][j]``, chance to go from station i to j; the rest leaves
    mean_work : exponential work a visit, by station
    """
    edges = np.cumsum(routing, axis=1)
    station, parent, root = first, np.arange(len(report)), np.arange(len(report))
    stations, roots, links, total = [station], [root], [], len(report)
    while len(station):
        u = rng.uniform(size=len(station))
        following = (u[:, None] >= edges[station]).sum(axis=1)
        on = following < routing.shape[1]
        number = total + np.arange(int(on.sum()))
        links.append((parent[on], number))
        station, parent, root = following[on], number, root[on]
        stations.append(station)
        roots.append(root)
        total += len(number)
    trade, child = np.concatenate(stations), np.full(total, NO_CHILD)
    for parents, numbers in links:
        child[parents] = numbers
    at = np.full(total, np.nan)
    at[: len(report)] = report
    work = rng.exponential(1.0, total) * np.asarray(mean_work)[trade]
    flat = np.zeros(total, dtype=np.int64)
    return Demand(at, flat + 3, work, flat, child, np.concatenate(roots), trades, trade, np.zeros(total))


def alternating(lives: Floats, works: Floats) -> Demand:
    """Machines ``[machine][life]`` that break when a life ends and live on when they are repaired [min]."""
    machines, count = lives.shape
    number = np.arange(machines * count).reshape(count, machines).T
    child = np.full(machines * count, NO_CHILD)
    child[number[:, :-1]] = number[:, 1:]
    order = np.argsort(lives[:, 0])
    lives, works = lives[order], works[order]
    delay, at = np.zeros(machines * count), np.full(machines * count, np.nan)
    at[number[:, 0]] = lives[:, 0]
    delay[number[:, :-1]] = lives[:, 1:]
    work = np.empty(machines * count)
    work[number] = works
    flat = np.zeros(machines * count, dtype=np.int64)
    return Demand(at, flat + 3, work, flat, child, flat + np.tile(np.arange(machines), count), (TRADE,), flat, delay)
