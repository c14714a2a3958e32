"""Whether the log is one process all along: levels that change, a going live, a drift.

Daily series are looked at, freed of the rhythm of the week (the rate of a log of a year also of its
months: one year cannot tell a season from a change): the rate, the share of each common category,
the logarithm of the time to close.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import stats

from results.changes import Change, changes
from scenarios.calibration.columns import Floats, LogColumns
from scenarios.calibration.component import Judgement
from scenarios.calibration.components.durations import SHORTEST_MIN
from scenarios.calibration.profile import SEASON_DAYS, expected, factors
from scenarios.calibration.spans import WHOLE, spans

COMMON: Final = 0.05
"""Categories with a smaller share are not looked at."""
MATTERS: Final = {"rate": 0.15, "mix": 0.05, "duration": 0.25}
"""Smallest change that counts: relative (rate, duration) or of the share (mix)."""
GOING_LIVE: Final = 2.0
"""A change this many times as large that counts, in the first part of a log, is a going live."""
FIRST_PART: Final = {"rate": 1.0 / 3.0, "mix": 2.0 / 3.0, "duration": 2.0 / 3.0}
DRIFT_P: Final = 0.01


@dataclass(slots=True)
class Series:
    """A daily series: its kind, a name, values and what each day weighs."""

    kind: str
    name: str
    value: Floats
    weight: Floats


@dataclass(slots=True)
class Step:
    """A change of level of a series, from a date on; levels in words, size as it counts."""

    series: str
    kind: str
    day: int
    date: str
    before: float
    after: float
    size: float
    p: float

    def __str__(self) -> str:
        words = {"rate": ".0f", "mix": ".0%", "duration": ".0f"}[self.kind]
        unit = {"rate": " a day", "mix": "", "duration": " min (geometric mean)"}[self.kind]
        return f"{self.series} {self.before:{words}} → {self.after:{words}}{unit} from {self.date}"


@dataclass(slots=True)
class Stationarity:
    """Steps that count, drifts as sentences, and the first day after a going live (0: none seen)."""

    steps: list[Step]
    drifts: dict[str, str]
    live_day: int
    live_date: str

    def judgement(self) -> Judgement:
        """Valid when nothing changes by more than counts."""
        told = [f"the log goes live until {self.live_date}"] if self.live_day else []
        told += [str(step) for step in self.steps[:4]] + list(self.drifts.values())
        if len(self.steps) > 4:
            told.append(f"and {len(self.steps) - 4} changes more")
        if told:
            return Judgement("stationarity", "not valid", "; ".join(told))
        return Judgement("stationarity", "valid", "no level of rate, mix or duration changes by more than counts")


def stationarity(log: LogColumns) -> Stationarity:
    """Look for changes of level, a going live and drifts."""
    steps: list[Step] = []
    drifts: dict[str, str] = {}
    live = 0
    for series in _series(log):
        found = changes(series.value, series.weight)
        steps += [step for step in (_step(log, series, one) for one in found) if step.size >= MATTERS[series.kind]]
        live = max(live, _live(series, found, log.days))
        drift = _drift(series)
        if drift:
            drifts[series.kind if series.kind != "mix" else f"mix {series.name}"] = drift
    steps.sort(key=lambda step: (step.day, step.series))
    return Stationarity(steps, drifts, live, str(log.date_of(live)) if live else "")


def _series(log: LogColumns) -> Iterator[Series]:
    season = log.days >= SEASON_DAYS
    usual = expected(log, *factors(log, np.ones((1, log.days)), season=season))[0]
    some = usual > 0.0
    rate = np.where(some, log.counts / np.maximum(usual, 1e-12), 1.0) * log.counts.mean()
    yield Series("rate", "requests", rate, np.where(some, usual, 0.0))
    table = log.by_day(log.trade, len(log.trades))
    shares = table.sum(axis=0) / max(1.0, table.sum())
    common = np.flatnonzero((shares >= COMMON) & (shares <= 1.0 - COMMON))
    for k in common[:1] if len(log.trades) == 2 else common:
        value = table[:, k] / np.maximum(log.counts, 1.0)
        yield Series("mix", f"share of {log.trades[int(k)]}", _freed(log, value, log.counts), log.counts)
    minutes = spans(log).get(WHOLE, np.full(len(log), np.nan))
    known = ~np.isnan(minutes)
    if known.sum() >= 2 * log.days:
        count = np.bincount(log.day[known], minlength=log.days).astype(np.float64)
        logs = np.log(np.maximum(np.where(known, minutes, 1.0), SHORTEST_MIN))
        value = log.summed(logs, known) / np.maximum(count, 1.0)
        yield Series("duration", "time to close", _freed(log, value, count), count)


def _freed(log: LogColumns, value: Floats, weight: Floats) -> Floats:
    """A series without the rhythm of the week, its mean kept."""
    free = value.copy()
    whole = float(np.average(value, weights=weight))
    for k in range(7):
        mine = (log.weekday == k) & (weight > 0.0)
        if mine.any():
            free[mine] += whole - float(np.average(value[mine], weights=weight[mine]))
    return free


def _size(kind: str, before: float, after: float) -> float:
    """A change as it counts: relative for rates and durations (these come as logarithms), a difference for shares."""
    if kind == "rate":
        return abs(after / before - 1.0) if before > 0.0 else float("inf")
    return float(np.expm1(abs(after - before))) if kind == "duration" else abs(after - before)


def _step(log: LogColumns, series: Series, one: Change) -> Step:
    before, after = one.before, one.after
    size = _size(series.kind, before, after)
    if series.kind == "duration":
        before, after = float(np.exp(before)), float(np.exp(after))
    return Step(series.name, series.kind, one.day, str(log.date_of(one.day)), before, after, size, one.p)


def _live(series: Series, found: list[Change], days: int) -> int:
    """The last change in the first part of the log that leaves a level far from that of all days after it.

    A rate counts where it rises: that it falls may be any season.
    """
    for one in reversed(found):
        if one.day > FIRST_PART[series.kind] * days or (series.kind == "rate" and one.after < one.before):
            continue
        later = float(np.average(series.value[one.day :], weights=series.weight[one.day :]))
        if _size(series.kind, one.before, later) >= GOING_LIVE * MATTERS[series.kind]:
            return one.day
    return 0


def _drift(series: Series) -> str:
    """A trend by Kendall's tau with Theil and Sen's slope, where it adds up to what counts; empty if none does."""
    kept = series.weight > 0.0
    day = np.flatnonzero(kept)
    if len(day) < 14:
        return ""
    if float(stats.kendalltau(day, series.value[kept]).pvalue) >= DRIFT_P:
        return ""
    slope, start, _, _ = stats.theilslopes(series.value[kept], day)
    first, last = start + slope * day[0], start + slope * day[-1]
    if _size(series.kind, first, last) < MATTERS[series.kind]:
        return ""
    way = "rises" if slope > 0.0 else "falls"
    by = f"by {abs(last - first):.0%} points" if series.kind == "mix" else f"by {_change(series.kind, first, last):.0%}"
    return f"{series.name} {way} {by} from the first to the last day"


def _change(kind: str, first: float, last: float) -> float:
    return abs(float(np.expm1(last - first))) if kind == "duration" else abs(last / first - 1.0)
