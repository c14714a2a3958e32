"""What is scraped is what the host counted, by the conventions of Prometheus; read back by its own parser."""

from math import inf

import pytest
from prometheus_client.parser import text_string_to_metric_families

from policies.deploy.doors.http import metrics
from tests.deploy.doors.office import POLICY


@pytest.fixture
def scraped(client, recorded):
    client.post("/v1/events", {"observations": [pair.seen for pair in recorded]})
    reply = client.get("/metrics")
    assert reply.status == 200
    assert reply.headers["content-type"].startswith("text/plain; version=")
    return {family.name: family for family in text_string_to_metric_families(reply.content.decode())}


def values(family, suffix=""):
    return {tuple(one.labels.values()): one.value for one in family.samples if one.name == family.name + suffix}


def test_every_count_of_the_host_is_scraped(scraped, office, recorded):
    figures = office.figures()
    for name, counted in (
        ("observations", figures.decided), ("commands", figures.commands), ("guard_hits", figures.guard_hits),
        ("breaker_openings", figures.opened), ("worker_restarts", figures.restarts),
    ):  # fmt: skip
        family = scraped[f"campus_host_{name}"]
        assert family.type == "counter"
        assert values(family, "_total") == {(key,): count for key, count in counted.items()}
        assert counted
    assert sum(values(scraped["campus_host_observations"], "_total").values()) == len(recorded)


def test_a_fallback_is_counted_by_decision_point_and_reason(client, office):
    office.fallbacks.update({("dispatch", "timeout"): 3, ("triage", 'odd "reason"\n'): 1})
    text = client.get("/metrics").content.decode()
    families = {one.name: one for one in text_string_to_metric_families(text)}
    assert values(families["campus_host_fallbacks"], "_total") == office.fallbacks


def test_latency_is_a_histogram_in_seconds(scraped, office):
    figures, family = office.figures(), scraped["campus_host_decision_latency_seconds"]
    assert family.type == "histogram"
    assert values(family, "_bucket") == {("+Inf" if b == inf else str(b),): n for b, n in figures.latency_s.items()}
    assert values(family, "_count") == {(): figures.latency_s[inf]}
    assert values(family, "_sum") == {(): pytest.approx(figures.latency_sum_s)}


def test_the_state_of_the_host_is_scraped(scraped, office):
    assert values(scraped["campus_host_worker_resident_memory_bytes"]) == {(): office.figures().worker_rss_bytes}
    assert values(scraped["campus_host_last_decision_number"]) == {(): len(office.kept)}
    assert values(scraped["campus_host_spare_ready"]) == {(): 1.0}
    states = values(scraped["campus_host_breaker_state"])
    assert {key for key, value in states.items() if value} == set(office.status().breakers.items())
    assert len(states) == 3 * len(metrics.STATES)
    (told,) = [one.labels for one in scraped["campus_host_bundle_info"].samples]
    assert told == {"name": "night-crew", "version": "7", "sha256": POLICY}


def test_every_metric_is_documented_and_every_documented_one_is_scraped(client):
    text = client.get("/metrics").content.decode()
    told = dict(line.removeprefix("# HELP ").split(" ", 1) for line in text.splitlines() if line.startswith("# HELP "))
    assert told == metrics.NAMES


def test_a_count_ends_in_total_and_a_measure_in_its_unit(client):
    for name, about in metrics.NAMES.items():
        assert name.startswith("campus_host_")
        assert about.endswith(".")
    assert {name.rpartition("_")[2] for name in metrics.NAMES} <= {
        "total",
        "seconds",
        "bytes",
        "number",
        "ready",
        "state",
        "info",
    }
