"""What moves between people: hand-offs, duplicates, turned-away requests, reminders, refusals (M01, M05)."""

from typing import Final

import numpy as np

from results.cohort import CANCELLED, DUPLICATE, FATES, LOST, REJECTED
from results.columns import Bools, Columns, Numbers
from results.durations import durations
from results.observation import Observation
from results.rows import KpiRow, count, mean, ratio, share

TECHNICIAN_DAY_MIN: Final = 480.0
"""A technician-day: eight paid hours [min]."""


def hand_offs(run: Observation) -> list[KpiRow]:
    """Cross-department cases of the cohort: hand-offs a case, share in ping-pong, cycle time 24x7.

    Ping-pong: some department was sent the case again after it had had it. The cycle runs from the
    first hand-off (or agenda item) to ``settled``.
    """
    sent, moved, agenda = run.rows("SendCase"), run.rows("CaseMoved"), run.rows("PutOnAgenda")
    started = np.concatenate([sent["order"], agenda["order"]])
    orders, numbers = run.orders, run.numbers
    began = np.fmin(numbers.first(sent["order"], sent.at), numbers.first(agenda["order"], agenda.at))
    cases = orders.is_order & (numbers.count(started) > 0)
    settled = moved.is_text("what", "settled")
    ended = numbers.first(moved["order"][settled], moved.at[settled])
    waits = durations((ended - began)[cases], (orders.ends - began)[cases])
    number = np.count_nonzero(cases)
    return [
        ratio("handoffs_per_case", "hand-offs", numbers.count(sent["order"])[cases].sum(), number),
        share("ping_pong_share", np.count_nonzero(_sent_again(sent, numbers)[cases]), number),
        mean("case_cycle_time", waits),
        count("case_cycle_time.open", "cases", waits.open, len(waits)),
    ]


def turned_away(run: Observation) -> list[KpiRow]:
    """Requests that leave numerator and denominator, by fate, as shares of the requests reported."""
    fate = run.orders.fate
    names = {code: f"{FATES[code]}_share" for code in (DUPLICATE, REJECTED, CANCELLED, LOST)}
    rows = [share(name, np.count_nonzero(fate == code), len(fate)) for code, name in names.items()]
    return [share("excluded_share", np.count_nonzero(fate >= DUPLICATE), len(fate)), *rows]


def wrong_merges(run: Observation) -> list[KpiRow]:
    """Requests merged into an order of another fault / requests merged (truth); they stay orders."""
    orders = run.orders
    merged = np.count_nonzero(run.numbers.count(run.rows("MergeDuplicate")["request"]))
    return [share("wrong_merge_share", np.count_nonzero(orders.misfiled), merged)]


def reminders(run: Observation) -> list[KpiRow]:
    """Reminders (催单) a hundred orders of the cohort: failure demand."""
    chased = run.numbers.count(run.rows("ReminderReceived")["request"])
    orders = run.orders.is_order
    return [ratio("reminders_per_100_orders", "per 100", 100.0 * chased[orders].sum(), np.count_nonzero(orders))]


def orders_per_day(run: Observation) -> list[KpiRow]:
    """Reported orders completed in the period / technician-days of eight paid hours, own staff without plant crews."""
    crew = run.crew
    people = crew.own & np.array([name != "plant" for name in crew.crews], dtype=bool)
    completed, reported = run.rows("WorkCompleted"), run.rows("RequestReported")
    corrective = np.isin(completed["order"], reported["request"])
    mine = run.in_period(completed) & corrective & np.isin(completed["tech"], crew.techs[people])
    number = len(np.unique(completed["order"][mine]))
    days = crew.paid_min[people].sum() / TECHNICIAN_DAY_MIN
    return [ratio("orders_per_technician_day", "orders", number, days)]


def refusals(run: Observation) -> list[KpiRow]:
    """Decisions a guard refused, commands the world refused, escalation steps, in the period."""
    names = {
        "guard_hits": ("GuardHit", "hits"),
        "commands_refused": ("CommandRefused", "commands"),
        "escalations": ("Escalate", "steps"),
    }
    return [count(kpi, unit, np.count_nonzero(run.in_period(run.rows(table)))) for kpi, (table, unit) in names.items()]


def _sent_again(sent: Columns, numbers: Numbers) -> Bools:
    """Orders of which some department was sent the case more than once."""
    pairs = np.stack([sent["order"].astype(np.int64), sent["department"].astype(np.int64)], axis=1)
    found, times = np.unique(pairs, axis=0, return_counts=True)
    return np.asarray(numbers.count(found[times > 1, 0]) > 0)
