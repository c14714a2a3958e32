"""The day's turn: weather is noted, groups live a day, the day's standing costs are booked, in this order."""

from typing import final

from policies.contract.calendar import Calendar
from policies.contract.units import DAY_MIN, HOUR_MIN
from twin.campus import Campus, Features
from twin.entities.job import Job
from twin.exposure import WeatherPath
from twin.facts import AdoptionChanged, CostBooked, WeatherDay
from twin.society import Society
from twin.waist import Waist


@final
class Daily:
    """One clock event a day."""

    def __init__(
        self, waist: Waist, campus: Campus, weather: WeatherPath, society: Society, features: Features
    ) -> None:
        self.waist = waist
        self.calendar: Calendar = campus.calendar
        self.clerks = campus.clerks
        self.costs = campus.costs
        self.weather = weather
        self.society = society
        self.features = features
        society.open_app(features.app_buildings)
        self._told = [0.0] * len(society.groups)

    def begin(self) -> None:
        """The first day begins at minute 0."""
        self.waist.clock.at(0.0, self._day, 0)

    def switch(self, features: Features) -> None:
        """Other features from now on: the app goes live or is taken away, standing costs change."""
        if features.app_buildings != self.features.app_buildings:
            self.society.open_app(features.app_buildings)
        self.features = features

    def arrived(self, job: Job, waited_min: float) -> None:
        """Somebody came: the group remembers how long it took."""
        if job.group >= 0 and waited_min >= 0.0:
            self.society.groups[job.group].waited(waited_min, job.priority_claimed == 1)

    def _day(self, day: int) -> None:
        if day >= len(self.weather.storm):
            return
        note = self.waist.note
        note(WeatherDay(float(self.weather.temperature_c[day]), bool(self.weather.storm[day])))
        self.society.day()
        for number, group in enumerate(self.society.groups):
            if group.adoption != self._told[number]:
                self._told[number] = group.adoption
                note(AdoptionChanged(number, group.adoption))
        self._book(day)
        self.waist.clock.at((day + 1) * DAY_MIN, self._day, day + 1)

    def _book(self, day: int) -> None:
        open_min = sum(closes - opens for opens, closes in self.calendar.windows(self.clerks.hours, day))
        clerks_cny = self.clerks.count * open_min / HOUR_MIN * self.costs.clerk_h_cny
        for kind, cny in (
            ("clerks", clerks_cny),
            ("app", self.features.app_per_day_cny),
            ("command_centre", self.features.centre_per_day_cny),
        ):
            if cny > 0.0:
                self.waist.note(CostBooked(kind, -1, cny))
