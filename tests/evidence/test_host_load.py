"""Ten minutes of 200 events a second through the HTTP door of a host process, as the medium campus gives them.

Every decision must be the one the twin made; the memory of each of the host's processes may grow by 1 MB a minute.
"""

import json
import os
import sys
from http.client import HTTPConnection
from pathlib import Path
from subprocess import PIPE, Popen
from time import perf_counter, sleep

import numpy as np
import pytest
from click.testing import CliRunner

from policies.deploy import canonical
from scenarios.cli import main
from scenarios.deploy.from_twin import record_days
from scenarios.study.arms import arm_of
from tests.conftest import ROOT
from tests.evidence import tables

pytestmark = pytest.mark.evidence

SCENARIO = "all_together"
RATE = 200
MINUTES = 10
DAYS = 250
MB = 2**20
MOST_MB_A_MINUTE = 1.0
SETTLED = 2
"""Minutes after which memory is looked at: buffers fill, the first orders are closed."""
HEADER = ["minute", "events", "p50_ms", "p99_ms", "host_mb", "scribe_mb", "decider_mb"]


def test_ten_minutes_of_load_change_no_decision_and_hold_the_memory(tmp_path) -> None:
    resolved = arm_of(SCENARIO, ()).scenario()
    seed = resolved.scenario.run.seed
    pairs = record_days(resolved, seed, DAYS).pairs[: RATE * 60 * MINUTES]
    assert len(pairs) == RATE * 60 * MINUTES
    host, port = _started(tmp_path)
    try:
        rows, digests = _told(pairs, port, host.pid)
    finally:
        host.terminate()
        host.communicate()
    assert digests == [pair.decision for pair in pairs]
    growth = [_growth(rows, column) for column in (4, 5, 6)]
    tables.write(
        "host_load", HEADER, rows,
        {
            "made_by": "tests/evidence/test_host_load.py", "scenario": SCENARIO, "seed": seed, "events_per_s": RATE,
            "host_mb_a_minute": growth[0], "scribe_mb_a_minute": growth[1], "decider_mb_a_minute": growth[2],
            "how": "one teller over one kept-alive connection on loopback, paced by the clock; memory: resident, Linux",
        },
    )  # fmt: skip
    assert all(row[1] == RATE * 60 for row in rows)
    assert max(growth) <= MOST_MB_A_MINUTE, growth


def _started(folder: Path) -> "tuple[Popen[str], int]":
    words = [
        ["policy", "keygen", "-o", str(folder), "--name", "load"],
        [
            "policy",
            "pack",
            SCENARIO,
            "--without-evidence",
            "--key",
            str(folder / "load.key"),
            "-o",
            str(folder / "load-1.bundle"),
        ],
    ]
    for one in words:
        done = CliRunner().invoke(main, one)
        assert done.exit_code == 0, done.output
    host = Popen(
        [
            sys.executable, "-m", "policies.deploy.host", "--state", str(folder / "s"), "--key", str(folder / "load.pub"),
            "--bundle", str(folder / "load-1.bundle"), "--clock", "stepped", "--http", "127.0.0.1:0", "--requests-per-s", "0",
        ],
        stdout=PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    assert host.stdout is not None
    return host, int(host.stdout.readline().rpartition(":")[2])


def _told(pairs, port, host):
    line = HTTPConnection("127.0.0.1", port)
    rows, digests, times = [], [], []
    begun = perf_counter()
    for number, pair in enumerate(pairs, 1):
        late = begun + number / RATE - perf_counter()
        if late > 0.0:
            sleep(late)
        asked = perf_counter()
        content = canonical.text({**pair.seen, "id": f"event-{number}"})
        line.request("POST", "/v1/decide", content, {"Content-Type": "application/json"})
        said = json.loads(line.getresponse().read())
        times.append(1000.0 * (perf_counter() - asked))
        digests.append(said["decision"])
        if number % (RATE * 60) == 0:
            within = perf_counter() - begun
            assert within < 60.0 * (len(rows) + 1) + 1.0, f"{within:.1f} s for {number} events"
            p50, p99 = np.quantile(times, [0.5, 0.99])
            rows.append([len(rows) + 1, len(times), float(p50), float(p99), *_memory(host)])
            times = []
    line.close()
    return rows, digests


def _child(parent: int) -> int:
    (found,) = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return int(found)


def _memory(host: int) -> list[float]:
    """Of the host, of its scribe, and of the decider that is forked off the scribe."""
    scribe = _child(host)
    return [_resident_mb(one) for one in (host, scribe, _child(scribe))]


def _resident_mb(process: int) -> float:
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MB


def _growth(rows, column) -> float:
    """MB a minute, by least squares over the settled minutes."""
    settled = rows[SETTLED:]
    return float(np.polyfit([row[0] for row in settled], [row[column] for row in settled], 1)[0])
