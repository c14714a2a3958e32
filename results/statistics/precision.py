"""How many replications are enough: go on until an interval is narrow enough.

Source: Law, Simulation Modeling and Analysis, 5th ed., sec. 9.4.1 (the sequential procedure with a
relative error, adjusted so that the error is relative to the true mean).
"""

import math
from dataclasses import dataclass

from results.statistics.intervals import Interval

AT_LEAST = 10
"""Replications before an interval may end a study: fewer stop too early too often (policies handbook 3)."""


@dataclass(slots=True)
class Precision:
    """A wanted half-width: a share of the mean if ``relative``, else in the unit of the figure.

    Raises
    ------
    ValueError
        If the half-width is not above 0, or a share is not below 1.
    """

    kpi: str
    half_width: float
    relative: bool

    def __post_init__(self) -> None:
        if not 0.0 < self.half_width < math.inf or (self.relative and self.half_width >= 1.0):
            raise ValueError(f"half-width {self.half_width:g}: expected more than 0, and a share below 100 %")

    def shortfall(self, found: Interval, around: float | None = None) -> float:
        """Half-width found over half-width wanted: at most 1 when it is reached; infinite without an interval.

        Parameters
        ----------
        around : the level a share is taken of; None: the estimate itself
        """
        half = (found.high - found.low) / 2.0
        if found.n < 2 or not math.isfinite(half):
            return math.inf
        wanted = self.half_width
        if self.relative:
            level = abs(found.estimate if around is None else around)
            wanted = level * self.half_width / (1.0 + self.half_width)
        if half == 0.0:
            return 0.0
        return half / wanted if wanted > 0.0 else math.inf


def next_size(n: int, shortfall: float, at_most: int) -> int:
    """Replications of the next look: half the way to where the wanted width is expected, at most twice as many.

    Equal to ``n`` when the study may end.
    """
    if n < AT_LEAST:
        return min(AT_LEAST, at_most)
    if shortfall <= 1.0 or n >= at_most:
        return n
    expected = n * min(shortfall, 2.0) ** 2
    return min(at_most, max(n + 2, n + math.ceil((expected - n) / 2.0)), 2 * n)
