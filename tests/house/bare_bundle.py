"""A bundle looked at by a controller alone: run where the policies wheel is, with its extra for signatures or without.

Usage: bare_bundle.py BUNDLE PUBLIC_KEY EXIT_CODE. Without the extra nothing may be loaded (2); with it the bundle
is opened, its decisions are made again, and a host lets it decide (0).
"""

import runpy
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from policies.deploy.verify import main


def look(bundle: str, key: str, expected: int) -> None:
    """Verify a bundle and see that it ends as expected."""
    runpy.run_path(str(Path(__file__).with_name("bare_decision.py")))["see_bare"]()
    found = main([bundle, "--key", key])
    if found != expected:
        raise SystemExit(f"exit code {found}, expected {expected}")
    if not expected:
        hosted(bundle, key)


def hosted(bundle: str, key: str) -> None:
    """Let a host decide on what was recorded, and see that it decides the same."""
    from policies.deploy.bundle import open_bundle
    from policies.deploy.host.host import Host
    from policies.deploy.keys import read_public
    from policies.deploy.service import Observation

    opened = open_bundle(Path(bundle), [read_public(Path(key))])
    with TemporaryDirectory() as folder:
        host = Host(Path(folder), opened)
        differ = [
            pair.seen for pair in opened.pairs
            if host.decide(Observation(pair.seen["event"], pair.seen["now"])).decision != pair.decision
        ]  # fmt: skip
        host.stop()
    if differ:
        raise SystemExit(f"{len(differ)} decisions differ, the first on {differ[0]}")
    print(f"{len(opened.pairs)} decisions by a host, all as recorded")


if __name__ == "__main__":
    look(sys.argv[1], sys.argv[2], int(sys.argv[3]))
