"""A change in any module that a replication can load asks for other cells; one that none loads does not."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from scenarios.study.sources import BESIDE_RUNS, LIBRARIES, SHOWING, code_version, evidence_version, sources
from tests.store.conftest import ROOT as FOLDER
from tests.store.conftest import environment

ROOT = Path(FOLDER)
OURS = ("hardware_emul", "policies", "results", "scenarios", "twin")
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


def of_the_house():
    """Name of each module of the house → its path in the project."""
    found = {}
    for package in OURS:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(path, modules):
    """Modules of the house that a file imports anywhere in it, with the packages they lie in."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0 and node.module, f"{path}: relative imports are not followed here"
            names = [node.module, *(f"{node.module}.{one.name}" for one in node.names)]
        for name in names:
            parts = name.split(".")
            yield from (ahead for k in range(len(parts)) if (ahead := ".".join(parts[: k + 1])) in modules)


def reached(*roots):
    """Everything that importing the roots, and calling what is in them, can import by a statement."""
    modules, todo, seen = of_the_house(), list(roots), set()
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += imports(modules[name], modules)
    return {modules[name] for name in seen}


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
    done = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=ROOT, env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    ours = {path for path in map(Path, json.loads(done.stdout)) if path.is_relative_to(ROOT)}
    ours = {path for path in ours if path.relative_to(ROOT).parts[0] in OURS}
    assert len(ours) > 100
    assert {ROOT / "policies" / "response" / "breaker.py", ROOT / "results" / "store" / "kept.py"} <= ours
    assert ours - counted == set()


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
