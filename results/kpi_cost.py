"""Booked costs (domain handbook R7): by kind and in all, in the period."""

import numpy as np

from results.observation import Observation
from results.rows import KpiRow, count


def booked_costs(run: Observation) -> list[KpiRow]:
    """Money booked in the period [CNY]: total and ``cost.kind:…``; the denominator is the number of bookings."""
    booked = run.rows("CostBooked")
    mine = run.in_period(booked)
    amount, kind = booked["cny"][mine].astype(np.float64), booked["kind"][mine]
    rows = [count("cost", "CNY", float(amount.sum()), float(len(amount)))]
    by_kind = {booked.names("kind")[code]: kind == code for code in np.unique(kind).tolist()}
    for name in sorted(by_kind):
        here = by_kind[name]
        rows.append(count(f"cost.kind:{name}", "CNY", float(amount[here].sum()), float(np.count_nonzero(here))))
    return rows
