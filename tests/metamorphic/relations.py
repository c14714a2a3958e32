"""Changes whose direction nobody doubts: more people, shorter ways, fewer signatures, more demand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from policies.controller.settings import RuleChoice
from twin.campus import Campus

Rules = Mapping[str, RuleChoice]
Change = Callable[[Campus], Campus]
LOWER, HIGHER = -1, 1
NEW_PEOPLE = 1_000_000
"""Added to the keys of people who were not there before."""


def as_it_is(campus: Campus) -> Campus:
    """No change."""
    return campus


def twice_the_people(campus: Campus) -> Campus:
    """Everybody of the reactive crews has a double."""
    doubles = [replace(p, name=f"{p.name} too", key=p.key + NEW_PEOPLE) for p in campus.people if p.crew == "reactive"]
    return replace(campus, people=[*campus.people, *doubles])


def half_the_way(campus: Campus) -> Campus:
    """Everybody travels twice as fast."""
    return replace(campus, minutes_to=[[minutes / 2.0 for minutes in row] for row in campus.minutes_to])


def a_fifth_more_demand(campus: Campus) -> Campus:
    """Things break and people need something a fifth more often."""
    return replace(
        campus,
        assets=[replace(one, rate_per_year=1.2 * one.rate_per_year) for one in campus.assets],
        demand=replace(campus.demand, needs_per_occupant_year=1.2 * campus.demand.needs_per_occupant_year),
    )


def more_false_alarms(campus: Campus) -> Campus:
    """Three in ten normal requests are called emergencies."""
    return replace(
        campus,
        reporting=replace(campus.reporting, false_urgent=0.3),
        society=replace(campus.society, inflation_max=max(0.3, campus.society.inflation_max)),
    )


def no_night_duty(campus: Campus) -> Campus:
    """Nobody is on duty at night."""
    return replace(campus, people=[p for p in campus.people if p.crew != "night"])


def rounds(*minutes: float) -> Rules:
    """The foreman's rounds at these minutes of the day."""
    return {"dispatch": RuleChoice("fixed_zone_batch", {"rounds": list(minutes)})}


def reserve(people: int) -> Rules:
    """The nearest idle technician at once, ``people`` of each trade held back for emergencies."""
    return {"dispatch": RuleChoice("hold_reserve", {"reserve": people})}


@dataclass(frozen=True, slots=True)
class Relation:
    """One change: of the campus, of the rules, or both; and which way each figure must go.

    ``rules`` and ``other_rules`` are laid over today's practice.
    """

    name: str
    moves: Mapping[str, int]
    change: Change = as_it_is
    rules: Rules | None = None
    other_rules: Rules | None = None


TWO_ROUNDS = rounds(510.0, 840.0)
EIGHT_ROUNDS = rounds(480.0, 550.0, 620.0, 690.0, 800.0, 870.0, 940.0, 1010.0)
SIGNATURES = {"approval": RuleChoice("two_signatures", {"above_cny": 100.0})}
"""A paper office: nearly half of all orders need signatures."""
RELATIONS = (
    Relation("technicians x 2", {"K-R1": LOWER}, twice_the_people),
    Relation("travel twice as fast", {"K-R1": LOWER}, half_the_way),
    Relation("approvals removed", {"K-R1": LOWER}, rules=SIGNATURES, other_rules={"approval": RuleChoice("none")}),
    Relation("rounds 2 -> 8", {"K-R1": LOWER}, rules=TWO_ROUNDS, other_rules=EIGHT_ROUNDS),
    Relation("demand + 20 %", {"K-R1": HIGHER, "K-E3": HIGHER}, a_fifth_more_demand),
    Relation("reserve 0 -> 2", {"K-R1": HIGHER, "K-E3": LOWER}, rules=reserve(0), other_rules=reserve(2)),
    Relation("false urgent claims 8 % -> 30 %", {"K-E1": LOWER}, more_false_alarms),
    Relation("night duty 0", {"K-E3": HIGHER}, no_night_duty),
)
