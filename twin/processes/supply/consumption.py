"""What the places use themselves: requests drawn at the start, the same under every policy."""

from dataclasses import dataclass
from math import log as log_of
from math import log1p as log1p_of
from math import sqrt
from typing import final

import numpy as np
from numpy.typing import NDArray

from policies.contract.units import YEAR_DAYS
from twin.campus import StockLine, Stores
from twin.clock import Clock
from twin.elementary import exp, log, normal
from twin.exposure import Exposure
from twin.processes.supply.counter import Counter
from twin.streams import Floats, Ids, Streams

Ints = NDArray[np.int64]
MARGIN = 8.0
"""Standard deviations of a Poisson count that are drawn beyond its mean."""


@dataclass(frozen=True, slots=True)
class Use:
    """Requests in time order: instants [min], lines, pieces."""

    at: Floats
    item: Ints
    pieces: Ints


def draw_use(stores: Stores, streams: Streams, exposure: Exposure) -> Use:
    """Each line's requests: a Poisson path over the working hours of the year, sizes lognormal to whole pieces, at least one."""
    parts = [
        (number, *_requests(line, streams, exposure)) for number, line in enumerate(stores.lines) if line.per_year > 0.0
    ]
    at = np.concatenate([np.empty(0), *(instants for _, instants, _ in parts)])
    none = np.empty(0, np.int64)
    item = np.concatenate([none, *(np.full(len(instants), number) for number, instants, _ in parts)])
    pieces = np.concatenate([none, *(sizes for _, _, sizes in parts)])
    order = np.lexsort((item, at))
    return Use(at[order], item[order], pieces[order])


@final
class Consumption:
    """The places' own people at the counter, request after request."""

    def __init__(self, clock: Clock, counter: Counter, use: Use) -> None:
        self.clock = clock
        self.counter = counter
        self.at: list[float] = use.at.tolist()
        self.item: list[int] = use.item.tolist()
        self.size: list[int] = use.pieces.tolist()

    def begin(self) -> None:
        """The first request."""
        if self.at:
            self.clock.at(self.at[0], self._request, 0)

    def _request(self, number: int) -> None:
        following = number + 1
        if following < len(self.at):
            self.clock.at(self.at[following], self._request, following)
        self.counter.ask(self.item[number], self.size[number])


def _requests(line: StockLine, streams: Streams, exposure: Exposure) -> tuple[Floats, Ints]:
    """Instants [min] and pieces of the requests of a line."""
    a_day = line.per_year / line.per_request / YEAR_DAYS
    total = exposure.total_days(False, "none")
    expected = a_day * total
    count = int(expected + MARGIN * sqrt(expected) + 16)
    numbers = np.arange(count, dtype=np.uint64)
    entity = np.full(count, line.key, dtype=np.uint64)
    path = np.cumsum(-log(streams.uniforms("use", entity, numbers)) / a_day)
    kept = path < total
    at = exposure.wall(path[kept], False, "none")
    return at, _sizes(line, streams, numbers[kept])


def _sizes(line: StockLine, streams: Streams, numbers: Ids) -> Ints:
    if line.size_cv <= 0.0:
        return np.full(len(numbers), max(1, round(line.per_request)), dtype=np.int64)
    sigma2 = log1p_of(line.size_cv**2)
    entity = np.full(len(numbers), line.key, dtype=np.uint64)
    z = normal(streams.uniforms("use_size_a", entity, numbers), streams.uniforms("use_size_b", entity, numbers))
    drawn = exp(log_of(line.per_request) - 0.5 * sigma2 + sqrt(sigma2) * z)
    return np.maximum(1, np.rint(drawn)).astype(np.int64)
