"""A running campus: clock, streams, journal, waist, entities and processes, put together."""

from typing import Any, final

from policies.contract.units import DAY_MIN
from twin.births import Births
from twin.campus import Features
from twin.clock import Clock
from twin.entities.technician import Technician
from twin.journal import Journal
from twin.ports import Controller, Field
from twin.processes.duty import Duty
from twin.processes.office import Office
from twin.processes.repair import Repair
from twin.register import Register
from twin.streams import Streams
from twin.waist import Waist


@final
class World:
    """What is true, from the first minute to the last.

    The bare world knows technicians, travel and repair. Every further mechanism is a process put
    beside them by ``twin.build``; one that is absent leaves no trace in the journal.
    """

    def __init__(
        self,
        controller: Controller,
        technicians: list[Technician],
        minutes_to: list[list[float]],
        *,
        streams: Streams | None = None,
        journal: Journal | None = None,
        field: Field | None = None,
        **repair: Any,
    ) -> None:
        self.clock = Clock()
        self.streams = streams or Streams(0, 0)
        self.journal = journal or Journal()
        self.waist = Waist(self.clock, self.journal, controller, field)
        self.register = Register()
        self.technicians = technicians
        self.office = Office(self.waist, self.register)
        self.repair = Repair(self.waist, self.register, technicians, minutes_to, **repair)
        self.duty = Duty(self.waist)
        self.duty.went_off.append(self.repair.went_off)
        self.duty.came_on.append(self.repair.came_on)
        self.parts: dict[str, Any] = {}
        self.births: Births | None = None

    @property
    def now(self) -> float:
        """Virtual time [min]."""
        return self.clock._now

    def begin(self) -> None:
        """Start the rosters and every further process, in a stated order."""
        for tech in self.technicians:
            self.duty.begin(tech)
        for part in self.parts.values():
            start = getattr(part, "begin", None)
            if start is not None:
                start()

    @property
    def controller(self) -> Controller:
        """Whoever decides."""
        return self.waist.controller

    def switch(self, features: Features) -> None:
        """Switch what measures switch in the world, from this instant on."""
        switchable = self.parts.get("daily")
        if switchable is not None:
            switchable.switch(features)

    def run(self, until: float) -> None:
        """Run the half-open interval up to ``until`` [min]; the journal's columns are made on the way."""
        clock = self.clock
        while clock._now + DAY_MIN < until:
            clock.advance(clock._now + DAY_MIN)
            self.journal.close_chunk()
        clock.advance(until)
        self.journal.close_chunk()
