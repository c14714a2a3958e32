"""The document says what the door does: valid by itself, and by a machine that tries what it says."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import negative_data_rejection
from schemathesis.specs.openapi.definitions import OPENAPI_31

from policies.deploy import schema
from policies.deploy.doors.http import openapi
from policies.deploy.doors.http.problem import KINDS
from policies.deploy.doors.http.serve import opened
from policies.deploy.doors.http.settings import HttpSettings
from policies.deploy.doors.http.token import Token
from tests import worlds
from tests.deploy.doors.office import Office
from tests.deploy.doors.test_http_decides import DUTY, onsite

SECRET = "schemathesis-may-come-in"  # noqa: S105


def validator(document, name):
    registry = Registry().with_resource("urn:door", DRAFT202012.create_resource(document))
    return Draft202012Validator({"$ref": f"urn:door#/components/schemas/{name}"}, registry=registry)


@pytest.fixture(scope="module")
def document():
    return openapi.document(HttpSettings(), guarded=True)


def test_the_document_is_openapi_3_1(document):
    Draft202012Validator(OPENAPI_31).validate(document)


def test_every_schema_is_one_and_every_reference_leads_somewhere(document):
    schemas = document["components"]["schemas"]
    for made in schemas.values():
        Draft202012Validator.check_schema(made)
    told = set(references(document))
    assert told <= {f"#/components/schemas/{name}" for name in schemas}
    assert {"#/components/schemas/Event", "#/components/schemas/Command"} <= told


def references(value):
    if isinstance(value, dict):
        yield from (inner for key, inner in value.items() if key == "$ref")
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_no_two_things_have_one_name(document):
    events, commands = schema.events_schema()["$defs"], schema.commands_schema()["$defs"]
    ours = {
        "Observation",
        "Observations",
        "Decision",
        "DecisionWithEvent",
        "Decisions",
        "Feed",
        "Status",
        "Event",
        "Command",
    }
    assert len(document["components"]["schemas"]) == len(events) + len(commands) + len(KINDS) + len(ours)


def test_every_kind_of_problem_that_a_path_may_answer_is_told_there(document):
    told = set(references(document["paths"]))
    unasked = {"NoSuchPath", "NoSuchMethod"}
    assert {f"#/components/schemas/{name}" for name in KINDS.keys() - unasked} <= told


def test_the_served_document_is_that_of_its_own_limits(office, door):
    client = door(office, batch=7, page=5, wait_s=2.5)
    assert client.get("/openapi.json").json == openapi.document(
        HttpSettings(batch=7, page=5, wait_s=2.5), guarded=False
    )


def test_the_bounds_in_the_document_are_those_of_the_door(client, document):
    client.post("/v1/decide", DUTY)
    for one in document["paths"]["/v1/decisions"]["get"]["parameters"]:
        low, high = one["schema"]["minimum"], one["schema"]["maximum"]
        for value, status in ((low, 200), (high, 200), (low - 1, 400), (high + 1, 400)):
            assert client.get(f"/v1/decisions?{one['name']}={value:.0f}").status == status, (one["name"], value)
    schemas = document["components"]["schemas"]
    longest, most = (
        schemas["Observation"]["properties"]["id"]["maxLength"],
        schemas["Observations"]["properties"]["observations"]["maxItems"],
    )
    for length, status in ((longest, 200), (longest + 1, 422)):
        assert client.post("/v1/decide", {**DUTY, "id": "日" * length}).status == status
    for many, status in ((most, 200), (most + 1, 422)):
        assert client.post("/v1/events", {"observations": [DUTY] * many}).status == status


def test_recorded_days_are_observations_and_decisions_of_the_document(client, recorded, document):
    asked, told, fed = (validator(document, name) for name in ("Observation", "Decision", "Feed"))
    for pair in recorded:
        asked.validate(pair.seen)
        told.validate(client.post("/v1/decide", pair.seen).json)
    feed = client.get("/v1/decisions?limit=1000").json
    assert len(feed["decisions"]) == len(recorded)
    fed.validate(feed)
    validator(document, "Status").validate(client.get("/v1/status").json)


def test_problems_are_those_of_the_document(client, document):
    client.post("/v1/decide", {**DUTY, "id": "a"})
    replies = [
        client.post("/v1/decide", b"{"), client.post("/v1/decide", {}), client.get("/v1/decisions?after=x"), client.get("/no"),
        client.get("/v1/decide"), client.post("/v1/decide", {**DUTY, "now": 1}), client.post("/v1/decide", onsite(1, 500, id="a")),
        client.post("/v1/events", {"observations": [DUTY, {**DUTY, "now": 1}]}), client.get("/v1/status", Accept="text/html"),
        client.ask("POST", "/v1/decide", b"x"),
    ]  # fmt: skip
    names = [reply.json["type"].rpartition("/")[2] for reply in replies]
    assert len(set(names)) == 9
    for name, reply in zip(names, replies, strict=True):
        validator(document, name).validate(reply.json)
    broken_off = replies[7].json
    assert not validator(document, "TimeRunsBack").is_valid({k: v for k, v in broken_off.items() if k != "decisions"})


# ------------------------------------------------------------------------------------ schemathesis


@pytest.fixture(scope="module")
def api():
    """A guarded door in front of an office of its own, as schemathesis reads it."""
    office = Office(worlds.centre(worlds.village(days=30), worlds.TO_BE))
    limits = HttpSettings(token=Token(SECRET.encode()), requests_per_s=None, wait_s=0.02, batch=20)
    with opened(office, limits) as port:
        yield schemathesis.openapi.from_url(
            f"http://127.0.0.1:{port}/openapi.json",
            headers={"Authorization": f"Bearer {SECRET}"},
            config=SchemathesisConfig(),
        )
    assert len(office.kept) > 20, "what was tried was mostly refused"


OPERATIONS = [
    (path, method) for path, of in openapi.document(HttpSettings(), guarded=True)["paths"].items() for method in of
]


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
@settings(max_examples=20, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_a_machine_makes_of_the_document_is_answered_as_it_says(api, path, method, mode, data):
    case = data.draw(api[path][method].as_strategy(generation_mode=mode))
    # A parameter too many may be one without a value, which is not sent: then there is nothing to refuse.
    unsure = [negative_data_rejection] if path == "/v1/decisions" else []
    case.call_and_validate(headers={"Authorization": f"Bearer {SECRET}"}, excluded_checks=unsure)
