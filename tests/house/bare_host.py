"""A host on a controller alone: run where the policies wheel is with its extras ``deploy``, ``http`` and ``mqtt``.

Usage: bare_host.py BUNDLE PUBLIC_KEY. A host process opens its HTTP door and decides on what the bundle recorded, the
same; nothing of the simulation is installed.
"""

import json
import re
import runpy
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory

from policies.deploy.bundle import open_bundle
from policies.deploy.keys import read_public

TOLD = 300


def run(bundle: str, key: str) -> None:
    """Start a host, tell it, stop it.

    Raises
    ------
    SystemExit
        If a decision differs, or the host does not end well.
    """
    runpy.run_path(str(Path(__file__).with_name("bare_decision.py")))["see_bare"](brought=("click",))  # by uvicorn
    pairs = open_bundle(Path(bundle), [read_public(Path(key))]).pairs[:TOLD]
    with TemporaryDirectory() as state:
        words = ["--state", state, "--bundle", bundle, "--key", key, "--clock", "stepped", "--http", "127.0.0.1:0"]
        host = subprocess.Popen(
            [sys.executable, "-I", "-m", "policies.deploy.host", *words], stdout=subprocess.PIPE, text=True
        )
        assert host.stdout is not None
        line = HTTPConnection("127.0.0.1", int(re.findall(r":(\d+)$", host.stdout.readline().strip())[0]))
        differ = 0
        for pair in pairs:
            line.request("POST", "/v1/decide", json.dumps(pair.seen), {"Content-Type": "application/json"})
            differ += json.loads(line.getresponse().read())["decision"] != pair.decision
        line.close()
        host.terminate()
        if differ or host.wait():
            raise SystemExit(f"{differ} of {len(pairs)} decisions differ, exit code {host.returncode}")
    print(f"{len(pairs)} decisions by a host over HTTP, all as recorded")


if __name__ == "__main__":
    run(sys.argv[1], sys.argv[2])
