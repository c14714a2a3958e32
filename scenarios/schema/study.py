"""The form of a study file: a planner's question, and the scenarios that answer it."""

from typing import Annotated, Any, Literal

from pydantic import Field, PositiveInt

from scenarios.schema.strict import Strict

Word = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.+-]*$")]
"""A name that a folder and a table can bear."""


class DoseAxis(Strict):
    """What the arms have more or less of."""

    title: str
    title_zh: str = ""


class DoseLine(Strict):
    """Arms that differ in their dose alone."""

    title: str
    title_zh: str = ""


class StudyArm(Strict):
    """One scenario of a study.

    ``set`` holds from the burn-in on, and may change anything; ``measures``, ``features``, ``policies`` and
    ``activation`` hold from the fork on, so that arms which differ in these alone live through one burn-in.
    ``against``: the arms it is compared with; empty: the first one (an arm that others are compared with is
    then a reference of its own). ``line`` and ``dose``: its place in a dose-response figure.
    """

    name: Word
    title: str = ""
    title_zh: str = ""
    scenario: str = "as_is"
    measures: list[str] = []
    against: list[str] = []
    line: str = ""
    dose: float | None = None
    set: dict[str, Any] = {}
    features: dict[str, Any] = {}
    policies: dict[str, Any] = {}
    activation: dict[str, Any] = {}


class StudyFile(Strict):
    """A question. The first arm is the baseline.

    ``deciding`` and ``guards``: figures, by the id of the KPI. ``set``: settings of every arm, such as the period.
    ``assumptions``: dotted keys of the campus that matter for the answer; ``provenance``: where the numbers
    of this file come from. ``about``: commentary; ``{ARM KPI}`` in it stands for a level of the results,
    ``{ARM KPI REFERENCE}`` for a paired difference.
    """

    kind: Literal["study"]
    id: Word
    question: str
    question_zh: str = ""
    about: str = ""
    about_zh: str = ""
    replications: PositiveInt = 10
    seed: Annotated[int, Field(ge=0)] = 1
    deciding: Annotated[list[str], Field(min_length=1)]
    guards: list[str] = []
    assumptions: list[str] = []
    set: dict[str, Any] = {}
    dose: DoseAxis | None = None
    lines: dict[str, DoseLine] = {}
    provenance: dict[str, str] = {}
    arms: Annotated[list[StudyArm], Field(min_length=2)]
