"""The overlay: people, places, hours and work of the world a log is laid over (TOML, strict).

A log names what was asked for, where and when; it says nothing about who could have done it. The
overlay supplies that, written out and tagged, and the arms that are to be compared on it.
"""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, PositiveInt, ValidationError, model_validator

from policies.controller import registry
from scenarios.problems import Problem, ScenarioProblems, did_you_mean, one_of
from scenarios.resolution.parameters import mistakes
from scenarios.schema.campus import DAYS, Shift, Window, minutes_of
from scenarios.schema.document import Document, read
from scenarios.schema.faults import problem_of
from scenarios.schema.scenario import Rule
from scenarios.schema.strict import Strict
from scenarios.trace.log import Trace

Positive = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]
WEEK_H = 168.0


class Places(Strict):
    """Where things are.

    ``one_point``: everywhere at once, travel takes ``inside_min``. ``branches``: a place is a letter
    and a number; the letter is a branch that leaves the centre at ``bearing_deg``, the number counts
    stops of ``spacing_m`` along it, number 1 being the centre. Travel: ``inside_min`` plus the straight
    line at ``speed_km_h``. ``names`` lists the places; a range "1-250" stands for all its numbers.
    """

    rule: Literal["one_point", "branches"]
    names: Annotated[list[str], Field(min_length=1)]
    inside_min: NotNegative = 0.0
    spacing_m: Positive = 1000.0
    speed_km_h: Positive = 30.0
    bearing_deg: dict[str, float] = Field(default_factory=dict)

    def listed(self) -> list[str]:
        """Every place, ranges written out."""
        found: dict[str, None] = {}
        for name in self.names:
            first, dash, last = name.partition("-")
            numbers = range(int(first), int(last) + 1) if dash and first.isdigit() and last.isdigit() else None
            found |= dict.fromkeys(map(str, numbers)) if numbers is not None else {name: None}
        return list(found)

    @model_validator(mode="after")
    def _on_a_branch(self) -> Self:
        if self.rule == "branches":
            for name in self.listed():
                if name[:1] not in self.bearing_deg or not name[1:].isdigit():
                    raise ValueError(f'names of a letter in bearing_deg and a number, unlike "{name}"')
        return self


class Work(Strict):
    """Hands-on minutes of a trade: lognormal by mean and coefficient of variation."""

    mean_min: Positive
    cv: NotNegative = 0.8


class Crew(Strict):
    """``count`` people of the same skills (trade → level 1-4), home and shift.

    ``rotating``: everybody has two days off in a row, person by person a day later, so that the crew
    works through the week.
    """

    count: PositiveInt
    skills: Annotated[dict[str, Annotated[int, Field(ge=1, le=4)]], Field(min_length=1)]
    shift: Shift
    home: str = ""
    rotating: bool = False

    def shifts(self) -> list[Shift]:
        """The shift of each person."""
        if not self.rotating:
            return [self.shift] * self.count
        return [self.shift.model_copy(update={"days": _without(k)}) for k in range(self.count)]

    def duty_h(self) -> float:
        """Hours on duty of the whole crew in a week without holidays [h]."""
        a_day = sum(ends - begins for begins, ends in map(minutes_of, self.shift.windows)) / 60.0
        return sum(a_day * len(one.days) / one.every_days for one in self.shifts())


def _without(person: int) -> list[Any]:
    off = (person % 7, (person + 1) % 7)
    return [day for number, day in enumerate(DAYS) if number not in off]


class Arm(Strict):
    """What is compared: a rule at the decision points named; the others are empty."""

    dispatch: Rule


class OverlayFile(Strict):
    """An overlay file."""

    name: str
    title: str = ""
    places: Places
    service_windows: Annotated[list[Window], Field(min_length=1, default_factory=lambda: ["00:00-24:00"])]
    overtime_max_min: NotNegative = 60.0
    work: Annotated[dict[str, Work], Field(min_length=1)]
    crews: Annotated[dict[str, Crew], Field(min_length=1)]
    arms: Annotated[dict[str, Arm], Field(min_length=1)]
    provenance: dict[str, str] = Field(default_factory=dict)


@dataclass(slots=True)
class Overlay:
    """An overlay read and checked."""

    path: Path
    file: OverlayFile
    places: list[str]

    def trades(self) -> list[str]:
        """Trades somebody here can do."""
        return list(dict.fromkeys(trade for crew in self.file.crews.values() for trade in crew.skills))

    def minutes_to(self) -> list[list[float]]:
        """Travel between places, ``[b][a]`` from a to b [min]."""
        rule = self.file.places
        where = [_where(rule, name) for name in self.places]
        per_m = 60.0 / (1000.0 * rule.speed_km_h)
        return [[rule.inside_min + per_m * math.dist(a, b) for a in where] for b in where]


def _where(rule: Places, name: str) -> tuple[float, float]:
    if rule.rule == "one_point":
        return 0.0, 0.0
    bearing = math.radians(rule.bearing_deg[name[0]])
    reach = rule.spacing_m * max(0, int(name[1:]) - 1)
    return reach * math.sin(bearing), reach * math.cos(bearing)


def read_overlay(path: Path) -> Overlay:
    """Read an overlay.

    Raises
    ------
    ScenarioProblems
        With everything wrong in the file: keys, values, skills nobody can use, homes nowhere, rules by no name.
    """
    document = read(path)
    try:
        file = OverlayFile.model_validate(document.values)
    except ValidationError as error:
        raise ScenarioProblems(
            [problem_of(e, OverlayFile, lambda key: (document.file, document.line(key))) for e in error.errors()]
        ) from error
    places = file.places.listed()
    problems = [*_people(file, document, places), *_rules(file, document)]
    if problems:
        raise ScenarioProblems(problems)
    return Overlay(path, file, places)


def utilisation(overlay: Overlay, trace: Trace, travel_min: float = 0.0) -> float:
    """Expected share of duty spent on travel and work: demand of the log by the law of its trades over the crews' hours."""
    work = overlay.file.work
    asked_min = sum(
        (work[row.trade].mean_min if row.work_min is None else row.work_min) + travel_min for row in trace.rows
    )
    duty_h = sum(crew.duty_h() for crew in overlay.file.crews.values()) * trace.days * 24.0 / WEEK_H
    return asked_min / (60.0 * duty_h)


def _people(file: OverlayFile, document: Document, places: list[str]) -> list[Problem]:
    problems = []
    for name, crew in file.crews.items():
        for trade in crew.skills:
            if trade not in file.work:
                path = ("crews", name, "skills")
                expected = f"a trade of [work]: {one_of(trade, file.work)}"
                problems.append(
                    Problem(document.file, document.line((*path, trade)), ".".join(path), f'"{trade}"', expected)
                )
        if crew.home and crew.home not in places:
            expected = f"a place{did_you_mean(crew.home, places)}"
            problems.append(
                Problem(
                    document.file,
                    document.line(("crews", name, "home")),
                    f"crews.{name}.home",
                    f'"{crew.home}"',
                    expected,
                )
            )
        if not crew.shift.windows:
            line = document.line(("crews", name, "shift"))
            problems.append(
                Problem(document.file, line, f"crews.{name}.shift", "no windows", 'windows such as ["08:00-16:00"]')
            )
    return problems


def _rules(file: OverlayFile, document: Document) -> list[Problem]:
    """Rules of arms that are not registered, or do not take their parameters."""
    problems, known = [], registry.names("dispatch")
    for name, arm in file.arms.items():
        chosen, path = arm.dispatch, ("arms", name, "dispatch")
        if chosen.rule not in known:
            expected = f"{one_of(chosen.rule, known)}; {registry.OWN}"
            problems.append(_problem(document, path, f'"{chosen.rule}"', expected))
            continue
        wrong = [
            _problem(document, (*path, "parameters", one.name), one.given, one.expected)
            for one in mistakes(registry.rule_class("dispatch", chosen.rule), chosen.parameters)
        ]
        problems += wrong or _not_made(chosen, document, (*path, "parameters"))
    return problems


def _not_made(chosen: Rule, document: Document, path: tuple[str, ...]) -> list[Problem]:
    """What a rule itself has against its parameters."""
    try:
        registry.make("dispatch", chosen.rule, chosen.parameters)
    except (registry.UnknownRule, ValueError) as error:
        return [_problem(document, path, str(chosen.parameters), str(error))]
    return []


def _problem(document: Document, path: tuple[str, ...], given: str, expected: str) -> Problem:
    return Problem(document.file, document.line(path), ".".join(path), given, expected)
