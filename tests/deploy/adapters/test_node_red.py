"""The Node-RED flow: its shape, and what it does in a real Node-RED between a real broker and a real host."""

import json
import os
import shutil
import subprocess
from contextlib import closing
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from tests.brokers import PASSWORD, PATIENCE_S, USER, broker_named, free_port, until
from tests.conftest import ROOT
from tests.deploy.host.process import Process

FLOW = ROOT / "docs" / "how-to" / "node-red-flow.json"
CORE = {"tab", "mqtt-broker", "http in", "function", "http request", "http response", "mqtt in", "debug"}
SETTINGS = """
module.exports = {
    uiHost: "127.0.0.1", uiPort: %d, flowFile: "flow.json", credentialSecret: false, httpAdminRoot: false,
    telemetry: { enabled: false }, logging: { console: { level: "info" } },
};
"""
FORM = {"building": 3, "trade": "plumbing", "priority": 2, "number": 41, "minute": 600.0}


@pytest.fixture
def flow():
    return json.loads(FLOW.read_text(encoding="utf-8"))


def test_every_wire_leads_to_a_node_and_every_node_is_a_core_one(flow):
    ids = [one["id"] for one in flow]
    assert len(set(ids)) == len(ids)
    assert {one["type"] for one in flow} == CORE
    assert not [one["id"] for one in flow for wires in one.get("wires", []) for to in wires if to not in ids]
    assert not [
        one["id"]
        for one in flow
        if one.get("z", ids[0]) != ids[0] or one.get("broker", ids[1]) not in (ids[1], "127.0.0.1")
    ]
    assert all(len(one["wires"]) == one["outputs"] for one in flow if one["type"] == "function")
    fed = {to for one in flow for wires in one.get("wires", []) for to in wires}
    assert {one["id"] for one in flow if one["type"] in ("function", "http request", "http response", "debug")} <= fed


def test_no_secret_is_in_the_flow(flow):
    assert "credentials" not in json.dumps(flow)
    assert [one["value"] for one in flow[0]["env"] if one["name"] == "CAMPUS_TOKEN"] == [""]


class Webhook:
    """Where technicians are told."""

    def __init__(self):
        self.told = []

        class Hook(BaseHTTPRequestHandler):
            def do_POST(hook):  # noqa: N805 (self is the webhook)
                self.told.append(json.loads(hook.rfile.read(int(hook.headers["Content-Length"]))))
                hook.send_response(204)
                hook.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
        self.thread = Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def site(made, tmp_path, flow):
    found = shutil.which("node-red")
    if found is None:
        missing = "node-red is not installed (npm install -g node-red)"
        (pytest.fail if os.environ.get("REQUIRE_NODE_RED") == "1" else pytest.skip)(missing)
    broker = broker_named("amqtt", tmp_path)
    broker.prefix = "campus-twin"
    host = Process(made, tmp_path / "state", "--mqtt", broker.url, "--mqtt-login", broker.login)
    hook, port = Webhook(), free_port()
    told = {"CAMPUS_HOST": host.url, "TECHNICIAN_WEBHOOK": f"http://127.0.0.1:{hook.server.server_port}"}
    for one in flow[0]["env"]:
        one["value"] = told.get(one["name"], one["value"])
    flow[1] |= {"port": str(broker.port), "credentials": {"user": USER, "password": PASSWORD}}
    folder = tmp_path / "node-red"
    folder.mkdir()
    (folder / "flow.json").write_text(json.dumps(flow))
    (folder / "settings.js").write_text(SETTINGS % port)
    (folder / "flow_cred.json").write_text(json.dumps({flow[1]["id"]: flow[1]["credentials"]}))
    log = (folder / "log").open("w+")
    running = subprocess.Popen([found, "--userDir", str(folder)], stdout=log, stderr=log)
    try:
        until(lambda: "Connected to broker" in (folder / "log").read_text())
        yield host, hook, port, folder / "log"
    finally:
        running.kill()
        running.wait()
        log.close()
        hook.close()
        host.kill()
        broker.kill()


def test_a_form_becomes_an_event_and_what_is_assigned_reaches_the_technician(site):
    host, hook, port, log = site
    for tech in (0, 1):  # plumbers; of two one is held in reserve
        duty = {"kind": "DutyChanged", "tech": tech, "on": True, "why": "shift", "until": 1050.0}
        assert host.post("/v1/decide", json.dumps({"event": duty, "now": 590.0, "id": f"duty {tech}"}))[0] == 200
    status, said = sent(port, FORM)
    assert (status, said["request"]) == (200, 41)
    (assigned,) = [one for one in said["commands"] if one["kind"] == "Assign"]
    until(lambda: hook.told)
    assert (hook.told[0]["order"], hook.told[0]["technician"]) == (41, assigned["tech"])
    assert sent(port, FORM) == (status, said)
    until(lambda: f"Order 41 is yours, technician {assigned['tech']}." in log.read_text())
    status, said = sent(port, {"building": "north", "priority": 9})
    assert status == 400
    assert [one.split(":")[0] for one in said["errors"]] == ["building", "trade", "priority"]
    status, said = sent(port, {**FORM, "number": 42, "minute": 1.0})
    assert status == 409
    assert "before" in said["errors"][0] or "after" in said["errors"][0]
    assert len(hook.told) == 1


def sent(port, form):
    with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)) as line:
        line.request("POST", "/repairs", json.dumps(form), {"Content-Type": "application/json"})
        answer = line.getresponse()
        return answer.status, json.loads(answer.read())
