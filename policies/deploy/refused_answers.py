"""Answers that did not stand while decisions were recorded: a rule raised, or a guard refused what it said.

What is recorded then is the fallback's answer. Replayed it is as recorded every time, so a golden file of such
answers says nothing of the rule: whoever packs is told, and whoever verifies.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, final

from policies.contract.commands import Command, GuardHit
from policies.contract.decisions import DECISIONS
from policies.contract.events import Event
from policies.controller import registry
from policies.controller.centre import CommandCentre
from policies.controller.settings import RuleChoice, Settings
from policies.deploy.golden import Pair
from policies.deploy.messages import KIND

HIT: Final = GuardHit.__name__


@final
class AskedCentre:
    """The command centre of some settings, which counts by decision point the events at which a rule was asked.

    It answers as the centre alone does.

    Raises
    ------
    registry.UnknownRule
        If a chosen rule is not registered.
    """

    def __init__(self, settings: Settings) -> None:
        self.asked = Counter[str]()
        self._now: dict[str, None] = {}
        self._centre = CommandCentre(
            settings, {name: self._watched(name, rule) for name, rule in settings.rules.items()}
        )

    def handle(self, event: Event, now: float) -> Sequence[Command]:
        """Take one event, give commands."""
        commands = self._centre.handle(event, now)
        self._now.update(dict.fromkeys(one.decision for one in commands if isinstance(one, GuardHit)))
        self.asked.update(dict.fromkeys(self._now, 1))
        self._now.clear()
        return commands

    def _watched(self, decision: str, choice: RuleChoice) -> Any:
        rule = registry.make(decision, choice.name, choice.parameters)
        return None if rule is None else _Watched(rule, decision, self._now)


class _Watched:
    """A rule that notes that it is asked, and is itself in all else: a desk looks its method up at each question."""

    def __init__(self, rule: Any, decision: str, noted: dict[str, None]) -> None:
        self._rule, self._decision, self._noted = rule, decision, noted

    def __getattr__(self, name: str) -> Any:
        if name == DECISIONS[self._decision]:
            self._noted[self._decision] = None
        return getattr(self._rule, name)


@dataclass(frozen=True, slots=True)
class NotStanding:
    """A rule's answers that did not stand: at how many events, of how many at which it was asked, and why each time."""

    decision: str
    rule: str
    events: int
    asked: int
    why: Mapping[str, int]

    def __str__(self) -> str:
        why = ", ".join(f"{why} {times} times" for why, times in self.why.items())
        return f"{self.decision}.{self.rule} at {self.events} of {self.asked} events at which it was asked ({why})"


def not_standing(pairs: Sequence[Pair], asked: Mapping[str, int], rules: Mapping[str, RuleChoice]) -> list[NotStanding]:
    """Where answers did not stand, by decision point; empty: all stood."""
    events = Counter[str]()
    why: dict[str, Counter[str]] = defaultdict(Counter)
    for pair in pairs:
        hits = [(one["decision"], one["why"]) for one in pair.commands if one[KIND] == HIT]
        events.update({decision: 1 for decision, _ in hits})
        for decision, reason in hits:
            why[decision][reason] += 1
    names = {decision: choice.name for decision, choice in rules.items()}
    return [
        NotStanding(name, names.get(name, registry.NONE), events[name], asked[name], dict(why[name].most_common()))
        for name in DECISIONS
        if name in why
    ]


def refused(pairs: Sequence[Pair]) -> int:
    """Recorded decisions that hold an answer that did not stand."""
    return sum(any(one[KIND] == HIT for one in pair.commands) for pair in pairs)
