"""Playing a case: how often, how many customers, and what the intervals say."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from tests.theory.cases import Case
from tests.theory.controls import Sample, estimate
from tests.theory.recipes import RECIPES

LEVEL = 0.01
"""Of all intervals of a table together (Bonferroni)."""


@dataclass(slots=True)
class Play:
    """Replications and customers in each; ``quantities`` looked at (empty: all); ``recipe`` if not the model's own."""

    case: str
    replications: int
    customers: int
    quantities: Sequence[str] = ()
    recipe: str = ""


@dataclass(slots=True)
class Row:
    """One quantity of one case; ``allowed``: the widest half-width that counts."""

    case: str
    recipe: str
    quantity: str
    expected: float
    estimate: float
    half_width: float
    allowed: float
    replications: int
    customers: int
    seed: int = 0

    @property
    def ok(self) -> bool:
        """The interval holds the value, and is narrow enough to say so."""
        return abs(self.estimate - self.expected) <= self.half_width <= self.allowed


def sample(case: Case, play: Play, seed: int, replication: int) -> Sample:
    """One replication."""
    recipe = play.recipe or case.model
    rng = np.random.default_rng([seed, crc32(f"{case.id}/{recipe}".encode()), replication])
    return RECIPES[recipe](case, play.customers, rng)


def samples(case: Case, play: Play, seed: int) -> list[Sample]:
    """All replications, one after the other."""
    return [sample(case, play, seed, replication) for replication in range(play.replications)]


def expected(case: Case) -> Mapping[str, float]:
    """The true values that are numbers."""
    return {name: value for name, value in case.expected.items() if isinstance(value, int | float)}


def estimates(case: Case, play: Play, drawn: Sequence[Sample], alpha: float, seed: int = 0) -> Iterator[Row]:
    """What the replications say of each quantity, at level 1 - ``alpha`` each."""
    truth = expected(case)
    for quantity in play.quantities or truth:
        value = float(truth[quantity])
        found = estimate(drawn, quantity, alpha)
        scale = case.parameters["c"] if quantity == "mean_busy" else 1.0
        yield Row(
            case.id, play.recipe or case.model, quantity, value, found.mean, found.half_width,
            case.allowed(value) * scale, found.replications, play.customers, seed,
        )  # fmt: skip
