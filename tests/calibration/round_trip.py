"""The round trip: logs of known truth, fitted, and how often the intervals hold the truth."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from scenarios.calibration.columns import columns_of
from scenarios.calibration.study import fitted
from scenarios.trace.log import load
from tests.calibration import generated

WIDEST = {
    "arrivals.per_day": 0.10, "dispersion.day_cv": 0.40, "arrivals.weekday.mon": 0.20, "arrivals.weekday.sat": 0.20,
    "arrivals.weekday.sun": 0.25, "arrivals.month.03": 0.30, "arrivals.month.07": 0.30, "arrivals.month.09": 0.30,
    "rhythm.hour.09": 0.12, "rhythm.hour.15": 0.12, "rhythm.hour.21": 0.25, "mix.category.electrical": 0.10,
    "mix.category.plumbing": 0.10, "mix.place.P01": 0.25, "mix.priority.1": 0.25,
    "durations.work.plumbing.mean_min": 0.08, "durations.work.plumbing.cv": 0.12,
    "durations.work.electrical.mean_min": 0.08, "repeats.again": 0.30, "repeats.gap_days": 0.50,
}  # fmt: skip
"""Widest useful 90 % interval of each parameter, relative to its true value; the median over logs must be below."""


@dataclass
class Trip:
    """For each parameter, log by log: was the truth held, how wide was the 90 % interval (relative), how far off (relative)."""

    held: dict[str, list[bool]] = field(default_factory=dict)
    width: dict[str, list[float]] = field(default_factory=dict)
    off: dict[str, list[float]] = field(default_factory=dict)

    def add(self, seed: int, folder: Path) -> None:
        """One more log, there and back."""
        rng = np.random.default_rng([seed, 7])
        truth = generated.drawn_truth(rng)
        log, mapping = generated.write(truth, rng, folder)
        trace = load(log, mapping, untimely=True)
        values = {
            v.key: v for fit in fitted(columns_of(trace.rows, trace.first_day, trace.days)).values() for v in fit.values
        }
        for key, true in truth.parameters().items():
            value = values[key]
            self.held.setdefault(key, []).append(value.holds(true))
            self.width.setdefault(key, []).append((value.high_90 - value.low_90) / true)
            self.off.setdefault(key, []).append(value.estimate / true - 1.0)

    def coverage(self) -> float:
        """Share of all intervals that hold the truth."""
        return float(np.mean([held for many in self.held.values() for held in many]))

    def too_wide(self) -> dict[str, float]:
        """Parameters whose median interval is wider than useful."""
        return {key: float(np.median(many)) for key, many in self.width.items() if np.median(many) > WIDEST[key]}

    def table(self) -> list[tuple[str, str, str, str, str]]:
        """A row a parameter: coverage, median width, its bound, mean bias."""
        return [
            (key, f"{np.mean(self.held[key]):.2f}", f"{np.median(self.width[key]):.3f}", f"{WIDEST[key]:.2f}", f"{np.mean(self.off[key]):+.3f}")
            for key in self.held
        ]  # fmt: skip
