"""A study gives the same bytes whoever computes it, in whatever order and however often it is interrupted."""

import gc
import json
import signal
import time
from pathlib import Path

import pytest

from results.store import parquet
from scenarios.study import arms
from scenarios.study.arms import Arm, NameTaken, OtherPeriod, ScenarioChanged, arm_of, arms_of, same_period
from scenarios.study.cells import NoSuchStudy
from scenarios.study.experiment import Study, arm_of_cell
from scenarios.study.kept import find_cell
from scenarios.study.replication import branch, burn_in, cell_of, compute
from scenarios.study.tasks import Task, families
from scenarios.study.watchdog import Watchdog


def files(folder):
    """Every file of a study with its bytes."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


pytestmark = pytest.mark.usefixtures("fresh")


def study(folder, sources, tiny, replications=3, jobs=0):
    made = Study(folder, arms_of(sources, tiny), seed=5, replications=replications, jobs=jobs)
    made.prepare()
    return made


def test_one_two_and_three_workers_leave_the_same_bytes(tmp_path, tiny, fifo):
    left = {}
    for jobs in (0, 1, 2, 3):
        folder = tmp_path / str(jobs)
        study(folder, ["two_buildings", fifo], tiny, jobs=jobs).run()
        left[jobs] = files(folder)
    assert len(left[0]) == 6 + 2 + 2, "six cells, two scenarios, table and manifest"
    assert left[0] == left[1] == left[2] == left[3]


def test_the_collector_rests_during_a_replication_which_leaves_nothing_to_collect(tmp_path, tiny, fifo):
    """It passes over what was there before, and is afterwards as it was."""
    made = study(tmp_path / "s", ["two_buildings", fifo], tiny)
    first, second = (Task(made.folder, tuple(made.arms), 5, replication, "code") for replication in (0, 1))
    frozen = gc.get_freeze_count()
    assert compute(first).done and gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        assert compute(second).done and not gc.isenabled()
        assert gc.collect() == 0
    finally:
        gc.enable()
    assert gc.get_freeze_count() == frozen


def test_a_finished_cell_is_never_computed_twice_and_another_scenario_computes_only_itself(tmp_path, tiny, fifo):
    assert study(tmp_path / "s", ["two_buildings"], tiny).run().computed == 3
    before = {p: p.stat().st_mtime_ns for p in (tmp_path / "s" / "cells").rglob("*.parquet")}
    assert study(tmp_path / "s", ["two_buildings"], tiny).run().computed == 0
    both = study(tmp_path / "s", ["two_buildings", fifo], tiny).run()
    assert both.computed == 3
    assert both.complete == [0, 1, 2]
    assert all(p.stat().st_mtime_ns == written for p, written in before.items())
    assert study(tmp_path / "s", ["two_buildings", fifo], tiny, replications=4).run().computed == 2


def test_a_scenario_added_later_has_the_bytes_it_has_in_a_study_of_both(tmp_path, tiny, fifo):
    study(tmp_path / "later", ["two_buildings"], tiny).run()
    study(tmp_path / "later", ["two_buildings", fifo], tiny).run()
    study(tmp_path / "once", ["two_buildings", fifo], tiny).run()
    assert files(tmp_path / "later") == files(tmp_path / "once")


def test_replications_and_seeds_differ_and_scenarios_share_their_exogenous_stream(tmp_path, tiny, fifo):
    found = study(tmp_path / "s", ["two_buildings", fifo], tiny).run().cells
    streams = {scenario: [cell.exogenous_digest for cell in runs.values()] for scenario, runs in found.items()}
    assert streams["two_buildings"] == streams["fifo"]
    assert len(set(streams["fifo"])) == 3


def test_a_setting_that_changes_numbers_asks_for_other_cells_and_one_that_does_not_finds_them(tiny):
    one = arm_of("two_buildings", tiny)
    assert arm_of("two_buildings", (*tiny, "run.replications=9")).digest == one.digest
    assert arm_of("two_buildings", (*tiny, "world.work.search_min=3.0")).digest != one.digest
    assert arm_of("two_buildings", (*tiny, "policies.dispatch.rule=fifo_pooled")).digest != one.digest


def test_the_baseline_forked_unchanged_is_the_baseline_run_through(tiny):
    """Fork and day-by-day slices leave no trace: one world run in one go writes the same journal."""
    arm, dog = arm_of("two_buildings", tiny), Watchdog(0.0)
    forked = branch(arm, burn_in(arm, 1, 0, dog), dog)
    through = burn_in(arm, 1, 0, dog).world
    through.run(forked.now)
    assert forked.journal.n > 50
    assert forked.journal.digest() == through.journal.digest()


def test_a_roll_out_changes_nothing_before_its_day_and_tells_what_it_changed(tmp_path, tiny):
    later = tmp_path / "later.toml"
    later.write_text(
        'name = "later"\nextends = "two_buildings"\n'
        '[features.app]\nlive = true\nper_day_cny = 7.0\n[policies]\ndispatch = { rule = "fifo_pooled" }\n'
        "[activation]\napp = [{ day = 3 }]\n[activation.policies]\ndispatch = 5\n"
    )
    dog = Watchdog(0.0)
    arm = arm_of(str(later), tiny)
    base = burn_in(arm, 1, 0, dog)
    switched = branch(arm, base, dog).journal
    told = switched.table("FeatureSwitched")
    rows = list(zip(told["at"].tolist(), told.text("feature"), told.text("value"), strict=True))
    assert rows == [
        (5 * 1440.0, "app_buildings", "(0, 1)"), (5 * 1440.0, "app_per_day_cny", "7.0"),
        (7 * 1440.0, "dispatch", "fifo_pooled"),
    ]  # fmt: skip
    same = branch(arm_of("two_buildings", tiny), base, dog).journal
    for name in ("RequestReported", "Assign"):
        before, after = same.table(name), switched.table(name)
        early = before["at"] < 5 * 1440.0
        assert early.any()
        assert before["at"][early].tolist() == after["at"][after["at"] < 5 * 1440.0].tolist()


def test_two_different_scenarios_of_one_name_are_refused(tmp_path, tiny, fifo):
    other = tmp_path / "other.toml"
    other.write_text('name = "fifo"\nextends = "two_buildings"\n[policies]\ndispatch = { rule = "least_loaded" }\n')
    with pytest.raises(NameTaken, match="fifo"):
        arms_of([fifo, str(other)], tiny)


def test_scenarios_that_measure_other_days_are_not_compared(tmp_path, tiny):
    root = tmp_path / "longer.toml"
    root.write_text('name = "longer"\ncampus = "two_buildings"\n[run]\ndays = 9\n')
    arms = [*arms_of(["two_buildings"], ["run.days=8"]), *arms_of([str(root)])]
    with pytest.raises(OtherPeriod, match="longer"):
        same_period(arms)


def test_a_run_is_found_by_path_and_by_name_and_can_be_made_again(tmp_path, tiny, fifo):
    made = study(tmp_path / "s", ["two_buildings", fifo], tiny)
    cells = made.run().cells
    path = made.folder / made.names()[3].relative
    for text in (str(path), "s:fifo:0"):
        store, cell = find_cell(text, tmp_path)
        assert cell == cells["fifo"][0]
        arm, dog = arm_of_cell(store, cell), Watchdog(0.0)
        base = burn_in(arm, cell.seed, cell.replication, dog)
        assert cell_of(arm, branch(arm, base, dog), base.meta, cell.seed, cell.replication, cell.code) == cell


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("s:fifo:7", 'no run of "fifo", replication 7'),
        ("s:nobody:0", "scenarios there: fifo"),
        ("nowhere:fifo:0", 'no study "nowhere" in .*; there: s$'),
        ("s", "expected the path of a cell, or study:scenario:replication"),
        ("cells/none.parquet", "no cell at"),
    ],
)
def test_a_run_that_is_not_there_is_named(tmp_path, tiny, fifo, text, said):
    study(tmp_path / "s", [fifo], tiny, replications=1).run()
    with pytest.raises(NoSuchStudy, match=said):
        find_cell(text, tmp_path)


def test_a_scenario_file_that_changed_since_is_not_passed_off_as_the_run(tmp_path, tiny, fifo):
    study(tmp_path / "s", [fifo], tiny, replications=1).run()
    store, cell = find_cell("s:fifo:0", tmp_path)
    file = Path(fifo)
    file.write_text(file.read_text().replace("fifo_pooled", "least_loaded"))
    arms._resolved.cache_clear()
    with pytest.raises(ScenarioChanged, match="have changed since the run"):
        arm_of_cell(store, cell)


@pytest.mark.parametrize("at", ["start", "middle"])
def test_an_interrupted_study_ends_with_130_and_resumes_to_the_same_bytes(tmp_path, process, twin, fifo, at):
    words = ("run", "two_buildings", fifo, "-n", "4", "-j", "2")
    longer = ("run.burn_in_days=2", "run.days=120", "run.run_out_days=2")
    running = process(*words, "--out", "cut", settings=longer)
    cells = tmp_path / "cut" / "two_buildings" / "cells"
    wanted = 0 if at == "start" else 1
    deadline = time.monotonic() + 60.0
    while time.monotonic() < deadline and (not cells.parent.is_dir() or len(list(cells.rglob("r*.parquet"))) < wanted):
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=60)
    kept = sorted(p.name for p in cells.rglob("r*.parquet"))
    assert running.returncode == 130, said
    assert wanted <= len(kept) < 8
    assert "kept" in said
    assert at == "start" or f"{len(kept)} of 8 runs are finished and kept" in said
    assert not list(cells.rglob("*.tmp"))
    running = process(*words, "--out", "cut", "--resume", settings=longer)
    _, said = running.communicate(timeout=100)
    assert running.returncode == 0, said
    assert twin(*words, "--out", "whole", settings=longer).exit_code == 0
    assert files(tmp_path / "cut") == files(tmp_path / "whole")


def test_the_table_has_a_row_for_every_run_and_figure(tmp_path, tiny, fifo):
    made = study(tmp_path / "s", ["two_buildings", fifo], tiny, replications=2)
    cells = made.run().cells
    names, rows = parquet.rows(made.folder / "kpis.parquet")
    assert names == ["scenario", "rep", "kpi", "unit", "value", "numerator", "denominator"]
    assert [row[:3] for row in rows] == [
        (scenario, replication, one.kpi)
        for scenario, runs in sorted(cells.items())
        for replication, cell in runs.items()
        for one in cell.kpis
    ]
    assert json.loads((made.folder / "study.json").read_text())["replications"] == 2


def test_scenarios_that_share_no_burn_in_are_tasks_of_their_own(tmp_path):
    made = [
        Arm(name, "somewhere.toml", (), f"digest-{name}", base) for name, base in (("a", "x"), ("b", "y"), ("c", "x"))
    ]
    tasks = families(Task(tmp_path, tuple(made), 1, 0, "code"))
    assert [[arm.name for arm in task.arms] for task in tasks] == [["a", "c"], ["b"]]
    assert len({task.last_words for task in tasks}) == 2, "each worker has last words of its own"
