"""Whether a site is still the campus its evidence was made on: daily figures against those of the twin.

The twin's own replications say what each day of the calendar should bring and how far days stray, so
weekdays, seasons, holidays and days that have moods are expected and not taken for a change. A
cumulative sum (``results.cusum``) looks at every figure. Its thresholds come from the same
replications, each held against all others: however a figure is distributed and hangs together from day
to day, the whole family of figures gives at most one false alarm in ``FALSE_ALARM_DAYS`` days.

Sources: Page, Biometrika 41 (1954) (sequential inspection, average run lengths); Lucas, Technometrics
27 (1985) (counts); Garwood, Biometrika 28 (1936) (upper limit of a count). The size of a change is
judged by what the same sum of days does among the replications.

    ValueError
    └── TooFewRuns       replications that cannot show so rare a false alarm
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, final

import numpy as np
from scipy import stats

from results.cusum import Evidence, Floats, Signs, alarms, began, evidence, highest

FALSE_ALARM_DAYS: Final = 90.0
"""Days between false alarms of the whole family of figures, at least, on average."""
CONFIDENCE: Final = 0.95
"""Of the promise about false alarms, and of intervals."""
SURE: Final = 0.9
"""Share of changes that count which must have been seen for a figure to be called current."""
RECENT_DAYS: Final = 28
"""The level of now is that of the last four weeks, so that a change that passed is forgotten after them."""
SAME_EPISODE_DAYS: Final = 7
"""A sum that begins anew within a week of an alarm sees the same change once more."""
LEAST_RUNS: Final = 10
WEEK: Final = 7
NEIGHBOURS: Final = 2
"""Weeks on either side whose same weekday helps to say how far a day strays."""
GRID: Final = 400
NEVER: Final = np.iinfo(np.int64).max

State = Literal["current", "stale", "too few days", "cannot be judged"]


class TooFewRuns(ValueError):
    """Replications that cannot show so rare a false alarm."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A daily figure. ``counts``: the smallest change that matters.

    ``kind``: "count" (a change is a share of what is expected), "duration" (values are logarithms; a
    change is a share too) or "share" (a change is a difference).
    """

    name: str
    kind: Literal["count", "duration", "share"]
    counts: float

    @property
    def step(self) -> float:
        """The change that counts, on the scale of the values."""
        return math.log1p(self.counts) if self.kind == "duration" else self.counts

    def told(self, change: float) -> float:
        """A change on the scale of the values as it is told: a share, or a difference of shares."""
        return math.expm1(change) if self.kind == "duration" else change


@dataclass(frozen=True, slots=True)
class Change:
    """How far a level is from what is expected, with its interval (see ``Figure.kind``)."""

    size: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Alarm:
    """A change that was seen on ``day`` and most likely began on ``since`` [days from 0]. ``sign``: +1 up, -1 down.

    ``now``: level since then, or of the last four weeks if it began before. ``stands``: the interval of ``now``
    leaves out 0; else the change has passed, or there was none.
    """

    figure: str
    sign: int
    since: int
    day: int
    now: Change
    stands: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """A figure of a site. ``days``: on which something was seen.

    ``enough_days``: after so many of them, nine in ten changes that count would have been seen; None: not within the
    days of the replications. ``recent``: level of the last four weeks.
    """

    figure: Figure
    state: State
    days: int
    enough_days: int | None
    threshold: float
    recent: Change
    alarms: tuple[Alarm, ...]


@dataclass(frozen=True, slots=True)
class Drift:
    """The verdict on a site: by the earliest alarm that stands, if one does."""

    state: State
    figures: tuple[Judged, ...]

    @property
    def because(self) -> tuple[Alarm, ...]:
        """The alarms that stand, earliest beginning first."""
        found = [alarm for one in self.figures for alarm in one.alarms if alarm.stands]
        return tuple(sorted(found, key=lambda alarm: (alarm.since, alarm.day)))


@final
class Watch:
    """Replications of one figure, and each of them as if it were a site that the others speak about.

    Parameters
    ----------
    runs : the figure of each replication and day, NaN: none that day [(replications, days)]
    """

    def __init__(self, figure: Figure, runs: Floats) -> None:
        self.figure = figure
        self.runs = runs
        self.centre, self.spread, self.gain = _expected(figure, runs)
        self._others = [_expected(figure, np.delete(runs, k, axis=0)) for k in range(len(runs))]

    def of_site(self, values: Floats) -> Evidence:
        """What a site's days say; there may be fewer of them than the replications have."""
        n = len(values)
        return evidence(values, self.centre[:n], self.spread[:n], self.figure.step * self.gain[:n])

    @cached_property
    def of_runs(self) -> Evidence:
        """What the days of every replication say, each as a site [(replications, days)]."""
        return self._of_moved(0.0)

    def change(self, values: Floats, days: slice) -> Change:
        """How far a site's level of some days is from what is expected; the interval is as wide as replications stray."""
        given = values[days]
        size = _level(given, self.centre[days], self.spread[days], self.gain[days])
        mask = np.where(np.isfinite(given), 0.0, np.nan)
        among = np.array([
            _level(run[days] + mask, centre[days], spread[days], gain[days])
            for run, (centre, spread, gain) in zip(self.runs, self._others, strict=True)
        ])  # fmt: skip
        among = among[np.isfinite(among)]
        if not np.isfinite(size) or len(among) < LEAST_RUNS:
            return Change(math.nan, math.nan, math.nan)
        half = float(stats.t.ppf(0.5 + CONFIDENCE / 2.0, len(among) - 1)) * float(np.sqrt(np.mean(among**2)))
        told = self.figure.told
        return Change(told(size), told(size - half), told(size + half))

    def enough_days(self, threshold: float) -> int | None:
        """Days after which a change that counts would have been seen in nine of ten replications, up or down."""
        found = [_seen_within(self._of_moved(float(sign)), threshold, sign) for sign in (1, -1)]
        return None if None in found else max(days for days in found if days is not None)

    def _of_moved(self, steps: float) -> Evidence:
        """The evidence of every replication, had the change that counts been there from the first day on."""
        rows = []
        for run, (centre, spread, gain) in zip(self.runs, self._others, strict=True):
            step = self.figure.step * gain
            rows.append(evidence(run + steps * step, centre, spread, step))
        return Evidence(np.stack([row.push for row in rows]), np.stack([row.weight for row in rows]))


@final
class Monitor:
    """Looks at sites by what replications of the twin did on the same days.

    Parameters
    ----------
    figures : to be looked at
    runs : by name of the figure, as ``Watch`` takes them; all of one shape

    Raises
    ------
    TooFewRuns
        If there are fewer than ``LEAST_RUNS``, or their days cannot show so rare a false alarm.
    """

    def __init__(self, figures: Sequence[Figure], runs: Mapping[str, Floats]) -> None:
        count, days = runs[figures[0].name].shape
        if count < LEAST_RUNS:
            raise TooFewRuns(f"{count} replications: expected at least {LEAST_RUNS}")
        self.days = days
        self.replications = count
        self.watches = [Watch(figure, runs[figure.name]) for figure in figures]
        self.thresholds, self.false_alarms = _thresholds([watch.of_runs for watch in self.watches])

    @cached_property
    def enough_days(self) -> list[int | None]:
        """Of each figure, see ``Judged``."""
        return [watch.enough_days(limit) for watch, limit in zip(self.watches, self.thresholds, strict=True)]

    def alarms(self, site: Mapping[str, Floats]) -> dict[str, Signs]:
        """Days of alarms of each figure, none left out and none put together [(days,)]."""
        return {
            watch.figure.name: alarms(watch.of_site(site[watch.figure.name]), limit)
            for watch, limit in zip(self.watches, self.thresholds, strict=True)
        }

    def judge(self, site: Mapping[str, Floats]) -> Drift:
        """The verdict on a site.

        Parameters
        ----------
        site : by name of the figure, from the same first day on; NaN: nothing was seen [(days,)]

        Raises
        ------
        ValueError
            If the site has more days than the replications.
        """
        judged = tuple(
            self._judged(watch, site[watch.figure.name], limit, enough)
            for watch, limit, enough in zip(self.watches, self.thresholds, self.enough_days, strict=True)
        )
        states = {one.state for one in judged}
        order: tuple[State, ...] = ("stale", "too few days", "current")
        return Drift(next((state for state in order if state in states), "cannot be judged"), judged)

    def _judged(self, watch: Watch, values: Floats, limit: float, enough: int | None) -> Judged:
        if len(values) > self.days:
            raise ValueError(f"{len(values)} days of the site, {self.days} of the replications")
        days = int(np.isfinite(values).sum())
        found = _episodes(watch, values, limit)
        state: State = "current"
        if any(alarm.stands for alarm in found):
            state = "stale"
        elif enough is None:
            state = "cannot be judged"
        elif days < enough:
            state = "too few days"
        recent = watch.change(values, slice(max(0, len(values) - RECENT_DAYS), len(values)))
        return Judged(watch.figure, state, days, enough, limit, recent, found)


def _expected(figure: Figure, runs: Floats) -> tuple[Floats, Floats, Floats]:
    """Centre and spread of each day, and what a change of 1 adds to it; NaN where too few replications have a value."""
    seen = np.isfinite(runs)
    count = seen.sum(axis=0)
    some = np.maximum(count, 1)
    centre = np.where(seen, runs, 0.0).sum(axis=0) / some
    square = np.where(seen, (runs - centre) ** 2, 0.0).sum(axis=0)
    square, free = _of_near_weeks(square), _of_near_weeks(np.maximum(count - 1.0, 0.0))
    spread = np.sqrt(square / np.maximum(free, 1.0))
    enough = 2 * count > len(runs)
    centre, spread = np.where(enough, centre, np.nan), np.where(enough, spread, np.nan)
    return centre, spread, centre if figure.kind == "count" else np.ones_like(centre)


def _of_near_weeks(by_day: Floats) -> Floats:
    """Each day's value and those of the same weekday nearby, summed."""
    total = by_day.copy()
    for weeks in range(1, NEIGHBOURS + 1):
        shift = weeks * WEEK
        total[shift:] += by_day[:-shift]
        total[:-shift] += by_day[shift:]
    return total


def _level(values: Floats, centre: Floats, spread: Floats, gain: Floats) -> float:
    """The change that explains some days best: weighted least squares; NaN if nothing was seen."""
    seen = np.isfinite(values) & np.isfinite(centre) & (spread > 0.0)
    pull = gain[seen] / spread[seen] ** 2
    whole = float((pull * gain[seen]).sum())
    return float((pull * (values[seen] - centre[seen])).sum()) / whole if whole > 0.0 else math.nan


def _thresholds(told: Sequence[Evidence]) -> tuple[list[float], int]:
    """The lowest thresholds, as likely to err for each figure, that keep the promise; false alarms at them.

    The promise is held against an upper limit of how often replications err, not against the number alone.

    Raises
    ------
    TooFewRuns
        If not even thresholds that nothing exceeds keep it.
    """
    runs, days = told[0].push.shape
    allowed = runs * days / FALSE_ALARM_DAYS
    grids = [np.linspace(0.0, highest(one) * (1.0 + 1e-9) + 1e-9, GRID) for one in told]
    counted = [
        np.abs(alarms(one, grid[:, None])).sum(axis=-1, dtype=np.int64) for one, grid in zip(told, grids, strict=True)
    ]
    for each in range(int(allowed / len(told)), -1, -1):
        at = [_lowest(count.sum(axis=1), each) for count in counted]
        by_run = np.sum([count[k] for count, k in zip(counted, at, strict=True)], axis=0)
        if _at_most(by_run) <= allowed:
            return [float(grid[k]) for grid, k in zip(grids, at, strict=True)], int(by_run.sum())
    least = math.ceil(_at_most(np.zeros(runs)) * FALSE_ALARM_DAYS / days)
    raise TooFewRuns(
        f"{runs} replications of {days} days cannot show that false alarms are {FALSE_ALARM_DAYS:g} days apart: "
        f"expected at least {least} replications"
    )


def _lowest(totals: np.ndarray, each: int) -> int:
    """The first of rising thresholds from which on there are never more than ``each`` alarms."""
    worst_from = np.maximum.accumulate(totals[::-1])[::-1]
    return int(np.argmax(worst_from <= each))


def _at_most(by_run: np.ndarray) -> float:
    """Upper limit of the alarms to be expected: replications as units (alarms come in flocks), and Garwood's."""
    n, total = len(by_run), float(by_run.sum())
    flocks = float(stats.t.ppf(CONFIDENCE, n - 1)) * float(by_run.std(ddof=1)) * math.sqrt(n)
    return max(total + flocks, float(stats.chi2.ppf(CONFIDENCE, 2.0 * (total + 1.0))) / 2.0)


def _seen_within(told: Evidence, threshold: float, sign: int) -> int | None:
    """Days with something to see after which ``SURE`` of the series have had an alarm of a sign; None: fewer ever have."""
    found = alarms(told, threshold) == sign
    seen = np.cumsum(told.weight > 0.0, axis=1)
    first = np.where(found.any(axis=1), seen[np.arange(len(seen)), found.argmax(axis=1)], NEVER)
    needed = int(np.sort(first)[math.ceil(SURE * len(first)) - 1])
    return needed if needed < NEVER else None


def _episodes(watch: Watch, values: Floats, limit: float) -> tuple[Alarm, ...]:
    """The alarms of a site; a change that goes on and is seen again is told once."""
    told = watch.of_site(values)
    signs = alarms(told, limit)
    begun: list[tuple[int, int, int]] = []
    restarted, last = 0, -RECENT_DAYS
    for day in np.flatnonzero(signs).tolist():
        sign = int(signs[day])
        since = began(told, sign, restarted, day)
        if not (begun and begun[-1][0] == sign and since <= last + SAME_EPISODE_DAYS):
            begun.append((sign, since, day))
        restarted, last = day + 1, day
    return tuple(_alarm(watch, values, *one) for one in begun)


def _alarm(watch: Watch, values: Floats, sign: int, since: int, day: int) -> Alarm:
    now = watch.change(values, slice(max(since, len(values) - RECENT_DAYS), len(values)))
    return Alarm(watch.figure.name, sign, since, day, now, sign * (now.low if sign > 0 else now.high) > 0.0)
