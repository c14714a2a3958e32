"""Every event and command goes to JSON and comes back the same; what is not one is told, all of it."""

import math
from dataclasses import MISSING, fields
from typing import get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.contract.commands import COMMANDS, Assign, Later, Order, Wake
from policies.contract.events import EVENTS, DutyChanged, OnSite, RequestRegistered
from policies.deploy import canonical, messages
from policies.deploy.shapes import SAFE, shapes_of
from policies.deploy.strict import WrongDocument

BY_COLUMN = {"i1": 2**7, "i4": 2**31, "i8": SAFE + 1}
NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.just(math.inf)


def of(kind):
    """Any message of a class, made from what its own annotations and columns say."""
    hints = get_type_hints(kind)
    parts = {}
    for one in fields(kind):
        if hints[one.name] == Order:
            parts[one.name] = st.one_of([of(other) for other in COMMANDS if other is not Later])
        elif hints[one.name] is int:
            limit = BY_COLUMN[kind.columns[one.name]]
            parts[one.name] = st.integers(1 - limit if limit > 2**31 else -limit, limit - 1)
        else:
            parts[one.name] = {float: NUMBERS, bool: st.booleans(), str: st.text()}[hints[one.name]]
    return st.builds(kind, **parts)


@pytest.mark.parametrize("kind", [*EVENTS, *COMMANDS], ids=lambda kind: kind.__name__)
@settings(max_examples=12)
@given(data=st.data())
def test_a_message_comes_back_as_it_went(kind, data):
    message = data.draw(of(kind))
    read = messages.decode_event if kind in EVENTS else messages.decode_command
    content = messages.encode(message)
    back = read(content)
    assert back == message
    assert type(back) is kind
    assert messages.encode(back) == content


@given(st.lists(st.one_of([of(kind) for kind in COMMANDS]), max_size=4), of(DutyChanged), st.floats(-1e9, 1e9))
def test_an_observation_and_a_decision_come_back_as_they_went(commands, event, now):
    assert messages.decided(canonical.parse(canonical.text(messages.decision(commands)))) == commands
    assert messages.observed(canonical.parse(canonical.text(messages.observation(event, now)))) == (event, now)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
                    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=12))  # fmt: skip
def test_one_value_has_one_text(value):
    content = canonical.text(value)
    assert canonical.parse(content) == value
    assert canonical.text(canonical.parse(content)) == content
    if isinstance(value, dict):
        assert canonical.text(dict(reversed(list(value.items())))) == content


def test_canonical_text_is_this_and_no_other():
    event = DutyChanged(3, True, "shift 早班", math.inf)
    assert messages.encode(event).decode() == (
        '{"kind":"DutyChanged","on":true,"tech":3,"until":"never","why":"shift 早班"}'
    )
    assert canonical.text([480.0, 1e-7, 1e22, -0.0, 7]) == b"[480.0,1e-07,1e+22,-0.0,7]"


def test_a_digest_is_the_same_next_year():
    plain = messages.observation(OnSite(812, 4), 510.25)
    assert canonical.digest(plain) == "1759c0914878c144522d174e9f825f37d9b00f34f9c80b5ca5bbf009f89d3141"


def test_a_whole_number_may_stand_where_a_number_is_wanted_and_the_other_way_round():
    """JSON has one kind of number: other systems write 480 for 480.0 and may write 3.0 for 3."""
    wake = messages.decode_command(b'{"kind":"Wake","at":480,"tag":"t","subject":3.0}')
    assert wake == Wake(480.0, "t", 3)
    assert isinstance(wake.at, float)
    assert isinstance(wake.subject, int)


def test_fields_with_a_default_may_be_left_out():
    assert messages.decode_command(b'{"kind":"Assign","order":1,"tech":2}') == Assign(1, 2)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"kind":"Onsite","order":1,"tech":2}', ["no event 'Onsite', did you mean 'OnSite'? (known: RequestReg"]),
        ('{"order":1,"tech":2}', ["'kind' is missing (known: RequestRegistered, "]),
        ('{"kind":7}', ["no event 7 (known: "]),
        (
            '{"kind":"OnSite","ordr":1,"tech":"2"}',
            ["no field 'ordr', did you mean 'order'?", "'order' is missing", "OnSite.tech: '2', expected a whole number"],
        ),
        ('{"kind":"OnSite","order":true,"tech":null}', ["order: True, expected a whole", "tech: None, expected a whole"]),
        ('{"kind":"OnSite","order":1.5,"tech":2}', ["order: 1.5, expected a whole number"]),
        ('{"kind":"OnSite","order":1,"tech":2147483648}', ["from -2147483648 to 2147483647"]),
        ('{"kind":"OnSite","order":9007199254740992,"tech":2}', ["from -9007199254740991 to 9007199254740991"]),
        ('{"kind":"NoAccess","order":1,"tech":2,"again_at":null}', ['again_at: None, expected a number or "never"']),
        ('{"kind":"NoAccess","order":1,"tech":2,"again_at":"Never"}', ["'Never', expected a number or \"never\""]),
        ('{"kind":"NoAccess","order":1,"tech":2,"again_at":1e999}', ["1e999 is larger than any number here"]),
        ('{"kind":"NoAccess","order":1,"tech":2,"again_at":NaN}', ["NaN is no number of JSON"]),
        ('{"kind":"NoAccess","order":1,"tech":2,"again_at":-Infinity}', ["-Infinity is no number of JSON"]),
        ('{"kind":"Woke","tag":"\\ud800","subject":1}', ["holds half a surrogate pair"]),
        ('{"kind":"OnSite","order":1,"order":2,"tech":2}', ["the key 'order' stands twice"]),
        ('{"kind":"OnSite","order":1,', ["not JSON"]),
        ("[1]", ["[1], expected an object: event"]),
        ('{"kind":"Assign","order":1,"tech":2}', ["no event 'Assign'"]),
    ],
)  # fmt: skip
def test_what_is_no_event_is_told_all_of_it(text, said):
    with pytest.raises(WrongDocument) as caught:
        messages.decode_event(text.encode())
    assert len(caught.value.errors) == len(said)
    for line, wanted in zip(caught.value.errors, said, strict=True):
        assert wanted in line


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (DutyChanged(1, True, "shift", -math.inf), "until: -inf"),
        (DutyChanged(1, True, "shift", math.nan), "until: nan"),
        (DutyChanged(1, 1, "shift", 0.0), "on: 1, expected true or false"),
        (OnSite("7", 1), "order: '7', expected a whole number"),
        (Later(1.0, Later(1.0, Assign(1, 2))), "expected a command that holds no other"),
        (RequestRegistered(1, 1, "x", 999, "app", 0, 0.0), "priority: 999, expected a whole number from -128 to 127"),
    ],
)
def test_what_its_class_does_not_promise_is_not_written(message, said):
    with pytest.raises(WrongDocument, match="expected") as caught:
        messages.encode(message)
    assert said in str(caught.value)


def test_a_command_inside_another_is_read_with_its_place():
    with pytest.raises(WrongDocument) as caught:
        messages.decode_command(b'{"kind":"Later","after_min":1,"command":{"kind":"Assign","order":1,"tech":"x"}}')
    assert caught.value.errors == ("Later.command.Assign.tech: 'x', expected a whole number",)
    with pytest.raises(WrongDocument, match="no command 'Later'"):
        messages.decode_command(b'{"kind":"Later","after_min":1,"command":{"kind":"Later","after_min":1}}')


def test_every_field_of_the_contract_has_a_form_in_json():
    for kind in (*EVENTS, *COMMANDS):
        assert [shape.name for shape in shapes_of(kind)] == [one.name for one in fields(kind)]
        assert [shape.required for shape in shapes_of(kind)] == [one.default is MISSING for one in fields(kind)]


def test_a_thousand_unknown_fields_are_counted_and_not_looked_up_one_by_one():
    with pytest.raises(WrongDocument) as refused:
        messages.event_of({"kind": "OnSite", "order": 1, "tech": 2, **{f"x{n}": n for n in range(1000)}})
    assert len(refused.value.errors) == 11
    assert refused.value.errors[-1].endswith("and 990 unknown fields more")


def test_what_is_nested_too_deeply_to_be_shown_is_refused_all_the_same():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(WrongDocument, match="something nested too deeply, expected a whole number"):
        messages.event_of({"kind": "OnSite", "order": deep, "tech": 2})
