"""A site to be joined: a simulated CMMS and a bridge in processes of their own, and what the CMMS says afterwards."""

import json
import re
import signal
import subprocess
import sys
from contextlib import closing
from datetime import date
from http.client import HTTPConnection

from tests.conftest import ROOT

KEY = "a-key-of-the-CMMS"
LINE_S = 30.0
START = date(2025, 6, 30)
"""First day of the small campus' calendar, as its host says."""
TRADES = ("plumbing", "electrical", "carpentry", "hvac")
USERS, PLACES = 12, 18


def config(host, cmms, on_hold="PartNeeded", clock="stepped"):
    """A file that joins the small campus to the CMMS."""
    return "\n".join(
        [
            'position = "position.json"', 'zone = "UTC"',
            "[host]", f'url = "{host}"', f'clock = "{clock}"',
            "[cmms]", f'url = "{cmms}"', 'key_file = "key"', "poll_s = 0.02", f'on_hold = "{on_hold}"',
            "[categories]", *(f"{trade} = {11 + k}" for k, trade in enumerate(TRADES)),
            "[locations]", *(f"{k} = {201 + k}" for k in range(PLACES)),
            "[technicians]", *(f"{k} = {101 + k}" for k in range(USERS)),
            "[[shifts]]", 'from = "08:00"', 'to = "17:30"', f"technicians = {list(range(8))}",
            "[[shifts]]", 'from = "17:30"', 'to = "08:00"', "technicians = [8]",
        ]
    )  # fmt: skip


class Cmms:
    """The simulated CMMS, from Tuesday morning on."""

    def __init__(self, folder, orders=0, over_min=150.0, now="2025-09-02T07:50"):
        key = folder / "key"
        key.write_text(KEY)
        command = [
            sys.executable, "-m", "hardware_emul.cmms", "--key-file", key, "--now", now, "--users", USERS,
            "--locations", PLACES, "--categories", ",".join(TRADES), "--orders", orders, "--over-min", over_min,
        ]  # fmt: skip
        self.process = subprocess.Popen([str(one) for one in command], stdout=subprocess.PIPE, text=True, cwd=ROOT)
        self.port = int(re.search(r":(\d+)$", self.process.stdout.readline())[1])

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def ask(self, method, path, body=None, key=KEY):
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=LINE_S)) as line:
            line.request(method, path, None if body is None else json.dumps(body), {"X-API-Key": key})
            answer = line.getresponse()
            return answer.status, json.loads(answer.read())

    def advance(self, minutes):
        assert self.ask("POST", "/v1/advance", {"seconds": 60 * minutes})[0] == 200

    def orders(self):
        return self.ask("POST", "/work-orders/search", {"pageSize": 1000})[1]["content"]

    def history(self, number):
        return [one["name"] for one in self.ask("GET", f"/work-order-histories/work-order/{number}")[1]]

    def close(self):
        self.process.kill()
        self.process.stdout.close()
        self.process.wait()


class Bridging:
    """The bridge, started again as often as wanted on the same file."""

    def __init__(self, file):
        self.file = file
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "policies.deploy.adapters.atlas", str(self.file)],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=ROOT,
        )  # fmt: skip

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stderr.close()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        _, said = self.process.communicate(timeout=LINE_S)
        return self.process.returncode, said
