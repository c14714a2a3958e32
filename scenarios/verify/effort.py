"""How long a case is played: what a pilot says the required half-width takes, and what may be spent.

Lengths are counted in customers, never in seconds, so that every machine plays the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, inf, isfinite
from typing import Final

from scenarios.verify.case import Case
from scenarios.verify.play import Play, Row
from scenarios.verify.registry import RECIPES

RELAXATIONS: Final = 30.0
"""Length of a replication at least, in times that a run takes to forget its start; a tenth is deleted."""
FEWEST: Final = 200
"""Customers of a replication at least."""
LEAST_REPLICATIONS: Final = 30
BOLDEST: Final = 400.0
"""A run is at most so many times as long as the one it was reckoned from."""
BEYOND_CONTROLS: Final = 16
"""Replications at least, above the number of controls."""


@dataclass(frozen=True, slots=True)
class Effort:
    """What may be spent on each way to play a case.

    Parameters
    ----------
    replications : at most, where the run is long enough for so many
    customers : of all replications together, of a plain queue [a dearer recipe gets fewer]. Half-widths that take
        more are out of reach: they get a short honest run, which may still refute
    anyway : the same, for as many replications as are honest, however few customers are needed
    at_most : customers of the shortest honest run, above which a case is not played
    reserve : how much longer a run is than the pilot says
    passes : how often it may be lengthened until the required half-width is reached
    """

    name: str
    replications: int
    customers: float
    anyway: float
    at_most: float
    reserve: float
    passes: int


QUICK: Final = Effort("quick", 60, 330_000.0, 40_000.0, 300_000.0, 1.1, 1)
"""About a minute on two cores for the shipped cases, spent where a required half-width is within reach."""
FULL: Final = Effort("full", 60, inf, inf, inf, 1.4, 6)
"""Until every required half-width is reached."""


def shortest(case: Case, recipe: str) -> int:
    """Customers of the shortest replication that has forgotten its start."""
    return min(RECIPES[recipe].longest, max(FEWEST, ceil(RELAXATIONS * RECIPES[recipe].settles(case))))


def least_customers(case: Case, recipe: str) -> int:
    """Customers of the shortest honest run."""
    return LEAST_REPLICATIONS * shortest(case, recipe)


def pilot(case: Case, recipe: str, quantities: tuple[str, ...]) -> Play:
    """Short replications that tell how wide intervals are, not where."""
    return Play(case.id, recipe, LEAST_REPLICATIONS, max(FEWEST // 2, shortest(case, recipe) // 3), quantities)


def affordable(case: Case, recipe: str, effort: Effort) -> bool:
    """Whether the shortest honest run is within what may be spent."""
    return least_customers(case, recipe) * RECIPES[recipe].cost <= effort.at_most


def lengthened(case: Case, play: Play, rows: Iterable[Row], controls: int, effort: Effort) -> Play:
    """The play that should reach every required half-width within the effort's reach."""
    recipe, least = RECIPES[play.recipe], shortest(case, play.recipe)
    needed = [
        play.replications * play.customers * times * effort.reserve for times in _times(rows, effort.replications)
    ]
    aim = max((one for one in needed if one <= effort.customers / recipe.cost), default=0.0)
    within = min(float(effort.replications), max(aim, effort.anyway / recipe.cost) / least)
    replications = max(LEAST_REPLICATIONS, controls + BEYOND_CONTROLS, int(within))
    wanted = max(aim, float(least * replications))
    if wanted > replications * recipe.longest:
        replications = ceil(wanted / recipe.longest)
    return Play(case.id, play.recipe, replications, max(least, ceil(wanted / replications)), play.quantities)


def _times(rows: Iterable[Row], replications: int) -> list[float]:
    """How many times as long a run must be for each quantity: half-widths shrink with the root of its length."""
    times = [
        max((row.half_width / row.allowed) ** 2, row.whole * replications / row.customers / row.replications)
        for row in rows
    ]
    return [min(one, BOLDEST) if isfinite(one) else BOLDEST for one in times]
