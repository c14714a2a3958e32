"""The part of a run that counts, and what is read of it.

A replication deletes its first tenth of customers; averages over customers take everybody reported
after that, and all finish. Averages over time take a window whose ends are written down beforehand, where
those customers are expected: a window that ended with somebody's report would depend on what it measures.
"""

from collections.abc import Sequence
from math import sqrt
from typing import Any

import numpy as np

from scenarios.verify import controls, readings
from scenarios.verify.degenerate import finish
from scenarios.verify.draws import Demand, Flags, Floats, Generator, Ints, Law, squared_cv
from twin.world import World

DELETED = 0.1
"""Share of the customers with whom a run forgets its empty start."""
SURELY = 4.0
"""The window ends so many standard deviations before the last report is expected."""
EPS = 1e-9
"""A wait of less is none [min]."""


class Window:
    """The part of a run that counts, and what is read of it in the case's unit of time.

    Parameters
    ----------
    rate : customers a unit of time, from outside
    before : customers who were there when the run began
    clump : how many come at once, in the mean
    """

    def __init__(
        self, world: World, asked: Demand, unit_min: float, rate: float, before: int = 0, clump: float = 1.0
    ) -> None:
        finish(world)
        self.orders = readings.orders(world.journal)
        self.spells = readings.spells(world.journal)
        self.unit = unit_min
        external = asked.report[~np.isnan(asked.report)]
        self.before = before
        come = len(external) - before
        self.first = before + int(DELETED * come)
        self.gap = float(external[-1] - external[self.first]) / unit_min / max(1, len(external) - 1 - self.first)
        self.since = DELETED * come / rate * unit_min
        certainly = (come - SURELY * sqrt(come * clump)) / rate * unit_min
        self.until = min(certainly, float(external[-1]))
        self.length = (self.until - self.since) / unit_min
        self.counts = self.orders.report >= float(external[self.first])

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
        u, new = self.unit, slice(self.before, None)
        return controls.boundless(
            asked.report[new] / u, asked.work[new] / u, rate, mean, crew, self.since / u, self.until / u
        )

    def fast(
        self, asked: Demand, rate: float, mean: float, speed: float, rng: Generator, *, timed: bool = True
    ) -> dict[str, float]:
        """Companion with one technician of the speed of all; ``timed``: within the window as well."""
        new, since = slice(self.before, None), self.first - self.before
        found = self.alone(asked.report[new], asked.work[new] / self.unit / speed, rate, mean / speed, since, rng)
        return found if timed else {"fast": found["fast"]}

    def alone(
        self, report: Floats, work: Floats, rate: float, mean: float, since: int, rng: Generator
    ) -> dict[str, float]:
        """Waits before one technician, less the true values: from customer ``since`` on, and within the window."""
        wait = controls.stationary_wait(report / self.unit, work, rate, mean, rng)
        truth = controls.mean_wait(rate, mean)
        within = float(wait[self._within(report)].sum()) / self.length
        return {"fast": float(wait[since:].mean()) - truth, "fast_within": within - rate * truth}

    def inputs(self, rate: float, asked: Demand) -> dict[str, float]:
        """Mean time between external reports, less the true value."""
        return {"between": self.gap - 1.0 / rate}

    def offered(self, report: Floats, work: Floats, rate: float, mean: float) -> dict[str, float]:
        """Reports within the window, and the work they bring, a unit of time, less the true values."""
        within = self._within(report)
        return {
            "within": float(within.sum()) / self.length - rate,
            "offered": float(work[within].sum()) / self.unit / self.length - rate * mean,
        }

    def _within(self, report: Floats) -> Flags:
        found: Flags = (report > self.since) & (report <= self.until)
        return found


def works(work: Floats, priority: Ints, laws: Sequence[Law], rates: Sequence[float], unit: float) -> dict[str, float]:
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
