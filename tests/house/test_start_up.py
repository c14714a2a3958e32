"""``twin --help`` must be cheap: it loads click and nothing heavy. What asks of kept runs loads no world."""

import subprocess
import sys

import pytest

HEAVY = ("numpy", "mesa", "scipy", "matplotlib", "duckdb", "simpy", "pandas", "pydantic", "rich", "joblib")
OF_A_WORLD = ("mesa", "scipy", "matplotlib", "simpy", "pandas")


def loaded_by(words, looked_for, folder):
    """Which of some libraries a command loads, and what it said."""
    code = (
        "import sys\nfrom scenarios.cli import main\n"
        f"try:\n    main({words!r})\nexcept SystemExit as done:\n    assert not done.code\n"
        f"print('LOADED', *[m for m in {looked_for!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=folder)
    return done.stdout.splitlines()[-1].split()[1:], done.stdout


def test_twin_help_loads_no_heavy_library(root):
    loaded, said = loaded_by(["--help"], HEAVY, root)
    assert "Commands:" in said
    assert loaded == []


@pytest.mark.parametrize("words", [["scenario", "check", "as_is"], ["results", "list"], ["study", "list"]])
def test_a_command_that_simulates_nothing_loads_no_library_of_the_world(words, tmp_path):
    assert loaded_by(words, OF_A_WORLD, tmp_path)[0] == []
