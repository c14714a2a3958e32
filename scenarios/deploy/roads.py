"""The roads by which a controller can be told the same events: in this process, through the host, through its HTTP door.

ValueError
└── OtherOffice        the scenario's office is not the one a bundle was made for
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

from policies.controller.centre import CommandCentre
from policies.deploy import canonical, messages, office
from policies.deploy.bundle import Bundle
from policies.deploy.doors.http.serve import opened
from policies.deploy.doors.http.settings import LOOPBACK, HttpSettings
from policies.deploy.golden import Pair
from policies.deploy.host.host import Host
from policies.deploy.service import Observation
from scenarios.deploy.from_twin import record_days
from scenarios.resolution.resolve import Resolved

Decide = Callable[[Pair], str]
"""Tells an observation; the digest of the decision [hex]."""
MS: Final = 1000.0


class OtherOffice(ValueError):
    """The scenario's office is not the one a bundle was made for."""


@dataclass(frozen=True, slots=True)
class Road:
    """What came over a road: digests by number, and the median time of a decision [ms] (NaN: not timed)."""

    name: str
    decisions: Sequence[str]
    median_ms: float

    def first_difference(self, other: "Road") -> int | None:
        """Number of the first decision that differs, from 1; None: they are the same, all of them."""
        pairs = zip(self.decisions, other.decisions, strict=True)
        return next((number for number, (one, two) in enumerate(pairs, 1) if one != two), None)


def told_in_the_twin(bundle: Bundle, scenario: Resolved, seed: int, days: int) -> list[Pair]:
    """What the scenario's office is told in some days, and what it answers there.

    Raises
    ------
    OtherOffice
        If the bundle was made for another office (map, people, calendar, norm times).
    TooLittle
        If the scenario's period is shorter.
    """
    recorded = record_days(scenario, seed, days)
    if office.office_plain(recorded.settings) != office.office_plain(bundle.settings):
        raise OtherOffice(
            f'the office of "{scenario.name}" with seed {seed} is not the one this bundle was made for: '
            "name the scenario it was packed from, with the same --set and --seed"
        )
    return recorded.pairs


def walked(bundle: Bundle, pairs: Sequence[Pair]) -> list[Road]:
    """Every observation told over every road; the first is the twin's own."""
    roads = [Road("in the twin", [pair.decision for pair in pairs], float("nan"))]
    roads += [_walked(name, open_road, bundle, pairs) for name, open_road in ROADS.items()]
    return roads


def _walked(
    name: str, open_road: Callable[[Bundle], AbstractContextManager[Decide]], bundle: Bundle, pairs: Sequence[Pair]
) -> Road:
    digests, times = [], []
    with open_road(bundle) as decide:
        for pair in pairs:
            started = perf_counter()
            digests.append(decide(pair))
            times.append(perf_counter() - started)
    return Road(name, digests, median(times) * MS)


@contextmanager
def _in_process(bundle: Bundle) -> Iterator[Decide]:
    """The rules as they are installed here."""
    centre = CommandCentre(office.settings_of(office.to_plain(bundle.settings)))

    def decide(pair: Pair) -> str:
        event, now = messages.observed(pair.seen)
        return canonical.digest(messages.decision(centre.handle(event, now)))

    yield decide


@contextmanager
def _hosted(bundle: Bundle) -> Iterator[Host]:
    """The bundle's own wheel, in the workers of a host whose record is empty."""
    with TemporaryDirectory(prefix="campus-twin-") as folder:
        host = Host(Path(folder), bundle)
        try:
            yield host
        finally:
            host.stop()


@contextmanager
def _through_the_host(bundle: Bundle) -> Iterator[Decide]:
    with _hosted(bundle) as host:
        yield lambda pair: host.decide(Observation(pair.seen["event"], pair.seen["now"])).decision


@contextmanager
def _through_the_door(bundle: Bundle) -> Iterator[Decide]:
    with _hosted(bundle) as host, opened(host, HttpSettings(requests_per_s=None)) as port:
        line = HTTPConnection(LOOPBACK, port)

        def decide(pair: Pair) -> str:
            line.request("POST", "/v1/decide", canonical.text(pair.seen), {"Content-Type": "application/json"})
            answer = line.getresponse()
            said = json.loads(answer.read())
            return str(said["decision"]) if answer.status == 200 else f"{answer.status}: {said}"

        try:
            yield decide
        finally:
            line.close()


ROADS: Final[dict[str, Callable[[Bundle], AbstractContextManager[Decide]]]] = {
    "in this process": _in_process,
    "through the host": _through_the_host,
    "through its HTTP door": _through_the_door,
}
