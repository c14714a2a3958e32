"""The form of a gate file: what a rule must show before it may take another's place, said before anybody looks."""

from typing import Annotated

from pydantic import Field

from scenarios.schema.strict import Strict

Text = Annotated[str, Field(min_length=1)]
NotNegative = Annotated[float, Field(ge=0)]


class Goal(Strict):
    """A figure that must be shown better, by more than ``by`` [its unit] over the whole interval."""

    figure: Text
    by: NotNegative = 0.0
    why: Text


class Guard(Strict):
    """A figure that must be shown to worsen by less than ``by`` [its unit] over the whole interval."""

    figure: Text
    by: Annotated[float, Field(gt=0)]
    why: Text


class GateFile(Strict):
    """A gate file. ``guard_hits``: answers of the rule that may be refused, over all replications."""

    name: Text
    title: Text
    title_zh: str = ""
    about: str = ""
    guard_hits: Annotated[int, Field(ge=0)] = 0
    goals: Annotated[list[Goal], Field(min_length=1)]
    guards: list[Guard] = []
