"""What floor 3 and the controller look like from the world: Protocols, handed in."""

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from policies.contract.commands import Command
from policies.contract.events import Event

Floats = NDArray[np.float64]
Ids = NDArray[np.uint64]


class Controller(Protocol):
    """Whatever decides: the simulated command centre, a plug-in, a remote host."""

    def handle(self, event: Event, now: float) -> Sequence[Command]:
        """Take one event, give commands. No clock, no input or output, no threads of its own."""
        ...


class ClockPort(Protocol):
    """The clock as a device may use it."""

    @property
    def now(self) -> float:
        """Virtual time [min]."""
        ...

    def at(self, t: float, method: Callable[..., None], *args: object) -> None:
        """Call ``method(*args)`` at minute ``t``."""
        ...


class StreamsPort(Protocol):
    """Randomness as a device may use it."""

    def uniform(self, purpose: str, entity: int, n: int = 0) -> float:
        """One uniform [(0, 1)]."""
        ...

    def uniforms(self, purpose: str, entities: Ids, n: int = 0) -> Floats:
        """Uniforms of many entities at once [(0, 1)]."""
        ...

    def lognormal_median(self, purpose: str, entity: int, median: float, sigma: float, n: int = 0) -> float:
        """One lognormal."""
        ...


class Field(Protocol):
    """What the field notices of a fact: devices that delay, double, lose or bend it."""

    def notice(self, fact: Event, now: float) -> bool:
        """Take a fact over; True if it will be delivered by the field, False to let it pass at once."""
        ...
