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
        first = tech.roster.after(0)
        if first is not None:
            self.waist.clock.at(first[0], self._change, tech, 0, first)

    def _change(self, tech: Technician, n: int, change: Change) -> None:
        waist = self.waist
        now, on, why = change
        n += 1
        following = tech.roster.after(n)
        tech.until = until = NEVER if following is None else following[0]
        if tech.on_duty != on:
            tech.on_duty = on
            if tech.job is None:
                state = IDLE if on else _STATE_OFF.get(why, OFF)
                waist.journal.log.extend((now, (TECHNICIAN, tech.id, state, -1)))
        if on:
            waist.emit(DutyChanged(tech.id, True, why, until))
            for hook in self.came_on:
                hook(tech)
        else:
            for hook in self.went_off:
                hook(tech)
            waist.emit(DutyChanged(tech.id, False, why, until))
        if following is not None:
            waist.clock.at(until, self._change, tech, n, following)
