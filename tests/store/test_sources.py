"""A change in any module that a replication can load asks for other cells; one that none loads does not."""

import json
import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from scenarios.study.sources import BESIDE_RUNS, LIBRARIES, SHOWING, code_version, evidence_version, sources
from scenarios.verify.effort import pilot
from scenarios.verify.registry import RECIPES, ways
from scenarios.verify.truths import read
from tests.conftest import ROOT
from tests.evidence.kept import of_players
from tests.imports import OURS, of_the_house, reached
from tests.store.conftest import environment

LOADED = """
import json, sys, tempfile
from pathlib import Path
from scenarios.study.arms import arms_of
from scenarios.study.tasks import Task
before = set(sys.modules)
from scenarios.study.replication import compute
sets = ("campus=campus_small", "run.burn_in_days=1", "run.days=2", "run.run_out_days=1")
with tempfile.TemporaryDirectory() as folder:
    done = compute(Task(Path(folder), tuple(arms_of(["as_is", "all_together"], sets)), 1, 0, "c", in_worker=False, keep="journal"))
assert done.done == ["as_is", "all_together"], done.failures
print(json.dumps(sorted(m.__file__ for m in sys.modules.values() if getattr(m, "__file__", None))))
"""

PLAYED = """
import json, pickle, sys
from scenarios.verify.play import sample
for case, play in pickle.load(sys.stdin.buffer):
    sample(case, play, 1, 0, 0)
print(json.dumps(sorted(m.__file__ for m in sys.modules.values() if getattr(m, "__file__", None))))
"""
CUSTOMERS = 200


def loaded(script, given=b""):
    """Files of the house that a script has loaded when it is over."""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment(), input=given, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    ours = {path for path in map(Path, json.loads(done.stdout)) if path.is_relative_to(ROOT)}
    return {path for path in ours if path.relative_to(ROOT).parts[0] in OURS}


@pytest.fixture(scope="module")
def counted():
    return {path for _, path in sources()}


def test_whatever_the_import_graph_lets_a_replication_reach_counts(counted):
    rules = [name for name in of_the_house() if name.startswith(("policies.", "hardware_emul.", "twin."))]
    rules = [name for name in rules if not name.startswith("policies.deploy")]
    there = reached("scenarios.study.replication", "scenarios.study.experiment", "scenarios.trace.study", *rules)
    assert len(there) > 100
    assert there - counted == set()


def test_whatever_a_replication_does_load_counts(counted):
    """Also what comes in by name: rules by entry points, and what a package loads when it is asked."""
    ours = loaded(LOADED)
    assert len(ours) > 100
    assert {ROOT / "policies" / "response" / "breaker.py", ROOT / "results" / "store" / "kept.py"} <= ours
    assert ours - counted == set()


def test_whatever_playing_a_case_does_load_is_in_the_digest_its_replications_are_kept_under():
    cases = [
        (case, pilot(case, way.name, ())) for case in read().values() for way in ways(case.model) if way.gives(case)
    ]
    plays = [
        (case, replace(play, customers=CUSTOMERS)) for case, play in cases if not RECIPES[play.recipe].refuses(case)
    ]
    there = of_players()
    assert {play.recipe for _, play in plays} == {name for name, recipe in RECIPES.items() if recipe.play}
    assert loaded(PLAYED, pickle.dumps(plays)) - there == set()
    assert {ROOT / "twin" / "world.py", ROOT / "policies" / "response" / "dispatch_index.py"} <= there
    assert ROOT / "results" / "comparison.py" not in there


def test_every_byte_of_every_file_that_counts_is_in_the_version(monkeypatch):
    before, read, seen = code_version(), [], set()

    def reading(path):
        read.append(path)
        with path.open("rb") as file:
            return file.read() + (b"#" if path in seen else b"")

    monkeypatch.setattr(Path, "read_bytes", reading)
    assert code_version.__wrapped__() == before
    everything = [path for _, path in sources()]
    assert read == everything and len(everything) == len(set(everything))
    for path in everything[:: len(everything) // 7]:
        seen = {path}
        assert code_version.__wrapped__() != before, path


def test_what_is_left_out_is_there_and_counts_for_evidence():
    names = {path.relative_to(ROOT).as_posix() for path in of_the_house().values()}
    for left_out in BESIDE_RUNS:
        assert any(name.startswith(left_out) for name in names) or left_out in ("results/reference/", "results/runs/")
    for_evidence = {name for name, _ in sources(SHOWING)}
    assert {"scenarios/verify/play.py", "scenarios/calibration/study.py"} <= for_evidence
    assert not {name for name, _ in sources()} - for_evidence
    assert code_version() != evidence_version()
    assert {"mesa", "numpy", "scipy", "simpy"} <= set(LIBRARIES)
