"""``twin --help`` must be cheap: it loads click and nothing heavy. What asks of kept runs loads no world."""

import subprocess
import sys

import pytest

HEAVY = ("numpy", "mesa", "scipy", "matplotlib", "duckdb", "simpy", "pandas", "pydantic", "rich", "joblib")
OF_A_WORLD = ("mesa", "scipy", "matplotlib", "simpy", "pandas")
BESIDE_MESA = ("pandas", "networkx", "mesa.space", "mesa.experimental")


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


def test_a_run_loads_of_mesa_what_it_needs_and_nothing_that_comes_beside_it(tmp_path):
    words = ["run", "two_buildings", "-n", "1", "-j", "0"]
    sets = [word for key in ("burn_in_days", "days", "run_out_days") for word in ("--set", f"run.{key}=1")]
    assert loaded_by([*words, *sets], ("mesa.agent", "mesa.model", *BESIDE_MESA), tmp_path)[0] == [
        "mesa.agent",
        "mesa.model",
    ]


@pytest.mark.parametrize("first", ["import twin.society, mesa", "import mesa, twin.society"])
def test_who_imports_mesa_has_it_whole_with_the_same_classes(first):
    code = (
        f"{first}\nfrom mesa import Agent, space\nimport mesa.experimental\n"
        "assert issubclass(twin.society.Society, mesa.Model) and issubclass(twin.society.Group, Agent)\n"
        "assert mesa.model.Model is mesa.Model and mesa.agent.Agent is Agent and space.MultiGrid\n"
        "assert not hasattr(mesa, 'nothing')"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
