"""Payroll: paid hours, overtime and outside firms, booked when they are worked."""

from collections.abc import Sequence
from typing import final

from policies.contract.units import HOUR_MIN
from twin.campus import Costs, Person
from twin.entities.job import Job
from twin.entities.technician import Technician
from twin.facts import CostBooked
from twin.waist import Waist

LONGEST_BREAK_MIN = 180.0
"""Off duty for longer than this is the end of a shift, not a break [min]."""


@final
class Payroll:
    """Wages by the hour on duty (breaks unpaid), overtime after the shift, partners by call and hour."""

    def __init__(self, waist: Waist, people: Sequence[Person], costs: Costs) -> None:
        self.waist = waist
        self.wage = [person.wage_cny_per_h for person in people]
        self.costs = costs
        self._on_since = [-1.0] * len(people)
        self._off_since = [-1.0] * len(people)

    def came_on(self, tech: Technician) -> None:
        """Paid time begins."""
        if self._on_since[tech.id] < 0.0:
            self._on_since[tech.id] = self.waist.clock._now
        self._off_since[tech.id] = -1.0

    def went_off(self, tech: Technician) -> None:
        """Paid time ends; what is still in hand becomes overtime."""
        now = self.waist.clock._now
        since = self._on_since[tech.id]
        self._on_since[tech.id] = -1.0
        if tech.until - now >= LONGEST_BREAK_MIN:
            self._off_since[tech.id] = now
        if since >= 0.0 and tech.crew != "partner":
            self._book("labour", tech.id, (now - since) / HOUR_MIN * self.wage[tech.id])

    def released(self, job: Job, tech: Technician) -> None:
        """A visit ended: overtime if it ran past the shift; a partner's bill."""
        now = self.waist.clock._now
        if tech.crew == "partner":
            minutes = now - tech.visit_began_at
            self._book("partner", job.id, self.costs.partner_call_cny + minutes / HOUR_MIN * self.costs.partner_h_cny)
        elif not tech.on_duty and self._off_since[tech.id] >= 0.0:
            hours = (now - max(self._off_since[tech.id], tech.visit_began_at)) / HOUR_MIN
            self._book("overtime", tech.id, hours * self.wage[tech.id] * self.costs.overtime_factor)

    def _book(self, kind: str, subject: int, cny: float) -> None:
        if cny > 0.0:
            self.waist.note(CostBooked(kind, subject, cny))
