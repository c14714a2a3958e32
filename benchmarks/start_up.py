"""What ``twin --help`` costs and loads, in fresh processes."""

import resource
import subprocess
import sys

MAY_COST_S = 0.3
HEAVY = ("numpy", "mesa", "scipy", "matplotlib", "duckdb")
HELP = "import sys; from scenarios.cli import main; main(['--help'], standalone_mode=False)"


def help_cpu_s() -> float:
    """CPU seconds of ``twin --help`` [s]."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    _python(HELP)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def loaded_by_help() -> list[str]:
    """Which of the heavy libraries it loads."""
    said = _python(f"{HELP}; print(*[name for name in {HEAVY!r} if name in sys.modules])")
    return said.splitlines()[-1].split()


def _python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
