"""Which models the ordinary twin can be made into, and why the others not yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from scenarios.verify.recipe import Recipe
from scenarios.verify.recipes import (
    hours,
    machines,
    networks,
    pace,
    places,
    priorities,
    queues,
    readers,
    rules,
    shelves,
    stores,
)

RECIPES: Final[Mapping[str, Recipe]] = {
    **queues.RECIPES,
    **priorities.RECIPES,
    **networks.RECIPES,
    **hours.RECIPES,
    **places.RECIPES,
    **pace.RECIPES,
    **machines.RECIPES,
    **stores.RECIPES,
    **shelves.RECIPES,
    **readers.RECIPES,
    **rules.RECIPES,
}
"""Recipes by name; the model of that name is played by it."""

FURTHER: Final[Mapping[str, tuple[str, ...]]] = {"machine_repair": ("machine_repair_fleet",)}
"""Models that are played in another way too: recipes by name."""


@dataclass(frozen=True, slots=True)
class NotYet:
    """Why a model cannot be expressed, and the chapter that will bring it."""

    why: str
    chapter: str


PREDICTION = "maintenance: fault prediction"
PEOPLE = "oversight: contractors and people"
ENERGY = "energy"
CONTROL = "oversight: control charts and mystery visits"
RULER = "the ruler: selection of the best"
UNKNOWN = "none planned"

NOT_YET: Final[Mapping[str, NotYet]] = {
    "age_replacement": NotYet("maintenance follows the calendar, whatever the age of the part (block replacement), and no rule computes the age", PREDICTION),
    "minimal_repair": NotYet("a repair renews an asset; none leaves it as old as it was", PREDICTION),
    "cusum_arl": NotYet("nobody watches a meter: there is no CUSUM chart", CONTROL),
    "ewma_arl": NotYet("nobody watches a meter: there is no EWMA chart", CONTROL),
    "shewhart_arl": NotYet("nobody watches a meter: there is no control chart", CONTROL),
    "acceptance_sampling": NotYet("there are no mystery visits, so no plan that accepts or rejects on them", CONTROL),
    "last_place_elimination": NotYet("contractors have no hidden quality and no score, and none is replaced", PEOPLE),
    "slippage_elimination": NotYet("contractors have no hidden quality and no score, and none is replaced", PEOPLE),
    "rc_setback": NotYet("buildings have no heat balance", ENERGY),
    "bechhofer_pcs": NotYet("the ruler says which could be best (Hsu) of what was run; it does not plan how much to run for a promised chance of the right choice", RULER),
    "dudewicz_dalal_h": NotYet("the ruler has no two-stage selection", RULER),
    "rinott_h": NotYet("the ruler has no two-stage selection", RULER),
    "kn_constant": NotYet("the ruler has no sequential selection", RULER),
}  # fmt: skip
"""Models that books know and the twin cannot be made into yet."""


def ways(model: str) -> list[Recipe]:
    """Every way to play a model; none if it cannot be expressed."""
    own = [RECIPES[model]] if model in models() else []
    return own + [RECIPES[name] for name in FURTHER.get(model, ())]


def models() -> list[str]:
    """Models that can be played."""
    further = [name for names in FURTHER.values() for name in names]
    return [name for name in RECIPES if name not in further]
