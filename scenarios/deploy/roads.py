"""The roads by which a controller can be told the same events: in this process, through the host, through its HTTP door."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

from policies.controller.centre import CommandCentre
from policies.deploy import canonical, messages
from policies.deploy.bundle import Bundle
from policies.deploy.golden import Pair
from policies.deploy.host.host import Host
from policies.deploy.host.service import Observation

Decide = Callable[[Pair], str]
"""Tells an observation; the digest of the decision [hex]."""
MS: Final = 1000.0


@dataclass(frozen=True, slots=True)
class Road:
    """What came over a road: digests by number, and the median time of a decision [ms]."""

    name: str
    decisions: Sequence[str]
    median_ms: float


def walked(name: str, decide: Decide, pairs: Sequence[Pair]) -> Road:
    """Every observation told over a road, one after the other."""
    digests, times = [], []
    for pair in pairs:
        started = perf_counter()
        digests.append(decide(pair))
        times.append(perf_counter() - started)
    return Road(name, digests, median(times) * MS)


@contextmanager
def in_process(bundle: Bundle) -> Iterator[Decide]:
    """The rules as they are installed here, in this process."""
    centre = CommandCentre(bundle.settings)

    def decide(pair: Pair) -> str:
        event, now = messages.observed(pair.seen)
        return canonical.digest(messages.decision(centre.handle(event, now)))

    yield decide


@contextmanager
def through_the_host(bundle: Bundle) -> Iterator[Decide]:
    """The bundle's own wheel, in the host's workers."""
    with TemporaryDirectory(prefix="campus-twin-") as folder:
        host = Host(Path(folder), bundle)
        try:
            yield lambda pair: host.decide(Observation(pair.seen["event"], pair.seen["now"])).decision
        finally:
            host.stop()


ROADS: Final[Mapping[str, Callable[[Bundle], "object"]]] = {"in process": in_process, "worker": through_the_host}


def first_difference(one: Road, other: Road) -> int | None:
    """Number of the first decision that differs, from 1; None: they are the same, all of them."""
    for number, (left, right) in enumerate(zip(one.decisions, other.decisions, strict=True), 1):
        if left != right:
            return number
    return None
