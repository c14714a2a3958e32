"""Duty: technicians come and go by their rosters, and the office hears of it."""

from collections.abc import Callable
from typing import final

from policies.contract.events import DutyChanged
from policies.contract.states import TechnicianState
from policies.contract.units import NEVER
from twin.entities.roster import Change
from twin.entities.technician import Technician
from twin.journal import TECHNICIAN
from twin.waist import Waist

IDLE, OFF = int(TechnicianState.IDLE), int(TechnicianState.OFF)
_STATE_OFF = {"shift": OFF, "break": int(TechnicianState.BREAK), "sick": int(TechnicianState.SICK)}


@final
class Duty:
    """One cursor a person; "on" for someone already on duty changes nothing, but is an event."""

    def __init__(self, waist: Waist) -> None:
        self.waist = waist
        self.went_off: list[Callable[[Technician], None]] = []
        self.came_on: list[Callable[[Technician], None]] = []

    def begin(self, tech: Technician) -> None:
        """Start following a roster."""
        self._schedule(tech, 0, tech.roster.after(0))

    def _schedule(self, tech: Technician, n: int, change: Change | None) -> None:
        if change is not None:
            at, on, why = change
            self.waist.clock.at(at, self._change, tech, n, on, why)

    def _change(self, tech: Technician, n: int, on: bool, why: str) -> None:
        waist = self.waist
        following = tech.roster.after(n + 1)
        tech.until = following[0] if following is not None else NEVER
        was_on = tech.on_duty
        tech.on_duty = on
        if was_on != on and tech.job is None:
            waist.journal.state(waist.clock._now, TECHNICIAN, tech.id, IDLE if on else _STATE_OFF.get(why, OFF))
        if not on:
            for hook in self.went_off:
                hook(tech)
        waist.emit(DutyChanged(tech.id, on, why, tech.until))
        if on:
            for hook in self.came_on:
                hook(tech)
        self._schedule(tech, n + 1, following)
