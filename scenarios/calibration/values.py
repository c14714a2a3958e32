"""A fitted value and its intervals, from a bootstrap over blocks of days.

The bootstrap is Rubin's Bayesian one (Ann. Stat. 9, 1981): every block of days gets an exponential
weight, so that no month and no weekday ever drops out of a resample. Blocks are days where the log's
daily counts hang together no longer than chance (Ljung and Box, Biometrika 65, 1978), else weeks.
Intervals are the t-interval on a scale where the value may take any number (logarithm, logit), with the
bootstrap's standard error and one degree of freedom less than there are blocks (a month's mean takes one more
each). What blocks cut apart is put back by ``hanging``.
"""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

import numpy as np
from scipy import stats

from scenarios.calibration.columns import Floats, LogColumns
from twin.streams import Streams

Scale = Literal["log", "logit", "plain"]
RESAMPLES: Final = 400
LEVELS: Final = (0.90, 0.95)
LAGS: Final = 7
SIGNIFICANT: Final = 0.05
TINY: Final = 1e-12
WIDE: Final = 0.8
"""A standard error on the scale of the logarithm past which the scale stretches more than it helps: percentiles instead."""


@dataclass(frozen=True, slots=True)
class Value:
    """One fitted number. ``key``: its dotted name in the report; limits of the 90 % and the 95 % interval."""

    key: str
    estimate: float
    low_90: float
    high_90: float
    low_95: float
    high_95: float
    unit: str = ""

    def holds(self, true: float) -> bool:
        """Whether the 90 % interval holds a number."""
        return self.low_90 <= true <= self.high_90


@dataclass(frozen=True)
class Draws:
    """Resamples of a log by day weights: row 0 is the log as it is, every weight 1 [shape: 1 + resamples × days]."""

    log: LogColumns
    streams: Streams
    resamples: int = RESAMPLES

    @cached_property
    def block_days(self) -> int:
        """Days that are resampled together: 1 or 7."""
        return 7 if hang_together(self.log) else 1

    @cached_property
    def blocks(self) -> int:
        """How many blocks there are."""
        return -(-self.log.days // self.block_days)

    @cached_property
    def weights(self) -> Floats:
        """Weight of each day in each resample; each row has the mean 1."""
        blocks = np.arange(self.blocks, dtype=np.uint64)
        drawn = np.array([-np.log(self.streams.uniforms("weight", blocks, n)) for n in range(self.resamples)])
        days = drawn[:, np.arange(self.log.days) // self.block_days]
        days /= days.mean(axis=1, keepdims=True)
        return np.vstack([np.ones(self.log.days), days])

    def value(
        self,
        key: str,
        drawn: Floats,
        scale: Scale,
        unit: str = "",
        blocks: int = 0,
        means: int = 1,
        hanging: float = 1.0,
    ) -> Value:
        """The value of a statistic from the log and its resamples [shape: 1 + resamples].

        Parameters
        ----------
        blocks : blocks that say something about it, where they are fewer than all
        means : of blocks that were fitted beside it (months): between these, weights move nothing
        hanging : variance over what blocks show of it, where days hang together for longer
        """
        n = blocks or self.blocks
        estimate, spread = float(drawn[0]), self.spread(drawn, scale, n, means, hanging)
        if scale != "plain" and spread > WIDE:
            limits = [_percentiles(drawn[1:], level) for level in LEVELS]
        else:
            limits = [_limits(estimate, spread, scale, n - means, level) for level in LEVELS]
        return Value(key, estimate, *limits[0], *limits[1], unit)

    def spread(self, drawn: Floats, scale: Scale, blocks: int, means: int = 1, hanging: float = 1.0) -> float:
        """The standard error of a statistic on its scale; parameters as of ``value``."""
        known = drawn[1:][np.isfinite(drawn[1:])]
        if len(known) < 2:
            return float("nan")
        error = float(_scaled(known, scale).std(ddof=1))
        return error * math.sqrt(hanging * blocks / max(blocks - means, 1))


def hang_together(log: LogColumns) -> bool:
    """Whether daily counts, freed of the weekday, are correlated over a week beyond chance."""
    n = log.days
    if n <= 3 * LAGS:
        return False
    means = np.array([log.counts[log.weekday == k].mean() for k in range(7)])
    rest = log.counts - means[log.weekday]
    if not rest.any():
        return False
    lags = np.arange(1, LAGS + 1)
    correlation = np.array([rest[k:] @ rest[:-k] for k in lags]) / (rest @ rest)
    q = n * (n + 2) * float(np.sum(correlation**2 / (n - lags)))
    return bool(stats.chi2.sf(q, LAGS) < SIGNIFICANT)


def _scaled(x: Floats, scale: Scale) -> Floats:
    if scale == "log":
        return np.log(np.maximum(x, TINY))
    if scale == "logit":
        inside = np.clip(x, TINY, 1.0 - TINY)
        return np.log(inside / (1.0 - inside))
    return x


def _percentiles(drawn: Floats, level: float) -> tuple[float, float]:
    low, high = np.nanquantile(drawn, (0.5 - level / 2.0, 0.5 + level / 2.0))
    return float(low), float(high)


def _limits(estimate: float, spread: float, scale: Scale, freedom: int, level: float) -> tuple[float, float]:
    if not np.isfinite(spread) or not np.isfinite(estimate):
        return float("nan"), float("nan")
    t = float(stats.t.ppf(0.5 + level / 2.0, max(freedom, 1)))
    centre = float(_scaled(np.array([estimate]), scale)[0])
    low, high = centre - t * spread, centre + t * spread
    if scale == "log":
        return float(np.exp(low)), float(np.exp(high))
    if scale == "logit":
        return float(1.0 / (1.0 + np.exp(-low))), float(1.0 / (1.0 + np.exp(-high)))
    return low, high
