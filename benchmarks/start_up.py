"""What ``twin --help`` and a worker cost before they do anything, in fresh processes."""

import resource
import subprocess
import sys

MAY_COST_S = 0.3
HEAVY = ("numpy", "mesa", "scipy", "matplotlib", "duckdb")
STORE_MAY_COST_S = 0.25
WORLD = "import scenarios.study.replication"
FIRST_FILE = """
import pathlib, tempfile
import numpy as np
from results.store import parquet
with tempfile.TemporaryDirectory() as folder:
    parquet.write(pathlib.Path(folder, "t.parquet"), {"kpi": np.array(["K-R1"], dtype=object), "value": np.ones(1)})
"""
HELP = "import sys; from scenarios.cli import main; main(['--help'], standalone_mode=False)"


def help_cpu_s() -> float:
    """CPU seconds of ``twin --help`` [s]."""
    return cpu_s(HELP)


def worker_cpu_s() -> float:
    """CPU seconds until a worker can begin its first run: the world's libraries (mesa brings pandas) [s]."""
    return cpu_s(WORLD)


def worker_with_store_cpu_s() -> float:
    """As ``worker_cpu_s``, with duckdb loaded and a first file written [s]."""
    return cpu_s(f"{WORLD}\n{FIRST_FILE}")


def cpu_s(code: str) -> float:
    """CPU seconds of a fresh process that runs ``code`` [s]."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    _python(code)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def loaded_by_help() -> list[str]:
    """Which of the heavy libraries it loads."""
    said = _python(f"{HELP}; print(*[name for name in {HEAVY!r} if name in sys.modules])")
    return said.splitlines()[-1].split()


def _python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
