"""A log as the fit would write it: what the distances to the later part are taken from."""

from datetime import date
from typing import Final

import numpy as np
from scipy import stats

from policies.contract.units import DAY_MIN, HOUR_MIN
from scenarios.calibration.columns import SPANS, Floats, Ints, LogColumns
from scenarios.calibration.component import Fit
from scenarios.calibration.components.durations import EVERY
from scenarios.calibration.spans import WHOLE, WORK
from twin.streams import Streams

GENERATIONS: Final = 20


class Writer:
    """Draws a log of given days from fits of the shipped components, keyed by the streams."""

    def __init__(self, fits: dict[str, Fit], like: LogColumns, streams: Streams) -> None:
        self.fits = fits
        self.like = like
        self.streams = streams
        self._drawn = 0

    def log(self, first_day: date, days: int) -> LogColumns:
        """The log of these days."""
        empty = np.empty(0)
        none = empty.astype(np.int64)
        frame = LogColumns(
            first_day, days, empty, none, none, none, none, none, {}, self.like.trades, self.like.places, []
        )
        at = self._first_instants(frame)
        trade = self._chosen("category", self.like.trades, len(at))
        place = self._chosen("place", self.like.places, len(at))
        unit = self._units(trade, place)
        at, source = self._and_again(at, days, int(first_day.weekday()))
        order = np.argsort(at, kind="stable")
        source = source[order]
        after = self._stamps(trade[source])
        return LogColumns(
            first_day, days, at[order], trade[source], place[source], np.full(len(at), 3), unit[source],
            np.full(len(at), -1), after, self.like.trades, self.like.places, [],
        )  # fmt: skip

    def _u(self, many: int) -> Floats:
        self._drawn += 1
        return self.streams.uniforms("simulate", np.arange(many, dtype=np.uint64), self._drawn)

    def _first_instants(self, frame: LogColumns) -> Floats:
        kept, more = self.fits["arrivals"].kept, self.fits["dispersion"].kept
        again = self._again()[0]
        mean = kept["level"] * kept["weekday"][frame.weekday] * kept["month"][frame.month] * (1.0 - again)
        if more["cv"] > 0.0:
            mean = mean * stats.gamma.ppf(self._u(frame.days), more["cv"] ** -2, scale=more["cv"] ** 2)
        counts = stats.poisson.ppf(self._u(frame.days), mean).astype(np.int64)
        day = np.repeat(np.arange(frame.days), counts)
        week = self.fits["rhythm"].kept["week"].reshape(7, 24)
        hours = np.where(week.sum(axis=1, keepdims=True) > 0.0, week, self.fits["rhythm"].kept["hours"])
        edges = np.cumsum(hours / hours.sum(axis=1, keepdims=True), axis=1)
        u = self._u(len(day))
        hour = np.minimum((u[:, None] > edges[frame.weekday[day]]).sum(axis=1), 23)
        return np.asarray(day * DAY_MIN + (hour + self._u(len(day))) * HOUR_MIN)

    def _again(self) -> tuple[float, float]:
        kept = self.fits["repeats"].kept
        return kept["again"], kept["gap_days"]

    def _and_again(self, at: Floats, days: int, first_weekday: int) -> tuple[Floats, Ints]:
        """Instants with those that come back, and the first request each goes back to."""
        share, gap = self._again()
        every, sources = [at], [np.arange(len(at))]
        last, source = at, np.arange(len(at))
        for _ in range(GENERATIONS if share > 0.0 else 0):
            back = self._u(len(last)) < share
            last = self._later(last[back], -np.log(self._u(int(back.sum()))) * gap, first_weekday, days)
            source = source[back]
            inside = last < days * DAY_MIN
            last, source = last[inside], source[inside]
            if not len(last):
                break
            every.append(last)
            sources.append(source)
        return np.concatenate(every), np.concatenate(sources)

    def _later(self, at: Floats, gap_days: Floats, first_weekday: int, days: int) -> Floats:
        """Instants so many days of mean demand later: nobody asks again at an hour when nobody asks."""
        hours = self.fits["rhythm"].kept["week"]
        rate = hours[(np.arange(24 * days) + 24 * first_weekday) % 168] * 168.0 / 24.0
        clock = np.concatenate(([0.0], np.cumsum(rate)))
        wall = np.arange(24 * days + 1) * HOUR_MIN
        target = np.interp(at, wall, clock) + gap_days
        return np.where(target < clock[-1], np.interp(target, clock, wall), np.inf)

    def _chosen(self, what: str, names: list[str], many: int) -> Ints:
        shares = np.array([self.fits["mix"].kept[what].get(name, 0.0) for name in names])
        return np.minimum(np.searchsorted(np.cumsum(shares), self._u(many)), len(names) - 1)

    def _units(self, trade: Ints, place: Ints) -> Ints:
        """A thing of the same category and place that the log knows, as often as it is named there."""
        cell = self.like.trade * len(self.like.places) + self.like.place
        order = np.argsort(cell, kind="stable")
        begins = np.searchsorted(cell[order], np.arange(len(self.like.trades) * len(self.like.places) + 1))
        wanted = trade * len(self.like.places) + place
        size = begins[wanted + 1] - begins[wanted]
        chosen = begins[wanted] + (self._u(len(trade)) * size).astype(np.int64)
        fresh = int(self.like.unit.max()) + 1 + wanted
        return np.where(size > 0, self.like.unit[order][np.minimum(chosen, len(order) - 1)], fresh)

    def _stamps(self, trade: Ints) -> dict[str, Floats]:
        """Stamps after the opening: stretches drawn one by one where they are known, else the whole."""
        after = {stamp: np.full(len(trade), np.nan) for stamp in (*SPANS, WORK)}
        known = {key.rpartition(".")[0] for key in self.fits["durations"].kept}
        since: Floats = np.zeros(len(trade))
        part: list[str] = []
        for name, stamp in (("wait", "assigned"), ("travel", "arrived"), (WORK, "closed")):
            part.append(name)
            span = "_and_".join(part)
            if span in known:
                since = since + self._minutes(span, trade)
                after[stamp] = since
                part = []
        if WHOLE in known and np.isnan(after["closed"]).all():
            after["closed"] = self._minutes(WHOLE, trade)
        return after

    def _minutes(self, span: str, trade: Ints) -> Floats:
        laws = self.fits["durations"].kept
        pick, z = self._u(len(trade)), stats.norm.ppf(self._u(len(trade)))
        minutes = np.full(len(trade), np.nan)
        for number, name in enumerate(self.like.trades):
            mine = trade == number
            law = laws.get(f"{span}.{name}", laws.get(f"{span}.{EVERY}"))
            if law is None or not mine.any():
                continue
            which = np.minimum((pick[mine, None] > np.cumsum(law.share[0])).sum(axis=1), law.share.shape[1] - 1)
            minutes[mine] = np.exp(law.mean[0][which] + law.sd[0][which] * z[mine])
        return minutes
