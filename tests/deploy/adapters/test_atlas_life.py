"""Statuses of the CMMS as the office hears of them."""

from datetime import UTC, datetime
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from policies.deploy import messages
from policies.deploy.adapters.atlas import config, life
from policies.deploy.adapters.atlas.clock import SiteClock
from policies.deploy.adapters.atlas.cmms import STATUSES, CmmsOrder
from policies.deploy.adapters.atlas.position import Known
from tests.deploy.adapters import site

AT = datetime(2025, 9, 2, 9, tzinfo=UTC)
CLOCK = SiteClock(site.START, ZoneInfo("UTC"))


@pytest.fixture
def joined(tmp_path):
    def read(**how):
        (tmp_path / "key").write_text(site.KEY)
        (tmp_path / "join.toml").write_text(site.config("http://127.0.0.1:1", "http://127.0.0.1:2", **how))
        return config.read(tmp_path / "join.toml")

    return read


def order(status, user=None, **how):
    found = {"priority": "HIGH", "category": 12, "location": 203, **how}
    return CmmsOrder(id=41, status=status, user=user, created=AT, updated=AT, plain={}, **found)


def heard(known, seen, at):
    return [one["kind"] for one in life.after(known, seen, at)]


def test_a_new_work_order_is_a_request_by_our_names(joined):
    event = life.registered(order("OPEN"), joined(), CLOCK)
    assert messages.event_of(event).priority == 1
    assert (event["trade"], event["building"], event["request"]) == ("electrical", 2, 41)
    assert event["reported_at"] == 64 * 1440 + 540


def test_what_stands_in_no_table_is_named(joined):
    with pytest.raises(life.Unmapped, match="work order 41: category 99 and location None not in the tables"):
        life.registered(order("OPEN", category=99, location=None), joined(), CLOCK)


def test_a_life_without_trouble(joined):
    known, at = Known("OPEN", 3), joined()
    assert heard(known, order("OPEN", 104), at) == []
    assert heard(known, order("IN_PROGRESS", 104), at) == ["OrderAccepted", "OnSite"]
    assert heard(known, order("IN_PROGRESS", 104), at) == []
    assert heard(known, order("COMPLETE", 104), at) == ["WorkCompleted"]
    assert heard(known, order("OPEN", 104), at) == ["OrderReopened"]


@pytest.mark.parametrize(
    ("on_hold", "left", "back"),
    [("PartNeeded", "PartNeeded", ["PartReady"]), ("VisitEnded", "VisitEnded", [])],
)
def test_a_hold_is_what_the_file_says_it_is_and_nobody_has_the_order_then(joined, on_hold, left, back):
    known, at = Known("OPEN", 3), joined(on_hold=on_hold)
    assert heard(known, order("ON_HOLD", 104), at) == ["OrderAccepted", "OnSite", left]
    assert known.tech == -1
    assert heard(known, order("OPEN"), at) == back


def test_what_was_missed_between_two_looks_is_filled_in(joined):
    assert heard(Known("OPEN", 3), order("COMPLETE", 104), joined()) == ["OrderAccepted", "OnSite", "WorkCompleted"]


def test_who_is_named_in_the_cmms_has_done_it(joined):
    known = Known("OPEN", 3)
    assert {one["tech"] for one in life.after(known, order("IN_PROGRESS", 106), joined())} == {5}


def test_an_order_finished_by_nobody_the_office_knows_is_withdrawn(joined):
    assert heard(Known("OPEN"), order("COMPLETE", 999), joined()) == ["RequestCancelled"]


def test_every_passage_gives_events_of_the_contract_about_that_order(joined):
    for before, now, tech, hold in product(STATUSES, STATUSES, (-1, 3), ("PartNeeded", "VisitEnded")):
        for event in life.after(Known(before, tech), order(now), joined(on_hold=hold)):
            told = messages.event_of(event)
            assert getattr(told, "order", getattr(told, "request", None)) == 41
            assert getattr(told, "tech", 3) == 3
