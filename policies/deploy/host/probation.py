"""Whether rules that were just promoted do as badly as nobody expected: then the host goes back by itself."""

from collections import deque
from dataclasses import dataclass
from typing import final

from policies.deploy.host.deciding import Made


@dataclass(frozen=True, slots=True)
class Bearable:
    """More than ``share`` of the last ``window`` events in which rules were asked, once ``least`` of them were."""

    window: int = 100
    least: int = 10
    share: float = 0.1

    def exceeded(self, bad: int, of: int) -> bool:
        """Whether so many bad answers of so many are more than can be borne."""
        return of >= self.least and bad > self.share * of


@final
class Probation:
    """What became of the rules' last answers.

    An event counts against them if a fallback answered in their place, a guard refused, or a rule took more than its soft budget.
    """

    def __init__(self, bearable: Bearable, soft_s: dict[str, float]) -> None:
        self.bearable = bearable
        self._soft_s = soft_s
        self._bad: deque[str] = deque(maxlen=bearable.window)

    def event(self, made: Made) -> str:
        """An event was decided. Why that is more than can be borne, or ""."""
        if not made.notes:
            return ""
        self._bad.append(self._against(made))
        bad = [why for why in self._bad if why]
        if not self.bearable.exceeded(len(bad), len(self._bad)):
            return ""
        return f"{len(bad)} of the last {len(self._bad)} answers: {', '.join(sorted(set(bad)))}"

    def _against(self, made: Made) -> str:
        if made.fallback:
            return ", ".join(f"{decision} {why}" for decision, why in sorted(made.fallback.items()))
        hit = next((command for command in made.commands if command["kind"] == "GuardHit"), None)
        if hit is not None:
            return f"{hit['decision']} refused: {hit['why']}"
        slow = [note["of"] for note in made.notes if note.get("s", 0.0) > self._soft_s.get(note["of"], float("inf"))]
        return f"{slow[0]} over its soft budget" if slow else ""
