"""What the host counts of itself, for whoever watches it."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from itertools import accumulate
from typing import Final, final

from policies.deploy.host import reasons
from policies.deploy.host.deciding import Made
from policies.deploy.messages import KIND
from policies.deploy.service import Figures

BOUNDS_S: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 20.0, float("inf"))
"""Upper bounds of the buckets of latency [s]; the budgets of protocols 4 are among them."""


@final
class Counts:
    """Counts since the host started."""

    def __init__(self) -> None:
        self.decided: Counter[str] = Counter()
        self.commands: Counter[str] = Counter()
        self.fallbacks: Counter[tuple[str, str]] = Counter()
        self.guard_hits: Counter[str] = Counter()
        self.restarts: Counter[str] = Counter()
        self.latency_sum_s = 0.0
        self._within = [0] * len(BOUNDS_S)

    def decision(self, kind: str, made: Made, spent_s: float) -> None:
        """An observation of a kind was answered."""
        self.decided[kind] += 1
        self.fallbacks.update((decision, reasons.of_fallback(why)) for decision, why in made.fallback.items())
        for command in made.commands:
            self.commands[command[KIND]] += 1
            if command[KIND] == "GuardHit":
                self.guard_hits[command["decision"]] += 1
        self.latency_sum_s += spent_s
        self._within[bisect_left(BOUNDS_S, spent_s)] += 1

    def replaced(self, why: str) -> None:
        """A worker was replaced."""
        self.restarts[reasons.of_restart(why)] += 1

    def figures(self, opened: Mapping[str, int], worker_rss_bytes: int) -> Figures:
        """All of it, as it is now."""
        return Figures(
            dict(self.decided), dict(self.commands), dict(self.fallbacks), dict(self.guard_hits), dict(opened),
            dict(self.restarts), dict(zip(BOUNDS_S, accumulate(self._within), strict=True)), self.latency_sum_s,
            worker_rss_bytes,
        )  # fmt: skip
