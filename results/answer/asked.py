"""What was asked: plain data from a study file, in both languages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from results.catalogue import Lang
from results.comparison import Doses

Words = Mapping[Lang, str]
"""The same text in English and Chinese."""


@dataclass(frozen=True, slots=True)
class AskedArm:
    """A scenario of the question; ``what`` says how it is made, for whoever wants to make it again."""

    name: str
    title: Words
    what: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question.

    Parameters
    ----------
    arms : the baseline first
    references : every arm others are compared with → those others
    facts : campus and period, by language
    assumptions : (key, value, provenance tag and source)
    command, seed : how to reproduce
    notices : what must be said before anything else
    """

    id: str
    question: Words
    about: Words
    deciding: Sequence[str]
    guards: Sequence[str]
    arms: Sequence[AskedArm]
    references: Mapping[str, Sequence[str]]
    doses: Doses | None
    facts: Words
    days: int
    command: str
    seed: int
    assumptions: Sequence[tuple[str, object, str]] = ()
    notices: Sequence[str] = field(default_factory=tuple)

    def arm(self, name: str) -> AskedArm:
        """One arm by name."""
        return next(arm for arm in self.arms if arm.name == name)
