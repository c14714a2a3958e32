"""Quantiles of all orders together, with intervals from the replications as sections, where orders are kept.

Without the orders a quantile is the mean of the replications' own ones with its t-interval, which
leans by the bias of short runs; with them it is the quantile an outsider finds who pools every order.
"""

from typing import Final

from results.comparison import Comparison
from results.shown import KeptOrders
from results.statistics import quantile

QUANTILES: Final = {
    "K-R1.median": ("response_min", 0.5), "K-R1.p90": ("response_min", 0.9),
    "K-R4.median": ("response_24x7_min", 0.5), "K-R4.p90": ("response_24x7_min", 0.9),
    "K-R6.median": ("completion_min", 0.5), "K-R6.p90": ("completion_min", 0.9),
}  # fmt: skip
"""Figure → column of the kept orders, and which quantile of it."""


def add_sections(found: Comparison, orders: KeptOrders) -> None:
    """Put the quantile of all orders, by sections, where a ratio has its pooled value."""
    for one in found.levels:
        if one.kpi in QUANTILES and one.scenario in orders.runs:
            column, q = QUANTILES[one.kpi]
            pooled = quantile(orders.sections(one.scenario, column), q, found.level, "inverted_cdf")
            one.pooled = pooled if pooled.n == len(found.replications) else None
