"""The host's counts as Prometheus scrapes them: names, units and types by its conventions.

Seconds and bytes are the units, ``_total`` ends a count that only grows, and every name begins with
``campus_host_``. The counts are the host's own; nothing is counted here.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from policies.deploy.service import Figures, Service, Status

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

PREFIX: Final = "campus_host"
TEXT: Final = "text/plain"
"""What is scraped is text; ``media`` says in which version of the format."""
STATES: Final = ("closed", "half-open", "open")
"""What a breaker may be."""


@dataclass(frozen=True, slots=True)
class Count:
    """A count that only grows: its name without ``_total``, what it says, its labels, where it is read."""

    name: str
    about: str
    labels: tuple[str, ...]
    of: Callable[[Figures], Iterable[tuple[tuple[str, ...], int]]]


def _singly(counts: Mapping[str, int]) -> list[tuple[tuple[str, ...], int]]:
    return [((key,), count) for key, count in counts.items()]


COUNTS: Final = (
    Count("observations", "Observations answered.", ("kind",), lambda f: _singly(f.decided)),
    Count("commands", "Commands given.", ("kind",), lambda f: _singly(f.commands)),
    Count(
        "fallbacks", "Answers of a fallback in place of its rule.", ("decision_point", "reason"), lambda f: f.fallbacks.items()
    ),
    Count("guard_hits", "Answers of a rule that a guard refused.", ("decision_point",), lambda f: _singly(f.guard_hits)),
    Count("breaker_openings", "Times a breaker opened.", ("decision_point",), lambda f: _singly(f.opened)),
    Count("worker_restarts", "Times the process that decides was replaced.", ("reason",), lambda f: _singly(f.restarts)),
)  # fmt: skip
LATENCY: Final = (f"{PREFIX}_decision_latency_seconds", "Time from an observation to its decision.")
MEMORY: Final = (f"{PREFIX}_worker_resident_memory_bytes", "Memory of the process that decides.")
LAST: Final = (f"{PREFIX}_last_decision_number", "Number of the last decision.")
SPARE: Final = (f"{PREFIX}_spare_ready", "1 while a warm spare stands ready.")
BREAKER: Final = (f"{PREFIX}_breaker_state", "1 for the state the breaker of a decision point is in.")
BUNDLE: Final = (f"{PREFIX}_bundle", "The bundle that decides.")
NAMES: Final = {
    **{f"{PREFIX}_{one.name}_total": one.about for one in COUNTS},
    **dict((LATENCY, MEMORY, LAST, SPARE, BREAKER)),
    f"{BUNDLE[0]}_info": BUNDLE[1],
}
"""Every metric as it is scraped → what it says."""


class HostCollector:
    """Reads the host anew at every scrape."""

    def __init__(self, service: Service) -> None:
        self.service = service

    def collect(self) -> "Iterable[Metric]":
        """Every metric."""
        figures, status = self.service.figures(), self.service.status()
        yield from _counts(figures)
        yield from _measures(figures)
        yield from _states(status)


def scraped(service: Service) -> bytes:
    """All of it in the text format of ``media``."""
    from prometheus_client import CollectorRegistry, generate_latest

    registry = CollectorRegistry()
    registry.register(HostCollector(service))
    return generate_latest(registry)


def media() -> str:
    """Media type of the text format."""
    from prometheus_client import CONTENT_TYPE_LATEST

    return CONTENT_TYPE_LATEST


def _counts(figures: Figures) -> "Iterable[Metric]":
    from prometheus_client.core import CounterMetricFamily

    for one in COUNTS:
        family = CounterMetricFamily(f"{PREFIX}_{one.name}", one.about, labels=one.labels)
        for labels, count in one.of(figures):
            family.add_metric(labels, count)
        yield family


def _measures(figures: Figures) -> "Iterable[Metric]":
    from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily

    buckets = [(_bound(bound), count) for bound, count in sorted(figures.latency_s.items())]
    yield HistogramMetricFamily(*LATENCY, buckets=buckets, sum_value=figures.latency_sum_s, unit="seconds")
    yield GaugeMetricFamily(*MEMORY, value=figures.worker_rss_bytes, unit="bytes")


def _states(status: Status) -> "Iterable[Metric]":
    from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily

    yield GaugeMetricFamily(*LAST, value=status.last)
    yield GaugeMetricFamily(*SPARE, value=float(status.spare))
    breakers = GaugeMetricFamily(*BREAKER, labels=("decision_point", "state"))
    for point, now in status.breakers.items():
        for state in STATES:
            breakers.add_metric((point, state), float(state == now))
    yield breakers
    named = {name: str(status.bundle[name]) for name in ("name", "version", "sha256") if name in status.bundle}
    yield InfoMetricFamily(*BUNDLE, value=named)


def _bound(seconds: float) -> str:
    return "+Inf" if seconds == math.inf else repr(seconds)
