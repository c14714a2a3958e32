"""Durations of which some have not ended: Kaplan-Meier mean and quantiles, deadlines with undetermined orders.

Source: domain handbook 4.1 (censoring); Kaplan & Meier, JASA 53 (1958), 457-481.
"""

from dataclasses import dataclass

import numpy as np

from results.columns import Bools, Floats


@dataclass(slots=True)
class Durations:
    """Minutes waited so far, and whether the wait has ended."""

    minutes: Floats
    ended: Bools

    def __len__(self) -> int:
        return len(self.minutes)

    @property
    def open(self) -> int:
        """Orders whose wait had not ended."""
        return int(len(self.ended) - np.count_nonzero(self.ended))

    def mean(self) -> float:
        """Mean; with open orders the restricted mean up to the longest wait seen [min]; NaN of none."""
        if not self.ended.any():
            return float("nan")
        if self.ended.all():
            return float(self.minutes.mean())
        at, left = self._curve()
        before = np.concatenate([[1.0], left[:-1]])
        return float(np.sum(before * np.diff(at, prepend=0.0)))

    def weights(self) -> Floats:
        """What each wait weighs in ``mean``; they sum to 1.

        An open wait weighs nothing: its share goes to those that lasted longer, and of the longest to
        itself (Efron, Proc. 5th Berkeley Symp. 4 (1967), 831-853).
        """
        if self.ended.all():
            return np.full(len(self), 1.0 / max(1, len(self)))
        sequence = np.lexsort((~self.ended, self.minutes))
        _, left = self._curve()
        jumps = np.concatenate([[1.0], left[:-1]]) - left
        jumps[-1] += left[-1]
        out = np.empty(len(self))
        out[sequence] = jumps
        return out

    def quantile(self, share: float) -> float:
        """First duration by which ``share`` of the orders have ended [min]; NaN if not that many have.

        Without open orders this is the inverse of the empirical distribution (``percentile_disc``).
        """
        if not len(self):
            return float("nan")
        at, left = self._curve()
        reached = np.flatnonzero(left <= 1.0 - share + 1e-12)
        return float(at[reached[0]]) if len(reached) else float("nan")

    def _curve(self) -> tuple[Floats, Floats]:
        """Sorted durations and the share not ended after each."""
        sequence = np.lexsort((~self.ended, self.minutes))
        at, ended = self.minutes[sequence], self.ended[sequence]
        if ended.all():
            return at, np.asarray(1.0 - np.arange(1, len(at) + 1) / len(at))
        at_risk = np.arange(len(at), 0, -1)
        return at, np.asarray(np.cumprod(1.0 - ended / at_risk))


def durations(ended_min: Floats, so_far_min: Floats) -> Durations:
    """Durations from minutes until the end (NaN: not ended) and minutes waited until observation ended."""
    ended = ~np.isnan(ended_min)
    return Durations(np.where(ended, ended_min, so_far_min), ended)


@dataclass(slots=True)
class Deadline:
    """Orders by a deadline: on time, late (open and overdue included), or undetermined."""

    on_time: Bools
    late: Bools

    @property
    def undetermined(self) -> Bools:
        """Open, and not yet overdue when the observation ended."""
        return ~(self.on_time | self.late)


def by_deadline(waits: Durations, limit_min: float) -> Deadline:
    """Judge each wait by a limit [min]; exactly the limit is on time."""
    over = waits.minutes > limit_min
    return Deadline(waits.ended & ~over, over)
