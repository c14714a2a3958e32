"""The published schemas: what an independent validator lets pass is what is read, and the twin's own days pass."""

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from policies.contract.commands import COMMANDS
from policies.contract.events import EVENTS
from policies.deploy import canonical, messages, schema
from policies.deploy.golden import Recorder
from policies.deploy.strict import WrongDocument
from tests import worlds
from tests.deploy.test_messages import of

EVENT, COMMAND = (Draft202012Validator(made()) for made in (schema.events_schema, schema.commands_schema))
EDGES = [None, True, 0, -1, 3.0, 2.5, 2**40, 2**53, "never", "", [], {}]


def test_the_schemas_are_schemas():
    for made in (schema.events_schema(), schema.commands_schema()):
        Draft202012Validator.check_schema(made)


def test_a_week_of_a_village_is_valid_event_by_event_and_command_by_command():
    campus = worlds.village(days=30)
    recorder = Recorder(worlds.centre(campus, worlds.TO_BE))
    worlds.run(7.0, campus=campus, controller=recorder)
    kinds = set()
    for pair in recorder.pairs:
        EVENT.validate(json.loads(canonical.text(pair.seen["event"])))
        kinds.add(pair.seen["event"]["kind"])
        for command in pair.commands:
            COMMAND.validate(json.loads(canonical.text(command)))
            kinds.add(command["kind"])
    assert len(recorder.pairs) > 500
    assert len(kinds) >= 18


@pytest.mark.parametrize("kind", [*EVENTS, *COMMANDS], ids=lambda kind: kind.__name__)
@settings(max_examples=12)
@given(data=st.data())
def test_the_validator_and_the_reader_agree_on_what_a_message_is(kind, data):
    """Also where a field was changed, dropped or added."""
    validator, read = (EVENT, messages.event_of) if kind in EVENTS else (COMMAND, messages.command_of)
    plain = messages.to_plain(data.draw(of(kind)))
    assert validator.is_valid(plain)
    field = data.draw(st.sampled_from([*plain, "another"]))
    if data.draw(st.booleans()):
        plain.pop(field, None)
    else:
        plain[field] = data.draw(st.sampled_from(EDGES))
    try:
        read(plain)
    except WrongDocument:
        assert not validator.is_valid(plain)
    else:
        assert validator.is_valid(plain)


def test_the_digest_names_what_may_be_said_and_not_how_it_is_described(monkeypatch):
    before = schema.digests()
    monkeypatch.setattr(EVENTS[0], "__doc__", "Other words.")
    assert schema.digests() == before
    assert schema.events_schema()["$defs"][EVENTS[0].__name__]["description"] == "Other words."


def test_a_default_that_never_comes_is_a_word():
    shape = next(iter(schema.shapes_of(EVENTS[0])))
    never = type(shape)("again_at", "number", 0, 0, False, math.inf)
    assert schema._field(never)["default"] == "never"
