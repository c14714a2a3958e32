"""What is expected of a line of stock (需求预测): today's look at last year, and forecasts for demand now and then.

In the first year of a book what was expected so far stands in for the months that are missing.
"""

from collections.abc import Sequence
from typing import final

from policies.contract.stock import StockItem
from policies.contract.views import View
from policies.supply.forecast import YEAR_MONTHS, Croston, Forecast, LastYear, SeasonalMean, SyntetosBoylan
from policies.supply.forecast import TeunterSyntetosBabai as Tsb


@final
class AsLastYear:
    """Today's practice: as in the same months of last year.

    Parameters
    ----------
    ahead_months : int
        Months to come whose mean is the expectation (>= 1).

    Raises
    ------
    ValueError
        If it is below 1.

    Source: domain handbook 6.4 (buying by experience); the naive seasonal forecast of Hyndman & Athanasopoulos, 2021, 5.2.
    """

    sees = ("asked", "expected_per_month")

    def __init__(self, ahead_months: int = 6) -> None:
        self.ahead_months = _at_least_one(ahead_months)

    def forecast(self, item: StockItem, view: View) -> float:
        """Pieces a month."""
        return _expected(LastYear(), item, self.ahead_months)


@final
class AsSeasons:
    """The mean of the same months of all years in the book.

    Parameters
    ----------
    ahead_months : int
        Months to come whose mean is the expectation (>= 1).

    Raises
    ------
    ValueError
        If it is below 1.

    Source: Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed. 2021, 5.2.
    """

    sees = ("asked", "expected_per_month")

    def __init__(self, ahead_months: int = 3) -> None:
        self.ahead_months = _at_least_one(ahead_months)

    def forecast(self, item: StockItem, view: View) -> float:
        """Pieces a month."""
        return _expected(SeasonalMean(), item, self.ahead_months)


@final
class BySizeAndInterval:
    """Croston's: the size of a demand over the interval between two, each smoothed when there is demand.

    Parameters
    ----------
    alpha : float
        Weight of what is new, in (0, 1].

    Raises
    ------
    ValueError
        If it is not.

    Source: Croston, Operational Research Quarterly 23 (1972) 289-303.
    """

    sees = ("asked", "expected_per_month")

    def __init__(self, alpha: float = 0.1) -> None:
        Croston(alpha)
        self.alpha = alpha

    def forecast(self, item: StockItem, view: View) -> float:
        """Pieces a month."""
        return _expected(Croston(self.alpha), item)


@final
class BySizeAndIntervalUnbiased:
    """Syntetos and Boylan's: Croston's less its bias.

    Parameters
    ----------
    alpha : float
        Weight of what is new, in (0, 1].

    Raises
    ------
    ValueError
        If it is not.

    Source: Syntetos & Boylan, International Journal of Forecasting 21 (2005) 303-314.
    """

    sees = ("asked", "expected_per_month")

    def __init__(self, alpha: float = 0.1) -> None:
        SyntetosBoylan(alpha)
        self.alpha = alpha

    def forecast(self, item: StockItem, view: View) -> float:
        """Pieces a month."""
        return _expected(SyntetosBoylan(self.alpha), item)


@final
class BySizeAndChance:
    """Teunter, Syntetos and Babai's: the size of a demand times its chance, which fades while there is none.

    Parameters
    ----------
    alpha, beta : float
        Weights of what is new, of the size and of the chance, in (0, 1].

    Raises
    ------
    ValueError
        If they are not.

    Source: Teunter, Syntetos & Babai, European Journal of Operational Research 214 (2011) 606-615.
    """

    sees = ("asked", "expected_per_month")

    def __init__(self, alpha: float = 0.1, beta: float = 0.1) -> None:
        Tsb(alpha, beta)
        self.alpha = alpha
        self.beta = beta

    def forecast(self, item: StockItem, view: View) -> float:
        """Pieces a month."""
        return _expected(Tsb(self.alpha, self.beta), item)


def _expected(forecast: Forecast, item: StockItem, months: int = 1) -> float:
    history: Sequence[int] = item.asked
    for demand in history:
        forecast.see(float(demand))
    ahead = forecast.ahead(months) / months
    missing = YEAR_MONTHS - len(history)
    if missing <= 0:
        return ahead
    return (len(history) * ahead + missing * item.expected_per_month) / YEAR_MONTHS


def _at_least_one(months: int) -> int:
    if months < 1:
        raise ValueError(f"ahead_months is {months}, expected a number of months >= 1")
    return months
