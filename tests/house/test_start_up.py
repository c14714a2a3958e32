"""``twin --help`` must be cheap: it loads click and nothing heavy."""

import subprocess
import sys

HEAVY = ("numpy", "mesa", "scipy", "matplotlib", "duckdb", "simpy", "pandas", "pydantic", "rich", "joblib")


def test_twin_help_loads_no_heavy_library():
    code = (
        "import sys\nfrom scenarios.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit as done:\n    assert not done.code\n"
        f"print('LOADED', *[m for m in {HEAVY!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "Commands:" in done.stdout
    assert done.stdout.splitlines()[-1].split() == ["LOADED"]
