"""The noise floor: how far apart two halves of one and the same log are.

Weeks are dealt to two halves at random, again and again (days, where there are fewer than four weeks).
No fit can be nearer to later days than such halves are to each other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from scenarios.calibration.columns import Ints, LogColumns
from twin.streams import Streams

SPLITS: Final = 20
WEEK: Final = 7
Distance = Callable[[LogColumns, LogColumns], float]


@dataclass(slots=True)
class Floor:
    """Distances between halves: their mean and their 95th percentile."""

    mean: float
    high: float


def split_half(log: LogColumns, distance: Distance, streams: Streams, splits: int = SPLITS) -> Floor:
    """The floor of a distance on a log; zeros where it cannot be halved."""
    found = [distance(a, b) for a, b in halves(log, streams, splits)]
    known = np.array([one for one in found if np.isfinite(one)])
    return Floor(float(known.mean()), float(np.quantile(known, 0.95))) if len(known) else Floor(0.0, 0.0)


def halves(log: LogColumns, streams: Streams, splits: int = SPLITS) -> list[tuple[LogColumns, LogColumns]]:
    """Pairs of halves of the log's days."""
    size = WEEK if log.days >= 4 * WEEK else 1
    blocks = log.days // size
    if blocks < 2:
        return []
    numbers = np.arange(blocks, dtype=np.uint64)
    pairs = []
    for n in range(splits):
        order = np.argsort(streams.uniforms("half", numbers, n), kind="stable")
        one, other = np.sort(order[: blocks // 2]), np.sort(order[blocks // 2 : blocks // 2 * 2])
        pairs.append((log.of_days(_days(one, size)), log.of_days(_days(other, size))))
    return pairs


def _days(blocks: Ints, size: int) -> Ints:
    return (blocks[:, None] * size + np.arange(size)[None, :]).ravel()
