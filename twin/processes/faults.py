"""Faults happen: the drawn stream, recurrences of causes nobody removed, assets with a clock of their own."""

from collections.abc import Callable, Sequence
from typing import final

from policies.contract.units import DAY_MIN, NEVER
from twin.attributes import Attributes
from twin.births import NEEDS_KEY, WEATHER_KEY, Births
from twin.entities.job import Fault
from twin.facts import FaultEnded, FaultOccurred, FaultSuppressed
from twin.nature import Nature, Traits
from twin.register import Register
from twin.streams import Streams
from twin.waist import Waist

RECURRENCE_LIFE = 1 << 40
"""Lives of recurrences start here, 4,096 apart, so that their draws meet no other's."""

Noticed = Callable[[Fault, Traits], None]


@final
class Faults:
    """Walks the exogenous stream with one cursor and lets causes recur.

    Parameters
    ----------
    births : the drawn stream; None (with ``rows`` absent) where a request log drives the run
    recurrence_mean_days : mean of the exponential time to recurrence after a symptomatic repair
    noticed : who hears of a new fault (``processes.reporting``)
    rooms : rooms of each building
    """

    def __init__(
        self,
        waist: Waist,
        register: Register,
        streams: Streams,
        attributes: Attributes,
        births: Births,
        recurrence_mean_days: float,
        noticed: Noticed,
        rooms: Sequence[int],
    ) -> None:
        self.waist = waist
        self.register = register
        self.streams = streams
        self.attributes = attributes
        self.recurrence_mean_days = recurrence_mean_days
        self.noticed = noticed
        self.rooms = rooms
        self.down: dict[int, Fault] = {}
        self.ended: list[Callable[[Fault], None]] = []
        self._path = Path(births, attributes)

    def begin(self) -> None:
        """Schedule the first fault of the stream."""
        self._schedule(0)

    def occur(
        self, entity: int, life: int, source: int, building: int, nature: Nature, traits: Traits,
        cause: Fault | None = None,
    ) -> Fault | None:  # fmt: skip
        """Something breaks now; None if it was broken already (the instant is suppressed)."""
        is_asset = source not in (NEEDS_KEY, WEATHER_KEY)
        if is_asset and entity in self.down:
            self.waist.note(FaultSuppressed(entity))
            return None
        fault = Fault(
            self.register.fault_number(), building, nature.trade, nature.priority, nature.work_min, nature.part,
            entity if is_asset else -1, entity, life, nature.root, 0 if cause is None else cause.generation + 1,
        )  # fmt: skip
        fault.cause = -1 if cause is None else cause.id
        fault.source = source
        fault.public = nature.public
        fault.room = self._room(fault, is_asset)
        fault.traits = traits
        if is_asset:
            self.down[entity] = fault
        word = (
            "recurrence"
            if cause
            else "need"
            if source == NEEDS_KEY
            else "weather"
            if source == WEATHER_KEY
            else "asset"
        )
        self.waist.note(
            FaultOccurred(fault.id, fault.asset, building, fault.trade, fault.priority, fault.root, fault.cause, word)
        )
        self.noticed(fault, traits)
        return fault

    def _room(self, fault: Fault, is_asset: bool) -> int:
        """Where in the building: an asset stays where it is, a need may arise anywhere."""
        rooms = self.rooms[fault.building]
        return int(self.streams.uniform("room_number", fault.entity, 0 if is_asset else fault.life) * rooms)

    def end(self, fault: Fault, order: int, cause_removed: bool) -> None:
        """The fault is gone; a cause left in place will show again."""
        if fault.fixed:
            return
        fault.fixed = True
        if fault.asset >= 0:
            self.down.pop(fault.entity, None)
        self.waist.note(FaultEnded(fault.id, order, cause_removed or not fault.root))
        if fault.root and not cause_removed:
            life = fault.life + 1 if fault.life >= RECURRENCE_LIFE else RECURRENCE_LIFE + (fault.life << 12)
            wait = self.streams.exponential("recurrence", fault.entity, self.recurrence_mean_days * DAY_MIN, life)
            self.waist.clock.at(self.waist.clock._now + wait, self._recur, fault, life)
        for hook in self.ended:
            hook(fault)

    def _recur(self, cause: Fault, life: int) -> None:
        nature, traits = self.attributes.one(cause.entity, life, cause.source)
        nature.trade, nature.root = cause.trade, True
        self.occur(cause.entity, life, cause.source, cause.building, nature, traits, cause)

    def _schedule(self, position: int) -> None:
        at = self._path.at(position)
        if at != NEVER:
            self.waist.clock.at(at, self._next, position)

    def _next(self, position: int) -> None:
        entity, life, source, building, nature, traits = self._path.row(position)
        self.occur(entity, life, source, building, nature, traits)
        self._schedule(position + 1)


BLOCK = 2048


@final
class Path:
    """The stream as Python rows, drawn in blocks when first walked into."""

    def __init__(self, births: Births, attributes: Attributes) -> None:
        self.births = births
        self.attributes = attributes
        self._at: list[float] = births.at.tolist()
        self._block = -1
        self._rows: list[tuple[int, int, int, int, Nature, Traits]] = []

    def at(self, position: int) -> float:
        """Instant of a row [min]; NEVER past the end."""
        return self._at[position] if position < len(self._at) else NEVER

    def row(self, position: int) -> tuple[int, int, int, int, Nature, Traits]:
        """Entity, life, source, building, nature and traits of a row."""
        block = position // BLOCK
        if block != self._block:
            self._load(block)
        return self._rows[position - block * BLOCK]

    def _load(self, block: int) -> None:
        part = slice(block * BLOCK, (block + 1) * BLOCK)
        births = self.births
        entity, life, source = births.entity[part], births.life[part], births.source[part]
        natures = self.attributes.natures(entity, life, source)
        traits = self.attributes.traits(entity, life)
        self._rows = list(
            zip(
                entity.tolist(), life.tolist(), source.tolist(), births.building[part].tolist(), natures, traits,
                strict=True,
            )
        )  # fmt: skip
        self._block = block
