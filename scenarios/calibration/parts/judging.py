"""Judging pairs by what they cost at one fill rate in the last year, with intervals over parts.

The weight of what is new is chosen in the year before, by the same measure; nothing of the last year is seen by a
forecast before it is over. A forecast that expects nothing has the smallest error and an empty shelf: errors judge nothing here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from policies.supply.forecast import FORECASTS, SMOOTHED, YEAR_MONTHS
from scenarios.calibration.parts import pairs
from scenarios.calibration.parts.chance import generator
from scenarios.calibration.parts.classes import classes
from scenarios.calibration.parts.pairs import Pair
from scenarios.calibration.parts.playing import Played, Terms, play
from scenarios.calibration.parts.reading import PartDemand

Floats = NDArray[np.float64]
Verdict = Literal["cheaper", "dearer", "not shown"]
BASELINE: Final = Pair("last_year", pairs.EXPERIENCE)
WEIGHTS: Final = (0.05, 0.1, 0.2, 0.3)
RESAMPLES: Final = 400
LEVEL: Final = 0.95


@dataclass(frozen=True, slots=True)
class Judged:
    """A pair at the fill rate: cost of a part a year [CNY], difference to the baseline [share of its cost], with 95 % intervals.

    Not a number where no setting of its lever reaches the fill rate. ``lowest`` and ``highest`` fill that it reaches.
    """

    pair: Pair
    cost: float
    interval: tuple[float, float]
    difference: float
    difference_interval: tuple[float, float]
    verdict: Verdict
    lowest: float
    highest: float


@dataclass(frozen=True, slots=True)
class PartReport:
    """What a store's demand is like and which pair serves it for the least money."""

    file: str
    parts: int
    left_out: int
    months: tuple[str, str]
    judged_months: tuple[str, str]
    kinds: dict[str, int]
    fill: float
    terms: Terms
    seed: int
    judged: list[Judged]


@dataclass(frozen=True, slots=True)
class _Store:
    """Demand of the parts that are judged, parts x months, and everything drawn once."""

    demand: Floats
    sd: Floats
    who: pairs.Buyer
    terms: Terms

    def curve(self, pair: Pair, end: int) -> list[Played]:
        """A pair played with each setting of its lever; the year before month ``end`` counts."""
        mean = pairs.expected(
            self.demand[:, :end], pair.forecast, pair.alpha, YEAR_MONTHS, pairs.horizon(pair, self.terms)
        )
        lived = np.nan_to_num(self.demand[:, YEAR_MONTHS:end]).T
        first = len(lived) - YEAR_MONTHS
        sd = self.sd[: len(lived)]
        who = pairs.Buyer(self.who.errors[: len(lived)], self.who.blind[: len(lived)])
        return [
            play(lived, pairs.plan(pair, lever, mean, sd, self.terms, who), first, self.terms)
            for lever in pairs.LEVERS[pair.replenish]
        ]


def judge(data: PartDemand, terms: Terms, seed: int, fill: float | None = None) -> PartReport:
    """Classify the parts of a table and judge every pair.

    Parameters
    ----------
    seed : of the buyer's errors and of the resamples
    fill : share of units met from the shelf at which pairs are compared; None: that of today's practice as it is
    """
    whole = ~np.isnan(data.demand[:, -2 * YEAR_MONTHS :]).any(axis=1) & ~np.isnan(data.demand[:, 0])
    demand = data.demand[whole]
    lived = demand.shape[1] - YEAR_MONTHS
    store = _Store(demand, pairs.spread(demand, YEAR_MONTHS), pairs.buyer(lived, len(demand), seed), terms)
    weights = _resamples(len(demand), seed)
    if fill is None:
        fill = _own_fill(store)
    chosen = [_chosen(store, pair, fill) for pair in _pairs()]
    played = {pair: store.curve(pair, demand.shape[1]) for pair in chosen}
    base = _at_fill(played[BASELINE], weights, fill)
    kinds = classes(demand)
    return PartReport(
        data.file, len(demand), int((~whole).sum()), (data.months[0], data.months[-1]),
        (data.months[-YEAR_MONTHS], data.months[-1]), {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}, fill, terms, seed,
        [_judged(pair, curve, base, weights, fill) for pair, curve in played.items()],
    )  # fmt: skip


def _pairs() -> Iterator[Pair]:
    yield BASELINE
    for forecast in FORECASTS:
        for rule in (pairs.BASE_STOCK, pairs.LEVELS):
            yield Pair(forecast, rule)


def _chosen(store: _Store, pair: Pair, fill: float) -> Pair:
    """The pair with the weight that was cheapest at the fill rate in the year before the last."""
    if pair.forecast not in SMOOTHED:
        return pair
    end = store.demand.shape[1] - YEAR_MONTHS
    every = np.ones((1, len(store.demand)))

    def cost(alpha: float) -> float:
        found = float(_at_fill(store.curve(replace(pair, alpha=alpha), end), every, fill)[0])
        return found if np.isfinite(found) else np.inf

    return replace(pair, alpha=min(WEIGHTS, key=cost))


def _own_fill(store: _Store) -> float:
    """The fill of today's practice with its lever at 1: bought as it is forecast."""
    as_it_is = store.curve(BASELINE, store.demand.shape[1])[pairs.LEVERS[pairs.EXPERIENCE].index(1.0)]
    return float(as_it_is.met.sum() / as_it_is.asked.sum())


def _resamples(parts: int, seed: int) -> Floats:
    """How often each part is in each resample; the first row is the sample itself."""
    rng = generator([seed, 1])
    drawn = rng.multinomial(parts, np.full(parts, 1.0 / parts), RESAMPLES)
    return np.vstack([np.ones((1, parts)), drawn]).astype(np.float64)


def _at_fill(curve: Sequence[Played], weights: Floats, fill: float) -> Floats:
    """Cost of a part a year at a fill rate, in each resample; not a number where it is not reached."""
    fills = np.stack([(weights @ one.met) / (weights @ one.asked) for one in curve], axis=1)
    costs = np.stack([(weights @ one.cost) / weights.sum(axis=1) for one in curve], axis=1)
    rising = np.maximum.accumulate(fills, axis=1)
    return np.array(
        [np.interp(fill, f, c, left=np.nan, right=np.nan) for f, c in zip(rising, costs, strict=True)], dtype=np.float64
    )


def _judged(pair: Pair, curve: Sequence[Played], base: Floats, weights: Floats, fill: float) -> Judged:
    costs = _at_fill(curve, weights, fill)
    change = costs / base - 1.0
    low, high = _interval(change)
    verdict: Verdict = "cheaper" if high < 0.0 else "dearer" if low > 0.0 else "not shown"
    fills = [float(one.met.sum() / one.asked.sum()) for one in curve]
    return Judged(
        pair, float(costs[0]), _interval(costs), float(change[0]), (low, high), verdict, min(fills), max(fills)
    )


def _interval(values: Floats) -> tuple[float, float]:
    """Percentiles of the resamples; not a number where some of them reach no fill."""
    low, high = np.quantile(values[1:], [(1.0 - LEVEL) / 2.0, (1.0 + LEVEL) / 2.0])
    return float(low), float(high)
