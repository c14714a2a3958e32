"""True emergencies and what they cost the others: K-E1 to K-E4 (domain handbook 4.3, Plan 三(一)1)."""

import numpy as np

from policies.contract import plan
from results.columns import Bools, Columns, Floats, Ints
from results.durations import Deadline, by_deadline
from results.observation import Observation
from results.rows import KpiRow, count, deadline, ratio


def emergency_response(run: Observation) -> list[KpiRow]:
    """K-E1: true emergencies with arrival within 30 min of the report, 24x7."""
    return deadline("K-E1", _responded(run))


def emergency_handling(run: Observation) -> list[KpiRow]:
    """K-E2: true emergencies made safe within 120 min of the report (not of the arrival), 24x7."""
    return deadline("K-E2", _handled(run))


def emergency_late(run: Observation) -> list[KpiRow]:
    """K-E3: true emergencies handled late (处置延迟率, B2); ``.either``: response or handling late.

    ``.turned_away``: true emergencies rejected, cancelled or lost, which leave both sides of the ratio.
    """
    orders = run.orders
    responded, handled = _responded(run), _handled(run)
    either = Deadline(responded.on_time & handled.on_time, responded.late | handled.late)
    true = orders.actionable & (orders.priority_true == 1)
    return [
        *deadline("K-E3", handled, late=True),
        *deadline("K-E3.either", either, late=True),
        count("K-E3.turned_away", "orders", np.count_nonzero(true & ~orders.is_order), np.count_nonzero(true)),
    ]


def breaker_side_effect(run: Observation) -> list[KpiRow]:
    """K-E4, single-run companion: service minutes lost by pre-empted normal orders, a normal order.

    Lost from the interruption until somebody is on site again. K-E4 itself is the paired difference
    of K-R1 to the same scenario with pre-emption and reserve off (``results.compare(…)``).
    """
    orders = run.orders
    stopped = run.rows("WorkInterrupted")
    mine = _of_normal(run, stopped) & stopped.is_text("why", "preempted")
    order, at, n = stopped["order"][mine].astype(np.int64), stopped.at[mine], stopped.n[mine]
    row = run.numbers.of(order)
    until = _next_on_site(order, n, run.rows("OnSite"), orders.end_min)
    until = np.fmin(until, orders.t_comp[row])
    lost = orders.clock.between(at, np.maximum(until, at), orders.trade[row])
    normal = int(np.count_nonzero(orders.normal))
    return [
        ratio("K-E4", "min/order", float(lost.sum()), normal),
        count("K-E4.interruptions", "interruptions", len(order), normal),
    ]


def _responded(run: Observation) -> Deadline:
    return by_deadline(run.wall_until("t_arr", run.orders.emergency), plan.EMERGENCY_RESPONSE_MIN)


def _handled(run: Observation) -> Deadline:
    return by_deadline(run.wall_until("t_safe", run.orders.emergency), plan.EMERGENCY_HANDLING_MIN)


def _of_normal(run: Observation, rows: Columns) -> Bools:
    slot = run.numbers.of(rows["order"])
    normal = np.append(run.orders.normal, False)
    return np.asarray(normal[slot])


def _next_on_site(order: Ints, n: Ints, on_site: Columns, end_min: float) -> Floats:
    """Instant of the first arrival at each order after journal row ``n``; the end if there is none."""
    again = np.lexsort((on_site.n, on_site["order"]))
    ids, rows, at = on_site["order"][again], on_site.n[again], on_site.at[again]
    out = np.full(len(order), end_min)
    for k, (number, after) in enumerate(zip(order.tolist(), n.tolist(), strict=True)):
        first, last = np.searchsorted(ids, [number, number + 1])
        later = first + int(np.searchsorted(rows[first:last], after, side="right"))
        if later < last:
            out[k] = at[later]
    return out
