"""The two public logs, where they are: crews of a sensible size, arms that differ, shuffled copies refused."""

import gzip

import pytest

from scenarios.problems import ScenarioProblems
from scenarios.trace import load, run
from scenarios.trace.mapping import shipped
from twin.streams import Streams

LOGS = {
    "lifts_dcmetro": ("data/lifts_dcmetro/status.csv.gz", ("nearest", "least_loaded")),
    "incidents_uci498": ("data/incidents_uci498/incidents.csv.gz", ("priority", "first_come")),
}


@pytest.fixture(params=sorted(LOGS))
def real(request, shared):
    path, arms = LOGS[request.param]
    return shared / path, shipped()[request.param], arms


def test_two_rules_assign_differently_and_the_crew_is_sized_to_60_80_percent(real):
    log, mapping, arms = real
    study = run(log, mapping, arms)
    assert study.different_assignments(arms[1]) > 0.05 * len(study.trace.rows)
    for arm in arms:
        assert 60.0 <= study.mean(arm, "K-Q5") <= 80.0
        assert study.mean(arm, "K-R6.open") == 0.0
    assert study.mean(arms[0], "K-R4") < study.mean(arms[1], "K-R4")


def test_a_shuffled_copy_is_refused_with_its_reasons(real, tmp_path):
    log, mapping, _ = real
    header, *rows = gzip.decompress(log.read_bytes()).decode().splitlines()
    rows = rows[:3000]
    u = Streams(1, 0).uniform
    rows.sort(key=lambda row: u("shuffle", sum(row.encode()) * 1_000 + len(row)))
    copy = tmp_path / "shuffled.csv"
    copy.write_text("\n".join([header, *rows]) + "\n")
    for beside in log.parent.glob("units.csv.gz"):
        (tmp_path / beside.name).write_bytes(beside.read_bytes())
    with pytest.raises(ScenarioProblems) as told:
        load(copy, mapping)
    assert len(told.value.errors) == 21
    assert "sort the file and keep its header" in told.value.errors[0]


def test_breaks_that_only_change_their_kind_are_counted_once(shared):
    trace = load(shared / LOGS["lifts_dcmetro"][0], shipped()["lifts_dcmetro"])
    kept = trace.counted.read - trace.counted.not_kept
    assert kept == 24_925
    assert trace.counted.merged == pytest.approx(501, rel=0.02)
    assert {row.trade for row in trace.rows} == {"lift", "escalator"}


def test_the_desk_log_is_read_from_its_steady_state_on(shared):
    trace = load(shared / LOGS["incidents_uci498"][0], shipped()["incidents_uci498"])
    assert trace.counted.read == 17_136
    assert len(trace.rows) == 7_370
