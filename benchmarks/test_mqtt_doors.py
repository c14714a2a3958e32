"""Decisions through the MQTT door beside a bare echo by the same client library at the same broker. Wall time of 500 events."""

import json
import subprocess
import sys
from contextlib import contextmanager
from time import perf_counter

import pytest

from benchmarks.doors import ROOT, write_observations
from policies.contract.decisions import BUDGET_MIN
from tests.brokers import Client, broker_named

ASKED = 500
BROKERS = ("mosquitto", "amqtt")
DOORS = ("echo", "host")
TABLE, BY, ROWS = "mqtt_doors", ("broker", "door"), len(BROKERS) * len(DOORS)


@pytest.fixture(scope="module")
def events(tmp_path_factory):
    file = tmp_path_factory.mktemp("mqtt") / "observations.jsonl"
    write_observations(file)
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()[:ASKED]]


@pytest.fixture(params=BROKERS)
def broker(request, tmp_path):
    one = broker_named(request.param, tmp_path)
    yield one
    one.kill()


@contextmanager
def opened(door, broker):
    """A door in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.mqtt_doors", door, broker.url, str(broker.login)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "listens\n"
        yield
        process.stdin.close()


def told(client, events, took):
    """Each event there and its decision back, one after the other."""
    for number, event in enumerate(events):
        asked = perf_counter()
        client.client.publish(f"{client.broker.prefix}/events", json.dumps({**event, "id": f"e-{number}"}), 1)
        client.hear()
        took.append(perf_counter() - asked)


@pytest.mark.benchmark(group="five hundred events over MQTT")
@pytest.mark.parametrize("door", DOORS)
def test_events(benchmark, events, keep, broker, door):
    took: list[float] = []
    with opened(door, broker):
        client = Client(broker, "decisions")
        benchmark.pedantic(told, args=(client, events, took), rounds=1)
        client.leave()
    took.sort()
    p50, p99 = (1e3 * took[len(took) * q // 100] for q in (50, 99))
    per_s = len(took) / sum(took)
    keep[broker.kind, door] = per_s, p50, p99
    benchmark.extra_info.update(per_s=per_s, p50_ms=p50, p99_ms=p99)
    print(f"\n{broker.kind}, {door}: {per_s:.0f}/s, p50 {p50:.2f} ms, p99 {p99:.2f} ms")
    assert len(took) == ASKED
    assert p99 / 1e3 < 60.0 * BUDGET_MIN["dispatch"]
