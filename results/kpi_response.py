"""Response and completion of orders: K-R1 to K-R6 (domain handbook 4.3)."""

from typing import Final

import numpy as np

from policies.contract import plan
from policies.contract.units import DAY_MIN
from results.durations import by_deadline, durations
from results.observation import Observation
from results.rows import KpiRow, count, deadline, mean, quantile

CURVE: Final = (5.0, 10.0, 15.0, 30.0, 45.0, 60.0, 90.0, 120.0, 180.0, 240.0, 360.0, 480.0, 720.0, 960.0, 1440.0)
"""Minutes at which the curve of responses is kept."""


def response(run: Observation) -> list[KpiRow]:
    """K-R1: report to arrival (or acceptance, ``response_stop``) of normal orders, SVC: mean, median, P90.

    ``K-R1.recorded`` is the mean by the arrival as the devices stamped it, where devices stand between.
    """
    waits = run.service_until(run.stop, run.orders.normal)
    rows = [
        mean("K-R1", waits),
        quantile("K-R1.median", waits, 0.5),
        quantile("K-R1.p90", waits, 0.9),
        count("K-R1.open", "orders", waits.open, len(waits)),
    ]
    if run.meta.response_stop == "arrival" and len(run.rows("EventHeard")):
        recorded = run.service_until("t_arr_recorded", run.orders.normal)
        rows.insert(1, mean("K-R1.recorded", recorded))
        rows.insert(2, count("K-R1.recorded.open", "orders", recorded.open, len(recorded)))
    return rows


def acknowledgement(run: Observation) -> list[KpiRow]:
    """K-R2: report to acceptance by a technician of normal orders, SVC and 24x7."""
    normal = run.orders.normal
    waits = run.service_until("t_acc", normal)
    return [
        mean("K-R2", waits),
        mean("K-R2.24x7", run.wall_until("t_acc", normal)),
        count("K-R2.open", "orders", waits.open, len(waits)),
    ]


def response_on_time(run: Observation) -> list[KpiRow]:
    """K-R3: normal orders with response within 60 service minutes (Plan 五, T2)."""
    waits = run.service_until(run.stop, run.orders.normal)
    return deadline("K-R3", by_deadline(waits, plan.RESPONSE_MIN))


def response_curve(run: Observation) -> list[KpiRow]:
    """The distribution of K-R1, kept as shares within some service minutes (``K-R1.within:30`` …)."""
    waits = run.service_until(run.stop, run.orders.normal)
    return [deadline(f"K-R1.within:{minutes:g}", by_deadline(waits, minutes))[0] for minutes in CURVE]


def response_wall(run: Observation) -> list[KpiRow]:
    """K-R4: as K-R1 on the wall clock (24x7)."""
    waits = run.wall_until(run.stop, run.orders.normal)
    return [mean("K-R4", waits), quantile("K-R4.median", waits, 0.5), quantile("K-R4.p90", waits, 0.9)]


def response_ratio(run: Observation) -> list[KpiRow]:
    """K-R5: K-R1 over the benchmark of the industry, which is an input (Plan 二1, B1); no benchmark, no row."""
    benchmark = run.meta.benchmark_response_min
    if benchmark is None:
        return []
    value = run.service_until(run.stop, run.orders.normal).mean()
    return [KpiRow("K-R5", "ratio", value / benchmark, value, benchmark)]


def completion(run: Observation) -> list[KpiRow]:
    """K-R6: report to final completion of all orders: 24x7; SVC with and without waits for the requester; in 24 h."""
    orders = run.orders
    among = orders.is_order
    wall, service = run.wall_until("t_comp", among), run.service_until("t_comp", among)
    at_work = durations(
        (orders.service(orders.t_comp) - orders.paused_service(orders.t_comp))[among],
        (orders.service(orders.ends) - orders.paused_service(orders.ends))[among],
    )
    return [
        mean("K-R6", wall),
        quantile("K-R6.median", wall, 0.5),
        quantile("K-R6.p90", wall, 0.9),
        mean("K-R6.svc", service),
        mean("K-R6.svc_paused", at_work),
        *deadline("K-R6.24h", by_deadline(wall, DAY_MIN)),
        count("K-R6.open", "orders", wall.open, len(wall)),
        count("K-R6.orders", "orders", np.count_nonzero(among), len(orders)),
    ]
