"""Durations as a mixture of one to three lognormals, fitted to every resample at once.

Expectation and maximisation (Dempster, Laird and Rubin, J. R. Stat. Soc. B 39, 1977) on a histogram of the
logarithms, whose bins are far narrower than any component; the number of components by the Bayesian
information criterion (Schwarz, Ann. Stat. 6, 1978).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import ndtr

from scenarios.calibration.columns import Floats, Ints

BIN: Final = 0.04
"""Width of a bin, of the logarithm."""
MOST: Final = 3
ROUNDS: Final = 300
ROUNDS_AGAIN: Final = 40
NARROWEST: Final = 0.05
STILL: Final = 1e-4
"""Means that move less than this in a round have arrived."""
CLEARLY: Final = 10.0
"""Another component must lower the criterion by this much (Kass and Raftery, JASA 90, 1995: very strong)."""


@dataclass(frozen=True)
class Mixture:
    """Shares, means and standard deviations of the logarithm of minutes [shape: resamples × components]."""

    share: Floats
    mean: Floats
    sd: Floats

    def moments(self) -> tuple[Floats, Floats]:
        """Mean [min] and coefficient of variation, for each resample."""
        first = np.asarray((self.share * np.exp(self.mean + 0.5 * self.sd**2)).sum(axis=1), dtype=np.float64)
        second = (self.share * np.exp(2.0 * self.mean + 2.0 * self.sd**2)).sum(axis=1)
        return first, np.asarray(np.sqrt(np.maximum(second / first**2 - 1.0, 0.0)), dtype=np.float64)

    def quantile(self, p: float) -> Floats:
        """Minutes below which a share p of the durations lies, for each resample."""
        low = (self.mean - 9.0 * self.sd).min(axis=1)
        high = (self.mean + 9.0 * self.sd).max(axis=1)
        for _ in range(60):
            middle = 0.5 * (low + high)
            below = (self.share * ndtr((middle[:, None] - self.mean) / self.sd)).sum(axis=1)
            low, high = np.where(below < p, middle, low), np.where(below < p, high, middle)
        return np.asarray(np.exp(0.5 * (low + high)))

    def row(self, number: int) -> "Mixture":
        """The mixture of one resample."""
        return Mixture(self.share[[number]], self.mean[[number]], self.sd[[number]])


def bins_of(logs: Floats) -> tuple[Floats, Ints]:
    """Centres of the bins, and the bin of each logarithm."""
    lowest = float(logs.min())
    number = ((logs - lowest) / BIN).astype(np.int64)
    centres = np.asarray(lowest + (np.arange(int(number.max()) + 1) + 0.5) * BIN, dtype=np.float64)
    return centres, number


def fitted(centres: Floats, counts: Floats) -> Mixture:
    """The mixture of histograms, row 0 being the log itself [counts: resamples × bins]."""
    own = counts[:1]
    tried = [_run(centres, own, _start(centres, own, k), ROUNDS) for k in range(1, MOST + 1)]
    scores = [_criterion(centres, own, one) for one in tried]
    best = 0
    for k in range(1, len(tried)):
        if scores[k] < scores[best] - CLEARLY:
            best = k
    start = tried[best]
    if best == 0:
        return _run(centres, counts, _start(centres, counts, 1), 1)
    rows = len(counts)
    spread = Mixture(*(np.repeat(part, rows, axis=0) for part in (start.share, start.mean, start.sd)))
    return _run(centres, counts, spread, ROUNDS_AGAIN)


def _start(centres: Floats, counts: Floats, components: int) -> Mixture:
    total = counts.sum(axis=1, keepdims=True)
    mean = counts @ centres / total[:, 0]
    sd = np.sqrt((counts * (centres[None, :] - mean[:, None]) ** 2).sum(axis=1) / total[:, 0])
    at = np.linspace(-1.0, 1.0, components) if components > 1 else np.zeros(1)
    shape = (len(counts), components)
    return Mixture(
        np.full(shape, 1.0 / components),
        mean[:, None] + at[None, :] * sd[:, None],
        np.broadcast_to(np.maximum(sd, NARROWEST)[:, None], shape) * (1.0 if components == 1 else 0.6),
    )


def _run(centres: Floats, counts: Floats, begun: Mixture, rounds: int) -> Mixture:
    share, mean, sd = begun.share, begun.mean, begun.sd
    total = counts.sum(axis=1, keepdims=True)
    for _ in range(rounds if share.shape[1] > 1 else 1):
        dense = _densities(centres, Mixture(share, mean, sd))
        part = dense / np.maximum(dense.sum(axis=1, keepdims=True), 1e-300) * counts[:, None, :]
        mass = np.maximum(part.sum(axis=2), 1e-9)
        share = mass / total
        before, mean = mean, (part * centres).sum(axis=2) / mass
        spread = (part * (centres[None, None, :] - mean[:, :, None]) ** 2).sum(axis=2) / mass
        sd = np.sqrt(np.maximum(spread, NARROWEST**2))
        if float(np.abs(mean - before).max()) < STILL:
            break
    return Mixture(share, mean, sd)


def _densities(centres: Floats, one: Mixture) -> Floats:
    """Share × density of each component at each bin [shape: resamples × components × bins]."""
    z = (centres[None, None, :] - one.mean[:, :, None]) / one.sd[:, :, None]
    return np.asarray(one.share[:, :, None] * np.exp(-0.5 * z * z) / one.sd[:, :, None])


def _criterion(centres: Floats, counts: Floats, one: Mixture) -> float:
    dense = _densities(centres, one).sum(axis=1)
    likelihood = float((counts * np.log(np.maximum(dense, 1e-300))).sum())
    return float(-2.0 * likelihood + (3 * one.share.shape[1] - 1) * float(np.log(counts.sum())))
