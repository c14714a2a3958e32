"""Operational time: how fast wear and use run at each hour, from the calendar and the weather.

A renewal path is drawn in operational time and mapped to the wall clock, so that peaks of use and
weather bend when things break without touching how they are drawn. Hourly rates are normalised to
mean 1 over the factors; weather comes on top.
"""

import math
from typing import final

import numpy as np
from numpy.typing import NDArray

from policies.contract.calendar import Calendar
from policies.contract.units import HOUR_MIN, YEAR_DAYS
from twin.campus import Demand, Weather
from twin.elementary import cos, exp
from twin.streams import Floats, Streams

WEATHER = ("none", "hvac", "roof")


@final
class WeatherPath:
    """Daily mean temperature [degC] and storms, drawn for the whole horizon [days]."""

    def __init__(self, weather: Weather, calendar: Calendar, streams: Streams, days: int) -> None:
        numbers = np.arange(days, dtype=np.uint64)
        noise = streams.normals("weather", numbers)
        dates = [calendar.date_of(day) for day in range(days)]
        day_of_year = np.array([d.timetuple().tm_yday for d in dates], dtype=np.float64)
        month = np.array([d.month - 1 for d in dates])
        season = weather.mean_c - weather.amplitude_c * cos(
            2.0 * np.pi * (day_of_year - weather.coldest_day) / YEAR_DAYS
        )
        self.temperature_c: Floats = season + _autoregressive(noise, weather.persistence) * weather.noise_c
        self.storm: NDArray[np.bool_] = streams.uniforms("storm", numbers) < np.array(weather.storm_prob)[month]


def _autoregressive(noise: Floats, persistence: float) -> Floats:
    """Stationary first-order autoregression of unit variance."""
    fresh = np.sqrt(1.0 - persistence * persistence)
    path = np.empty_like(noise)
    last = 0.0
    for k, z in enumerate(noise.tolist()):
        last = z if k == 0 else persistence * last + fresh * z
        path[k] = last
    return path


def moods_of(demand: Demand, streams: Streams, days: int) -> Floats | None:
    """The factor of each day: lognormal, mean 1, coefficient of variation ``day_cv``; None where that is 0."""
    if demand.day_cv <= 0.0:
        return None
    sigma2 = math.log1p(demand.day_cv**2)
    return np.asarray(exp(math.sqrt(sigma2) * streams.normals("mood", np.arange(days, dtype=np.uint64)) - sigma2 / 2.0))


@final
class Exposure:
    """Operational time by kind of building and kind of weather coupling [days of mean use].

    ``moods``: a factor on each day, see ``moods_of``; None: every day is as the calendar says.
    """

    def __init__(
        self, calendar: Calendar, demand: Demand, weather: WeatherPath, days: int, moods: Floats | None = None
    ) -> None:
        self.hours_min: Floats = np.arange(24 * days + 1, dtype=np.float64) * HOUR_MIN
        month = np.array([calendar.date_of(day).month - 1 for day in range(days)])
        weekday = np.array([calendar.weekday(day) for day in range(days)])
        away = np.array([demand.holiday_factor if calendar.is_holiday(day) else 1.0 for day in range(days)])
        by_day = _unit(demand.month)[month] * _unit(demand.weekday)[weekday] * away
        if moods is not None:
            by_day = by_day * moods
        coupling = {
            "none": np.ones(days),
            "hvac": _hvac(demand, weather.temperature_c),
            "roof": np.where(weather.storm, demand.storm_factor, 1.0),
        }
        self._curves: dict[tuple[bool, str], Floats] = {}
        for residential, hours in ((True, demand.hour_residential), (False, demand.hour_working)):
            for name in WEATHER:
                rate = (by_day * coupling[name])[:, None] * _unit(hours)[None, :]
                curve = np.concatenate(([0.0], np.cumsum(rate.ravel()))) / 24.0
                self._curves[residential, name] = curve

    def total_days(self, residential: bool, weather: str) -> float:
        """Operational days in the whole horizon."""
        return float(self._curves[residential, weather][-1])

    def wall(self, operational_days: Floats, residential: bool, weather: str) -> Floats:
        """Instants on the wall clock [min] of operational instants [days]."""
        return np.interp(operational_days, self._curves[residential, weather], self.hours_min)

    def operational(self, minute: float, residential: bool, weather: str) -> float:
        """Operational time [days] at an instant [min]."""
        return float(np.interp(minute, self.hours_min, self._curves[residential, weather]))

    def after(self, minute: float, operational_days: float, residential: bool, weather: str) -> float:
        """Instant [min] at which so much operational time has passed since ``minute``; inf past the horizon."""
        curve = self._curves[residential, weather]
        target = self.operational(minute, residential, weather) + operational_days
        return float(np.interp(target, curve, self.hours_min)) if target < curve[-1] else float("inf")


def _unit(factors: tuple[float, ...]) -> Floats:
    values = np.array(factors, dtype=np.float64)
    return np.asarray(values / values.mean())


def _hvac(demand: Demand, temperature_c: Floats) -> Floats:
    hot = np.maximum(temperature_c - demand.hot_above_c, 0.0)
    cold = np.maximum(demand.cold_below_c - temperature_c, 0.0)
    return np.asarray(1.0 + demand.hvac_per_degree * (hot + cold))
