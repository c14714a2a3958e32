"""Settings of a controller go to JSON and TOML and come back: the same office decides the same."""

import math
import tomllib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import settings as tried
from hypothesis import strategies as st

from policies.contract.calendar import Calendar, DayTable, Term
from policies.contract.views import Site, Technician
from policies.controller.centre import CommandCentre
from policies.controller.settings import RuleChoice, Settings
from policies.deploy import canonical, messages, office, rules_file
from policies.deploy.golden import Recorder
from policies.deploy.strict import WrongDocument
from tests import worlds

TEXTS = st.text(max_size=8)
DATES = st.dates(date(2000, 1, 1), date(2099, 12, 31))
MINUTES = st.floats(0, 1e6)
PARAMETERS = st.recursive(
    st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
RULES = st.dictionaries(
    st.sampled_from(["dispatch", "reserve", "triage", "intake"]),
    st.builds(RuleChoice, TEXTS, st.dictionaries(st.text(max_size=5), PARAMETERS, max_size=3)),
)
WINDOWS = st.lists(st.floats(0, 1440), min_size=0, max_size=4, unique=True).map(
    lambda corners: tuple(zip(sorted(corners)[::2], sorted(corners)[1::2], strict=False))
)


@st.composite
def settings(draw):
    """Any office that has not begun."""
    places = draw(st.integers(1, 4))
    row = st.lists(MINUTES | st.just(math.inf), min_size=places, max_size=places)
    site = Site(
        draw(st.lists(row, min_size=places, max_size=places)),
        draw(st.lists(st.integers(0, 9), min_size=places, max_size=places)),
        draw(st.dictionaries(TEXTS, TEXTS, max_size=3)), draw(st.integers(0, places - 1)),
        tuple(draw(st.lists(TEXTS, max_size=2))),
    )  # fmt: skip
    people = [
        Technician(
            number, draw(st.dictionaries(TEXTS, st.integers(1, 4), min_size=1, max_size=3)),
            draw(st.integers(0, places - 1)), draw(st.sampled_from(["reactive", "partner"])),
            tuple(draw(st.lists(st.integers(0, 9), max_size=2))), tuple(draw(st.lists(TEXTS, max_size=2))), draw(st.booleans()),
        )
        for number in range(draw(st.integers(0, 3)))
    ]  # fmt: skip
    term = st.builds(Term, TEXTS, DATES, DATES, st.floats(0, 1))
    table = DayTable(
        draw(st.dictionaries(DATES, TEXTS, max_size=3)), draw(st.dictionaries(DATES, st.integers(0, 6), max_size=3)),
        draw(st.lists(term, max_size=2)),
    )  # fmt: skip
    week = st.tuples(*[WINDOWS] * 7)
    calendar = Calendar(
        draw(DATES), draw(st.dictionaries(TEXTS, week, max_size=2)), table, draw(st.lists(TEXTS, max_size=2))
    )
    estimates = draw(st.dictionaries(TEXTS, MINUTES, max_size=3))
    return Settings(site, people, calendar, draw(RULES), estimates, draw(st.integers(0, 2**64 - 1)))


def parts(of):
    """Everything a command centre reads of settings, as plain values."""
    calendar, site = of.calendar, of.site
    people = [
        (t.id, list(t.skills.items()), t.trade, t.home, t.crew, t.zones, t.licences, t.stays_home)
        for t in of.technicians
    ]
    return [
        [list(row) for row in site.minutes_to], site.zone_of, site.licence_of, site.store, tuple(site.partner_trades), people,
        calendar.start, calendar.weeks, calendar.table, calendar.through, dict(of.rules), of.estimate_min, of.seed,
    ]  # fmt: skip


@tried(max_examples=25)
@given(settings())
def test_settings_come_back_as_they_went(given_settings):
    content = canonical.text(office.to_plain(given_settings))
    back = office.settings_of(canonical.parse(content))
    assert parts(back) == parts(given_settings)
    assert canonical.text(office.to_plain(back)) == content


@tried(max_examples=40)
@given(RULES)
def test_rules_come_back_from_the_file_a_person_reads(rules):
    content = rules_file.write(rules)
    assert tomllib.loads(content.decode())["format"] == rules_file.FORMAT
    assert rules_file.read(content) == rules


def test_an_office_made_again_decides_the_same():
    campus = worlds.village(days=30)
    settings_there = settings_of(worlds.centre(campus, worlds.TO_BE), campus)
    plain = canonical.parse(canonical.text(office.to_plain(settings_there)))
    recorder = Recorder(CommandCentre(settings_there))
    worlds.run(3.0, campus=campus, controller=recorder)
    again = CommandCentre(office.settings_of(plain))
    for pair in recorder.pairs:
        event, now = messages.observed(pair.seen)
        assert messages.decision(again.handle(event, now)) == pair.commands


def settings_of(centre, campus):
    site = centre.record.view.site
    return Settings(site, centre.record.technicians, campus.calendar, worlds.TO_BE, centre.intake.estimate_min)


def test_the_first_trade_stays_the_main_trade():
    """Canonical JSON sorts keys; the order of skills means something."""
    people = [Technician(0, {"plumbing": 2, "electrical": 3}, 0)]
    made = Settings(Site([[0.0]]), people, Calendar(date(2025, 9, 1)), {})
    assert office.settings_of(canonical.parse(canonical.text(office.to_plain(made)))).technicians[0].trade == "plumbing"


def test_an_office_at_work_is_not_written():
    tech = Technician(0, {"plumbing": 2}, 0)
    tech.on_duty, tech.order = True, 7
    made = Settings(Site([[0.0]]), [tech], Calendar(date(2025, 9, 1)), {})
    with pytest.raises(WrongDocument, match=r"technicians\[0\]: is at work already \(on_duty, order set\)"):
        office.to_plain(made)


def test_a_parameter_no_file_can_hold_is_not_written():
    for value in (math.inf, None, {1, 2}):
        with pytest.raises(WrongDocument, match=r"dispatch\.x"):
            rules_file.write({"dispatch": RuleChoice("nearest_idle", {"x": value})})


def test_every_mistake_of_an_office_is_told_at_once():
    tech = Technician(0, {"plumbing": 2}, 0)
    plain = office.to_plain(Settings(Site([[0.0]]), [tech], Calendar(date(2025, 9, 1)), {}))
    plain["site"]["minutes_to"] = [[0.0, 1.0]]
    plain["technicians"][0]["skills"] = [["plumbing", "two"]]
    plain["technicians"][0]["hom"] = plain["technicians"][0].pop("home")
    plain["calendar"]["start"] = "1. September"
    plain["calendar"]["weeks"]["SVC"] = [[]]
    plain["rules"] = {"dispach": {"rule": "nearest_idle"}}
    with pytest.raises(WrongDocument) as caught:
        office.settings_of(plain)
    told = "\n".join(caught.value.errors)
    for said in (
        "site.minutes_to: rows of other lengths", "skills[0][1]: 'two', expected a whole number",
        "no field 'hom', did you mean 'home'?", "'home' is missing", "calendar.start: '1. September', expected a date",
        "calendar.weeks.SVC: [[]], expected a list of 7", "no decision point 'dispach', did you mean 'dispatch'?",
    ):  # fmt: skip
        assert said in told


def test_people_stand_at_their_place_and_live_in_a_building():
    tech = Technician(0, {"plumbing": 2}, 0)
    plain = office.to_plain(Settings(Site([[0.0]]), [tech], Calendar(date(2025, 9, 1)), {}))
    plain["technicians"][0] |= {"id": 4, "home": 9}
    with pytest.raises(WrongDocument) as caught:
        office.settings_of(plain)
    assert caught.value.errors == (
        "office: technicians[0].id: 4, expected its place in the list, 0",
        "office: technicians[0].home: 9 is none of the 1 buildings",
    )
