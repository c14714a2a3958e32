"""The circuit breaker of each decision point: a rule that fails again and again is left alone for a while.

Closed, its rule is asked. Three faults within a minute open it: for ten minutes the fallback answers.
Then, half-open, the rule is asked once more: a good answer closes the breaker, a fault opens it again.

Source: protocols 4; the pattern is M. Nygard, Release It!, 2007, ch. 5.
"""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import monotonic
from typing import Final, final

CLOSED: Final = "closed"
OPEN: Final = "open"
HALF_OPEN: Final = "half-open"
BREAKER_OPEN: Final = "BreakerOpen"
"""Why a rule is not asked while its breaker is open."""


@dataclass(frozen=True, slots=True)
class Tolerance:
    """``faults`` within ``within_s`` open a breaker for ``open_s``."""

    faults: int = 3
    within_s: float = 60.0
    open_s: float = 600.0


@final
class Breaker:
    """One decision point's."""

    def __init__(self, tolerance: Tolerance, clock: Callable[[], float]) -> None:
        self.tolerance = tolerance
        self.opened = 0
        self._clock = clock
        self._faults: deque[float] = deque(maxlen=tolerance.faults)
        self._open_until: float | None = None

    @property
    def state(self) -> str:
        """Closed, open or half-open."""
        if self._open_until is None:
            return CLOSED
        return OPEN if self._clock() < self._open_until else HALF_OPEN

    def answered(self) -> None:
        """Its rule was asked and answered well."""
        if self.state == HALF_OPEN:
            self._open_until = None
            self._faults.clear()

    def failed(self) -> None:
        """Its rule was asked and failed."""
        now = self._clock()
        state = self.state
        self._faults.append(now)
        lately = len(self._faults) == self.tolerance.faults and now - self._faults[0] <= self.tolerance.within_s
        if state == HALF_OPEN or (state == CLOSED and lately):
            self._open_until = now + self.tolerance.open_s
            self.opened += 1


@final
class Breakers:
    """Those of every decision point."""

    def __init__(self, decisions: Iterable[str], tolerance: Tolerance, clock: Callable[[], float] = monotonic) -> None:
        self.of = {decision: Breaker(tolerance, clock) for decision in decisions}

    def withheld(self) -> dict[str, str]:
        """Decision points whose rule is not to be asked now, and why."""
        return {decision: BREAKER_OPEN for decision, one in self.of.items() if one.state == OPEN}

    def states(self) -> dict[str, str]:
        """Decision point → state."""
        return {decision: one.state for decision, one in self.of.items()}
