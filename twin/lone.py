"""What a single fault is like, drawn number by number with the bits of the bulk draw (a test holds them equal).

A recurrence, or an asset with a clock of its own, is born alone: forty calls of numpy for one row cost 418 µs, these
54 (some eleven thousand in six half-years of the medium campus).

Source of the laws: ``twin.attributes``.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, exp, log, pi, sqrt
from typing import final

from twin.nature import Nature, Traits
from twin.streams import Streams


@dataclass(frozen=True, slots=True)
class Kind:
    """A source of faults: trade (-1: drawn by ``need_edges``), shares of emergencies, urgent ones and roots, public place."""

    trade: int
    emergency: float
    urgent: float
    root: float
    public: bool


@dataclass(frozen=True, slots=True)
class Law:
    """Work and parts of a trade: mean [min], logarithm of the mean and its sigma, whether exponential; share that needs a part, and which."""

    trade: str
    mean: float
    log_mean: float
    sigma: float
    memoryless: bool
    part_share: float
    part_edges: Sequence[float]
    part_items: Sequence[int]


@final
class Lone:
    """Draws the nature and the traits of one fault."""

    def __init__(
        self, streams: Streams, kinds: Mapping[int, Kind], laws: Sequence[Law], need_edges: Sequence[float]
    ) -> None:
        self.streams = streams
        self.kinds = kinds
        self.laws = laws
        self.need_edges = need_edges

    def nature(self, entity: int, life: int, source: int) -> Nature:
        """What it is."""
        draw, kind = self.streams.uniform, self.kinds[source]
        law = self.laws[kind.trade if kind.trade >= 0 else self._needed(draw("need_trade", entity, life))]
        u = draw("priority", entity, life)
        priority = 1 if u < kind.emergency else 2 if u < kind.emergency + kind.urgent else 3
        part = self._part(law, entity, life)
        return Nature(
            law.trade, priority, self._work_min(law, entity, life), part, draw("root", entity, life) < kind.root, kind.public
        )  # fmt: skip

    def traits(self, entity: int, life: int) -> Traits:
        """How it will be met."""
        draw = self.streams.uniform
        return Traits(
            self._normal("notice", entity, life), draw("channel", entity, life), draw("app", entity, life),
            draw("trade", entity, life), draw("other_trade", entity, life), draw("urgent", entity, life),
            draw("room", entity, life), draw("unneeded", entity, life), draw("department", entity, life),
            draw("joint", entity, life), draw("again", entity, life), self._normal("reminder", entity, life),
            draw("lost", entity, life), draw("access", entity, life),
        )  # fmt: skip

    def _needed(self, u: float) -> int:
        """The trade of a need without an asset."""
        return min(bisect_left(self.need_edges, u), len(self.laws) - 1)

    def _work_min(self, law: Law, entity: int, life: int) -> float:
        if law.memoryless:
            return -law.mean * log(self.streams.uniform("work_a", entity, life))
        return exp(law.log_mean - 0.5 * (law.sigma * law.sigma) + law.sigma * self._normal("work", entity, life))

    def _part(self, law: Law, entity: int, life: int) -> int:
        """The item it needs, or -1."""
        if not law.part_edges or not self.streams.uniform("part", entity, life) < law.part_share:
            return -1
        which = bisect_left(law.part_edges, self.streams.uniform("part_item", entity, life))
        return law.part_items[min(which, len(law.part_items) - 1)]

    def _normal(self, purpose: str, entity: int, life: int) -> float:
        """A standard normal (Box and Muller 1958) of the purposes ``…_a`` and ``…_b``."""
        u, v = (self.streams.uniform(f"{purpose}_{end}", entity, life) for end in "ab")
        return sqrt(-2.0 * log(u)) * cos(2.0 * pi * v)
