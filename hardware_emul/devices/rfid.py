"""Readers at the doors of a store (RFID 通道门): which tags are seen of those that go through.

What goes wrong, each a parameter of the profile: a tag is missed, more often in a dense load, on metal or near
liquids; what hid it once hides it again in the same pass; a tag beside the door is read although it stays where it
is; tags die; people carry things around the door; the door is down. Nothing here corrects a book: what is made of
the reads is for whoever hears of them, and what is on the shelf the reader does not know.

Source: domain handbook M09 and 6.4. A second sweep finds a given share of what the first one missed [S27c]; the
model with the least to it that does so is a shadow: in a pass a tag lies in it with the chance that makes the
probability of the table come out, and is then seen in each sweep with that share.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from math import inf, log
from typing import Final, Literal, final, get_args

import numpy as np

from hardware_emul.devices.spells import Spells
from policies.contract.units import DAY_MIN, HOUR_MIN, YEAR_DAYS
from twin.ports import Floats, Ids, StreamsPort

Place = Literal["clear", "mixed", "metal", "on_metal"]
"""How a tag travels: alone, in a carton with others, plain on metal or near a liquid, made for metal."""
PLACES: Final[tuple[Place, ...]] = get_args(Place)
SWEEPS: Final = 64
"""Sweeps of one pass at most; keeps the draws of passes apart."""
SPARSE, DENSE = 97, 180
"""Tags in a pass up to which a load is not dense, and from which it is wholly [S27b]."""


@dataclass(frozen=True, slots=True)
class RfidProfile:
    """What doors, tags and people do. Probabilities and shares [0-1], times in hours of virtual time.

    Parameters
    ----------
    clear, mixed, metal, on_metal : probability that a tag is seen in one sweep, by how it travels
    dense : the same of any tag in a load of 180 tags or more; between 97 and 180 it falls to this
    regained : share of the tags a sweep missed that another sweep of the same pass sees; 1: misses are independent
    ghosts : probability that a pass reads one tag that lies beside the door
    dead_per_year : rate at which tags die [1/year]
    bypass : share of movements carried around the door
    down_every_h, down_mean_h : mean time a door works and is down [h]; 0: it never is

    Raises
    ------
    ValueError
        If a share leaves [0, 1] or a time or rate is negative.
    """

    name: str
    clear: float = 1.0
    mixed: float = 1.0
    metal: float = 1.0
    on_metal: float = 1.0
    dense: float = 1.0
    regained: float = 1.0
    ghosts: float = 0.0
    bypass: float = 0.0
    dead_per_year: float = 0.0
    down_every_h: float = 0.0
    down_mean_h: float = 0.0

    def __post_init__(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            if one.name in _TIMES and not 0.0 <= value < inf:
                raise ValueError(f"rfid profile {self.name!r}: {one.name} is {value!r}, expected 0 or more")
            if one.name != "name" and one.name not in _TIMES and not 0.0 <= value <= 1.0:
                raise ValueError(f"rfid profile {self.name!r}: {one.name} is {value!r}, expected a share from 0 to 1")

    @property
    def perfect(self) -> bool:
        """Whether every tag that goes through is seen, and no other."""
        missed = min(self.clear, self.mixed, self.metal, self.on_metal, self.dense) < 1.0
        return not (
            missed or self.ghosts or self.bypass or self.dead_per_year or (self.down_every_h and self.down_mean_h)
        )

    def seen(self, place: Place, population: int) -> float:
        """Probability that a tag is seen in one sweep of a load of ``population`` tags."""
        alone: float = getattr(self, place)
        crowded = min(1.0, max(0.0, (population - SPARSE) / (DENSE - SPARSE)))
        return alone - crowded * max(0.0, alone - self.dense)


_TIMES: Final = frozenset({"dead_per_year", "down_every_h", "down_mean_h"})
PROFILES: Final[Mapping[str, RfidProfile]] = {
    profile.name: profile
    for profile in (
        RfidProfile("perfect"),
        RfidProfile(
            "typical", clear=0.995, mixed=0.97, metal=0.78, on_metal=0.97, dense=0.90, regained=0.15, ghosts=0.003,
            bypass=0.03, dead_per_year=0.007, down_every_h=2000.0, down_mean_h=4.0,
        ),
        RfidProfile(
            "poor", clear=0.97, mixed=0.90, metal=0.70, on_metal=0.90, dense=0.80, regained=0.10, ghosts=0.02,
            bypass=0.10, dead_per_year=0.02, down_every_h=500.0, down_mean_h=12.0,
        ),
    )
}  # fmt: skip
"""Profiles by name. Read probabilities in a dense load [S27b], ``regained`` [S27c]; the others [A] with the ranges of
domain handbook 6.4; outages [A], 1-24 h every 500-5,000 h."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag on a thing. ``id`` keys its chance and is what a read names; ``since``: minute it was put on."""

    id: int
    place: Place = "clear"
    since: float = 0.0


@dataclass(frozen=True, slots=True)
class Passage:
    """What a door saw of one pass: tag → sweeps in which it was seen. ``number`` counts the door's passes."""

    door: int
    number: int
    at: float
    seen: Mapping[int, int] = field(default_factory=dict)


@final
class Door:
    """One reader, with the tags that go through it.

    Parameters
    ----------
    number : which door; keys its chance
    profile : what goes wrong, how often
    streams : keyed chance, handed in

    Draws are keyed by door and pass, and by tag and pass, so that one more tag in a load never shifts another's.
    """

    def __init__(self, number: int, profile: RfidProfile, streams: StreamsPort) -> None:
        self.number = number
        self.profile = profile
        self._streams = streams
        self._perfect = profile.perfect
        self._passes = 0
        self._spells = Spells(
            streams, "rfid.works", "rfid.down", profile.down_every_h, profile.down_mean_h * HOUR_MIN
        )  # fmt: skip

    def passes(self, tags: Sequence[Tag], now: float, sweeps: int = 1, beside: Sequence[Tag] = ()) -> Passage | None:
        """What the door saw of a load; None: it saw nothing go through, carried around it or while it was down.

        Parameters
        ----------
        tags : what goes through
        sweeps : how often the door reads while it does (1 to 64)
        beside : what lies near the door and stays

        Raises
        ------
        ValueError
            If the sweeps are none or too many.
        """
        if not 0 < sweeps <= SWEEPS:
            raise ValueError(f"sweeps: given {sweeps}; expected 1 to {SWEEPS}")
        number = self._passes
        self._passes += 1
        if self._perfect:
            return Passage(self.number, number, now, dict.fromkeys((tag.id for tag in tags), sweeps))
        if self._draw("bypass", number) < self.profile.bypass or self._spells.until(self.number, now) > now:
            return None
        alive = [tag for tag in tags if self._alive(tag, now)]
        seen = self._seen(alive, len(tags), number, sweeps)
        if beside and self._draw("ghost", number) < self.profile.ghosts:
            stray = beside[int(self._draw("which", number) * len(beside))]
            if self._alive(stray, now):
                seen.setdefault(stray.id, 1)
        return Passage(self.number, number, now, seen)

    def _seen(self, tags: Sequence[Tag], population: int, number: int, sweeps: int) -> dict[int, int]:
        if not tags:
            return {}
        by_place = {place: self.profile.seen(place, population) for place in PLACES}
        read = np.array([by_place[tag.place] for tag in tags])
        regained = np.minimum(self.profile.regained, read)
        ids = np.array([tag.id for tag in tags], dtype=np.uint64)
        key = number * SWEEPS
        shadowed = self._uniforms("shadow", ids, key) * (1.0 - regained) < 1.0 - read
        times = np.where(shadowed, 0, sweeps)
        for sweep in range(sweeps):
            times += shadowed & (self._uniforms("read", ids, key + sweep) < regained)
        return {tag.id: int(count) for tag, count in zip(tags, times.tolist(), strict=True) if count}

    def _alive(self, tag: Tag, now: float) -> bool:
        rate = self.profile.dead_per_year
        if not rate:
            return True
        return now - tag.since < -log(self._streams.uniform("rfid.life", tag.id)) / rate * YEAR_DAYS * DAY_MIN

    def _draw(self, what: str, number: int) -> float:
        return self._streams.uniform(f"rfid.{what}", self.number, number)

    def _uniforms(self, what: str, ids: Ids, n: int) -> Floats:
        return self._streams.uniforms(f"rfid.{what}.{self.number}", ids, n)
