"""The exogenous stream: every fault and need of the horizon, drawn at birth.

Assets break by a Weibull renewal path of stationary age, drawn in operational time and blind to
what is done about it; needs arrive by a Poisson path a building; storms and cold snaps strike
buildings. Each is keyed by a stable number of the unit or the building, so that adding a building
or a technician changes nothing for the others. The stream is the same under every policy.

Source: Cox, Renewal Theory, 1962, sec. 5.2 (residual life of a stationary renewal process).
"""

import hashlib
import math
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from policies.contract.units import DAY_MIN, YEAR_DAYS
from twin.campus import AssetClass, Building, Campus
from twin.elementary import exp, log, power
from twin.exposure import Exposure, WeatherPath
from twin.streams import Floats, Ids, Streams

NEEDS_KEY = 1000
WEATHER_KEY = 1001
_GRID = 4096


@dataclass(slots=True)
class Births:
    """Columns of the exogenous stream in time order: instants [min], draws keys, what and where."""

    at: Floats
    entity: Ids
    life: Ids
    source: NDArray[np.int16]
    building: NDArray[np.int32]

    def digest(self) -> str:
        """BLAKE2b of the stream [hex]."""
        total = hashlib.blake2b(digest_size=16)
        for column in (self.at, self.entity, self.life, self.source, self.building):
            total.update(np.ascontiguousarray(column).tobytes())
        return total.hexdigest()

    def __len__(self) -> int:
        return len(self.at)


def entity_of(building_key: int, class_key: int, unit: int = 0) -> int:
    """Stable number of a unit: building, class, unit (up to 2^20 units, 2^10 classes)."""
    return (building_key << 30) | (class_key << 20) | unit


def draw_births(campus: Campus, streams: Streams, exposure: Exposure, weather: WeatherPath) -> Births:
    """Draw the whole stream of a campus (classes with their own clock excepted)."""
    parts: list[Births] = []
    for number, asset_class in enumerate(campus.assets):
        if is_static(asset_class):
            parts += _class_births(campus, streams, exposure, number, asset_class)
    parts += _need_births(campus, streams, exposure)
    parts += _weather_births(campus, streams, weather)
    return _merged(parts)


def is_static(asset_class: AssetClass) -> bool:
    """Whether a class's path ignores what is done: no renewing maintenance, calendar clock."""
    return asset_class.pm_every_days <= 0.0 and asset_class.clock == "calendar"


def residential(campus: Campus, building: Building) -> bool:
    """Whether a building follows the residential hours."""
    return building.kind in campus.demand.residential_kinds


def first_lives(asset_class: AssetClass, u: Floats) -> Floats:
    """Residual lives of a stationary renewal process by inversion of its tabulated law [operational days]."""
    x, share = _residual_law(asset_class.shape)
    return np.asarray(np.interp(u, share, x) * scale_days(asset_class))


@cache
def _residual_law(shape: float) -> tuple[Floats, Floats]:
    """Residual life in units of the scale, and the share of lives it exceeds; tabulated once a shape."""
    top = (-math.log(1e-9)) ** (1.0 / shape)
    x = np.linspace(0.0, 1.0, _GRID) ** 2 * top
    survival = exp(-power(x, shape))
    area = np.concatenate(([0.0], np.cumsum(0.5 * (survival[1:] + survival[:-1]) * np.diff(x))))
    return x, area / area[-1]


def later_lives(asset_class: AssetClass, u: Floats) -> Floats:
    """Whole Weibull lives by inversion [operational days]."""
    return scale_days(asset_class) * power(-log(u), 1.0 / asset_class.shape)


def scale_days(asset_class: AssetClass) -> float:
    """Weibull scale from the mean life, the inverse of the yearly rate [operational days]."""
    mean_days = YEAR_DAYS / asset_class.rate_per_year
    return mean_days / math.gamma(1.0 + 1.0 / asset_class.shape)


def _class_births(
    campus: Campus, streams: Streams, exposure: Exposure, number: int, asset_class: AssetClass
) -> list[Births]:
    parts = []
    for is_residential in (True, False):
        places = [
            (index, building)
            for index, building in enumerate(campus.buildings)
            if residential(campus, building) == is_residential and asset_class.units[index] > 0
        ]
        if not places:
            continue
        entities = np.concatenate([_units(b, asset_class, asset_class.units[i]) for i, b in places])
        buildings = np.repeat(
            np.array([i for i, _ in places], dtype=np.int32), [asset_class.units[i] for i, _ in places]
        )
        total = exposure.total_days(is_residential, asset_class.weather)
        clock = first_lives(asset_class, streams.uniforms("life", entities, 0))
        life = 0
        while True:
            alive = clock < total
            clock, entities, buildings = clock[alive], entities[alive], buildings[alive]
            if not len(clock):
                break
            at = exposure.wall(clock, is_residential, asset_class.weather)
            parts.append(_births(at, entities, life, number, buildings))
            life += 1
            clock = clock + later_lives(asset_class, streams.uniforms("life", entities, life))
    return parts


def _units(building: Building, asset_class: AssetClass, count: int) -> Ids:
    base = entity_of(building.key, asset_class.key)
    return np.uint64(base) + np.arange(count, dtype=np.uint64)


def _births(at: Floats, entities: Ids, life: int | Ids, source: int, buildings: NDArray[np.int32]) -> Births:
    count = len(at)
    lives = np.full(count, life, dtype=np.uint64) if isinstance(life, int) else life
    return Births(at, entities, lives, np.full(count, source, dtype=np.int16), buildings)


def _need_births(campus: Campus, streams: Streams, exposure: Exposure) -> list[Births]:
    parts = []
    for index, building in enumerate(campus.buildings):
        per_day = campus.demand.needs_per_occupant_year * building.occupants / YEAR_DAYS
        if per_day <= 0.0:
            continue
        is_residential = residential(campus, building)
        total = exposure.total_days(is_residential, "none")
        expected = per_day * total
        count = int(expected + 8.0 * math.sqrt(expected) + 16)
        numbers = np.arange(count, dtype=np.uint64)
        entity = np.uint64(entity_of(building.key, NEEDS_KEY))
        entities = np.full(count, entity, dtype=np.uint64)
        clock = np.cumsum(-log(streams.uniforms("need", entities, numbers)) / per_day)
        kept = clock < total
        at = exposure.wall(clock[kept], is_residential, "none")
        places = np.full(len(at), index, dtype=np.int32)
        parts.append(_births(at, entities[kept], numbers[kept], NEEDS_KEY, places))
    return parts


def _weather_births(campus: Campus, streams: Streams, weather: WeatherPath) -> list[Births]:
    """Storms flood and cold snaps burst: each building on each such day by its own keyed chance."""
    demand = campus.demand
    cold = weather.temperature_c < demand.cold_snap_below_c
    chance = np.where(weather.storm, demand.storm_flood_prob, 0.0) + np.where(cold, demand.cold_snap_burst_prob, 0.0)
    days = np.flatnonzero(chance).astype(np.uint64)
    parts = []
    for index, building in enumerate(campus.buildings):
        if not len(days) or building.floor_m2 <= 0.0:
            continue
        entities = np.full(len(days), entity_of(building.key, WEATHER_KEY), dtype=np.uint64)
        struck = streams.uniforms("strike", entities, days) < chance[days.astype(np.int64)]
        hit = days[struck]
        into = streams.uniforms("strike_hour", entities[struck], hit)
        at = (hit.astype(np.float64) + into) * DAY_MIN
        places = np.full(len(hit), index, dtype=np.int32)
        parts.append(_births(at, entities[struck], hit, WEATHER_KEY, places))
    return parts


def _merged(parts: list[Births]) -> Births:
    if not parts:
        none = np.empty(0)
        return Births(
            none, none.astype(np.uint64), none.astype(np.uint64), none.astype(np.int16), none.astype(np.int32)
        )
    at = np.concatenate([p.at for p in parts])
    entity = np.concatenate([p.entity for p in parts])
    life = np.concatenate([p.life for p in parts])
    order = np.lexsort((life, entity, at))
    source = np.concatenate([p.source for p in parts])
    building = np.concatenate([p.building for p in parts])
    return Births(at[order], entity[order], life[order], source[order], building[order])
