"""A study that was killed, or met a full disk or a closed folder, loses nothing and ends as if nothing had been."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from results.store.whole import HOST, leftovers
from tests.store.conftest import command, environment, files

LONGER = ("run.burn_in_days=2", "run.days=60", "run.run_out_days=2")


def started(*words, cwd, settings=LONGER):
    """The command line in a process group of its own; returns at once."""
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command(*words, settings=settings),
        cwd=cwd,
        env=environment(),
        stdout=pipe,
        stderr=pipe,
        text=True,
        start_new_session=True,
    )


def cells(folder):
    try:
        return {path.name: path.stat().st_mtime_ns for path in folder.rglob("cells/*/r*.parquet")}
    except FileNotFoundError:  # a run that goes on beside us has just put what it wrote in its place
        return cells(folder)


def test_a_study_killed_in_the_middle_resumes_to_the_same_bytes_and_computes_only_what_is_missing(
    tmp_path, twin, here, fifo
):
    words = ("run", "two_buildings", fifo, "-n", "6", "-j", "2", "--keep-journal", "--study", "s")
    running = started(*words, "--out", "cut", cwd=tmp_path)
    deadline = time.monotonic() + 120.0
    while time.monotonic() < deadline and len(cells(tmp_path / "cut")) < 3:
        time.sleep(0.005)
    os.killpg(running.pid, signal.SIGKILL)
    running.communicate()
    before = cells(tmp_path / "cut")
    assert 3 <= len(before) < 12
    listed = here("results", "list", "--out", "cut", "--json", cwd=tmp_path, settings=())
    (state,) = json.loads(listed.stdout)["data"]["studies"]
    assert (state["state"], state["finished_runs"], state["asked_runs"]) == ("interrupted", len(before), 12)
    query = ("results", "query", "SELECT count(*) FROM runs", "--csv", "--out", "cut")
    assert here(*query, cwd=tmp_path, settings=()).stdout.split() == ["count_star()", str(len(before))]
    done = twin(*words, "--out", "cut", "--resume", "--json", cwd=tmp_path, settings=LONGER)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["data"]["computed_runs"] == 12 - len(before)
    after = cells(tmp_path / "cut")
    assert {name: after[name] for name in before} == before, "finished runs are not touched"
    assert here(*words, "--out", "whole", "-j", "0", cwd=tmp_path, settings=LONGER).exit_code == 0
    assert files(tmp_path / "cut") == files(tmp_path / "whole")


def test_one_scenario_more_computes_only_that_one(tmp_path, here, fifo):
    first = here("run", "two_buildings", "-n", "3", "-j", "0", "--json", cwd=tmp_path)
    before = cells(tmp_path)
    second = here("run", "two_buildings", fifo, "-n", "3", "-j", "0", "--json", cwd=tmp_path)
    assert [json.loads(done.stdout)["data"]["computed_runs"] for done in (first, second)] == [3, 3]
    after = cells(tmp_path)
    assert len(after) == 6 and {name: after[name] for name in before} == before


def test_keeping_the_journal_later_computes_again_and_gives_the_same_figures(tmp_path, here):
    words = ("run", "two_buildings", "-n", "2", "-j", "0", "--json")
    here(*words, cwd=tmp_path)
    before = files(tmp_path)
    done = here(*words, "--keep-journal", cwd=tmp_path)
    assert json.loads(done.stdout)["data"]["computed_runs"] == 2
    after = files(tmp_path)
    assert {name: after[name] for name in before} == before
    assert {name.split("/")[3] for name in after} - {name.split("/")[3] for name in before} == {"orders", "journals"}
    assert json.loads(here(*words, cwd=tmp_path).stdout)["data"]["computed_runs"] == 0


@pytest.mark.parametrize("jobs", ["0", "2"])
def test_a_full_disk_ends_with_3_says_so_and_loses_nothing(tmp_path, twin, here, jobs):
    """A disk of 400 kB: the journals of a few runs fit."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if (
        os.geteuid() != 0
        or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", disk], check=False).returncode
    ):
        pytest.skip("no small disk can be mounted here")
    try:
        words = ("run", "two_buildings", "-n", "8", "-j", jobs, "--keep-journal", "--out", "disk", "--study", "s")
        done = twin(*words, cwd=tmp_path)
        assert done.returncode == 3, done.stderr
        assert "No space left on device; finished replications are kept" in done.stderr
        assert "free the disk or name another folder by --out" in done.stderr
        kept = cells(disk)
        assert 1 <= len(kept) < 8
        assert not list(disk.rglob("*.tmp"))
        subprocess.run(["mount", "-o", "remount,size=20m", disk], check=True)
        done = twin(*words, "--resume", "--json", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["data"]["computed_runs"] == 8 - len(kept)
        left = files(disk)
    finally:
        subprocess.run(["umount", "-l", disk], check=True)
    assert here(*words, "-j", "0", cwd=tmp_path).exit_code == 0
    assert files(disk) == left


def test_a_limit_on_the_size_of_files_ends_with_3_and_loses_nothing(tmp_path, here):
    """What a quota does, where no disk can be mounted: files of more than 2.5 kB are refused half way."""
    words = ("run", "two_buildings", "-n", "3", "-j", "0", "--study", "s")
    assert here(*words, cwd=tmp_path).exit_code == 0
    before = files(tmp_path)
    code = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (2500, {2**40})); from scenarios.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, *command(*words, "--keep-journal")[3:]],
        cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 3, done.stderr
    assert "File too large; finished replications are kept" in done.stderr
    after = files(tmp_path)
    assert {name: after[name] for name in before if "failures" not in name} == before
    assert not [name for name in after if name.endswith(".tmp") or "/orders/" in name or "/journals/" in name]


def test_a_folder_that_cannot_be_written_ends_with_2_before_anything_runs(tmp_path, here):
    """Root may write read-only folders, so root mounts one."""
    closed = tmp_path / "closed"
    closed.mkdir()
    mounted = os.geteuid() == 0
    if mounted and subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", closed], check=False).returncode:
        pytest.skip("no read-only disk can be mounted here")
    closed.chmod(0o555) if not mounted else None
    try:
        done = here("run", "two_buildings", "-n", "1", "--out", "closed", cwd=tmp_path)
        assert done.exit_code == 2, done.stderr
        assert "cannot write" in done.stderr and "name another folder by --out" in done.stderr
        assert "runs done" not in done.stderr
        assert not list(closed.iterdir())
    finally:
        subprocess.run(["umount", "-l", closed], check=True) if mounted else closed.chmod(0o755)


def test_a_finished_study_in_a_folder_closed_since_can_still_be_asked(kept, here, tmp_path):
    """Questions, lists and exports write nothing beside what they read."""
    before = files(kept)
    for words in (("list",), ("show", "both:fifo:0"), ("query", "FROM runs"), ("gc", "--dry-run")):
        assert here("results", *words, cwd=kept, settings=()).exit_code == 0
    assert (
        here("results", "export", "both", "--format", "csv", "-o", str(tmp_path), cwd=kept, settings=()).exit_code == 0
    )
    assert files(kept) == before


@pytest.mark.skipif(not Path("/proc/self/stat").is_file(), reason="needs /proc")
def test_what_a_process_that_ended_unnoticed_left_is_left_behind(tmp_path):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    half = tmp_path / f".r00001.parquet.{HOST}.{ended.pid}.tmp"
    half.write_bytes(b"half")
    os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)
    assert leftovers(tmp_path) == [half]
    ended.wait()
