"""Spells in which a device is out: alternating, exponential, keyed by device."""

from math import log
from typing import final

from policies.contract.units import HOUR_MIN
from twin.ports import StreamsPort


@final
class Spells:
    """When each of several devices is out.

    Parameters
    ----------
    streams : keyed chance
    up, down : purposes of the draws of how long it works and how long it does not
    every_h : mean time it works [h]; 0: for ever
    mean_min : mean time it does not [min]; 0: it always works
    """

    def __init__(self, streams: StreamsPort, up: str, down: str, every_h: float, mean_min: float) -> None:
        self._streams = streams
        self._up, self._down = up, down
        self._every_min, self._mean_min = HOUR_MIN * every_h, mean_min
        self._latest: dict[int, tuple[int, float, float]] = {}

    def until(self, device: int, now: float) -> float:
        """End of the spell that covers ``now``, else ``now`` [min]; asked in the order of time."""
        if not (self._every_min and self._mean_min):
            return now
        n, begins, ends = self._latest.get(device) or self._spell(device, 0, 0.0)
        while ends <= now:
            n, begins, ends = self._spell(device, n + 1, ends)
        self._latest[device] = (n, begins, ends)
        return ends if begins <= now else now

    def _spell(self, device: int, n: int, since: float) -> tuple[int, float, float]:
        works = self._streams.uniform(self._up, device, n)
        length = self._streams.uniform(self._down, device, n)
        begins = since - self._every_min * log(works)
        return n, begins, begins - self._mean_min * log(length)
