"""How far two samples of a process are apart: the distances of the process-simulation literature, and plain ones.

Source: Chapela-Campa, Benchekroun, Baron, Dumas, Krass, Senderovich, Can I Trust My Simulation Model?
Measuring the Quality of Business Process Simulation Models, BPM 2023: circadian, arrival, relative and
cycle-time distances are earth mover's distances between the marginals two event logs have in common.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import wasserstein_distance

Floats = NDArray[np.float64]
NAN: Final = float("nan")
HOURS: Final = 24
WEEKDAYS: Final = 7


def earth_movers(a: Floats, b: Floats) -> float:
    """Mean distance the mass of one sample must travel to become the other [unit of the samples]; NaN if one is empty."""
    return float(wasserstein_distance(a, b)) if len(a) and len(b) else NAN


def circadian(weekday_a: Floats, hour_a: Floats, weekday_b: Floats, hour_b: Floats) -> float:
    """Earth mover's distance between hours of the day, weekday by weekday, mean over weekdays both have [h]."""
    found = [
        earth_movers(hour_a[weekday_a == day], hour_b[weekday_b == day])
        for day in range(WEEKDAYS)
        if (weekday_a == day).any() and (weekday_b == day).any()
    ]
    return float(np.mean(found)) if found else NAN


def inter_arrival(at_a: Floats, at_b: Floats) -> float:
    """Earth mover's distance between times from one arrival to the next [unit of the instants]."""
    return earth_movers(np.diff(np.sort(at_a)), np.diff(np.sort(at_b)))


def total_variation(shares_a: Floats, shares_b: Floats) -> float:
    """Half the sum of absolute differences of two vectors of shares, each scaled to sum 1 [0-1]; NaN if one is empty."""
    if not shares_a.sum() or not shares_b.sum():
        return NAN
    return float(0.5 * np.abs(shares_a / shares_a.sum() - shares_b / shares_b.sum()).sum())


def dispersion(counts: Floats) -> float:
    """Variance over mean of counts; 1 for a Poisson process of constant rate."""
    return float(counts.var(ddof=1) / counts.mean()) if len(counts) > 1 and counts.sum() else NAN
