"""A tiny study: two buildings, a week and a half."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from policies.controller import registry
from scenarios.cli import main
from scenarios.study import arms

ROOT = str(Path(__file__).resolve().parents[2])
TINY = ("run.burn_in_days=2", "run.days=8", "run.run_out_days=2")
FIFO = """
name = "fifo"
extends = "two_buildings"
[policies]
dispatch = { rule = "fifo_pooled" }
"""


@pytest.fixture
def tiny():
    return TINY


@pytest.fixture
def fifo(tmp_path):
    path = tmp_path / "fifo.toml"
    path.write_text(FIFO)
    return str(path)


@pytest.fixture
def fresh(tmp_path, monkeypatch):
    """A folder of its own, and nothing remembered of the scenarios and rules of other tests."""
    monkeypatch.chdir(tmp_path)
    forget()
    yield
    forget()


def forget():
    arms._resolved.cache_clear()
    registry._found.cache_clear()


@pytest.fixture
def twin(fresh):
    """The command line in this process (``-j 0``); settings make the study tiny."""

    def call(*words, settings=TINY, jobs="0"):
        sets = [part for one in settings or () for part in ("--set", one)]
        return CliRunner().invoke(main, [*words, *sets, *(("-j", jobs) if settings else ())])

    return call


@pytest.fixture
def process(tmp_path):
    """The command line in a process of its own, as a terminal starts it; returns at once."""

    def start(*words, settings=TINY, path=""):
        command = [sys.executable, "-c", "from scenarios.cli import main; main()", *words]
        command += [part for one in settings for part in ("--set", one)]
        environment = dict(os.environ, PYTHONPATH=os.pathsep.join([*filter(None, [path]), ROOT]))
        pipe = subprocess.PIPE
        return subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=pipe, stderr=pipe, text=True)

    return start


@pytest.fixture
def plug_in(tmp_path, fresh, monkeypatch):
    """Register a dispatch rule as a stranger's package would: a module and its entry point on the path."""
    made = []

    def register(name, source):
        home = tmp_path / "plugin"
        info = home / f"{name}-1.0.dist-info"
        info.mkdir(parents=True)
        (home / f"{name}.py").write_text(source)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[campus_twin.policies]\ndispatch.{name} = {name}:Rule\n")
        (tmp_path / f"{name}.toml").write_text(
            f'name = "{name}"\nextends = "two_buildings"\n[policies]\ndispatch = {{ rule = "{name}" }}\n'
        )
        monkeypatch.syspath_prepend(str(home))
        forget()
        made.append(name)
        return str(home)

    yield register
    for name in made:
        sys.modules.pop(name, None)
