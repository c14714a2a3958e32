"""Chance of a judgement of part demand: the buyer's errors and the resamples, by seed. No campus draws from it."""

from collections.abc import Sequence

import numpy as np

Generator = np.random.Generator


def generator(key: Sequence[int]) -> Generator:
    """A generator of its own for each purpose, named by the last number of its key."""
    return np.random.default_rng(key)


def uniform(rng: Generator, months: int, parts: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
    """Uniform numbers, months x parts."""
    return rng.random((months, parts))
