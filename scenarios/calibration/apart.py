"""The table of distances: a log drawn from the fit against the later part, beside the split-half noise floor."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from policies.contract.units import HOUR_MIN
from results import distances
from scenarios.calibration.columns import SPANS, Floats, LogColumns
from scenarios.calibration.component import Fit
from scenarios.calibration.floor import Distance, halves
from scenarios.calibration.pairs import chains
from scenarios.calibration.simulate import Writer
from twin.streams import Streams

COPIES: Final = 5
"""Logs drawn from the fit; the distance shown is their mean."""


@dataclass(slots=True)
class Apart:
    """One distance: drawn log against later part; between halves of the log, mean and 95th percentile."""

    name: str
    unit: str
    distance: float
    floor: float
    floor_95: float


def table(
    fits: dict[str, Fit], first: LogColumns, later: LogColumns, whole: LogColumns, streams: Streams
) -> list[Apart]:
    """Every distance of the table."""
    drawn = [
        Writer(fits, first, Streams(streams.seed, 1000 + n)).log(later.first_day, later.days) for n in range(COPIES)
    ]
    split = halves(whole, streams)
    return [
        Apart(name, unit, _mean([distance(one, later) for one in drawn]), *_floor([distance(a, b) for a, b in split]))
        for name, (unit, distance) in DISTANCES.items()
    ]


def _mean(found: list[float]) -> float:
    known = [one for one in found if np.isfinite(one)]
    return float(np.mean(known)) if known else float("nan")


def _floor(found: list[float]) -> tuple[float, float]:
    known = [one for one in found if np.isfinite(one)]
    return (float(np.mean(known)), float(np.quantile(known, 0.95))) if known else (float("nan"), float("nan"))


def _circadian(a: LogColumns, b: LogColumns) -> float:
    return distances.circadian(
        a.weekday[a.day].astype(float), a.hour_exact, b.weekday[b.day].astype(float), b.hour_exact
    )


def _inter_arrival(a: LogColumns, b: LogColumns) -> float:
    return distances.inter_arrival(a.at, b.at)


def _relative(a: LogColumns, b: LogColumns) -> float:
    return distances.earth_movers(_offsets(a), _offsets(b))


def _offsets(log: LogColumns) -> Floats:
    """Hours from the opening of its case to every event of the log, the opening itself included."""
    stamps = np.concatenate([np.zeros(len(log)), *(log.after[stamp] for stamp in SPANS)])
    return np.asarray(stamps[~np.isnan(stamps)] / HOUR_MIN)


def _cycle(a: LogColumns, b: LogColumns) -> float:
    return distances.earth_movers(_closed(a), _closed(b))


def _cycle_log(a: LogColumns, b: LogColumns) -> float:
    return distances.earth_movers(*(np.log10(np.maximum(_closed(one), 1.0 / 60.0)) for one in (a, b)))


def _closed(log: LogColumns) -> Floats:
    minutes = log.after["closed"]
    return minutes[~np.isnan(minutes)] / HOUR_MIN


def _dispersion(a: LogColumns, b: LogColumns) -> float:
    return abs(distances.dispersion(a.counts) - distances.dispersion(b.counts))


def _repeats(a: LogColumns, b: LogColumns) -> float:
    def rate(log: LogColumns) -> float:
        gap = chains(log)[log.day >= 7]
        return float(((gap >= 0) & (gap < 7)).mean()) if len(gap) else float("nan")

    return abs(rate(a) - rate(b))


def _hours(a: LogColumns, b: LogColumns) -> float:
    one, other = (np.bincount(log.hour, minlength=24).astype(float) for log in (a, b))
    return distances.total_variation(one, other)


DISTANCES: Final[dict[str, tuple[str, Distance]]] = {
    "circadian earth mover's distance": ("h", _circadian),
    "total variation of hours": ("", _hours),
    "inter-arrival earth mover's distance": ("min", _inter_arrival),
    "relative event earth mover's distance": ("h", _relative),
    "cycle-time earth mover's distance": ("h", _cycle),
    "cycle-time earth mover's distance, decades": ("decades", _cycle_log),
    "variance/mean of a day, difference": ("", _dispersion),
    "repeats within 7 days, difference": ("", _repeats),
}
