"""A door and its tags: what is seen, what is missed and why."""

import pickle
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware_emul.devices.rfid import PLACES, PROFILES, Door, RfidProfile, Tag
from policies.contract.units import DAY_MIN, YEAR_DAYS
from policies.supply.reading import rounds_for
from twin.streams import Streams

LOAD = [Tag(number) for number in range(60)]
YEAR_MIN = YEAR_DAYS * DAY_MIN


def door(profile, seed=1, number=0):
    return Door(number, profile, Streams(seed, 0))


def shares(profile, tags=LOAD, passes=2000, sweeps=1):
    """Share of tags seen, and of those missed in the first sweep that a second one saw."""
    one = door(profile)
    seen = [one.passes(tags, float(k), sweeps).seen for k in range(passes)]
    return sum(map(len, seen)) / (len(tags) * passes), seen


@pytest.mark.parametrize("profile", [PROFILES["perfect"], RfidProfile("named otherwise", regained=0.3)])
def test_a_perfect_door_sees_all_that_goes_through_and_draws_nothing(profile):
    one = Door(0, profile, None)
    passage = one.passes(LOAD, 5.0, sweeps=2, beside=[Tag(99)])
    assert passage.seen == dict.fromkeys(range(60), 2)
    assert (passage.number, passage.at) == (0, 5.0)
    assert one.passes([], 6.0).seen == {}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("regained", [0.0, 0.15, 1.0])
def test_a_sweep_sees_the_share_of_the_table_whatever_hides_tags(place, regained):
    profile = RfidProfile("x", **{place: 0.8}, regained=regained)
    found, _ = shares(profile, [Tag(number, place) for number in range(60)])
    assert found == pytest.approx(0.8, abs=0.005)


@pytest.mark.parametrize(("regained", "both"), [(0.0, 0.9), (0.15, 0.9 + 0.1 * 0.15), (1.0, 0.99)])
def test_a_second_sweep_finds_the_stated_share_of_what_the_first_one_missed(regained, both):
    found, _ = shares(RfidProfile("x", clear=0.9, regained=regained), sweeps=2)
    assert found == pytest.approx(both, abs=0.003)


def test_another_pass_is_another_shadow():
    _, seen = shares(RfidProfile("x", clear=0.8, regained=0.0))
    missed = [[tag not in one for tag in range(60)] for one in seen]
    again = [b for one, other in pairwise(missed) for a, b in zip(one, other, strict=True) if a]
    assert sum(again) / len(again) == pytest.approx(0.2, abs=0.01)


def test_a_load_is_read_worse_the_denser_it_is():
    profile = PROFILES["typical"]
    by_load = [profile.seen("clear", population) for population in (1, 97, 120, 150, 180, 400)]
    assert by_load[:2] == [0.995, 0.995]
    assert by_load == sorted(by_load, reverse=True)
    assert by_load[-2:] == pytest.approx([0.90, 0.90])
    assert profile.seen("metal", 180) == 0.78, "what is read worse than a dense load stays so"
    found, _ = shares(RfidProfile("x", clear=0.995, dense=0.9), [Tag(number) for number in range(180)], 400)
    assert found == pytest.approx(0.9, abs=0.005)


def test_a_door_that_reads_worse_sees_less_tag_by_tag():
    """Common random numbers: whatever a worse door sees, a better one sees too."""
    before = None
    for clear in (1.0 - 1e-9, 0.999, 0.95, 0.85, 0.5):
        one = door(RfidProfile("x", clear=clear, regained=0.15))
        seen = [set(one.passes(LOAD, float(k)).seen) for k in range(200)]
        assert before is None or all(now <= then for now, then in zip(seen, before, strict=True))
        before = seen


@given(st.integers(0, 59), st.integers(1, 3))
@settings(max_examples=20, deadline=None)
def test_one_more_tag_in_a_load_changes_nothing_for_the_others(left_out, sweeps):
    profile = RfidProfile("x", clear=0.7, regained=0.3)
    all_there, one_less = door(profile), door(profile)
    for k in range(5):
        whole = dict(all_there.passes(LOAD, float(k), sweeps).seen)
        part = one_less.passes([tag for tag in LOAD if tag.id != left_out], float(k), sweeps).seen
        whole.pop(left_out, None)
        assert whole == part


def test_what_lies_beside_the_door_is_read_now_and_then():
    one, beside = door(RfidProfile("x", ghosts=0.02)), [Tag(number) for number in (100, 101, 102)]
    seen = [set(one.passes(LOAD[:3], float(k), beside=beside).seen) - {0, 1, 2} for k in range(20_000)]
    strays = [min(one) for one in seen if one]
    assert len(strays) / len(seen) == pytest.approx(0.02, abs=0.003)
    assert all(len(one) <= 1 for one in seen)
    assert {strays.count(number) > 90 for number in (100, 101, 102)} == {True}
    nothing_there = door(RfidProfile("x", ghosts=1.0))
    assert set(nothing_there.passes(LOAD[:3], 0.0).seen) == {0, 1, 2}


def test_tags_die_and_stay_dead():
    one, tags = door(RfidProfile("x", dead_per_year=0.5)), [Tag(number) for number in range(2000)]
    alive = [set(one.passes(tags, year * YEAR_MIN).seen) for year in (0, 1, 2)]
    assert len(alive[0]) == 2000
    assert len(alive[1]) / 2000 == pytest.approx(0.6065, abs=0.03)
    assert alive[2] < alive[1]
    younger = door(RfidProfile("x", dead_per_year=0.5))
    assert len(younger.passes([Tag(number, since=YEAR_MIN) for number in range(2000)], YEAR_MIN).seen) == 2000


def test_what_is_carried_around_a_door_it_does_not_know_of():
    one = door(RfidProfile("x", bypass=0.25))
    assert sum(one.passes(LOAD[:1], float(k)) is None for k in range(8000)) / 8000 == pytest.approx(0.25, abs=0.015)


def test_a_door_that_is_down_sees_nothing_until_it_works_again():
    one = door(RfidProfile("x", down_every_h=10.0, down_mean_h=10.0))
    up = [one.passes(LOAD[:1], 20.0 * k) is not None for k in range(40_000)]
    assert sum(up) / len(up) == pytest.approx(0.5, abs=0.05)
    changes = sum(a != b for a, b in pairwise(up))
    assert 1100 < changes < 1500, "spells, and not a coin at every pass"
    always = door(RfidProfile("x", down_every_h=10.0))
    assert always.profile.perfect


def test_doors_are_unlike_and_the_same_again():
    profile = PROFILES["poor"]
    found = [
        [one.passes(LOAD, 30.0 * k) for k in range(50)]
        for one in (door(profile), door(profile, number=1), door(profile), pickle.loads(pickle.dumps(door(profile))))
    ]
    assert found[0] == found[2] == found[3]
    assert found[0] != found[1]


@pytest.mark.parametrize("sweeps", [0, 65])
def test_sweeps_that_cannot_be_are_refused(sweeps):
    with pytest.raises(ValueError, match="expected 1 to 64"):
        door(PROFILES["typical"]).passes(LOAD, 0.0, sweeps)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"clear": 1.2}, "clear is 1.2, expected a share from 0 to 1"),
        ({"ghosts": -0.1}, "ghosts is -0.1"),
        ({"dead_per_year": -1.0}, "dead_per_year is -1.0, expected 0 or more"),
        ({"down_every_h": float("inf")}, "down_every_h is inf, expected 0 or more"),
        ({"regained": float("nan")}, "regained is nan, expected a share"),
    ],
)
def test_profiles_that_make_no_sense_are_refused(wrong, said):
    with pytest.raises(ValueError, match=said):
        RfidProfile("x", **wrong)


def test_shipped_profiles_get_worse_from_perfect_to_poor():
    perfect, typical, poor = (PROFILES[name] for name in ("perfect", "typical", "poor"))
    for place, population in product(PLACES, (1, 130, 200)):
        assert perfect.seen(place, population) > typical.seen(place, population) > poor.seen(place, population)


@pytest.mark.parametrize(
    ("read", "target", "rounds"), [(0.95, 0.999, 3), (0.999, 0.99, 1), (0.5, 0.75, 2), (0.5, 0.751, 3), (1.0, 0.5, 1)]
)
def test_rounds_until_a_tag_that_is_there_was_seen(read, target, rounds):
    assert rounds_for(read, target) == rounds
    assert 1.0 - (1.0 - read) ** rounds >= target
    assert rounds == 1 or 1.0 - (1.0 - read) ** (rounds - 1) < target


@pytest.mark.parametrize(("read", "target"), [(0.0, 0.9), (1.1, 0.9), (0.5, 1.0), (0.5, 0.0)])
def test_probabilities_that_are_none_are_refused(read, target):
    with pytest.raises(ValueError, match="expected read in"):
        rounds_for(read, target)
