"""What is shipped, and what a newcomer installs."""

import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import version

import pytest
from hatchling.builders.wheel import WheelBuilder

import policies
from scenarios import library
from scenarios.verify import truths

PINNED = re.compile(r"^[A-Za-z0-9._-]+(\[[a-z,]+\])?==[A-Za-z0-9.!+]+$")
GROUP = "campus_twin.policies"


def _toml(file):
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _pins(file):
    lines = file.read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if line and not line.startswith("#"))


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_requirements_are_pinned_and_carry_no_address(root, name):
    lines = [line for line in (root / name).read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert lines
    assert not [line for line in lines if not PINNED.match(line)]


def test_every_dependency_is_pinned(root):
    project = _toml(root / "pyproject.toml")["project"]
    run, dev = _pins(root / "requirements.txt"), _pins(root / "requirements-dev.txt")
    wanted = {re.split(r"[\[<>=!;]", d)[0] for d in project["dependencies"]}
    assert wanted <= run.keys(), "run `make lock`"
    assert {re.split(r"[\[<>=!;]", d)[0] for d in project["optional-dependencies"]["dev"]} <= dev.keys(), (
        "run `make lock`"
    )
    assert run.items() <= dev.items()


def test_the_controller_alone_registers_the_same_rules(root):
    whole = _toml(root / "pyproject.toml")["project"]["entry-points"][GROUP]
    alone = _toml(root / "policies" / "pyproject.toml")["project"]["entry-points"][GROUP]
    assert alone == whole, "copy the table of pyproject.toml into policies/pyproject.toml"


def test_the_controller_alone_requires_nothing(root):
    assert not _toml(root / "policies" / "pyproject.toml")["project"].get("dependencies")


def test_the_version_is_spelled_once():
    assert version("campus-twin") == policies.__version__


def test_the_version_has_its_entry_in_the_changelog(root):
    assert f"## {policies.__version__}" in (root / "CHANGELOG.md").read_text(encoding="utf-8")


def test_a_decision_is_made_by_the_standard_library_alone(root):
    """What `.ci/run` does in a bare environment, here with site-packages switched off."""
    code = (
        "import sys, runpy; sys.path.insert(0, sys.argv[1]); "
        "from policies.controller import registry; from policies.response.dispatch import NearestIdle; "
        "registry.rule_class = lambda decision, name: NearestIdle; "
        "print(runpy.run_path(sys.argv[2])['decide']())"
    )
    bare = root / "tests" / "house" / "bare_decision.py"
    command = [sys.executable, "-I", "-S", "-c", code, str(root), str(bare)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "tech=1" in done.stdout


def _wheel(project, folder):
    made = next(WheelBuilder(str(project)).build(directory=str(folder), versions=["standard"]))
    return zipfile.ZipFile(made).namelist()


def test_the_wheel_holds_the_packages_and_their_data_and_no_run(root, tmp_path):
    names = _wheel(root, tmp_path)
    shipped = [
        path for kind in ("scenario", "measure", "campus", "calendar") for path in library.shipped(kind).values()
    ]
    assert {str(path.relative_to(root)) for path in [*shipped, truths.SHIPPED]} <= set(names)
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {"policies", "twin", "hardware_emul", "results", "scenarios"}
    assert not [name for name in names if name.startswith("results/runs/") or name.endswith("pyproject.toml")]


def test_the_controllers_wheel_holds_policies_alone(root, tmp_path):
    names = _wheel(root / "policies", tmp_path)
    here = {f"policies/{p.relative_to(root / 'policies')}" for p in (root / "policies").rglob("*.py")}
    assert {name for name in names if ".dist-info/" not in name} == here | {"policies/py.typed"}
