"""``twin policy new``: a project that is whole before a line of it is changed."""

import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner

from policies.contract.decisions import DECISIONS
from policies.controller import registry
from policies.controller.conformance import check, decision_of
from scenarios.cli import policy
from tests.conftest import ROOT
from tests.house import howto


def new(*words: str):
    return CliRunner().invoke(policy.command, ["new", *words])


@pytest.mark.parametrize("decision", DECISIONS)
def test_every_decision_point_has_a_sound_rule_to_start_from(decision):
    start = import_module(f"scenarios.plugins.starts.{decision}").NewRule
    assert decision_of(start) == decision
    assert check(start, decision) == []


@pytest.mark.parametrize("decision", DECISIONS)
def test_the_rule_of_a_new_project_is_the_one_it_started_from(decision, tmp_path):
    name = f"own_{decision}"
    assert new(name, "--decision", decision, "-o", str(tmp_path)).exit_code == 0
    text = (tmp_path / name / f"{name}.py").read_text(encoding="utf-8")
    title = "".join(word.capitalize() for word in name.split("_"))
    assert f"class {title}:" in text
    assert "NewRule" not in text


def test_a_new_project_installs_passes_its_test_and_is_found_by_its_name(tmp_path):
    told = json.loads(new("hill_first", "-o", str(tmp_path), "--json").stdout)
    project = tmp_path / "hill_first"
    assert sorted(Path(file).relative_to(project).as_posix() for file in told["data"]["files"]) == [
        "README.md", "hill_first.py", "pyproject.toml", "tests/test_hill_first.py", "try_hill_first.toml",
    ]  # fmt: skip
    assert _run("-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=project).endswith("1 passed")
    target = tmp_path / "installed"
    pip = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-build-isolation")
    _run(*pip, "--no-index", "--target", str(target), ".", cwd=project)
    twin = ("-c", "from scenarios.cli import main; main()")
    assert "kept" in _run(*twin, "policy", "check", "dispatch.hill_first", cwd=tmp_path, path=target)
    scenario = str(project / "try_hill_first.toml")
    assert 'title = "Today\'s practice with the rule hill_first for dispatch"' in Path(scenario).read_text(
        encoding="utf-8"
    )
    assert "no problems" in _run(*twin, "scenario", "check", scenario, cwd=tmp_path, path=target)
    short = (
        "--set",
        "campus=two_buildings",
        "--set",
        "run.burn_in_days=0",
        "--set",
        "run.days=7",
        "--set",
        "run.run_out_days=1",
    )
    ran = _run(*twin, "run", scenario, "-n", "1", "-j", "0", *short, "--json", cwd=tmp_path, path=target)
    assert json.loads(ran)["ok"]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Hill-First", "expected small letters"),
        ("class", "a word of Python's own; expected another"),
        ("nearest_idle", "a rule of dispatch that is there already"),
        ("json", "a module that is there already"),
        ("twin", "a module that is there already"),
    ],
)
def test_a_name_that_cannot_be_is_refused_and_nothing_written(name, why, tmp_path):
    told = new(name, "-o", str(tmp_path / "to"))
    assert told.exit_code == 2
    assert why in told.stderr
    assert not (tmp_path / "to").exists()


def test_what_stands_there_is_not_written_over(tmp_path):
    (tmp_path / "hill_first").mkdir()
    (tmp_path / "hill_first" / "mine.txt").write_text("keep me", encoding="utf-8")
    told = new("hill_first", "-o", str(tmp_path))
    assert told.exit_code == 2
    assert "a folder that exists" in told.stderr
    assert [file.name for file in tmp_path.rglob("*")] == ["hill_first", "mine.txt"]


SHORT = "--set campus=campus_small --set run.burn_in_days=0 --set run.days=14 --set run.run_out_days=1 -j 0"
"""A fortnight of the small campus in place of what a project's README asks for."""


@pytest.mark.timeout(300)
def test_the_readme_of_a_new_project_leads_from_its_rule_to_a_bundle(tmp_path):
    assert new("hill_first", "-o", str(tmp_path)).exit_code == 0
    project = tmp_path / "hill_first"
    text = (project / "README.md").read_text(encoding="utf-8")
    assert "--against skill_place_load --scenario all_together" in text
    typed = [line.partition("#")[0].strip() for block in howto.blocks(text) for line in block.text.splitlines()]
    install, *rest = typed
    assert install == "python -m pip install -e ."
    pip = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-build-isolation")
    _run(*pip, "--target", str(tmp_path / "installed"), ".", cwd=project)
    path = f"{tmp_path / 'installed'}{os.pathsep}{ROOT}"
    env = {**os.environ, "PYTHONPATH": path, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    for line in rest:
        done = subprocess.run(
            ["bash", "-c", _short(line)], cwd=project, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0 or (done.returncode == 1 and "NO-GO" in done.stdout), (
            f"{line}\n{done.stdout}{done.stderr}"
        )
    assert "evidence of the study gate_hill_first" in done.stdout
    assert (project / "hill_first-1.bundle").exists()


def _short(line: str) -> str:
    """The same in seconds, and without fetching what builds a wheel."""
    if line.startswith(("twin compare", "twin policy gate")):
        return f"{line.removesuffix(' -n 10')} -n 2 {SHORT}"
    if line.startswith("twin policy pack"):
        return f"{line} {SHORT.removesuffix(' -j 0')}"
    return line.replace("pip wheel", "pip wheel --quiet --no-build-isolation")


@pytest.mark.parametrize("decision", DECISIONS)
def test_the_readme_of_a_new_project_names_the_rule_whose_place_it_would_take(decision, tmp_path):
    assert new(f"own_{decision}", "--decision", decision, "-o", str(tmp_path)).exit_code == 0
    text = (tmp_path / f"own_{decision}" / "README.md").read_text(encoding="utf-8")
    incumbent = text.partition("--against ")[2].partition(" ")[0]
    assert incumbent in registry.names(decision)


def _run(*words: str, cwd: Path, path: Path | None = None) -> str:
    env = {**os.environ, "PYTHONPATH": str(path)} if path else dict(os.environ)
    done = subprocess.run([sys.executable, *words], cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip().rsplit(" in ", 1)[0]
