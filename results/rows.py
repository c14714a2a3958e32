"""The long table of results: one row a figure, with what it was divided by what."""

from typing import Any, NamedTuple

import numpy as np

from results.columns import Bools
from results.durations import Deadline, Durations

NAN = float("nan")
Number = float | np.integer[Any] | np.floating[Any]


class KpiRow(NamedTuple):
    """One figure of one replication.

    ``value = numerator / denominator`` (times 100 for ``%``); where the figure is no ratio
    (a quantile, a spread) ``numerator`` is NaN and ``denominator`` the number of cases behind it.
    """

    kpi: str
    unit: str
    value: float
    numerator: float
    denominator: float


def ratio(kpi: str, unit: str, numerator: Number, denominator: Number) -> KpiRow:
    """A ratio in the unit of its numerator by its denominator; NaN over nothing."""
    value = float(numerator) / float(denominator) if denominator else NAN
    return KpiRow(kpi, unit, value, float(numerator), float(denominator))


def share(kpi: str, numerator: Number, denominator: Number) -> KpiRow:
    """A share [%]."""
    value = 100.0 * float(numerator) / float(denominator) if denominator else NAN
    return KpiRow(kpi, "%", value, float(numerator), float(denominator))


def count(kpi: str, unit: str, number: Number, among: Number = 1.0) -> KpiRow:
    """A count; ``among`` says of how many cases (the value is not divided)."""
    return KpiRow(kpi, unit, float(number), float(number), float(among))


def mean(kpi: str, waits: Durations, unit: str = "min") -> KpiRow:
    """A mean duration; with open orders the restricted mean, and its numerator is mean times orders."""
    value = waits.mean()
    return KpiRow(kpi, unit, value, value * len(waits), float(len(waits)))


def quantile(kpi: str, waits: Durations, at: float, unit: str = "min") -> KpiRow:
    """A quantile of durations."""
    return KpiRow(kpi, unit, waits.quantile(at), NAN, float(len(waits)))


def deadline(kpi: str, judged: Deadline, late: bool = False) -> list[KpiRow]:
    """Share on time (or late) among the determined, and ``….undetermined`` beside it."""
    hit: Bools = judged.late if late else judged.on_time
    unknown = int(np.count_nonzero(judged.undetermined))
    determined = len(hit) - unknown
    return [
        share(kpi, np.count_nonzero(hit), determined),
        count(f"{kpi}.undetermined", "orders", unknown, len(hit)),
    ]
