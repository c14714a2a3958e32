"""The dispatch reference through the ordinary world: exact, and no second engine."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from benchmarks.contender import cpu_seconds
from benchmarks.peers import ciw_queues
from benchmarks.queues import queues_of
from scenarios.cli import main
from scenarios.reference.maker import make_path, write
from scenarios.reference.model import build, measure, read_campus, read_path

DATA = Path(__file__).parent / "data"
CAMPUS, PATH = DATA / "campus-x1.json.gz", DATA / "path-x1-seed5.csv.gz"
PUBLISHED = {
    "orders": 25_320,
    "events": 122_077,
    "mean_response_min": 31.556795,
    "p90_response_min": 68.601356,
    "utilisation": {
        "plumbing": 0.537480, "electrical": 0.507796, "hvac": 0.634472, "carpentry": 0.359095, "general": 0.368333,
    },
}  # fmt: skip


def told(*arguments: str) -> Any:
    found = CliRunner().invoke(main, ["bench", "dispatch-reference", *arguments, "--json"])
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)["data"]


def same(found: dict[str, Any], expected: dict[str, Any]) -> None:
    assert (found["orders"], found["events"]) == (expected["orders"], expected["events"])
    for figure in ("mean_response_min", "p90_response_min"):
        assert found[figure] == pytest.approx(expected[figure], abs=1e-6)
    assert found["utilisation"] == pytest.approx(expected["utilisation"], abs=1e-6)


def test_the_published_path_gives_the_published_results(shared: Path) -> None:
    folder = shared / "reference" / "dispatch-reference"
    same(told("--campus", str(folder / "campus-x1.json.gz"), "--path", str(folder / "path-x1-seed1.csv.gz")), PUBLISHED)


def test_the_committed_path_gives_what_simpy_as_documented_gives() -> None:
    same(
        told("--campus", str(CAMPUS), "--path", str(PATH)), json.loads((DATA / "expected.json").read_text())["results"]
    )


@pytest.mark.parametrize("peer", ["simpy_docs", "simpy_clock", "mesa_events"])
def test_every_peer_agrees(peer: str) -> None:
    expected = json.loads((DATA / "expected.json").read_text())["results"]
    same(cpu_seconds(peer, read_campus(CAMPUS), read_path(PATH))[1], expected)


def test_ciw_agrees_on_the_queues_alone() -> None:
    """Every single wait, emergencies first and nobody interrupted."""
    campus, rows = queues_of(read_path(PATH))
    world = build(campus, rows)
    world.run(campus.horizon_min)
    on_site = world.journal.table("OnSite")
    waits = sorted(at - (rows[k].report_min or 0.0) for k, at in zip(on_site["order"], on_site["at"], strict=True))
    assert len(waits) == len(rows)
    assert waits[-1] > 60.0
    assert waits == pytest.approx(sorted(ciw_queues.run(campus, rows)), abs=1e-6)


def test_events_are_counted_from_the_journal() -> None:
    campus, path = read_campus(CAMPUS), read_path(PATH)
    world = build(campus, path)
    world.run(campus.horizon_min / 2)
    half = measure(world, campus)["events"]
    world.run(campus.horizon_min)
    assert 0 < half < measure(world, campus)["events"]


@pytest.mark.parametrize("changed", [["--rule", "least_loaded"], ["--travel-factor", "2"]], ids=["rule", "travel"])
def test_another_rule_or_a_slower_world_changes_the_answer(changed: list[str]) -> None:
    """No second engine: the registry's rule decides, and the world's own travel is walked."""
    plain = told("--campus", str(CAMPUS), "--path", str(PATH))
    other = told("--campus", str(CAMPUS), "--path", str(PATH), *changed)
    assert abs(other["mean_response_min"] - plain["mean_response_min"]) > 0.1


def test_the_maker_writes_the_committed_files_again(tmp_path: Path) -> None:
    campus, path = write(1, 5, 28, tmp_path)
    for ours, theirs in zip(read_campus(campus).minutes_to, read_campus(CAMPUS).minutes_to, strict=True):
        assert ours == pytest.approx(theirs)
    for row, kept in zip(read_path(path), read_path(PATH), strict=True):
        assert (row.building, row.trade, row.priority, row.part, row.child) == (
            kept.building, kept.trade, kept.priority, kept.part, kept.child,
        )  # fmt: skip
        assert (row.work_min, row.report_min or 0.0) == pytest.approx((kept.work_min, kept.report_min or 0.0))


def test_a_made_year_has_the_stated_demand() -> None:
    """25,000 a year plus 2 % repeats and their repeats; Mondays 1.25 / 0.4 times Sundays."""
    rows = make_path(1, 3, 364)
    dated = [row for row in rows if row[1] != ""]
    assert len(dated) == pytest.approx(25_000 * 364 / 365, rel=0.03)
    assert len(rows) - len(dated) == pytest.approx(0.02 / 0.98 * len(dated), rel=0.15)
    weekday = [0] * 7
    for row in dated:
        weekday[int(row[1] // 1440) % 7] += 1
    assert weekday[0] / weekday[6] == pytest.approx(1.25 / 0.4, rel=0.1)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--campus", "nowhere", "--path", str(PATH)], "expected a file that exists"),
        (["--campus", str(PATH), "--path", str(CAMPUS)], "not a campus and a path"),
        (["--campus", str(CAMPUS), "--path", str(PATH), "--rule", "nearest_idel"], "did you mean 'nearest_idle'"),
        (["--campus", str(CAMPUS), "--path", str(PATH), "--travel-factor", "0"], "expected a number above 0"),
    ],
)
def test_bad_input_is_one_clear_message_and_exit_2(arguments: list[str], said: str) -> None:
    found = CliRunner().invoke(main, ["bench", "dispatch-reference", *arguments])
    assert found.exit_code == 2 and said in found.stderr
