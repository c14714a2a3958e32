"""XES and OCEL 2.0 of a journal, read back by an independent reader (rustxes) and held to the standards' rules.

The reader and the rules as ``xes_rules`` and ``ocel_rules`` write them out from the standards always run, and
each rule is seen to catch a fault. The publishers' own schemas bear no licence that would let them be committed,
and no package carries them: the last two tests read them from the shared data (``reference/process-mining``)
and skip by name where they are absent.
"""

import json
import os
import xml.etree.ElementTree as ET
from datetime import UTC, datetime

import jsonschema
import pytest
import rustxes
import xmlschema

from results.export.ocel import log, text
from results.export.story import Story
from results.export.xes import cases
from scenarios.study.kept import find_cell
from tests.store import ocel_rules, xes_rules

XES = "{http://www.xes-standard.org/}"
KINDS = {
    "string": str,
    "int": int,
    "float": float,
    "boolean": {"true": True, "false": False}.__getitem__,
    "date": datetime.fromisoformat,
}
OCEL_KINDS = {**KINDS, "integer": int, "time": datetime.fromisoformat}


@pytest.fixture(scope="module")
def folder(kept):
    """The journal of one run."""
    store, cell = find_cell("both:fifo:0", kept / "results" / "runs")
    return store.folder / cell.name.journal


@pytest.fixture(scope="module")
def story(folder):
    return Story(folder)


@pytest.fixture(scope="module")
def written(kept, twin, tmp_path_factory):
    """The files as ``twin results export`` writes them: XES, OCEL."""
    out = tmp_path_factory.mktemp("logs")
    for kind in ("xes", "ocel2"):
        done = twin("results", "export", "both:fifo:0", "--format", kind, "-o", str(out), cwd=kept, settings=())
        assert done.returncode == 0, done.stderr
    return out / "fifo-r00000.xes", out / "fifo-r00000.ocel.json"


@pytest.fixture
def counts(kept):
    """Rows of the journal by table, as the run itself counted them."""
    return find_cell("both:fifo:0", kept / "results" / "runs")[1].counts


def test_every_row_of_the_journal_is_an_event_in_order(story, counts):
    assert len(story.happenings) == sum(counts.values()) > 100
    assert [one.n for one in story.happenings] == list(range(len(story.happenings)))
    assert all(a.at <= b.at for a, b in zip(story.happenings, story.happenings[1:], strict=False))


def test_xes_says_every_order_as_a_case_with_its_events(story, written):
    log = ET.parse(written[0]).getroot()
    assert log.tag == f"{XES}log"
    traces = log.findall(f"{XES}trace")
    found = {}
    for trace in traces:
        known = {part.get("key"): part.get("value") for part in trace if part.tag != f"{XES}event"}
        names = [
            next(part.get("value") for part in event if part.get("key") == "concept:name")
            for event in trace.findall(f"{XES}event")
        ]
        found[known["concept:name"]] = names
    assert found == {f"order:{number}": [one.what for one in events] for number, events in cases(story).items()}
    some = next(names for names in found.values() if "WorkCompleted" in names)
    assert some.index("RequestReported") < some.index("Assign") < some.index("OnSite") < some.index("WorkCompleted")


def test_xes_attributes_are_of_the_type_they_say_and_stand_in_the_order_the_standard_asks(written):
    root = ET.parse(written[0]).getroot()
    order = ["extension", "global", "classifier", "string", "trace"]
    tags = [child.tag.removeprefix(XES) for child in root]
    assert tags == sorted(tags, key=order.index)
    for element in root.iter():
        if element.tag.removeprefix(XES) in KINDS:
            assert set(element.keys()) == {"key", "value"}
            KINDS[element.tag.removeprefix(XES)](element.get("value"))


def test_ocel_says_what_the_journal_says(story, written):
    told = json.loads(written[1].read_text(encoding="utf-8"))
    assert told == log(story)
    assert {one["name"] for one in told["objectTypes"]} >= {"order", "technician", "building", "fault"}
    assert len(told["events"]) == len(story.happenings)


def test_ocel_keeps_the_rules_of_its_specification(written):
    """Ids are unique, every type and attribute is declared, values are of their types, every reference exists."""
    told = json.loads(written[1].read_text(encoding="utf-8"))
    assert set(told) == {"objectTypes", "eventTypes", "objects", "events"}
    ids = [one["id"] for one in told["objects"]]
    assert len(ids) == len(set(ids)) and len({one["id"] for one in told["events"]}) == len(told["events"])
    for part, types in (("objects", "objectTypes"), ("events", "eventTypes")):
        declared = {one["name"]: {a["name"]: a["type"] for a in one["attributes"]} for one in told[types]}
        for one in told[part]:
            for attribute in one["attributes"]:
                OCEL_KINDS[declared[one["type"]][attribute["name"]]](attribute["value"])
            for relation in one["relationships"]:
                assert relation["objectId"] in set(ids) if len(ids) < 50 else relation["objectId"] in ids
                assert relation["qualifier"]
    assert all(datetime.fromisoformat(one["time"]).utcoffset() is not None for one in told["events"])


def test_an_independent_reader_finds_every_case_event_and_value_in_xes(story, written):
    table, about = rustxes.import_xes(str(written[0]))
    names = [one["name"] for one in json.loads(about)["extensions"]]
    assert names == ["Concept", "Time", "Lifecycle", "Organizational"]
    read = {}
    for row in table.to_dicts():
        values = {key: value for key, value in row.items() if value is not None and not key.startswith("case:")}
        values["time:timestamp"] = values["time:timestamp"].replace(tzinfo=UTC)
        read.setdefault(row["case:concept:name"], []).append(values)
    assert read == {
        f"order:{number}": [as_xes(one, number) for one in events] for number, events in cases(story).items()
    }
    for row in table.unique("case:concept:name").to_dicts():
        order = story.thing("order", int(row["case:concept:name"].removeprefix("order:")))
        told = {key.removeprefix("case:"): value for key, value in row.items() if key.startswith("case:")}
        known = {**order.known, **{role: other.id for role, other in order.belongs.items()}, "concept:name": order.id}
        assert {key: value for key, value in told.items() if value is not None} == known


def as_xes(one, case):
    """An event as a reader should find it in the case of an order."""
    roles = {
        "org:resource" if thing.kind == "technician" else role: thing.id
        for role, thing in one.touched.items()
        if (thing.kind, thing.number) != ("order", case)
    }
    told = {"concept:name": one.what, "time:timestamp": to_ms(one.at), "lifecycle:transition": "complete"}
    return {**told, **roles, **one.told}


def to_ms(at):
    """The files tell instants to the millisecond; readers give them in UTC."""
    at = at.astimezone(UTC)
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def test_an_independent_reader_finds_every_object_event_value_and_relation_in_ocel(story, written):
    tables = {name: table.to_dicts() for name, table in rustxes.import_ocel_json(str(written[1])).items()}
    things = list(story.things.values())
    assert {(row["ocel:oid"], row["ocel:type"]) for row in tables["objects"]} == {(one.id, one.kind) for one in things}
    assert len(tables["objects"]) == len(things)
    events = {row["ocel:eid"]: row for row in tables["events"]}
    assert len(events) == len(story.happenings)
    for one in story.happenings:
        row = {key: value for key, value in events[f"event:{one.n}"].items() if value is not None}
        assert row.pop("ocel:timestamp").replace(tzinfo=UTC) == to_ms(one.at)
        values = {name: text(value) for name, value in one.told.items()}
        assert row == {"ocel:eid": f"event:{one.n}", "ocel:activity": one.what, **values}
    relations = sorted((row["ocel:eid"], row["ocel:oid"], row["ocel:qualifier"]) for row in tables["relations"])
    assert relations == sorted(
        (f"event:{one.n}", thing.id, role) for one in story.happenings for role, thing in one.touched.items()
    )
    belongs = sorted((row["ocel:oid"], row["ocel:oid_2"], row["ocel:qualifier"]) for row in tables["o2o"])
    assert belongs == sorted((one.id, other.id, role) for one in things for role, other in one.belongs.items())
    known = sorted((row["ocel:oid"], row["ocel:field"], row[row["ocel:field"]]) for row in tables["object_changes"])
    assert known == sorted((one.id, name, text(value)) for one in things for name, value in one.known.items())


def test_xes_keeps_every_rule_of_the_standard_as_it_is_written_out(written):
    assert xes_rules.broken(written[0]) == []


@pytest.mark.parametrize(
    ("as_it_is", "spoilt", "rule"),
    [
        ("http://www.xes-standard.org/", "http://elsewhere", "5.1: the root is {http://elsewhere}log"),
        (' xes.version="1849.2016"', "", "5.1: <log> without xes.version"),
        ('xes.version="1849.2016"', 'xes.version="new"', '5.1: <log xes.version="new">'),
        (' <global scope="trace">', ' <trace/><global scope="trace">', "5.1: parts of <log> out of order"),
        ("  <event>", "  <trace/><event>", "5.2: <trace> in <trace>"),
        ("<event>", "<event>late", "5.3: text in <event>"),
        ('<date key="time:timestamp" value="20', '<date value="20', "5.4: <date> without key"),
        ('value="RequestReported"/>', "/>", "5.4: <string> without value"),
        ('key="channel"', 'key="the channel"', '5.4: <string key="the channel">'),
        ('key="channel"', 'key="channel" note=""', "5.4: <string> with note"),
        ('<int key="priority" value="', '<int key="priority" value="3.', '5.4: <int value="3.'),
        ('<int key="priority"', '<float key="priority" value="high"/><int key="rank"', '5.4: <float value="high">'),
        ('value="true"', 'value="yes"', '5.4: <boolean value="yes">'),
        ("+08:00", "+8", '5.4: <date value="'),
        ('<int key="priority"', '<whole key="priority"', "5: no element <whole>"),
        (' uri="http://www.xes-standard.org/time.xesext"', "", "5.5: <extension> without uri"),
        ('scope="trace"', 'scope="case"', '5.6: <global scope="case">'),
        (' keys="concept:name"', "", "5.7: <classifier> without keys"),
        ('key="channel"', 'key="concept:name"', "4.2: concept:name twice in <trace>"),
        ('key="time:timestamp" value="20', 'key="start" value="20', "4.3: <event> without the global date time:timestamp"),
        ('keys="concept:name"', 'keys="org:role"', "4.4: org:role is no global of event"),
        ('prefix="org"', 'prefix="who"', "4.5: no extension for org:resource"),
    ],
)  # fmt: skip
def test_each_rule_of_xes_catches_its_fault(written, as_it_is, spoilt, rule):
    text = written[0].read_text(encoding="utf-8")
    assert as_it_is in text
    found = xes_rules.broken(text.replace(as_it_is, spoilt, 1))
    assert any(one.startswith(rule) for one in found), found[:5]


def test_ocel_keeps_every_rule_of_the_specification_as_it_is_written_out(written):
    jsonschema.Draft7Validator.check_schema(ocel_rules.RULES)
    jsonschema.validate(json.loads(written[1].read_text(encoding="utf-8")), ocel_rules.RULES)


@pytest.mark.parametrize(
    ("spoil", "rule"),
    [
        (lambda log: log.pop("objectTypes"), "'objectTypes' is a required property"),
        (lambda log: log.update(version="2.0"), "'version' was unexpected"),
        (lambda log: log["eventTypes"][0].pop("attributes"), "'attributes' is a required property"),
        (lambda log: typed(log)["attributes"][0].update(type="text"), "'text' is not one of"),
        (lambda log: log["events"][0].pop("time"), "'time' is a required property"),
        (lambda log: log["events"][0].update(time="2025-09-01 07:12"), "does not match"),
        (lambda log: log["events"][0].update(id=7), "7 is not of type 'string'"),
        (lambda log: valued(log, "events")["attributes"][0].update(value=3), "3 is not of type 'string'"),
        (lambda log: log["events"][0]["relationships"][0].pop("qualifier"), "'qualifier' is a required property"),
        (lambda log: valued(log, "objects")["attributes"][0].pop("time"), "'time' is a required property"),
        (lambda log: log["objects"][0].pop("type"), "'type' is a required property"),
    ],
)
def test_each_rule_of_ocel_catches_its_fault(written, spoil, rule):
    told = json.loads(written[1].read_text(encoding="utf-8"))
    spoil(told)
    with pytest.raises(jsonschema.ValidationError, match=rule):
        jsonschema.validate(told, ocel_rules.RULES)


def typed(log):
    """A type of events that declares attributes."""
    return next(one for one in log["eventTypes"] if one["attributes"])


def valued(log, part):
    """An event, or an object, that has attributes."""
    return next(one for one in log[part] if one["attributes"])


@pytest.fixture
def published(shared):
    """Name → path of a schema as its publisher gives it; skips where it is absent."""

    def find(name, publisher):
        path = shared / "reference" / "process-mining" / name
        if not path.is_file():
            (pytest.fail if os.environ.get("REQUIRE_SHARED") == "1" else pytest.skip)(f"no {path} ({publisher})")
        return path

    return find


def test_xes_is_valid_by_the_schema_of_ieee_1849(published, written):
    path = published("xes.xsd", "the standard's own: www.xes-standard.org, xes-ieee-1849-2016.xsd")
    schema = xmlschema.XMLSchema(
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{XES[1:-1]}" xmlns="{XES[1:-1]}" '
        f'elementFormDefault="qualified"><xs:include schemaLocation="{path.as_uri()}"/></xs:schema>'
    )
    assert list(schema.iter_errors(str(written[0]))) == []
    spoilt = (
        written[0].read_text(encoding="utf-8").replace('<date key="time:timestamp" value="20', '<date value="20', 1)
    )
    assert list(schema.iter_errors(spoilt)), "the schema sees what is wrong"


def test_ocel_is_valid_by_its_published_schema(published, written):
    path = published("ocel20.schema.json", "the standard's own: www.ocel-standard.org/2.0/ocel20-schema-json.json")
    schema, told = json.loads(path.read_text()), json.loads(written[1].read_text())
    jsonschema.validate(told, schema)
    del told["events"][0]["time"]
    with pytest.raises(jsonschema.ValidationError, match="'time' is a required property"):
        jsonschema.validate(told, schema)
