"""Commands of the office in a CMMS that answers: each carried out once, however often it comes."""

from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from policies.deploy.adapters.atlas import cmms, config, position
from policies.deploy.adapters.atlas.bridge import Bridge
from policies.deploy.adapters.atlas.clock import SiteClock
from policies.deploy.adapters.atlas.cmms import Atlas
from policies.deploy.adapters.atlas.obeying import Obeying
from policies.deploy.adapters.calling import Declined
from policies.deploy.service import Decision
from tests.brokers import until
from tests.deploy.adapters import site
from tests.deploy.host.process import Process

FORM = {
    "title": "tap drips",
    "description": "by the door",
    "location": {"id": 203},
    "category": {"id": 11},
    "priority": "LOW",
}


class Desk:
    """A simulated CMMS with work orders, and what carries commands out in it."""

    def __init__(self, folder):
        self.cmms = site.Cmms(folder)
        (folder / "join.toml").write_text(site.config("http://127.0.0.1:1", self.cmms.url))
        read = config.read(folder / "join.toml")
        self.atlas = Atlas(read.cmms, read.cmms_key)
        self.position, self.said = position.begun(0), []
        self.obeying = Obeying(self.atlas, read, SiteClock(site.START, read.zone), self.position, self.said.append)

    def order(self, status="OPEN", user=None):
        made = self.cmms.ask("POST", "/work-orders", {**FORM, "primaryUser": user and {"id": user}})[1]["id"]
        if status != "OPEN":
            assert self.cmms.ask("PATCH", f"/work-orders/{made}/change-status", {"status": status})[0] == 200
        self.position.remember(made, position.Known(status))
        return made

    def obey(self, kind, **fields):
        """Carry it out, and again as after a fall; what the office is to hear of it."""
        for _ in range(2):
            self.position.outbox.clear()
            self.obeying.decision(Decision(7, "", 0.0, {}, [{"kind": kind, **fields}], "", "", ""))
        return [one["event"] for one in self.position.outbox]

    def now(self, number):
        found = self.cmms.ask("GET", f"/work-orders/{number}")[1]
        return found["status"], found["primaryUser"] and found["primaryUser"]["id"], found

    def close(self):
        self.atlas.close()
        self.cmms.close()


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    with closing(Desk(tmp_path_factory.mktemp("desk"))) as found:
        yield found


def test_an_order_is_given_once_and_nothing_else_of_it_changes(desk):
    number = desk.order()
    before = desk.now(number)[2]
    assert desk.obey("Assign", order=number, tech=3, first=False) == []
    assert desk.now(number)[:2] == ("OPEN", 104)
    assert {**desk.now(number)[2], "primaryUser": None, "updatedAt": ""} == {**before, "updatedAt": ""}
    assert desk.cmms.history(number) == ["created", "given to 104"]


def test_an_order_on_hold_is_open_again_when_it_is_given(desk):
    number = desk.order("ON_HOLD")
    desk.obey("Assign", order=number, tech=3, first=False)
    assert desk.now(number)[:2] == ("OPEN", 104)
    assert desk.position.orders[number].status == "OPEN"


def test_an_order_begun_just_as_it_was_taken_off_somebody_is_given_anew(desk):
    number = desk.order("IN_PROGRESS", 106)
    desk.atlas.patch(desk.atlas.get(number), primaryUser=None)
    assert desk.obey("Assign", order=number, tech=3, first=False) == []
    assert desk.now(number)[:2] == ("OPEN", 104)


@pytest.mark.parametrize(
    ("kind", "status", "user", "why"),
    [
        ("Assign", "IN_PROGRESS", 106, "already assigned"), ("Assign", "COMPLETE", 106, "already finished"),
        ("Unassign", "IN_PROGRESS", 104, "under way or not there"), ("Preempt", "IN_PROGRESS", 106, "not on this order"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused_in_words_the_office_knows(desk, kind, status, user, why):
    number = desk.order(status, user)
    (event,) = desk.obey(kind, order=number, tech=3)
    assert event == {"kind": "CommandRefused", "command": kind, "order": number, "tech": 3, "why": why}
    assert desk.now(number)[:2] == (status, user)


def test_an_interrupted_order_waits_and_the_office_hears_that_the_visit_ended(desk):
    number = desk.order("IN_PROGRESS", 104)
    (event,) = desk.obey("Preempt", order=number, tech=3)
    assert (event["kind"], event["why"]) == ("VisitEnded", "preempted")
    assert desk.now(number)[:2] == ("ON_HOLD", None)


def test_category_and_priority_follow_triage(desk):
    number = desk.order()
    desk.obey("OpenOrder", order=number, trade="electrical", priority=1)
    found = desk.now(number)[2]
    assert (found["category"]["id"], found["priority"], found["description"]) == (12, "HIGH", "by the door")
    assert desk.cmms.history(number) == ["created", "changed"]


def test_a_duplicate_is_closed_with_its_reason(desk):
    number = desk.order()
    desk.obey("MergeDuplicate", request=number, into=1)
    assert desk.now(number)[2]["feedback"] == "the same as work order 1"
    assert desk.position.orders[number].status == "COMPLETE"


def test_what_has_no_field_is_noted_once_and_approval_is_granted(desk):
    number = desk.order()
    desk.obey("Escalate", order=number, level=2)
    assert desk.obey("SeekApproval", order=number, chain="standard", parallel=False) == [
        {"kind": "ApprovalDecided", "order": number, "granted": True}
    ]
    notes = [one["content"] for one in desk.cmms.ask("POST", f"/comments/search/{number}")[1]]
    assert [one.split(" (")[0].split(":")[0] for one in notes] == ["urgent", "approval chain standard"]


def test_orders_of_others_are_let_alone_and_what_the_cmms_has_not_is_said(desk):
    assert desk.obey("Assign", order=4711, tech=3) == []
    desk.position.remember(4712, position.Known("OPEN"))
    (event,) = desk.obey("Assign", order=4712, tech=3)
    assert event["why"] == "the CMMS will not have it"
    assert "no work order 4712" in desk.said[-1]
    (event,) = desk.obey("Assign", order=4712, tech=77)
    assert event["why"] == "nobody of that number in the CMMS"


def test_more_than_a_page_of_changes_is_read_whole(desk, monkeypatch):
    monkeypatch.setattr(cmms, "PAGE", 3)
    numbers = {desk.order() for _ in range(7)}
    asked_at, seen = desk.atlas.changed("")
    found = [one.id for one in seen]
    assert numbers <= set(found)
    assert len(found) == len(set(found))
    assert desk.atlas.changed(cmms.written(asked_at + timedelta(hours=1)))[1] == []
    with pytest.raises(Declined, match="expected an instant as"):
        desk.atlas.changed("2025-09-02T07:50:00+00:00")


def test_with_a_host_on_the_wall_clock_nobody_tells_the_time(made, tmp_path):
    host, there = (
        Process(made, tmp_path / "state", "--clock", "wall"),
        site.Cmms(tmp_path, now=datetime.now(UTC).isoformat()),
    )
    said = []
    try:
        shifts = '[[shifts]]\nfrom = "00:00"\nto = "00:00"\ntechnicians = [0, 1]\ndays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]\n'
        text = site.config(host.url, there.url, clock="wall")
        (tmp_path / "join.toml").write_text(text[: text.index("[[shifts]]")] + shifts)
        there.ask("POST", "/work-orders", {**FORM, "priority": "MEDIUM"})
        there.ask("POST", "/work-orders", {**FORM, "location": {"id": 99}})
        there.ask("POST", "/work-orders", {"title": "no place is named"})
        with closing(Bridge(config.read(tmp_path / "join.toml"), said.append)) as bridge:
            bridge.round()
            until(lambda: bridge.round() or there.history(1)[-1] in ("given to 101", "given to 102"))
            bridge.round()
        assert said == ["work order 2: category None and location None not in the tables; it is not told to the office"]
    finally:
        host.kill()
        there.close()
