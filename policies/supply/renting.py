"""Rent on, or buy (ski rental): rules that are never far from what foreknowledge would have paid.

Karlin, Manasse, McGeoch & Owicki, Algorithmica 11 (1994) 542-571. A period's rent is 1 and the thing costs
``price`` rents; nobody knows for how many periods it will be needed.
"""


def break_even_ratio(price: int) -> float:
    """Most that renting ``price`` - 1 periods and then buying pays, beside foreknowledge [ratio].

    Raises
    ------
    ValueError
        If the price is below 1.
    """
    return 2.0 - 1.0 / _whole(price)


def randomised_ratio(price: int) -> float:
    """Most that buying in a period drawn by ``buying_periods`` pays in the mean, beside foreknowledge [ratio]."""
    return 1.0 / (1.0 - (1.0 - 1.0 / _whole(price)) ** price)


def buying_periods(price: int) -> list[float]:
    """Probabilities of buying at the start of period 1, …, ``price`` that make the worst case as good as can be."""
    stays = 1.0 - 1.0 / _whole(price)
    weights = [stays ** (price - period) for period in range(1, price + 1)]
    return [weight / sum(weights) for weight in weights]


def _whole(price: int) -> int:
    if price < 1:
        raise ValueError(f"a price of one rent or more, given {price}")
    return price
