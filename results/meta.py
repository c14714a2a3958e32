"""What the ruler must be told beside the journal: the calendar, the period, the people and places.

Floor 4 fills it from a campus; for a real site it is written by hand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from policies.contract.calendar import Calendar

PARTNER = "partner"
"""Crew of the technicians of outside firms: their minutes are not paid by the hour here."""


@dataclass(slots=True)
class Period:
    """Orders reported in ``[from_min, to_min)`` are the cohort; the observation ends at ``end_min`` [min]."""

    from_min: float
    to_min: float
    end_min: float

    def __post_init__(self) -> None:
        if not 0.0 <= self.from_min < self.to_min <= self.end_min:
            raise ValueError(
                f"period from {self.from_min} to {self.to_min} observed until {self.end_min} min: "
                "expected 0 <= from < to <= end; give the run-out as end_min - to_min"
            )


@dataclass(slots=True)
class Person:
    """A technician: number as in the journal, main trade, crew (reactive, plant, night, partner), wage [CNY/h]."""

    id: int
    trade: str
    crew: str = "reactive"
    wage_cny_per_h: float = 0.0


@dataclass(slots=True)
class Place:
    """A building by its number in the journal (its position in ``Meta.places``): zone and kind."""

    zone: int = 0
    kind: str = "teaching"


@dataclass(slots=True)
class Meta:
    """Everything a KPI needs that is not in the journal.

    Parameters
    ----------
    benchmark_response_min : mean response of the industry in service minutes (an input), or None: no K-R5
    people : the technicians; those missing are taken as own staff of an unknown trade
    places : buildings in the order of their numbers
    groups : names of the occupant groups in the order of their numbers
    response_stop : what ends the response of K-R1: arrival on site, or acceptance by a technician
    service : name of the service calendar of ``calendar``
    service_of_trade : other service calendars by trade, where a trade has its own hours
    """

    calendar: Calendar
    period: Period
    benchmark_response_min: float | None = None
    people: Sequence[Person] = ()
    places: Sequence[Place] = ()
    groups: Sequence[str] = ()
    response_stop: Literal["arrival", "accept"] = "arrival"
    service: str = "SVC"
    service_of_trade: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.response_stop not in ("arrival", "accept"):
            raise ValueError(f"response_stop {self.response_stop!r}: expected 'arrival' or 'accept'")
        if self.benchmark_response_min is not None and not self.benchmark_response_min > 0:
            raise ValueError(
                f"benchmark_response_min {self.benchmark_response_min}: expected more than 0 service minutes"
            )
        for name in (self.service, *self.service_of_trade.values()):
            if name not in self.calendar.weeks:
                raise ValueError(f"service calendar {name!r}: expected one of {sorted(self.calendar.weeks)}")
