"""How daily counts hang together: requests that come back, and the moods of days that echo in them.

A request brings others on its own day and on the days after; what a good day brought comes back in the days
that follow. Blocks of the bootstrap cut such families apart, so that the level of a log looks surer than it
is: what the blocks cut off is put back by the fitted model (second moments of a cluster process: Cox and
Isham, Point Processes, 1980, ch. 3; the bias of blocks: Kuensch, Ann. Stat. 17, 1989).
"""

from typing import Final

import numpy as np

from scenarios.calibration.columns import Floats
from scenarios.calibration.pairs import Again

LONGEST: Final = 56
"""Days after which nothing echoes: the lags requests that come back are looked for in [days]."""


def surplus(back: Again) -> Floats:
    """Variance over mean of a day's count when no day has a mood, for each resample."""
    return np.asarray(1.0 + 2.0 * back.followers(1)[:, 0])


def echo(back: Again) -> Floats:
    """How much more the moods of all days move a day's count than its own does (variance), for each resample."""
    return np.asarray((_response(back) ** 2).sum(axis=1))


def hanging(back: Again, cv: float, level: float, days: int, than: int) -> float:
    """Variance a day of a sum over so many days, over that of a sum over fewer; 1 where nothing comes back.

    Parameters
    ----------
    back : of the log as it is (row 0 counts)
    cv : of the day's mood; 0 for shares, which moods do not move
    level : requests a day
    than : the fewer days, as many as a block of the bootstrap has
    """
    response, followers = _response(back)[0], back.followers(LONGEST)[0]
    echoes = np.correlate(response, response, "full")[LONGEST - 1 :]
    covariance = (cv * level * (1.0 - float(back.again[0]))) ** 2 * echoes + level * followers
    covariance[0] += level * (1.0 + followers[0])
    return _variance(covariance, days) / _variance(covariance, than)


def _response(back: Again) -> Floats:
    """Requests on a day and on the days after that one request from outside brings [shape: resamples × days]."""
    return np.asarray(back.followers(LONGEST) + (np.arange(LONGEST) == 0))


def _variance(covariance: Floats, days: int) -> float:
    """Variance a day of a sum over some days."""
    lags = np.arange(1, min(days, len(covariance)))
    return float(covariance[0] + 2.0 * ((1.0 - lags / days) * covariance[1 : len(lags) + 1]).sum())
