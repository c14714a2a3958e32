"""A recipe: how the ordinary twin is made degenerate until it is a model that books know by heart."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scenarios.schema.strict import Strict
from scenarios.verify.case import Case
from scenarios.verify.controls import Sample
from scenarios.verify.draws import Generator

Play = Callable[[Case, int, Generator], Sample]
"""One replication: a case, about how many customers, chance."""


def always(*quantities: str) -> Callable[[Case], Sequence[str]]:
    """Quantities that a recipe gives for every case."""

    def gives(case: Case) -> Sequence[str]:
        return quantities

    return gives


def at_once(case: Case) -> float:
    """Nothing to settle: each customer stands alone."""
    return 1.0


def _nothing(case: Case) -> Mapping[str, Any]:
    return {}


def _averages(case: Case) -> Mapping[str, int]:
    return {}


def _all(case: Case) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Recipe:
    """One way to play a model.

    Parameters
    ----------
    how : what the twin is made of, in a line
    parameters : the form of the case's parameters
    play : one replication; None: a rule computes the model, and there is nothing to play
    gives : quantities a replication gives for a case
    settles : customers after which a run has forgotten how it began
    cost : work of a customer, beside one of a plain queue [1]
    longest : customers of a replication at most; more of them go to further replications
    refuses : why a case of the model cannot be played; empty: it can
    chapter : what brings the cases it refuses
    whole : customers that a replication must have for quantities that are no averages: a quantile of a short one is biased
    computes : parameters that a rule computes, compared as they are
    per_server : quantities whose absolute tolerance is meant for each of ``c`` servers
    """

    name: str
    how: str
    parameters: type[Strict]
    play: Play | None
    gives: Callable[[Case], Sequence[str]]
    settles: Callable[[Case], float]
    cost: float = 1.0
    longest: int = 80_000
    refuses: Callable[[Case], str] = _all
    computes: Callable[[Case], Mapping[str, Any]] = _nothing
    per_server: tuple[str, ...] = ()
    chapter: str = "none planned"
    whole: Callable[[Case], Mapping[str, int]] = _averages

    def allowed(self, case: Case, quantity: str) -> float:
        """The widest half-width that still tests a quantity."""
        width = case.allowed(float(case.expected[quantity]))
        return width * case.parameters["c"] if quantity in self.per_server else width
