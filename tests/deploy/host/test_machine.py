"""A machine that tries what the document says, and strangers without the token, before a host as it is run on a site.

In the tests of the door an office of its own process stands behind it; here a host does, whose rules, record and journal are others' to spoil.
"""

from itertools import count

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from policies.deploy.doors.http import openapi
from policies.deploy.doors.http.settings import HttpSettings
from tests.deploy.doors.client import Client
from tests.deploy.host.process import Process

SECRET = "a-machine-may-come-in"  # noqa: S105
GUARD = {"Authorization": f"Bearer {SECRET}"}
TOLD = 40
MINUTES = count(100_000)
"""Later than all that was recorded, and never back."""
TRIED = []
"""Observations a machine made up that should be taken (of those that were tried in this process)."""
OPERATIONS = [
    (path, method) for path, of in openapi.document(HttpSettings(), guarded=True)["paths"].items() for method in of
]


@pytest.fixture(scope="module")
def guarded(made, tmp_path_factory):
    """A host that opens to a token, and has decided a little; whatever it was told since, it goes on where it stood."""
    folder = tmp_path_factory.mktemp("guarded")
    file = folder / "door.token"
    file.write_text(SECRET)
    file.chmod(0o600)
    host = Process(made, folder / "s", "--token-file", file)
    try:
        with Client(host.port, SECRET) as client:
            for pair in made.opened().pairs[:TOLD]:
                assert client.post("/v1/decide", pair.seen).json["decision"] == pair.decision
            yield host
            last = client.get("/v1/status").json["last"]
            assert last - TOLD >= len(TRIED) // 2, "what was tried was mostly refused"
        assert host.stop()[0] == 0
        host.start()
        assert f"; {last} decisions so far" in host.said
    finally:
        host.kill()


@pytest.fixture(scope="module")
def api(guarded):
    return schemathesis.openapi.from_url(f"{guarded.url}/openapi.json", headers=GUARD, config=SchemathesisConfig())


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
@settings(max_examples=10, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_a_machine_makes_of_the_document_a_host_answers_as_it_says(api, path, method, mode, data):
    case = data.draw(api[path][method].as_strategy(generation_mode=mode))
    unsure = [positive_data_acceptance]  # the document does not say who works here, and a host asks
    if path == "/v1/decisions":
        case.query.pop("wait_s", None)  # up to half a minute each, and then there may be nothing wrong any more
        unsure += [negative_data_rejection]
    if mode is GenerationMode.POSITIVE and method == "post":
        for one in case.body.get("observations", [case.body]):
            one.update(now=next(MINUTES), event=of_this_office(one["event"]))
            TRIED.append(one)
    case.call_and_validate(headers=GUARD, excluded_checks=unsure)


def of_this_office(event):
    """The same, of people and places that are there: it is not refused by its words, and the office has to take it."""
    there = {"tech": 3, "building": 2, "order": 50, "request": 50, "task": 50, "priority": 4}
    whole = {name: 1 + abs(int(event[name])) % (most - 1) for name, most in there.items() if name in event}
    return {**event, **whole, **({"trade": "plumbing"} if "trade" in event else {})}


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
@pytest.mark.parametrize("token", ["", "another-one-that-opens-nothing", SECRET[:-1]])
def test_a_stranger_learns_and_changes_nothing(guarded, path, method, token, made):
    seen = made.opened().pairs[TOLD].seen
    with Client(guarded.port, SECRET) as client:
        before = client.get("/v1/status").json
        with Client(guarded.port, token) as stranger:
            reply = stranger.post(path, seen) if method == "post" else stranger.get(path)
        assert reply.status == 401
        assert reply.json["type"].endswith("/NoToken")
        assert client.get("/v1/status").json == before
