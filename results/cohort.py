"""The order table of a cohort: one row a request reported in the period, from the journal alone.

Definitions: domain handbook 4.1 (cohort, censoring, re-opened orders, clock pauses) and 4.2
(timestamps). Maintenance orders (``PreventiveDue``) have no report and are outside.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from policies.contract.states import RequestState
from results.columns import Bools, Columns, Floats, Ints, Numbers, columns
from results.meta import Meta
from results.service import ServiceClock
from twin.journal import REQUEST, STATES, Journal

COMPLETED, OPEN, DUPLICATE, REJECTED, CANCELLED, LOST = range(6)
FATES: Final = ("completed", "open", "duplicate", "rejected", "cancelled", "lost")
"""What became of a request. The last four leave numerator and denominator; their shares are reported."""


@dataclass(slots=True)
class Pauses:
    """Waits for the requester (待入室): row of the order table, from, to [min]."""

    row: Ints
    from_min: Floats
    to_min: Floats


@dataclass
class Orders:
    """The order table; instants in minutes since the start of the run, NaN: did not happen.

    ``t_safe`` is the first instant the fault was made safe or ended; without truth in the journal,
    completion. ``t_comp`` is the last completion with no later re-opening. ``visits`` counts the
    attendances where work could begin, ``part_holds`` the waits for parts. ``t_arr_recorded`` is the
    arrival as devices stamped it (``t_arr`` where no device stood between).
    ``priority_*`` 1-4, 0: none. ``texts`` decodes ``trade`` and ``channel``.

    ``misfiled``: merged into the order of *another* fault. Such a request is no duplicate, so it stays
    an order with its own clock; whoever later attends the fault, under whatever number, answers it.
    """

    ids: Ints
    fault: Ints
    building: NDArray[np.int32]
    group: NDArray[np.int32]
    channel: NDArray[np.int32]
    trade: NDArray[np.int32]
    priority_true: NDArray[np.int8]
    priority_claimed: NDArray[np.int8]
    priority_triaged: NDArray[np.int8]
    actionable: Bools
    misfiled: Bools
    fate: NDArray[np.int8]
    t_report: Floats
    t_reg: Floats
    t_open: Floats
    t_asg: Floats
    t_acc: Floats
    t_arr: Floats
    t_arr_recorded: Floats
    t_safe: Floats
    t_comp: Floats
    visits: Floats
    part_holds: Floats
    completions: Floats
    reopenings: Floats
    pauses: Pauses
    texts: list[str]
    end_min: float
    clock: ServiceClock

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def is_order(self) -> Bools:
        """Requests that are work orders: completed or still open."""
        return np.asarray(self.fate <= OPEN)

    @cached_property
    def normal(self) -> Bools:
        """Normal orders: truly P2 or P3, actionable (K-R1)."""
        return np.asarray(self.is_order & self.actionable & (self.priority_true >= 2) & (self.priority_true <= 3))

    @cached_property
    def emergency(self) -> Bools:
        """True emergencies, whatever label they got; a second report of the same one is not another."""
        return np.asarray(self.is_order & self.actionable & (self.priority_true == 1))

    def wall(self, until: Floats) -> Floats:
        """Minutes from the report to ``until`` (24x7); NaN where it did not happen."""
        return until - self.t_report

    def service(self, until: Floats) -> Floats:
        """Service minutes from the report to ``until``, pauses counted."""
        return self.clock.between(self.t_report, until, self.trade)

    def paused_service(self, until: Floats) -> Floats:
        """Service minutes before ``until`` that were spent waiting for the requester."""
        held = self.pauses
        ends = np.minimum(held.to_min, np.where(np.isnan(until), self.end_min, until)[held.row])
        ends = np.maximum(ends, held.from_min)
        minutes = self.clock.between(held.from_min, ends, self.trade[held.row])
        return np.bincount(held.row, weights=minutes, minlength=len(self)).astype(np.float64)

    @cached_property
    def ends(self) -> Floats:
        """The end of observation, for every order."""
        return np.full(len(self), self.end_min)


def build(journal: Journal, meta: Meta) -> Orders:
    """Build the order table of the cohort ``meta.period``."""
    period = meta.period
    end = period.end_min

    def table(name: str) -> Columns:
        return columns(journal, name, end)

    reported = table("RequestReported")
    mine = (reported.at >= period.from_min) & (reported.at < period.to_min)
    numbers = Numbers(reported["request"][mine].astype(np.int64))
    faults = _Faults(reported, mine)
    opened, completed, reopened = table("OpenOrder"), table("WorkCompleted"), table("OrderReopened")
    on_site, ended, merged = table("OnSite"), table("FaultEnded"), table("MergeDuplicate")
    misfiled = faults.merged_wrongly(numbers, merged)
    t_arr = _first(numbers, on_site)
    t_arr[misfiled] = faults.first_since_report(*faults.of_orders(on_site))[misfiled]
    t_comp = _completion(numbers, completed, reopened)
    t_comp[misfiled] = faults.first_since_report(ended["fault"], ended.at)[misfiled]
    texts = reported.names("trade")
    registered = table("RequestRegistered")
    t_reg = numbers.first(registered["request"], registered.at)
    return Orders(
        ids=numbers.ids,
        fault=reported["fault"][mine].astype(np.int64),
        building=reported["building"][mine].astype(np.int32),
        group=reported["group"][mine].astype(np.int32),
        channel=reported["channel"][mine].astype(np.int32),
        trade=reported["trade"][mine].astype(np.int32),
        priority_true=reported["priority"][mine].astype(np.int8),
        priority_claimed=reported["priority_claimed"][mine].astype(np.int8),
        priority_triaged=np.nan_to_num(numbers.first(opened["order"], opened["priority"])).astype(np.int8),
        actionable=reported["actionable"][mine].astype(np.bool_),
        misfiled=misfiled,
        fate=_fate(numbers, t_comp, t_reg, misfiled, table),
        t_report=reported.at[mine],
        t_reg=t_reg,
        t_open=_first(numbers, opened),
        t_asg=_first(numbers, table("Assign")),
        t_acc=_first(numbers, table("OrderAccepted")),
        t_arr=t_arr,
        t_arr_recorded=_recorded_arrival(numbers, t_arr, table("EventHeard")),
        t_safe=_safe(numbers, faults, t_comp, table("MadeSafe"), ended),
        t_comp=t_comp,
        visits=numbers.count(on_site["order"]) - numbers.count(table("NoAccess")["order"]),
        part_holds=_part_holds(numbers, table("PartNeeded"), table("ReservePart"), table("PartReady")),
        completions=numbers.count(completed["order"]),
        reopenings=numbers.count(reopened["order"]),
        pauses=_pauses(numbers, table("NoAccess"), table("AccessGranted"), t_comp, end),
        texts=texts,
        end_min=end,
        clock=ServiceClock(meta, texts),
    )


def _first(numbers: Numbers, rows: Columns) -> Floats:
    return numbers.first(rows["order"], rows.at)


def _completion(numbers: Numbers, completed: Columns, reopened: Columns) -> Floats:
    """Instant of the last completion, unless the order was re-opened after it."""
    done_n = numbers.last(completed["order"], completed.n)
    again_n = numbers.last(reopened["order"], reopened.n)
    return np.where(again_n > done_n, np.nan, numbers.last(completed["order"], completed.at))


def _fate(
    numbers: Numbers, t_comp: Floats, t_reg: Floats, misfiled: Bools, table: Callable[[str], Columns]
) -> NDArray[np.int8]:
    """One fate a request. Commands and request states both tell it; a lost slip that was handed in again is no loss."""
    fate = np.where(np.isnan(t_comp), OPEN, COMPLETED).astype(np.int8)
    lost = numbers.count(table("RequestLost")["request"]) > 0
    fate[lost & np.isnan(t_reg)] = LOST
    states = table(STATES)
    of_requests = states["kind"] == REQUEST
    ids, state = states["id"][of_requests], states["state"][of_requests]
    for name, code, word in (
        ("RequestCancelled", CANCELLED, RequestState.CANCELLED),
        ("RejectRequest", REJECTED, RequestState.REJECTED),
        ("MergeDuplicate", DUPLICATE, RequestState.DUPLICATE),
    ):
        told = numbers.count(table(name)["request"]) + numbers.count(ids[state == word])
        fate[(told > 0) & (fate != COMPLETED) & ~((code == DUPLICATE) & misfiled)] = code
    return fate


class _Faults:
    """The faults behind the requests: what happened to a fault, seen from each report of the cohort."""

    def __init__(self, reported: Columns, mine: Bools) -> None:
        self._everyone = Numbers(reported["request"].astype(np.int64))
        self._fault_of = reported["fault"].astype(np.int64)
        of_fault, self._place = np.unique(self._fault_of[mine], return_inverse=True)
        self._faults = Numbers(of_fault)
        self._t_report = reported.at[mine]

    def of_orders(self, rows: Columns) -> tuple[Ints, Floats]:
        """Fault and instant of rows that name an order; rows of no reported order are left out."""
        slot = self._everyone.of(rows["order"])
        return self._fault_of[slot[slot >= 0]], rows.at[slot >= 0]

    def first_since_report(self, fault: Ints, at: Floats) -> Floats:
        """For each report the first (or, if that was before it, the last) instant of its fault; NaN: none since."""
        sequence = np.argsort(at, kind="stable")
        earliest = self._faults.first(fault[sequence], at[sequence])[self._place]
        latest = self._faults.last(fault[sequence], at[sequence])[self._place]
        since = np.where(earliest >= self._t_report, earliest, latest)
        return np.where(since >= self._t_report, since, np.nan)

    def merged_wrongly(self, numbers: Numbers, merged: Columns) -> Bools:
        """Requests merged into an order of another fault; a fault nobody knows (-1) is taken as the same."""
        mine, into = self._everyone.of(merged["request"]), self._everyone.of(merged["into"])
        fault, other = np.append(self._fault_of, -1)[mine], np.append(self._fault_of, -1)[into]
        wrong = (fault >= 0) & (fault != other)
        return np.asarray(numbers.count(merged["request"][wrong]) > 0)


def _safe(numbers: Numbers, faults: _Faults, t_comp: Floats, made_safe: Columns, ended: Columns) -> Floats:
    """First instant since the report when the fault was made safe or ended, by whichever order."""
    if not len(ended):
        first_safe = _first(numbers, made_safe)
        return np.where(np.isnan(first_safe), t_comp, first_safe)
    fault, at = faults.of_orders(made_safe)
    return faults.first_since_report(np.concatenate([fault, ended["fault"]]), np.concatenate([at, ended.at]))


def _recorded_arrival(numbers: Numbers, t_arr: Floats, heard: Columns) -> Floats:
    """The stamp of the first arrival heard; where devices stand between, an arrival nobody pressed is none."""
    if not len(heard):
        return t_arr
    arrivals = heard.is_text("kind", "OnSite")
    return numbers.first(heard["order"][arrivals], heard["stamped_at"][arrivals])


def _part_holds(numbers: Numbers, needed: Columns, reserved: Columns, ready: Columns) -> Floats:
    """Waits for parts: visits broken off for one, and a reservation the shelf could not fill at once."""
    before_dispatch = _first(numbers, ready) > _first(numbers, reserved)
    return numbers.count(needed["order"]) + before_dispatch


def _pauses(numbers: Numbers, shut: Columns, granted: Columns, t_comp: Floats, end: float) -> Pauses:
    """Each ``NoAccess`` until the next ``AccessGranted`` of the order, its completion, or the end."""
    order = np.concatenate([shut["order"], granted["order"]])
    row = numbers.of(order)
    at = np.concatenate([shut.at, granted.at])
    opens = np.concatenate([np.ones(len(shut), dtype=bool), np.zeros(len(granted), dtype=bool)])
    sequence = np.lexsort((np.concatenate([shut.n, granted.n]), row))
    sequence = sequence[row[sequence] >= 0]
    row, at, opens = row[sequence], at[sequence], opens[sequence]
    if not len(row):
        return Pauses(row, at, at)
    same = np.append(row[1:] == row[:-1], False)
    until = np.where(same, np.append(at[1:], end), end)
    until = np.fmin(until, t_comp[row])
    return Pauses(row[opens], at[opens], np.maximum(until, at)[opens])
