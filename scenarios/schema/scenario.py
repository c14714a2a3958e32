"""The form of scenario and measure files."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, PositiveInt, create_model

from policies.contract.decisions import DECISIONS
from scenarios.schema.strict import Strict

MEASURE_MAY_WRITE = ("features", "policies", "activation")
"""All in which a to-be may differ from the as-is."""
HEAD = ("kind", "name", "title", "title_zh", "about", "extends", "measures")
"""Keys that describe a file and do not merge."""

CENTURY_DAYS = 36_525


class Run(Strict):
    """The runs of a study. Days from ``start``, whose midnight is minute 0; the fork is at the end of the burn-in."""

    start: date = date(2025, 6, 30)
    burn_in_days: Annotated[int, Field(ge=0, le=CENTURY_DAYS)] = 63
    days: Annotated[int, Field(ge=1, le=CENTURY_DAYS)] = 182
    run_out_days: Annotated[int, Field(ge=0, le=CENTURY_DAYS)] = 30
    replications: PositiveInt = 10
    seed: Annotated[int, Field(ge=0)] = 1
    benchmark_response_h: Annotated[float, Field(gt=0)] = 3.5
    benchmark_source: str = ""
    response_stop: Literal["arrival", "accept"] = "arrival"


class Switch(Strict):
    """A feature: live or not, and what running it costs."""

    live: bool = False
    per_day_cny: Annotated[float, Field(ge=0)] = 0.0


class FeatureTable(Strict):
    """Features the world knows."""

    app: Switch = Switch()
    centre: Switch = Switch()


class Stage(Strict):
    """From ``day`` after the fork on, in these zones and buildings; both empty: everywhere."""

    day: Annotated[int, Field(ge=0)] = 0
    zones: list[Annotated[int, Field(ge=0)]] = []
    buildings: list[str] = []


class Rule(Strict):
    """A rule by name, with its parameters."""

    rule: str
    parameters: dict[str, Any] = {}


_WHEN: Any = create_model(
    "RuleDays",
    __base__=Strict,
    **{d: (Annotated[int, Field(ge=0)], 0) for d in DECISIONS},  # type: ignore[call-overload]
)
_RULES: Any = create_model(
    "Rules",
    __base__=Strict,
    **{d: (Rule, Rule(rule="none")) for d in DECISIONS},  # type: ignore[call-overload]
)


class Activation(Strict):
    """When what is switched on becomes live [days after the fork]."""

    app: Annotated[list[Stage], Field(min_length=1)] = [Stage()]
    centre_day: Annotated[int, Field(ge=0)] = 0
    policies: _WHEN = _WHEN()


class ScenarioFile(Strict):
    """A scenario once its layers are merged. ``world`` holds what a root scenario changes in its campus file."""

    kind: Literal["scenario", "measure"] = "scenario"
    name: str
    title: str = ""
    title_zh: str = ""
    about: str = ""
    extends: str = ""
    measures: list[str] = []
    campus: str = "campus_medium"
    run: Run = Run()
    world: dict[str, Any] = {}
    features: FeatureTable = FeatureTable()
    policies: _RULES = _RULES()
    activation: Activation = Activation()
