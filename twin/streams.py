"""All randomness of the world: keyed uniforms turned into other laws by inversion.

A draw is a pure function of (seed, replication, purpose, entity, n), so one entity's draws never
shift another's, and adding a technician, a building or a policy that burns draws leaves every
other draw as it was. Scalars come from ``policies.contract.chance``; the vectors here have the
same bits (a test holds them equal).
"""

from math import cos, exp, log, pi, sqrt
from typing import final

import numpy as np
from numpy.typing import NDArray

from policies.contract import chance
from twin import elementary

Floats = NDArray[np.float64]
Ids = NDArray[np.uint64]

_MIX_1 = np.uint64(chance.MIX_1)
_MIX_2 = np.uint64(chance.MIX_2)
_GOLDEN = np.uint64(chance.GOLDEN)


@final
class Streams:
    """The random numbers of one replication."""

    def __init__(self, seed: int, replication: int) -> None:
        self.seed = seed
        self.replication = replication
        self._keys: dict[str, int] = {}

    def key(self, purpose: str) -> int:
        """Key of a purpose, computed once."""
        found = self._keys.get(purpose)
        if found is None:
            found = self._keys[purpose] = chance.key(self.seed, self.replication, purpose)
        return found

    def uniform(self, purpose: str, entity: int, n: int = 0) -> float:
        """One uniform [(0, 1)]."""
        return chance.uniform(self.key(purpose), entity, n)

    def uniforms(self, purpose: str, entities: Ids, n: int | Ids = 0) -> Floats:
        """Uniforms of many entities (or of many n) at once, the scalar's bits [(0, 1), shape of ``entities``]."""
        return uniforms(self.key(purpose), entities, n)

    def exponential(self, purpose: str, entity: int, mean: float, n: int = 0) -> float:
        """One exponential [unit of ``mean``]."""
        return -mean * log(self.uniform(purpose, entity, n))

    def lognormal(self, purpose: str, entity: int, mean: float, cv: float, n: int = 0) -> float:
        """One lognormal by mean and coefficient of variation; uses draws 2n and 2n + 1 (Box-Muller)."""
        if cv <= 0.0:
            return mean
        sigma2 = log(1.0 + cv * cv)
        return exp(log(mean) - 0.5 * sigma2 + sqrt(sigma2) * self.normal(purpose, entity, n))

    def lognormal_median(self, purpose: str, entity: int, median: float, sigma: float, n: int = 0) -> float:
        """One lognormal by median and sigma of the logarithm."""
        return median * exp(sigma * self.normal(purpose, entity, n))

    def normal(self, purpose: str, entity: int, n: int = 0) -> float:
        """One standard normal (Box-Muller on draws 2n, 2n + 1)."""
        k = self.key(purpose)
        u, v = chance.uniform(k, entity, 2 * n), chance.uniform(k, entity, 2 * n + 1)
        return sqrt(-2.0 * log(u)) * cos(2.0 * pi * v)

    def normals(self, purpose: str, entities: Ids, n: int = 0) -> Floats:
        """Standard normals of many entities [shape of ``entities``]."""
        u, v = self.uniforms(purpose, entities, 2 * n), self.uniforms(purpose, entities, 2 * n + 1)
        return elementary.normal(u, v)


FEW = 8
"""Draws below which the scalar is cheaper than a dozen calls of numpy (3 µs each against 50 in all)."""


def uniforms(key: int, entities: Ids, n: int | Ids = 0) -> Floats:
    """Vectorised ``chance.uniform`` [(0, 1)]; ``entities`` (and ``n``) uint64 arrays."""
    if entities.size < FEW and entities.ndim == 1 and (isinstance(n, int) or n.shape == entities.shape):
        numbers = [n] * entities.size if isinstance(n, int) else n.tolist()
        return np.array([chance.uniform(key, e, k) for e, k in zip(entities.tolist(), numbers, strict=True)])
    with np.errstate(over="ignore"):
        step = _GOLDEN * (np.asarray(n, dtype=np.uint64) + np.uint64(1))
        z = _mix(np.uint64(key) + _GOLDEN * np.asarray(entities, dtype=np.uint64))
        z = _mix(z + step)
    return ((z >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52


def _mix(z: Ids) -> Ids:
    z = (z ^ (z >> np.uint64(30))) * _MIX_1
    z = (z ^ (z >> np.uint64(27))) * _MIX_2
    return z ^ (z >> np.uint64(31))
