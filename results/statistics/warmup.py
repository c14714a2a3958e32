"""Where the start of a run stops to matter: MSER-5.

Sources: White, Simulation 69 (1997) (the rule); Spratt, MSc thesis, University of Virginia (1998)
(batches of five); Hoad, Robinson & Davies, J. Oper. Res. Soc. 61 (2010) (past half: the run is too short).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

BATCH = 5


class RunTooShort(ValueError):
    """The truncation point lies past half the run, so the run says little about what comes after its start."""


def mser5(series: Sequence[float] | NDArray[np.float64], batch: int = BATCH) -> int:
    """How many of the first observations to delete, a multiple of ``batch``.

    The truncation that makes the standard error of the mean of the rest smallest, over means of
    ``batch`` observations.

    Parameters
    ----------
    series : one output of one run (or its mean over replications), in the order of time [any unit]

    Raises
    ------
    ValueError
        If there are less than ten batches, or a value is not finite.
    RunTooShort
        If the point lies past half the run.
    """
    given = np.asarray(series, dtype=np.float64)
    whole = len(given) // batch
    if whole < 10:
        raise ValueError(f"MSER-{batch} of {len(given)} observations: expected at least {10 * batch}")
    if not np.isfinite(given).all():
        raise ValueError(f"MSER-{batch}: observation {int(np.argmin(np.isfinite(given)))} is not finite")
    means = given[: whole * batch].reshape(whole, batch).mean(axis=1)
    point = int(np.argmin(_marginal_errors(means)))
    if point > whole // 2:
        raise RunTooShort(
            f"MSER-{batch} would delete {point * batch} of {len(given)} observations, past half the run: "
            "run longer, or start nearer to what is usual"
        )
    return point * batch


def _marginal_errors(means: NDArray[np.float64]) -> NDArray[np.float64]:
    """Squared standard error of the mean of the rest, by how many batches are deleted.

    The last five are left out, as Hoad et al. do: so few agree by chance now and then.
    """
    rest = np.arange(len(means), 0, -1, dtype=np.float64)
    centred = means - means.mean()
    total = np.cumsum(centred[::-1])[::-1]
    squares = np.cumsum(centred[::-1] ** 2)[::-1]
    return ((squares - total**2 / rest) / rest**2)[:-5]
