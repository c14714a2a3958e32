"""Student's law and the normal one.

Asked of ``scipy.special`` where they are needed, to the same bits as of ``scipy.stats``: loading that
costs every command half a second, and most of them ask for a quantile or two, or for none.
"""

import numpy as np


def student_quantile(p: float, freedom: int) -> float:
    """The ``p``-quantile of Student's t."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, p))


def student_below(t: float | np.float64, freedom: int) -> float:
    """The probability that Student's t lies below ``t``."""
    from scipy.special import stdtr

    return float(stdtr(freedom, t))


def student_above(t: float | np.float64, freedom: int) -> float:
    """The probability that Student's t lies above ``t``."""
    return student_below(-t, freedom)


def normal_quantile(p: float) -> float:
    """The ``p``-quantile of the standard normal law."""
    from scipy.special import ndtri

    return float(ndtri(p))
