"""What the door says is what the AsyncAPI document promises, and nothing passes that it does not name."""

import json

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from docs.pages.mqtt import document
from policies.deploy.doors.mqtt import command_plain
from policies.deploy.doors.plain import decision_plain, observations_of, status_plain
from policies.deploy.doors.topics import ABOUT
from policies.deploy.service import Observation


@pytest.fixture(scope="module")
def promised():
    """Checks a value against a schema of the document."""
    whole = document()

    def check(name, value):
        schema = {**whole, "$ref": f"#/components/schemas/{name}"}
        Draft202012Validator(schema).validate(json.loads(json.dumps(value)))

    return check


def test_every_topic_is_a_channel():
    addresses = {channel["address"] for channel in document()["channels"].values()}
    assert addresses == {f"{{prefix}}/{topic.replace('KIND', '{kind}')}" for topic in ABOUT}


def test_what_a_day_says_is_promised(host, day, promised):
    for number, pair in enumerate(day):
        seen = {**pair.seen, "id": f"e{number}"}
        promised("Observation", seen)
        (read,) = observations_of(seen, named=True)
        made = host.decide(read)
        promised("Decision", decision_plain(made))
        for place, command in enumerate(made.commands, 1):
            promised("Order", command_plain(made, place, command))
    promised("Host", status_plain(host.status()))
    promised("Observations", {"observations": [{"event": day[0].seen["event"], "id": "x"}]})


def test_what_is_refused_is_not_promised(host, day, promised):
    seen = day[0].seen
    for wrong in [
        seen,
        {**seen, "id": ""},
        {**seen, "id": "x", "extra": 1},
        {"id": "x", "event": {"kind": "Nonsense"}},
    ]:
        with pytest.raises(ValidationError):
            promised("Observation", wrong)
    made = decision_plain(host.decide(Observation(seen["event"], seen["now"])))
    with pytest.raises(ValidationError):
        promised("Decision", {**made, "number": 0})


def test_no_reference_leads_nowhere():
    whole = document()
    text = json.dumps(whole)
    for part in {piece.partition('"')[0] for piece in text.split('"$ref": "#/')[1:]}:
        there = whole
        for step in part.split("/"):
            there = there[step]
        assert there
