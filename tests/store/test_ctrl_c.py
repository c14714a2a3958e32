"""Ctrl-C ends a study with one line and 130, whenever it comes; what is finished is kept, nobody is left behind."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scenarios.interruption import heard, held_back, listening, look
from scenarios.study.arms import arms_of
from scenarios.study.experiment import Study
from tests.store.conftest import ROOT, TINY, environment, files

WORDS = ("run", "two_buildings", "-n", "6", "-j", "2", "--study", "s")
LONGER = ("run.burn_in_days=2", "run.days=60", "run.run_out_days=2")


def started(cwd):
    """The command as its entry point starts it, in a session of its own: a terminal interrupts all of it."""
    sets = [part for one in LONGER for part in ("--set", one)]
    return subprocess.Popen(
        [sys.executable, "-c", "from scenarios.launch import main; print('begun', flush=True); main()", *WORDS, *sets],
        cwd=cwd, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip


def left_of(session):
    """Processes of a session that still run."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            state, _, _, of = (process / "stat").read_text().rpartition(")")[2].split()[:4]
            if int(of) == session and state != "Z":
                found.append(process.name)
    return found


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="who is left is read from /proc")
@pytest.mark.parametrize("whom", ["terminal", "parent"])
def test_whenever_it_comes_it_ends_with_one_line_and_130_and_leaves_nobody(tmp_path, whom):
    draw = random.Random(whom)
    for number in range(int(os.environ.get("CTRL_C_TRIES", "4"))):
        running = started(tmp_path)
        assert running.stdout.readline() == "begun\n"
        time.sleep(draw.uniform(0.0, 1.5))
        (os.killpg if whom == "terminal" else os.kill)(running.pid, signal.SIGINT)
        _, said = running.communicate(timeout=60)
        told = [line for line in said.splitlines() if "runs done" not in line]
        assert (running.returncode, len(told)) == (130, 1), (number, said)
        assert told[0].startswith("twin: interrupted") and "kept" in told[0]
        deadline = time.monotonic() + 20.0
        while left_of(running.pid) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not left_of(running.pid)
        assert not list(tmp_path.rglob("*.tmp"))


def test_workers_that_begin_do_not_hear_it():
    """The terminal interrupts them too, before a line of ours runs in them."""
    code = "import signal, sys; sys.exit(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ()))"
    with held_back():
        assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 1
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_it_waits_where_it_is_held_back():
    passed = False
    with listening(), pytest.raises(KeyboardInterrupt), held_back():
        signal.raise_signal(signal.SIGINT)
        passed = True
    assert passed


def test_what_a_library_swallowed_is_raised_again():
    with listening():
        swallow()
        assert heard()
        with pytest.raises(KeyboardInterrupt):
            look()
    assert not heard()
    look()


def test_a_study_that_lost_it_stops_after_the_run_in_hand_and_goes_on_later(tmp_path):
    def study(name):
        return Study(tmp_path / name, arms_of(["two_buildings"], TINY), seed=1, replications=3, jobs=0)

    cut = study("cut")
    cut.prepare()
    with listening(), pytest.raises(KeyboardInterrupt):
        cut.run(lambda _: swallow())
    assert cut.finished() == 1
    assert not (cut.folder / "kpis.parquet").exists()
    for one in (cut, whole := study("whole")):
        one.prepare()
        one.run()
    assert files(cut.folder) == files(whole.folder)


def swallow():
    """What a bare ``except`` in a library does."""
    with contextlib.suppress(BaseException):
        signal.raise_signal(signal.SIGINT)
