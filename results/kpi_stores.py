"""Material and procurement: K-M1 to K-M4, K-P1, K-P4 (domain handbook 4.7). A run without stores has no rows."""

from typing import Final

import numpy as np

from policies.contract.states import PurchaseState
from policies.contract.units import DAY_MIN
from results.columns import Bools, Floats, Ints
from results.observation import Observation
from results.rows import NAN, KpiRow, count, ratio, share
from results.stockroom import CENTS, month_ends
from twin.journal import PURCHASE, STATES

GRACE_MIN: Final = 90.0 * DAY_MIN
"""What is bought in a period may be issued so much later and still count as used (K-M2)."""
PLACES: Final = ("central", "departments")
BOUGHT: Final = ("parts", "rush_premium", "purchase_order", "holding", "scrap")
"""Kinds of cost that procurement is (K-P1)."""


def idle_share(run: Observation) -> list[KpiRow]:
    """K-M1: idle value over held value, each the mean of the month ends of the period; insurance spares apart."""
    room = run.stockroom
    if not room:
        return []
    held = [room.held(at) for at in _month_ends(run).tolist()]
    if not held:
        return [KpiRow("K-M1", "%", NAN, NAN, 0.0)]
    value, idle, spares = (float(np.mean([getattr(one, name) for one in held])) for name in ("value", "idle", "spares"))
    return [
        share("K-M1", idle, value),
        count("K-M1.idle", "CNY", idle, len(held)),
        count("K-M1.held", "CNY", value, len(held)),
        count("K-M1.spares", "CNY", spares, len(held)),
    ]


def unused_purchases(run: Observation) -> list[KpiRow]:
    """K-M2: value bought in the period and not issued 90 days after it, first in first out by line.

    NaN where the observation ends sooner.
    """
    room = run.stockroom
    if not room:
        return []
    period = run.meta.period
    judged = period.to_min + GRACE_MIN
    received = room.why("received")
    at = room.moved.at
    mine = received & (at >= period.from_min) & (at < period.to_min)
    bought, cents = room.total(room.pieces, mine), room.total(room.cents, mine)
    total = float(cents.sum()) / CENTS
    if period.end_min < judged:
        return [KpiRow("K-M2", "%", NAN, NAN, total)]
    newer = room.total(room.pieces, received & (at >= period.to_min) & (at <= judged))
    here = room.on_hand(judged) + room.total(room.pieces, room.in_dead & (at <= judged))
    left = np.clip(here - newer, 0, bought)
    value = np.divide(left * cents, bought, out=np.zeros(room.lines), where=bought > 0)
    return [share("K-M2", float(value.sum()) / CENTS, total)]


def fill_rate(run: Observation) -> list[KpiRow]:
    """K-M3: pieces issued at once over pieces asked for, in all, of the central store and of the departments' own."""
    room = run.stockroom
    if not room:
        return []
    issued = run.rows("StockIssued")
    mine = run.in_period(issued) & (issued["asked"] > 0)
    asked, given = issued["asked"][mine].astype(np.int64), issued["given"][mine].astype(np.int64)
    central = room.place[issued["item"][mine]] == 0
    rows = [share("K-M3", given.sum(), asked.sum())]
    for name, here in zip(PLACES, (central, ~central), strict=True):
        rows.append(share(f"K-M3.place:{name}", given[here].sum(), asked[here].sum()))
    return rows


def record_accuracy(run: Observation) -> list[KpiRow]:
    """K-M4: lines of which the book says what truly lies there, to the piece, at the month ends of the period."""
    room = run.stockroom
    if not room:
        return []
    ends = _month_ends(run)
    right = sum(int((book == room.on_hand(at)).sum()) for at, book in zip(ends.tolist(), room.book(ends), strict=True))
    return [share("K-M4", right, room.lines * len(ends))]


def procurement_cost(run: Observation) -> list[KpiRow]:
    """K-P1.cost: purchases, rush premium, order handling, holding and scrap, less the rise of usable stock's value.

    What eats up stock gets no credit for it. The saving of a scenario is the difference to the paired as-is.
    """
    room = run.stockroom
    if not room:
        return []
    booked = run.rows("CostBooked")
    mine = run.in_period(booked) & booked.text_in("kind", BOUGHT.__contains__)
    spent = float(booked["cny"][mine].sum())
    period = run.meta.period
    before, after = (float(room.value(at, dead=False).sum()) / CENTS for at in (period.from_min, period.to_min))
    return [
        count("K-P1.cost", "CNY", spent - (after - before), int(mine.sum())),
        count("K-P1.stock_change", "CNY", after - before),
    ]


def procurement_cycle(run: Observation) -> list[KpiRow]:
    """K-P4: days from the need to the accepted receipt of what was bought in the period, in all and by urgency."""
    if not run.stockroom:
        return []
    states = run.rows(STATES)
    of_purchases = states["kind"] == PURCHASE
    number, state = states["id"][of_purchases].astype(np.int64), states["state"][of_purchases]
    at = states.at[of_purchases]
    made, accepted = (
        _first(number, at, state == int(one)) for one in (PurchaseState.PR_DRAFT, PurchaseState.INSPECTED)
    )
    lines = run.rows("PurchaseLine")
    rush = np.zeros(len(made), dtype=bool)
    rush[lines["purchase"]] = lines["rush"]
    period = run.meta.period
    days = (accepted - made) / DAY_MIN
    counted = (made >= period.from_min) & (made < period.to_min) & ~np.isnan(days)
    rows = [_mean_days("K-P4", days[counted])]
    for name, here in (("rush", rush), ("normal", ~rush)):
        rows.append(_mean_days(f"K-P4.urgency:{name}", days[counted & here]))
    return rows


def material_waits(run: Observation) -> list[KpiRow]:
    """Orders that ever waited for material, of the orders that needed a part; with stores only."""
    if not run.stockroom:
        return []
    orders = run.numbers
    waited, taken = run.rows("PartNeeded"), run.rows("PartTaken")
    held = orders.count(waited["order"]) > 0
    needed = held | (orders.count(taken["order"]) > 0)
    return [share("waits_for_material", np.count_nonzero(held), np.count_nonzero(needed))]


def _month_ends(run: Observation) -> Floats:
    return month_ends(run.meta.calendar, run.meta.period.from_min, run.meta.period.to_min)


def _first(number: Ints, at: Floats, mine: Bools) -> Floats:
    """Minute of the first row of each purchase; NaN: none."""
    found = np.full(int(number.max()) + 1 if len(number) else 0, np.nan)
    found[number[mine][::-1]] = at[mine][::-1]
    return found


def _mean_days(kpi: str, days: Floats) -> KpiRow:
    return ratio(kpi, "days", float(days.sum()), len(days))
