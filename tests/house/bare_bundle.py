"""A bundle looked at by a controller alone: run where the policies wheel is, with its extra for signatures or without.

Usage: bare_bundle.py BUNDLE PUBLIC_KEY EXIT_CODE. Without the extra nothing may be loaded (2); with it the bundle
is opened and its decisions are made again (0).
"""

import runpy
import sys
from pathlib import Path

from policies.deploy.verify import main


def look(bundle: str, key: str, expected: int) -> None:
    """Verify a bundle and see that it ends as expected."""
    runpy.run_path(str(Path(__file__).with_name("bare_decision.py")))["see_bare"]()
    found = main([bundle, "--key", key])
    if found != expected:
        raise SystemExit(f"exit code {found}, expected {expected}")


if __name__ == "__main__":
    look(sys.argv[1], sys.argv[2], int(sys.argv[3]))
