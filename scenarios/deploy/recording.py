"""What a golden file is written from: an office before its first event, what it was told and what it answered."""

from dataclasses import dataclass

from policies.controller.settings import Settings
from policies.deploy.golden import Pair


class TooLittle(ValueError):
    """A scenario in whose whole period, or a log in which, too little happens."""


@dataclass(frozen=True, slots=True)
class Recording:
    """The office as it was before its first event, what it was told and answered, and in how many days."""

    settings: Settings
    pairs: list[Pair]
    days: int
