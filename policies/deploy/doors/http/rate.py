"""How many requests an address may make: a bucket of tokens for each, filled at a steady rate.

Addresses are those of the connection. What a proxy says about whom it speaks for is not believed,
because anybody could say it; behind a proxy all share one bucket, and the proxy does the counting.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import final


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


@final
class Buckets:
    """One for each address; of those that have not been heard of for longest the oldest is forgotten.

    Parameters
    ----------
    per_s : requests a second that last [1/s]
    burst : requests at once after a silence
    clients : addresses remembered at most
    clock : seconds that only grow [s]
    """

    def __init__(self, per_s: float, burst: int, clients: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_s, self.burst, self.clients, self.clock = per_s, float(burst), clients, clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, client: str) -> float:
        """Take a token of an address. How long until there is one [s]; 0: it is taken."""
        bucket = self._filled(client)
        if bucket.tokens < 1.0:
            return (1.0 - bucket.tokens) / self.per_s
        bucket.tokens -= 1.0
        return 0.0

    def _filled(self, client: str) -> _Bucket:
        now = self.clock()
        bucket = self._buckets.get(client)
        if bucket is None:
            bucket = self._buckets[client] = _Bucket(self.burst, now)
            if len(self._buckets) > self.clients:
                self._buckets.popitem(last=False)
            return bucket
        self._buckets.move_to_end(client)
        bucket.tokens = min(self.burst, bucket.tokens + (now - bucket.at) * self.per_s)
        bucket.at = now
        return bucket
