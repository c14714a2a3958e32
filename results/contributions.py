"""What each order adds to the difference of a figure between two runs of the same replication.

An order is known in both runs by the fault behind it: faults of the exogenous stream happen at the
same instant in the same place under every policy. With w the weight of an order in its run, v its
value and m the figure of the first run, an order adds w_b (v_b − m) − w_a (v_a − m), or the one term
it has; these sum to the difference exactly, and an order only one run has adds what it is off the mean.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from policies.contract import plan
from policies.contract.units import DAY_MIN
from results.columns import Bools, Floats, Ints
from results.durations import Deadline, Durations, by_deadline
from results.observation import Observation

Key = tuple[float | int | str, ...]
"""A fault as both runs know it, and which of its orders in the cohort."""
STAGES: Final = ("t_reg", "t_open", "t_asg", "t_arr")
"""Instants that part a response: registered, opened, first assigned, arrived."""


class NotByOrder(ValueError):
    """A figure that is no sum over orders."""


@dataclass(slots=True)
class Part:
    """An order in one run: number, value [unit of the figure], weight."""

    order: int
    value: float
    weight: float


@dataclass(slots=True)
class Contribution:
    """What one order adds to the difference [unit of the figure]; None: not in that run's figure."""

    key: Key
    before: Part | None
    after: Part | None
    amount: float


@dataclass(slots=True)
class Difference:
    """The figure in both runs and what each order adds, largest first; ``stages`` of a response sum to it too."""

    kpi: str
    before: float
    after: float
    contributions: list[Contribution]
    stages: dict[str, float]

    @property
    def amount(self) -> float:
        """Second run minus first."""
        return self.after - self.before


def decompose(first: Observation, second: Observation, kpi: str) -> Difference:
    """Part the difference of a figure by orders.

    Raises
    ------
    NotByOrder
        If the figure is none of ``BY_ORDER``.
    """
    before, after = parts(first, kpi), parts(second, kpi)
    level = _figure(before)
    found = [
        Contribution(key, a, b, (b.weight * (b.value - level) if b else 0.0) - (a.weight * (a.value - level) if a else 0.0))
        for key in dict.fromkeys((*before, *after))
        for a, b in [(before.get(key), after.get(key))]
    ]  # fmt: skip
    found.sort(key=lambda one: -one.amount)
    return Difference(kpi, level, _figure(after), found, _stages(first, second, kpi))


def parts(run: Observation, kpi: str) -> dict[Key, Part]:
    """Every order the figure is made of; Σ weight × value is the figure."""
    if kpi not in BY_ORDER:
        raise NotByOrder(f"{kpi} is no sum over orders; expected one of {', '.join(BY_ORDER)}")
    among, values, weights = BY_ORDER[kpi](run)
    rows = np.flatnonzero(among)
    ids, keys = run.orders.ids[rows].tolist(), _keys(run, rows)
    listed = zip(keys, ids, values.tolist(), weights.tolist(), strict=True)
    return {key: Part(order, value, weight) for key, order, value, weight in listed if weight > 0.0}


def _figure(of: Mapping[Key, Part]) -> float:
    return sum(one.weight * one.value for one in of.values()) if of else float("nan")


def _keys(run: Observation, rows: Ints) -> list[Key]:
    """The fault of each order by what both runs know of it, with a number for further orders of the same."""
    orders = run.orders
    faults = run.rows("FaultOccurred")
    place = {number: row for row, number in enumerate(faults["fault"].tolist())}
    seen: dict[Key, int] = {}
    keys: list[Key] = []
    for row in rows.tolist():
        known = place.get(int(orders.fault[row]))
        base: Key = (
            (float(orders.t_report[row]), int(orders.building[row]), orders.texts[orders.trade[row]])
            if known is None
            else (float(faults.at[known]), int(faults["building"][known]), int(faults["asset"][known]), faults.names("trade")[faults["trade"][known]])
        )  # fmt: skip
        seen[base] = seen.get(base, -1) + 1
        keys.append((*base, seen[base]))
    return keys


def _stages(first: Observation, second: Observation, kpi: str) -> dict[str, float]:
    """What each stage of the response adds to the difference; empty for figures that are no response."""
    if kpi not in {"K-R1", "K-R4"} or first.stop != "t_arr":
        return {}
    before, after = _stage_means(first, kpi), _stage_means(second, kpi)
    return {name: after[name] - before[name] for name in (*STAGES, "open")}


def _stage_means(run: Observation, kpi: str) -> dict[str, float]:
    """Weighted minutes of each stage; a stage without an end of its own is part of the next, an open response of ``open``."""
    orders = run.orders
    among, values, weights = BY_ORDER[kpi](run)
    spent: dict[str, float] = {}
    told = np.zeros(int(np.count_nonzero(among)))
    for name in STAGES:
        until = (orders.service if kpi == "K-R1" else orders.wall)(getattr(orders, name))[among]
        until = np.where(np.isnan(until) | np.isnan(orders.t_arr[among]), told, until)
        spent[name] = float(np.sum(weights * (until - told)))
        told = until
    spent["open"] = float(np.sum(weights * (values - told)))
    return spent


def _of_waits(among: Bools, waits: Durations) -> tuple[Bools, Floats, Floats]:
    return among, waits.minutes, waits.weights()


def _of_deadline(among: Bools, judged: Deadline, late: bool = False) -> tuple[Bools, Floats, Floats]:
    known = ~judged.undetermined
    hit = judged.late if late else judged.on_time
    weights = known.astype(np.float64) / max(1, int(np.count_nonzero(known)))
    return among, np.where(hit, 100.0, 0.0), weights


def _normal(run: Observation, limit_min: float | None, wall: bool = False) -> tuple[Bools, Floats, Floats]:
    among = run.orders.normal
    waits = (run.wall_until if wall else run.service_until)(run.stop, among)
    return _of_waits(among, waits) if limit_min is None else _of_deadline(among, by_deadline(waits, limit_min))


def _completion(run: Observation, limit_min: float | None) -> tuple[Bools, Floats, Floats]:
    among = run.orders.is_order
    waits = run.wall_until("t_comp", among)
    return _of_waits(among, waits) if limit_min is None else _of_deadline(among, by_deadline(waits, limit_min))


def _emergency(run: Observation, instant: str, limit_min: float, late: bool) -> tuple[Bools, Floats, Floats]:
    among = run.orders.emergency
    return _of_deadline(among, by_deadline(run.wall_until(instant, among), limit_min), late)


BY_ORDER: Final[dict[str, Callable[[Observation], tuple[Bools, Floats, Floats]]]] = {
    "K-R1": lambda run: _normal(run, None),
    "K-R3": lambda run: _normal(run, plan.RESPONSE_MIN),
    "K-R4": lambda run: _normal(run, None, wall=True),
    "K-R6": lambda run: _completion(run, None),
    "K-R6.24h": lambda run: _completion(run, DAY_MIN),
    "K-E1": lambda run: _emergency(run, "t_arr", plan.EMERGENCY_RESPONSE_MIN, late=False),
    "K-E2": lambda run: _emergency(run, "t_safe", plan.EMERGENCY_HANDLING_MIN, late=False),
    "K-E3": lambda run: _emergency(run, "t_safe", plan.EMERGENCY_HANDLING_MIN, late=True),
}
"""Figures that are sums over orders: which orders, value and weight of each."""
