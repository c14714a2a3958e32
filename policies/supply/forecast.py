"""Forecasts of demand that comes now and then, learnt from the record month by month.

Each is told a month's demand by ``see`` and says by ``ahead`` what it expects in total of the months to come. Demand that
met an empty shelf is missing in a record; no forecast here knows of it. Source: Croston, Operational Research
Quarterly 23 (1972) 289-303; Syntetos & Boylan, International Journal of Forecasting 21 (2005) 303-314; Teunter, Syntetos
& Babai, European Journal of Operational Research 214 (2011) 606-615.
"""

from collections.abc import Callable, Mapping
from typing import Final, Protocol

YEAR_MONTHS: Final = 12


class Forecast(Protocol):
    """What a forecast can be told and asked."""

    def see(self, demand: float) -> None:
        """Take in the demand of the month that has ended [units]."""
        ...

    def ahead(self, months: int) -> float:
        """Demand expected in the next ``months`` months together [units]."""
        ...


class LastYear:
    """As in the same months a year ago; today's practice. In the first year the mean so far."""

    def __init__(self) -> None:
        self._seen: list[float] = []

    def see(self, demand: float) -> None:
        """Take in a month's demand [units]."""
        self._seen.append(demand)

    def ahead(self, months: int) -> float:
        """Demand of the next months [units]; beyond a year the year again."""
        year = self._seen[-YEAR_MONTHS:]
        if len(year) < YEAR_MONTHS:
            return months * sum(year) / len(year) if year else 0.0
        return sum(year[month % YEAR_MONTHS] for month in range(months))


class SeasonalMean:
    """The mean of the same month in all years seen; of a month not seen yet, the mean of all."""

    def __init__(self) -> None:
        self._sums = [0.0] * YEAR_MONTHS
        self._counts = [0] * YEAR_MONTHS
        self._months = 0

    def see(self, demand: float) -> None:
        """Take in a month's demand [units]."""
        self._sums[self._months % YEAR_MONTHS] += demand
        self._counts[self._months % YEAR_MONTHS] += 1
        self._months += 1

    def ahead(self, months: int) -> float:
        """Demand of the next months [units]."""
        mean = sum(self._sums) / self._months if self._months else 0.0
        total = 0.0
        for month in range(self._months, self._months + months):
            count = self._counts[month % YEAR_MONTHS]
            total += self._sums[month % YEAR_MONTHS] / count if count else mean
        return total


class Croston:
    """Smoothed size over smoothed interval, both renewed when there is demand.

    Parameters
    ----------
    alpha : weight of what is new, in (0, 1]

    Raises
    ------
    ValueError
        If it is not.
    """

    correction = 1.0

    def __init__(self, alpha: float = 0.1) -> None:
        self.alpha = _weight("alpha", alpha)
        self._size = self._interval = 0.0
        self._since = 0

    def see(self, demand: float) -> None:
        """Take in a month's demand [units]."""
        self._since += 1
        if demand <= 0.0:
            return
        if self._interval == 0.0:
            self._size, self._interval = demand, float(self._since)
        else:
            self._size += self.alpha * (demand - self._size)
            self._interval += self.alpha * (self._since - self._interval)
        self._since = 0

    def ahead(self, months: int) -> float:
        """Demand of the next months [units]; 0 before the first demand."""
        return self.correction * months * self._size / self._interval if self._interval else 0.0


class SyntetosBoylan(Croston):
    """Croston's, less its bias of about ``alpha`` / 2."""

    def __init__(self, alpha: float = 0.1) -> None:
        super().__init__(alpha)
        self.correction = 1.0 - alpha / 2.0


class TeunterSyntetosBabai:
    """Smoothed size times smoothed chance of demand, the chance renewed every month: what is needed no more fades.

    Parameters
    ----------
    alpha, beta : weights of what is new, of the size and of the chance, in (0, 1]

    Raises
    ------
    ValueError
        If they are not.
    """

    def __init__(self, alpha: float = 0.1, beta: float = 0.1) -> None:
        self.alpha, self.beta = _weight("alpha", alpha), _weight("beta", beta)
        self._size = self._chance = 0.0
        self._months = 0

    def see(self, demand: float) -> None:
        """Take in a month's demand [units]."""
        self._months += 1
        if demand > 0.0 and self._size == 0.0:
            self._size, self._chance = demand, 1.0 / self._months
            return
        if demand > 0.0:
            self._size += self.alpha * (demand - self._size)
        if self._size:
            self._chance += self.beta * ((1.0 if demand > 0.0 else 0.0) - self._chance)

    def ahead(self, months: int) -> float:
        """Demand of the next months [units]; 0 before the first demand."""
        return months * self._chance * self._size


FORECASTS: Final[Mapping[str, Callable[[float], Forecast]]] = {
    "last_year": lambda _: LastYear(),
    "seasonal_mean": lambda _: SeasonalMean(),
    "croston": Croston,
    "sba": SyntetosBoylan,
    "tsb": lambda alpha: TeunterSyntetosBabai(alpha, alpha),
}
"""Forecasts by name; each is made with the weight of what is new, which the first two have no use for."""
SMOOTHED: Final = ("croston", "sba", "tsb")
"""Those that have."""


def _weight(name: str, given: float) -> float:
    if not 0.0 < given <= 1.0:
        raise ValueError(f"{name} in (0, 1], given {given}")
    return given
