"""Who waits longest: K-V3 (domain handbook 4.6)."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from results.durations import Durations
from results.observation import Observation
from results.rows import NAN, KpiRow, quantile

FEWEST_ORDERS: Final = 10
"""Groups with fewer normal orders have no P90 worth comparing; they are shown and left out of the ratio."""


def fairness(run: Observation) -> list[KpiRow]:
    """K-V3: P90 response by zone, building kind and occupant group, each with worst / best.

    The headline compares zones; normal orders, the clock and stop of K-R1. What ``meta`` does not
    name has no rows.
    """
    orders, meta = run.orders, run.meta
    waits = run.service_until(run.stop, orders.normal)
    by = (
        ("K-V3", "K-V3.zone", orders.building, [str(place.zone) for place in meta.places]),
        ("K-V3.kinds", "K-V3.kind", orders.building, [place.kind for place in meta.places]),
        ("K-V3.groups", "K-V3.group", orders.group, list(meta.groups)),
    )
    return [
        row
        for headline, part, number, names in by
        if names
        for row in _compared(headline, part, waits, _labels(number[orders.normal], names))
    ]


def _labels(number: NDArray[np.int32], names: list[str]) -> NDArray[np.object_]:
    """Name by number; a number nobody named keeps itself as name."""
    lookup = dict(enumerate(names))
    found = np.empty(len(number), dtype=object)
    present, place = np.unique(number, return_inverse=True)
    texts = np.array([lookup.get(int(k), f"#{k}") for k in present], dtype=object)
    found[:] = texts[place] if len(present) else ""
    return found


def _compared(headline: str, part: str, waits: Durations, label: NDArray[np.object_]) -> list[KpiRow]:
    parts = []
    for name in sorted(set(label.tolist())):
        here = label == name
        parts.append(quantile(f"{part}:{name}", Durations(waits.minutes[here], waits.ended[here]), 0.9))
    known = [row.value for row in parts if row.denominator >= FEWEST_ORDERS and row.value > 0.0]
    if len(known) < 2:
        return [KpiRow(headline, "ratio", NAN, NAN, NAN), *parts]
    return [KpiRow(headline, "ratio", max(known) / min(known), max(known), min(known)), *parts]
