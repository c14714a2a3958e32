"""Technician time: what each technician did in the period, minute by minute, from the journal.

A state row with a technician says what he or she does from then on; ``DutyChanged`` gives the
minutes on duty (a break is off duty). What is done for an order after the shift is overtime; what
runs into a break is time given back later. Both are paid minutes, so no share exceeds one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from policies.contract.states import OrderState, TechnicianState
from results.columns import Columns, Floats, Ints, columns
from results.meta import PARTNER, Meta
from twin.journal import ORDER, STATES, TECHNICIAN, Journal

TRAVEL, WORK, PARTS, WAIT, FREE = range(5)
ON, PAUSE, AWAY = range(3)
DOINGS: Final = ("travel", "work", "parts", "wait", "free")
DOING_OF: Final[dict[int, int]] = {
    OrderState.ENROUTE: TRAVEL,
    TechnicianState.TRAVEL: TRAVEL,
    OrderState.INPRG: WORK,
    TechnicianState.WORKING: WORK,
    TechnicianState.FETCHING_PARTS: PARTS,
    OrderState.ONSITE: WAIT,
    TechnicianState.WAITING: WAIT,
}
"""State code → what the technician does; every other state is free (idle, off, break, sick)."""


@dataclass(slots=True)
class CrewTime:
    """Minutes in the period by technician (rows: ``techs``).

    ``doing`` has a column for each of ``DOINGS``; ``overtime_min`` was worked after a shift,
    ``break_work_min`` in a break. ``own``: staff of the house. ``trades`` and ``crews``: main trade
    and crew by row, ``""`` if not told.
    """

    techs: Ints
    doing: Floats
    on_duty_min: Floats
    overtime_min: Floats
    break_work_min: Floats
    own: NDArray[np.bool_]
    trades: list[str]
    crews: list[str]

    @property
    def paid_min(self) -> Floats:
        """On duty, and at work off duty."""
        return self.on_duty_min + self.overtime_min + self.break_work_min

    @property
    def engaged_min(self) -> Floats:
        """Travel, work and parts (K-Q5)."""
        return self.doing[:, TRAVEL] + self.doing[:, WORK] + self.doing[:, PARTS]


@dataclass(slots=True)
class Spells:
    """Stretches of time by row: technician's row, from, to [min], value."""

    row: Ints
    from_min: Floats
    to_min: Floats
    value: Ints


def build(journal: Journal, meta: Meta) -> CrewTime:
    """Technician time of ``meta.period`` (``from_min`` to ``to_min``)."""
    period = meta.period
    states = columns(journal, STATES, period.to_min)
    duty = columns(journal, "DutyChanged", period.to_min)
    tech, doing, told = _doings(states)
    techs = np.unique(np.concatenate([tech, duty["tech"].astype(np.int64), _told(meta)]))
    busy = _spells(np.searchsorted(techs, tech), states.at[told], doing, period.from_min, period.to_min)
    presence = np.where(duty["on"].astype(bool), ON, np.where(duty.is_text("why", "break"), PAUSE, AWAY))
    spells = _spells(np.searchsorted(techs, duty["tech"]), duty.at, presence, period.from_min, period.to_min)
    shifts, breaks = _having(spells, [ON]), _having(spells, [PAUSE])
    minutes = np.zeros((len(techs), len(DOINGS)))
    np.add.at(minutes, (busy.row, busy.value), busy.to_min - busy.from_min)
    engaged = _having(busy, [TRAVEL, WORK, PARTS, WAIT])
    spent = engaged.to_min - engaged.from_min
    on_shift, in_break = _overlap(engaged, shifts, period.to_min), _overlap(engaged, breaks, period.to_min)
    person_of = {person.id: person for person in meta.people}
    people = [person_of.get(number) for number in techs.tolist()]
    return CrewTime(
        techs=techs,
        doing=minutes,
        on_duty_min=_total(shifts.row, shifts.to_min - shifts.from_min, len(techs)),
        overtime_min=_total(engaged.row, spent - on_shift - in_break, len(techs)),
        break_work_min=_total(engaged.row, in_break, len(techs)),
        own=np.array([person is None or person.crew != PARTNER for person in people], dtype=bool),
        trades=[person.trade if person else "" for person in people],
        crews=[person.crew if person else "" for person in people],
    )


def _told(meta: Meta) -> Ints:
    return np.array([person.id for person in meta.people], dtype=np.int64)


def _doings(states: Columns) -> tuple[Ints, Ints, NDArray[np.bool_]]:
    """Technician, what he or she does from then on, and which state rows say so."""
    kind, ids, tech = states["kind"], states["id"], states["tech"]
    told = (kind == TECHNICIAN) | ((kind == ORDER) & (tech >= 0))
    who = np.where(kind == TECHNICIAN, ids, tech)[told].astype(np.int64)
    lookup = np.full(128, FREE, dtype=np.int64)
    for state, doing in DOING_OF.items():
        lookup[int(state)] = doing
    return who, lookup[states["state"][told].astype(np.int64)], told


def _spells(row: Ints, at: Floats, value: Ints, from_min: float, to_min: float) -> Spells:
    """Each row's value lasts until the row's next one; cut to the period. Rows come in journal order."""
    sequence = np.argsort(row, kind="stable")
    row, at, value = row[sequence], at[sequence], value[sequence]
    if not len(row):
        return Spells(row, at, at, value)
    same = np.append(row[1:] == row[:-1], False)
    until = np.where(same, np.append(at[1:], to_min), to_min)
    starts, ends = np.maximum(at, from_min), np.minimum(until, to_min)
    some = ends > starts
    return Spells(row[some], starts[some], ends[some], value[some])


def _having(spells: Spells, values: Sequence[int]) -> Spells:
    chosen = np.isin(spells.value, values)
    return Spells(spells.row[chosen], spells.from_min[chosen], spells.to_min[chosen], spells.value[chosen])


def _total(row: Ints, minutes: Floats, rows: int) -> Floats:
    return np.bincount(row, weights=minutes, minlength=rows).astype(np.float64)


def _overlap(spells: Spells, shifts: Spells, to_min: float) -> Floats:
    """Minutes of each spell inside the shifts of its row, by one cumulative curve for all rows."""
    if not len(shifts.row):
        return np.zeros(len(spells.row))
    step = to_min + 1.0
    corners = np.column_stack([shifts.row * step + shifts.from_min, shifts.row * step + shifts.to_min]).ravel()
    lengths = shifts.to_min - shifts.from_min
    upto = np.column_stack([np.cumsum(lengths) - lengths, np.cumsum(lengths)]).ravel()
    low = np.interp(spells.row * step + spells.from_min, corners, upto)
    high = np.interp(spells.row * step + spells.to_min, corners, upto)
    return np.asarray(high - low)
