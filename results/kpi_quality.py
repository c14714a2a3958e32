"""Quality of the work and use of the people: K-Q1 to K-Q6 (domain handbook 4.4)."""

from typing import Final

import numpy as np

from policies.contract.units import DAY_MIN
from results.columns import Bools, Columns, Floats, Ints, Numbers
from results.crew import WORK, CrewTime
from results.observation import Observation
from results.rows import NAN, KpiRow, count, share

RECURRENCE_WINDOW_MIN: Final = 30.0 * DAY_MIN


def first_time_fix(run: Observation) -> list[KpiRow]:
    """K-Q1: completed on the first visit, no wait for parts, no recurrence within 30 days.

    Among completed actionable orders whose 30 days have passed. Recurrence: the same asset fails
    again, or a fault of the same root cause occurs, after the completion.
    """
    orders = run.orders
    completed = orders.is_order & orders.actionable & ~np.isnan(orders.t_comp) & ~orders.misfiled
    judged = completed & (orders.t_comp + RECURRENCE_WINDOW_MIN <= orders.end_min)
    at_once = (orders.visits <= 1) & (orders.part_holds == 0) & (orders.reopenings == 0)
    fixed = judged & at_once & ~_recurred(run)
    waiting = np.count_nonzero(completed) - np.count_nonzero(judged)
    return [
        share("K-Q1", np.count_nonzero(fixed), np.count_nonzero(judged)),
        count("K-Q1.undetermined", "orders", waiting, np.count_nonzero(completed)),
    ]


def callback_rate(run: Observation) -> list[KpiRow]:
    """K-Q2: completed corrective tasks that followed a re-opening (返修) / completed corrective tasks."""
    orders = run.orders
    tasks = orders.completions[orders.is_order]
    callbacks = np.minimum(orders.reopenings[orders.is_order], np.maximum(tasks - 1.0, 0.0))
    return [share("K-Q2", callbacks.sum(), tasks.sum())]


def recurrence(run: Observation) -> list[KpiRow]:
    """K-Q3: faults caused by a root cause nobody removed / faults (truth, hidden from policies)."""
    faults = run.rows("FaultOccurred")
    mine = run.in_period(faults)
    return [share("K-Q3", np.count_nonzero(faults["parent"][mine] >= 0), np.count_nonzero(mine))]


def hands_on_share(run: Observation) -> list[KpiRow]:
    """K-Q4: work minutes / paid minutes of own staff (wrench time); a break is unpaid unless worked through."""
    crew = run.crew
    return [
        share("K-Q4", crew.doing[crew.own, WORK].sum(), crew.paid_min[crew.own].sum()),
        count("K-Q4.overtime_h", "h", crew.overtime_min[crew.own].sum() / 60.0, np.count_nonzero(crew.own)),
    ]


def utilisation(run: Observation) -> list[KpiRow]:
    """K-Q5: (travel + work + parts) / paid minutes of own staff: all, by main trade, spread between people."""
    crew = run.crew
    at_work = crew.own & (crew.paid_min > 0.0)
    rows = [_used("K-Q5", crew, at_work), _spread(crew, at_work)]
    trades = np.array(crew.trades, dtype=object)
    for trade in sorted({name for name, here in zip(crew.trades, at_work, strict=True) if here and name}):
        rows.append(_used(f"K-Q5.trade:{trade}", crew, at_work & (trades == trade)))
    return rows


def preventive_on_time(run: Observation) -> list[KpiRow]:
    """K-Q6: calendar maintenance done within its tolerance / due; done late or overdue counts late."""
    due = run.rows("PreventiveDue")
    mine = run.in_period(due)
    tasks = Numbers(due["task"][mine].astype(np.int64))
    done, completed = run.rows("PreventiveDone"), run.rows("WorkCompleted")
    done_at = np.fmin(tasks.first(done["task"], done.at), tasks.first(completed["order"], completed.at))
    late_after = due["late_after"][mine].astype(np.float64)
    on_time = done_at <= late_after
    late = (done_at > late_after) | (np.isnan(done_at) & (run.meta.period.end_min > late_after))
    unknown = len(tasks) - np.count_nonzero(on_time | late)
    return [
        share("K-Q6", np.count_nonzero(on_time), len(tasks) - unknown),
        count("K-Q6.undetermined", "tasks", unknown, len(tasks)),
    ]


def _used(kpi: str, crew: CrewTime, people: Bools) -> KpiRow:
    return share(kpi, crew.engaged_min[people].sum(), crew.paid_min[people].sum())


def _spread(crew: CrewTime, people: Bools) -> KpiRow:
    """Standard deviation of the utilisation between people [percentage points]."""
    number = int(np.count_nonzero(people))
    if number < 2:
        return KpiRow("K-Q5.spread", "%", NAN, NAN, float(number))
    used = 100.0 * crew.engaged_min[people] / crew.paid_min[people]
    return KpiRow("K-Q5.spread", "%", float(used.std(ddof=1)), NAN, float(number))


def _recurred(run: Observation) -> Bools:
    """Orders whose fault came back within the window after completion."""
    faults = run.rows("FaultOccurred")
    orders = run.orders
    if not len(faults):
        return np.zeros(len(orders), dtype=bool)
    known = Numbers(faults["fault"].astype(np.int64))
    slot = known.of(orders.fault)
    family, asset = _families(faults, known), faults["asset"].astype(np.int64)
    of_order = np.where(slot >= 0, slot, 0)
    by_cause = _again(family, faults.at, family[of_order], orders.t_comp)
    tagged = asset >= 0
    by_asset = _again(asset[tagged], faults.at[tagged], asset[of_order], orders.t_comp)
    return np.asarray((slot >= 0) & (by_cause | (by_asset & (asset[of_order] >= 0))))


def _families(faults: Columns, known: Numbers) -> Ints:
    """For each fault the first fault of its chain of unremoved causes (row number)."""
    parent = known.of(faults["parent"])
    head = np.where((faults["parent"] >= 0) & (parent >= 0), parent, np.arange(len(faults)))
    while not np.array_equal(head[head], head):
        head = head[head]
    return np.asarray(head, dtype=np.int64)


def _again(key: Ints, at: Floats, wanted: Ints, after: Floats) -> Bools:
    """Whether something of the wanted key happened within the window after an instant."""
    if not len(key):
        return np.zeros(len(wanted), dtype=bool)
    rank = np.unique(np.concatenate([key, wanted]), return_inverse=True)[1]
    since = np.nan_to_num(after)
    stretch = float(max(at.max(), since.max(initial=0.0))) + RECURRENCE_WINDOW_MIN + 1.0
    line = np.sort(rank[: len(key)] * stretch + at)
    place = rank[len(key) :] * stretch + since
    start = np.searchsorted(line, place, side="right")
    end = np.searchsorted(line, place + RECURRENCE_WINDOW_MIN, side="right")
    return np.asarray((end > start) & ~np.isnan(after))
