"""How many customers it takes until a queue has forgotten that it began empty."""

from math import sqrt


def of_queue(rate: float, mean: float, servers: int = 1, cv2: float = 1.0) -> float:
    """Customers in one relaxation time of a queue, and at least those in service at once.

    Parameters
    ----------
    rate : arrivals [1/time]
    mean : mean work of one [time]
    cv2 : squared coefficient of variation of the work

    Source: Cohen, The Single Server Queue, 1982, sec. II.2.1 (M/M/1: 1 / mu (1 - sqrt rho)^2); unlike
    laws weigh with the variance of their work, as in heavy traffic.
    """
    load = rate * mean / servers
    relaxation = load * (1.0 + cv2) / 2.0 / (1.0 - sqrt(load)) ** 2
    return max(rate * mean, relaxation)
