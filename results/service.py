"""Elapsed minutes in bulk, on the wall clock and on the service calendar of each trade.

Service minutes from minute 0 are a piecewise linear function of wall minutes; the ruler
interpolates the calendar's own corners.
"""

import math
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from policies.contract.units import DAY_MIN
from results.columns import Floats
from results.meta import Meta


@final
class ServiceClock:
    """Service minutes of many orders at once.

    Parameters
    ----------
    texts : text of each trade code of the journal, for trades with hours of their own
    """

    def __init__(self, meta: Meta, texts: list[str]) -> None:
        days = math.ceil(meta.period.end_min / DAY_MIN) + 1
        self._names = [meta.service, *sorted(set(meta.service_of_trade.values()) - {meta.service})]
        self._corners = [
            (np.asarray(wall), np.asarray(service))
            for wall, service in (meta.calendar.breakpoints(name, days) for name in self._names)
        ]
        self._calendar_of = np.array(
            [self._names.index(meta.service_of_trade.get(text, meta.service)) for text in texts], dtype=np.int64
        )

    def between(self, a: NDArray[Any], b: NDArray[Any], trade: NDArray[Any]) -> Floats:
        """Service minutes from ``a`` to ``b`` [min], on the calendar of each ``trade`` code; NaN stays NaN."""
        return np.asarray(self._elapsed(b, trade) - self._elapsed(a, trade), dtype=np.float64)

    def _elapsed(self, at: NDArray[Any], trade: NDArray[Any]) -> Floats:
        if len(self._corners) == 1:
            return np.asarray(np.interp(at, *self._corners[0]), dtype=np.float64)
        out = np.empty(len(at))
        calendar = self._calendar_of[trade]
        for number, corners in enumerate(self._corners):
            mine = calendar == number
            out[mine] = np.interp(at[mine], *corners)
        return out
