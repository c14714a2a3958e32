"""Playing a case: replications of a recipe, and what their intervals say."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zlib import crc32

from scenarios.study.collector import paused
from scenarios.verify.case import Case
from scenarios.verify.controls import Sample, estimate
from scenarios.verify.draws import generator
from scenarios.verify.registry import RECIPES

PILOT = 0
"""Stage of the replications that only say how long a run must be; the runs themselves count from 1."""


PRINTED = 1e-9
"""True values are printed to ten digits [share of the value]."""


@dataclass(frozen=True, slots=True)
class Play:
    """Replications of a case by a recipe, and customers in each; ``quantities`` looked at."""

    case: str
    recipe: str
    replications: int
    customers: int
    quantities: tuple[str, ...]


@dataclass(slots=True)
class Row:
    """One quantity of one case; ``allowed``: the widest half-width that counts; ``whole``: customers of a replication at least."""

    case: str
    recipe: str
    quantity: str
    expected: float
    estimate: float
    half_width: float
    allowed: float
    replications: int
    customers: int
    seed: int
    whole: int = 0

    @property
    def biased(self) -> bool:
        """The replications are too short for this quantity: no interval around it says anything."""
        return self.customers < self.whole

    @property
    def holds(self) -> bool:
        """The interval holds the value, as exactly as it is printed (an interval that is not a number refutes nothing)."""
        return not abs(self.estimate - self.expected) > self.half_width + PRINTED * abs(self.expected)

    @property
    def narrow(self) -> bool:
        """The interval is narrow enough to say so."""
        return self.half_width <= self.allowed and not self.biased

    @property
    def ok(self) -> bool:
        """The interval holds the value, and is narrow enough to say so."""
        return self.holds and self.narrow


def sample(case: Case, play: Play, seed: int, stage: int, replication: int) -> Sample:
    """One replication; the same whatever else is played, and wherever."""
    played = RECIPES[play.recipe].play
    assert played is not None, f"{play.recipe} is computed, not played"
    key = [seed, crc32(f"{case.id}/{play.recipe}".encode()), stage, replication]
    with paused():
        return played(case, play.customers, generator(key))


def estimates(case: Case, play: Play, drawn: Sequence[Sample], alpha: float, seed: int) -> Iterator[Row]:
    """What the replications say of each quantity, at level 1 - ``alpha`` each."""
    recipe = RECIPES[play.recipe]
    for quantity in play.quantities:
        found = estimate(drawn, quantity, alpha)
        yield Row(
            case.id, play.recipe, quantity, float(case.expected[quantity]), found.mean, found.half_width,
            recipe.allowed(case, quantity), found.replications, play.customers, seed, recipe.whole(case).get(quantity, 0),
        )  # fmt: skip
