"""Duty: technicians come and go by their rosters, and the office hears of it."""

from collections.abc import Callable
from typing import final

from policies.contract.events import DutyChanged
from policies.contract.states import TechnicianState
from policies.contract.units import NEVER
from twin.entities.technician import Technician
from twin.journal import TECHNICIAN
from twin.waist import Waist

_STATE_OFF = {"shift": TechnicianState.OFF, "break": TechnicianState.BREAK, "sick": TechnicianState.SICK}


@final
class Duty:
    """One cursor a person; "on" for someone already on duty changes nothing, but is an event."""

    def __init__(self, waist: Waist) -> None:
        self.waist = waist
        self.went_off: list[Callable[[Technician], None]] = []
        self.came_on: list[Callable[[Technician], None]] = []

    def begin(self, tech: Technician) -> None:
        """Start following a roster."""
        self._schedule(tech, 0)

    def _schedule(self, tech: Technician, n: int) -> None:
        change = tech.roster.after(n)
        if change is not None:
            at, on, why = change
            self.waist.clock.at(at, self._change, tech, n, on, why)

    def _change(self, tech: Technician, n: int, on: bool, why: str) -> None:
        clock = self.waist.clock
        following = tech.roster.after(n + 1)
        tech.until = following[0] if following is not None else NEVER
        was_on = tech.on_duty
        tech.on_duty = on
        if tech.job is None and was_on != on:
            state = TechnicianState.IDLE if on else _STATE_OFF.get(why, TechnicianState.OFF)
            self.waist.journal.state(clock._now, TECHNICIAN, tech.id, state)
        if not on:
            for hook in self.went_off:
                hook(tech)
        self.waist.emit(DutyChanged(tech.id, on, why, tech.until))
        if on:
            for hook in self.came_on:
                hook(tech)
        self._schedule(tech, n + 1)
