"""XES and OCEL 2.0 of a journal, read by an independent reader (rustxes) and held to the published schemas.

The schemas are the publishers': the tests read them from the shared data (``reference/process-mining``)
and skip where they are absent; the reader and the rules written out here always run.
"""

import json
import xml.etree.ElementTree as ET
from datetime import datetime

import pytest

from results.export.ocel import log
from results.export.story import Story
from results.export.xes import cases
from scenarios.experiment import find_cell

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


def test_an_independent_reader_finds_the_same_cases_and_events_in_xes(story, written):
    rustxes = pytest.importorskip("rustxes")
    table = rustxes.import_xes(str(written[0]))
    table = table[0] if isinstance(table, tuple) else table
    told = cases(story)
    assert len(table) == sum(map(len, told.values()))
    assert set(table["case:concept:name"].to_list()) == {f"order:{number}" for number in told}
    first = next(iter(told))
    mine = table.filter(table["case:concept:name"] == f"order:{first}")
    assert mine["concept:name"].to_list() == [one.what for one in told[first]]


def test_an_independent_reader_finds_the_same_objects_events_and_relations_in_ocel(story, written):
    rustxes = pytest.importorskip("rustxes")
    tables = rustxes.import_ocel_json(str(written[1]))
    assert len(tables["events"]) == len(story.happenings)
    assert set(tables["objects"]["ocel:oid"].to_list()) == {thing.id for thing in story.things.values()}
    assert len(tables["relations"]) == sum(len(one.touched) for one in story.happenings)
    assert len(tables["o2o"]) == sum(len(thing.belongs) for thing in story.things.values())


def test_xes_is_valid_by_the_schema_of_ieee_1849(shared, written):
    xmlschema = pytest.importorskip("xmlschema")
    path = shared / "reference" / "process-mining" / "xes.xsd"
    if not path.is_file():
        pytest.skip(f"no {path}")
    schema = xmlschema.XMLSchema(
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{XES[1:-1]}" xmlns="{XES[1:-1]}" '
        f'elementFormDefault="qualified"><xs:include schemaLocation="{path.as_uri()}"/></xs:schema>'
    )
    assert list(schema.iter_errors(str(written[0]))) == []


def test_ocel_is_valid_by_its_published_schema(shared, written):
    jsonschema = pytest.importorskip("jsonschema")
    path = shared / "reference" / "process-mining" / "ocel20.schema.json"
    if not path.is_file():
        pytest.skip(f"no {path}")
    jsonschema.validate(json.loads(written[1].read_text()), json.loads(path.read_text()))
