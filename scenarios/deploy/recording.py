"""What a golden file is written from: an office before its first event, what it was told and what it answered."""

from collections.abc import Mapping
from dataclasses import dataclass

from policies.controller.settings import Settings
from policies.deploy.golden import Pair
from policies.deploy.refused_answers import NotStanding, not_standing


class TooLittle(ValueError):
    """A scenario in whose whole period, or a log in which, too little happens."""


@dataclass(frozen=True, slots=True)
class Recording:
    """The office as it was before its first event, what it was told and answered, and in how many days.

    ``asked``: decision point → events at which its rule was asked.
    """

    settings: Settings
    pairs: list[Pair]
    days: int
    asked: Mapping[str, int]

    def not_standing(self) -> list[NotStanding]:
        """Where a rule raised or was refused, so that what is recorded is not its own answer."""
        return not_standing(self.pairs, self.asked, self.settings.rules)
