"""A host in a process of its own, as it is run on a site."""

import json
import re
import signal
import subprocess
import sys
from contextlib import closing
from http.client import HTTPConnection

from tests.conftest import ROOT

LINE_S = 30.0


class Process:
    """A host in a process of its own, started again as often as wanted on the same folder."""

    def __init__(self, made, state, *words):
        self.made, self.state, self.words = made, state, words
        self.port = 0
        self.start("--bundle", str(made.path))

    def start(self, *more):
        place = f"127.0.0.1:{self.port}"
        command = [
            sys.executable, "-m", "policies.deploy.host", "--state", self.state, "--key", self.made.public, "--clock", "stepped",
            "--http", place, "--requests-per-s", "0", *self.words, *more,
        ]  # fmt: skip
        self.process = subprocess.Popen(
            [str(one) for one in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
        )
        self.said = self.process.stdout.readline()
        assert "decides" in self.said, self.process.stderr.read()
        self.port = int(re.search(r"http://[^:]+:(\d+)", self.said)[1])

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def kill(self):
        """As the system does to a process that is in its way; also closes what was said."""
        if self.process.poll() is None:
            self.process.kill()
        for file in (self.process.stdout, self.process.stderr):
            file.close()
        self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        _, said = self.process.communicate(timeout=LINE_S)
        return self.process.returncode, said

    def post(self, path, content):
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=LINE_S)) as line:
            line.request("POST", path, content, {"Content-Type": "application/json"})
            answer = line.getresponse()
            return answer.status, json.loads(answer.read())
