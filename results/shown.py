"""What a page and its figures are drawn from: a comparison, and what may lie beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from results.comparison import Comparison
from results.sensitivity import Sensitivity

DAY_MIN: Final = 1440.0
ORDER_COLUMNS: Final = (
    "scenario", "rep", "building", "normal", "fate", "t_report", "t_comp", "response_min", "response_24x7_min",
)  # fmt: skip
"""Columns of the kept rows of orders that are read (``results.store.kept``)."""
Columns = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Placed:
    """A building on the map; positions in metres, NaN where a campus has none."""

    name: str
    x_m: float
    y_m: float


@dataclass(slots=True)
class KeptOrders:
    """The orders of every run that kept them.

    ``runs``: scenario → replication → columns. The cohort was reported in ``[from_min, to_min)`` and
    watched until ``end_min`` [min since the start of the run, whose date is ``start``]. ``steps``:
    scenario → minutes at which something was switched on after the first day.
    """

    runs: dict[str, dict[int, Columns]]
    start: date
    from_min: float
    to_min: float
    end_min: float
    places: Sequence[Placed] = ()
    steps: Mapping[str, Sequence[float]] = field(default_factory=dict)

    def sections(self, scenario: str, column: str) -> list[NDArray[np.float64]]:
        """A duration of every replication's orders [min]; an order still open counts as longer than all."""
        return [_waits(columns, column) for _, columns in sorted(self.runs.get(scenario, {}).items())]


@dataclass(slots=True)
class Shown:
    """Everything that can be drawn of a study; what it did not keep is None."""

    found: Comparison
    sensitivity: Sensitivity | None = None
    orders: KeptOrders | None = None


def _waits(columns: Columns, column: str) -> NDArray[np.float64]:
    """Response of normal orders, or completion of all orders."""
    if column == "completion_min":
        among = np.isin(columns["fate"].astype(str), ("completed", "open"))
        waits = np.asarray(columns["t_comp"], dtype=np.float64) - np.asarray(columns["t_report"], dtype=np.float64)
    else:
        among, waits = columns["normal"].astype(bool), np.asarray(columns[column], dtype=np.float64)
    return np.where(np.isnan(waits), np.inf, waits)[among]
