"""One phone at a time: what is pressed, when it goes out, what it says."""

import pickle

import pytest

from hardware_emul.devices.handset import PROFILES, Handset, HandsetProfile
from hardware_emul.field import Devices, UnknownProfile, compose, manifest
from policies.contract.events import (
    DutyChanged,
    MadeSafe,
    NoAccess,
    OnSite,
    OrderAccepted,
    OrderDeclined,
    PartNeeded,
    RequestRegistered,
    TradeFound,
    VisitEnded,
    WorkCompleted,
)
from twin.streams import Streams

REPORTS = (
    OrderAccepted(1, 0), OrderDeclined(1, 0, "no time"), OnSite(1, 0), NoAccess(1, 0, 900.0), TradeFound(1, 0, "hvac"),
    MadeSafe(1, 0), PartNeeded(1, 0, 3), VisitEnded(1, 0, "not_fixed"), WorkCompleted(1, 0),
)  # fmt: skip


class Office:
    """Keeps what was noted and delivered, with the time."""

    def __init__(self, clock, profile, seed=0):
        self.clock = clock
        self.heard = []
        self.noted = []
        self.handset = Handset(profile, clock, Streams(seed, 0), self._note, self._deliver)

    def _note(self, row):
        self.noted.append((self.clock.now, row))

    def _deliver(self, event):
        self.heard.append((self.clock.now, event))

    def press(self, at, event):
        self.clock.at(at, self._press, event)

    def _press(self, event):
        if not self.handset.notice(event, self.clock.now):
            self._deliver(event)


@pytest.mark.parametrize("report", REPORTS, ids=lambda r: type(r).__name__)
def test_a_double_click_delivers_every_kind_of_report_twice(clockwork, report):
    office = Office(clockwork, HandsetProfile("nervous", double_click=1.0, double_gap_min=0.25))
    office.press(10.0, report)
    clockwork.run(100.0)
    assert office.heard == [(10.0, report), (10.25, report)]
    assert [(at, row.kind, row.order, row.tech, row.stamped_at) for at, row in office.noted] == [
        (10.0, type(report).__name__, 1, 0, 10.0),
        (10.25, type(report).__name__, 1, 0, 10.25),
    ]


def test_a_forgotten_arrival_is_pressed_just_before_the_next_report_and_claims_that_moment(clockwork):
    office = Office(clockwork, HandsetProfile("hurried", forget_arrival=1.0))
    office.press(10.0, OnSite(1, 0))
    office.press(12.0, WorkCompleted(2, 1))
    office.press(55.0, WorkCompleted(1, 0))
    clockwork.run(100.0)
    assert office.heard == [(12.0, WorkCompleted(2, 1)), (55.0, OnSite(1, 0)), (55.0, WorkCompleted(1, 0))]
    arrival = next(row for _, row in office.noted if row.kind == "OnSite")
    assert arrival.stamped_at == 55.0


def test_reports_pressed_without_signal_wait_on_that_phone_in_order(clockwork):
    profile = HandsetProfile("basement", offline_every_h=1.0, offline_mean_min=600.0)
    office = Office(clockwork, profile)
    presses = [(20.0 * k, OrderAccepted(k, k % 2)) for k in range(200)]
    for at, event in presses:
        office.press(at, event)
    clockwork.run(60_000.0)
    for tech in (0, 1):
        pressed = [event for _, event in presses if event.tech == tech]
        heard = [(at, event) for at, event in office.heard if event.tech == tech]
        assert [event for _, event in heard] == pressed
        assert [at for at, _ in heard] == sorted(at for at, _ in heard)
    stamped = {(row.order, row.tech): (at, row.stamped_at) for at, row in office.noted}
    assert [stamped[event.order, event.tech][1] for _, event in presses] == [at for at, _ in presses]
    assert sum(at > pressed for at, pressed in stamped.values()) > 50, "somebody was out of reach"
    assert sum(at == pressed for at, pressed in stamped.values()) > 5, "somebody was in reach"


def test_a_report_made_while_the_queue_goes_out_waits_behind_it(clockwork):
    office = Office(clockwork, HandsetProfile("basement", offline_every_h=0.001, offline_mean_min=500.0))
    inner = office._deliver

    def answers_at_once(event):
        inner(event)
        if event == OrderAccepted(1, 0):
            office._press(VisitEnded(1, 0, "preempted"))

    office.handset._deliver = answers_at_once
    office.press(10.0, OrderAccepted(1, 0))
    office.press(11.0, OnSite(2, 0))
    clockwork.run(10_000.0)
    assert [type(event) for _, event in office.heard] == [OrderAccepted, OnSite, VisitEnded]


def test_spells_without_signal_have_the_declared_lengths():
    profile = HandsetProfile("basement", offline_every_h=4.0, offline_mean_min=30.0)
    handset = Handset(profile, None, Streams(1, 0), None, None)
    spells = []
    for tech in range(200):
        n, _begins, ends = handset._spells._spell(tech, 0, 0.0)
        for _ in range(40):
            spell = handset._spells._spell(tech, n + 1, ends)
            spells.append((spell[1] - ends, spell[2] - spell[1]))
            n, _begins, ends = spell
    reach = sum(r for r, _ in spells) / len(spells)
    length = sum(d for _, d in spells) / len(spells)
    assert reach == pytest.approx(240.0, rel=0.05)
    assert length == pytest.approx(30.0, rel=0.05)


def test_a_wrong_closing_code_is_another_one_of_the_list_and_the_fact_is_untouched(clockwork):
    profile = HandsetProfile("careless", wrong_code=1.0, codes=("repaired", "adjusted", "replaced"))
    office = Office(clockwork, profile)
    facts = [WorkCompleted(k, 0, "repaired") for k in range(200)]
    for fact in facts:
        office.press(1.0 + fact.order, fact)
    clockwork.run(1_000.0)
    codes = [event.code for _, event in office.heard]
    assert set(codes) == {"adjusted", "replaced"}
    assert [row.code for _, row in office.noted] == codes
    assert {fact.code for fact in facts} == {"repaired"}


def test_shares_are_those_of_the_profile(clockwork):
    office = Office(clockwork, HandsetProfile("typical", double_click=0.2, wrong_code=0.3))
    for k in range(4000):
        office.press(float(k + 1), WorkCompleted(k, k % 7))
    clockwork.run(10_000.0)
    assert (len(office.heard) - 4000) / 4000 == pytest.approx(0.2, abs=0.02)
    firsts = {event.order: event.code for _, event in reversed(office.heard)}
    assert sum(code != "repaired" for code in firsts.values()) / 4000 == pytest.approx(0.3, abs=0.02)


def test_one_orders_draws_do_not_depend_on_the_others(clockwork):
    profile = HandsetProfile("poor", double_click=0.5, wrong_code=0.5)
    alone = Office(type(clockwork)(), profile)
    among = Office(type(clockwork)(), profile)
    for k in range(0, 100, 10):
        alone.press(float(k + 1), WorkCompleted(k, 3))
    for k in range(100):
        among.press(float(k + 1), WorkCompleted(k, 3))
    for office in (alone, among):
        office.clock.run(1_000.0)
    shared = [(at, event) for at, event in among.heard if event.order % 10 == 0]
    assert shared == alone.heard


def test_what_no_technician_presses_passes(clockwork):
    office = Office(clockwork, HandsetProfile("nervous", double_click=1.0))
    for fact in (DutyChanged(0, True, "shift", 480.0), RequestRegistered(1, 0, "hvac", 3, "app", 0, 0.0)):
        assert not office.handset.notice(fact, 0.0)
    assert not office.noted


def test_a_perfect_phone_takes_nothing_over(clockwork):
    office = Office(clockwork, PROFILES["perfect"])
    assert [office.handset.notice(report, 0.0) for report in REPORTS] == [False] * len(REPORTS)
    assert compose({"handset": "perfect"}, clockwork, Streams(0, 0), print, print) is None


def test_the_first_device_that_takes_a_fact_over_delivers_it(clockwork):
    nervous = Office(clockwork, HandsetProfile("nervous", double_click=1.0))
    perfect = Office(clockwork, PROFILES["perfect"])
    field = Devices([perfect.handset, nervous.handset])
    assert field.notice(OnSite(1, 0), 0.0)
    assert not perfect.noted
    assert len(nervous.noted) == 1


def test_a_phone_pickles_with_what_waits_on_it():
    profile = PROFILES["poor"]
    handset = Handset(profile, None, Streams(3, 1), None, None)
    handset._spells.until(4, 5_000.0)
    handset._forgotten[2] = OnSite(9, 2)
    copy = pickle.loads(pickle.dumps(handset))
    assert copy.profile == profile
    assert copy._spells._latest == handset._spells._latest
    assert copy._forgotten == {2: OnSite(9, 2)}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"double_click": 1.5}, "double_click is 1.5, expected a share from 0 to 1"),
        ({"forget_arrival": -0.1}, "forget_arrival is -0.1"),
        ({"offline_every_h": -1.0}, "offline_every_h is -1.0, expected a time of 0 or more"),
        ({"offline_mean_min": float("nan")}, "offline_mean_min is nan"),
        ({"wrong_code": 0.1, "codes": ("repaired",)}, "two or more codes"),
    ],
)
def test_an_impossible_profile_is_refused(given, says):
    with pytest.raises(ValueError, match=says):
        HandsetProfile("broken", **given)


def test_an_unknown_profile_or_device_is_named_with_the_nearest(clockwork):
    with pytest.raises(UnknownProfile, match="did you mean 'typical'"):
        compose({"handset": "typcal"}, clockwork, Streams(0, 0), print, print)
    with pytest.raises(UnknownProfile, match="no device 'fax'"):
        compose({"fax": "typical"}, clockwork, Streams(0, 0), print, print)


def test_the_manifest_holds_every_parameter():
    kept = manifest({"handset": "poor"})["handset"]
    assert kept["forget_arrival"] == PROFILES["poor"].forget_arrival
    assert set(kept) == {
        "name", "double_click", "double_gap_min", "forget_arrival", "wrong_code", "codes", "offline_every_h",
        "offline_mean_min",
    }  # fmt: skip
