"""Small studies of two buildings, kept whole."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from scenarios.cli import main

ROOT = str(Path(__file__).resolve().parents[2])
TINY = ("run.burn_in_days=2", "run.days=8", "run.run_out_days=2")
FIFO = 'name = "fifo"\nextends = "two_buildings"\n[policies]\ndispatch = { rule = "fifo_pooled" }\n'


@pytest.fixture(scope="session")
def fifo(tmp_path_factory):
    """A second scenario of the two buildings."""
    path = tmp_path_factory.mktemp("scenarios") / "fifo.toml"
    path.write_text(FIFO)
    return str(path)


@pytest.fixture(scope="session")
def twin():
    """The command line in a process of its own; waits for its end."""

    def call(*words, cwd, settings=TINY):
        return subprocess.run(
            command(*words, settings=settings), cwd=cwd, env=environment(), capture_output=True, text=True, check=False
        )

    return call


@pytest.fixture
def here(monkeypatch):
    """The command line in this process: the same, where nobody ends it from outside, and seconds cheaper to start."""

    def call(*words, cwd, settings=TINY):
        monkeypatch.chdir(cwd)
        return CliRunner().invoke(main, [*words, *settings_of(settings)])

    return call


def command(*words, settings=TINY):
    return [sys.executable, "-c", "from scenarios.cli import main; main()", *words, *settings_of(settings)]


def settings_of(settings):
    return [part for one in settings for part in ("--set", one)]


def environment(**more):
    return dict(os.environ, PYTHONPATH=ROOT, COLUMNS="200", **more)


@pytest.fixture(scope="session")
def kept(tmp_path_factory, twin, fifo):
    """The folder of a study of two scenarios and two replications that kept its journals."""
    folder = tmp_path_factory.mktemp("kept")
    done = twin("run", "two_buildings", fifo, "-n", "2", "-j", "0", "--keep-journal", "--study", "both", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


def files(folder):
    """Every file under a folder with its bytes."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
