"""Who was at work when, where the log names people: their days, their hours, what they do."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from policies.contract.units import DAY_MIN, HOUR_MIN
from results.distances import total_variation
from scenarios.calibration.columns import Floats, Ints, LogColumns
from scenarios.calibration.component import ORDERS, Check, Fit, Judgement, at_most, judged
from scenarios.calibration.floor import split_half
from scenarios.calibration.profile import WEEKDAYS
from scenarios.calibration.values import Draws

FEWEST: Final = 20
"""Traces a person must have left for a calendar of their own."""
A_WORKING_DAY: Final = 0.25
"""A weekday is a working day of somebody with at least this share of the traces of their busiest one."""
EDGES: Final = (0.05, 0.95)
"""Between these quantiles of their traces people are taken to be on duty; the rest is overtime."""
ALIKE: Final = 0.15


@dataclass(frozen=True, slots=True)
class Calendar:
    """One person as the log shows them: weekdays worked, first and last hour [h, half hours], trades, usual place."""

    name: str
    days: tuple[int, ...]
    begins_h: float
    ends_h: float
    trades: tuple[str, ...]
    place: str


class Staff:
    """Hours in which people left traces (arrived, closed), people seen a weekday, a calendar each.

    A trace says that somebody worked, its absence nothing: hours are a lower bound of duty.
    """

    name = "staff"
    reads = ORDERS

    def fit(self, draws: Draws) -> Fit:
        log = draws.log
        who, at = _traces(log)
        if not len(at):
            return Fit(remarks=["the log names no staff, or not when they acted: nothing is known of calendars"])
        seen = _seen(log, who, at)
        fit = Fit()
        for k, name in enumerate(WEEKDAYS):
            mine = log.weekday == k
            if mine.any():
                weights = draws.weights[:, mine]
                on = (weights @ seen[mine]) / np.maximum(weights.sum(axis=1), 1e-12)
                fit.values.append(
                    draws.value(f"staff.seen.{name}", on, "log", "people", max(2, int(mine.sum()) // draws.block_days))
                )
        for name, p in zip(("begins_h", "ends_h"), EDGES, strict=True):
            fit.values.append(draws.value(f"staff.{name}", _hour(draws, at, p), "plain", "h"))
        fit.kept = {"hours": _hours(at), "people": calendars(log)}
        return fit

    def judge(self, fit: Fit, later: Draws) -> Judgement:
        who, at = _traces(later.log)
        if not fit.values or len(at) < FEWEST:
            return Judgement(self.name, "not judged", "the log names no staff, or too few of them later")
        came = total_variation(fit.kept["hours"], _hours(at))
        floor = split_half(
            later.log, lambda a, b: total_variation(_hours(_traces(a)[1]), _hours(_traces(b)[1])), later.streams
        )
        high = max(ALIKE, floor.high)
        checks = [at_most("total variation of hours worked", came, high)]
        seen = _seen(later.log, who, at)
        for k, name in enumerate(WEEKDAYS):
            mine = later.log.weekday == k
            if mine.sum() < 3 or f"staff.seen.{name}" not in [v.key for v in fit.values]:
                continue
            said = fit.value(f"staff.seen.{name}").estimate
            there = later.value("", (later.weights[:, mine] @ seen[mine]) / later.weights[:, mine].sum(axis=1), "log")
            low, high = min(there.low_95, there.estimate * 0.85), max(there.high_95, there.estimate * 1.15)
            checks.append(Check(f"people seen on {name}", said, there.estimate, low, high, low <= said <= high))
        return judged(self.name, checks)


def calendars(log: LogColumns) -> list[Calendar]:
    """The calendar of each person with traces enough, by name."""
    who, at = _traces(log)
    weekday = log.weekday[np.minimum((at // DAY_MIN).astype(np.int64), log.days - 1)]
    found = []
    for number, name in enumerate(log.people):
        mine = who == number
        if mine.sum() < FEWEST:
            continue
        by_day = np.bincount(weekday[mine], minlength=7)
        days = tuple(int(k) for k in np.flatnonzero(by_day >= A_WORKING_DAY * by_day.max()))
        begins, ends = np.quantile(at[mine] % DAY_MIN / HOUR_MIN, EDGES)
        begins, ends = np.floor(begins * 2.0) / 2.0, np.ceil(ends * 2.0) / 2.0
        rows = log.staff == number
        trades = np.bincount(log.trade[rows], minlength=len(log.trades))
        often = min(0.1 * trades.sum(), trades.max())
        usual = tuple(log.trades[int(k)] for k in np.argsort(-trades, kind="stable") if trades[k] >= often)
        place = log.places[int(np.argmax(np.bincount(log.place[rows])))]
        found.append(Calendar(name, days, float(begins), float(max(ends, begins + 0.5)), usual, place))
    return found


def _traces(log: LogColumns) -> tuple[Ints, Floats]:
    """Who left a trace and when [min]: arrivals and closings of rows that name somebody, within the log's days."""
    who, at = [], []
    for stamp in ("arrived", "closed"):
        when = log.at + log.after[stamp]
        kept = (log.staff >= 0) & (when < log.days * DAY_MIN)
        who.append(log.staff[kept])
        at.append(when[kept])
    return np.concatenate(who), np.concatenate(at)


def _seen(log: LogColumns, who: Ints, at: Floats) -> Floats:
    """Different people seen a day [shape: days]."""
    pairs = np.unique(who + len(log.people) * (at // DAY_MIN).astype(np.int64))
    return np.bincount(pairs // len(log.people), minlength=log.days).astype(np.float64)


def _hours(at: Floats) -> Floats:
    return np.bincount((at % DAY_MIN // HOUR_MIN).astype(np.int64), minlength=24).astype(np.float64)


def _hour(draws: Draws, at: Floats, p: float) -> Floats:
    """A quantile of the time of the day of traces, for each resample [h]."""
    quarter = (at % DAY_MIN // 15.0).astype(np.int64)
    day = (at // DAY_MIN).astype(np.int64)
    table = np.bincount(day * 96 + quarter, minlength=draws.log.days * 96).reshape(-1, 96).astype(np.float64)
    reached = np.cumsum(draws.weights @ table, axis=1)
    below = np.argmax(reached >= p * reached[:, -1:], axis=1)
    rows = np.arange(len(reached))
    before = np.where(below > 0, reached[rows, np.maximum(below - 1, 0)], 0.0)
    within = (p * reached[:, -1] - before) / np.maximum(reached[rows, below] - before, 1e-12)
    return np.asarray((below + within) / 4.0)


COMPONENT = Staff()
