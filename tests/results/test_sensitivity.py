"""A tornado's numbers from made-up worlds whose effects are known, and its drawing read back."""

import json

import numpy as np
import pytest
from scipy import stats

from results.figures.swings import tornado as draw
from results.sensitivity import Sensitivity, World, bars_of, from_data, levels_of, rank

RNG = np.random.default_rng(5)
DAY = RNG.normal(0.0, 20.0, 8)
ASSUMED = {"as_is": 100.0 + DAY, "fast": 60.0 + DAY + RNG.normal(0.0, 1.0, 8)}
NOTES = {"walk": ("10", "[A], 5-20"), "work": ("3", "[A], x 0.5-2"), "idle": ("1", "[A], 0-1")}


def world(key, end, told, as_is, fast):
    """The assumed world with a stated change of either scenario and a little noise."""
    noise = np.random.default_rng([len(key), len(end)]).normal(0.0, 0.5, (2, 8))
    return World(
        key, end, told, {"as_is": ASSUMED["as_is"] + as_is + noise[0], "fast": ASSUMED["fast"] + fast + noise[1]}
    )


WORLDS = [
    world("walk", "low", "5", -10.0, -5.0),
    world("walk", "high", "20", 15.0, 60.0),
    world("work", "low", "× 0.5", -3.0, -3.0),
    world("work", "high", "× 2", 4.0, 4.0),
    world("idle", "low", "0", 0.1, 0.0),
]


@pytest.fixture(scope="module")
def told():
    return sensitivity()


def sensitivity():
    """Two scenarios, three assumptions, one end at which the winner loses."""
    judged, bars = bars_of("K-R1", ASSUMED, WORLDS, NOTES)
    return Sensitivity(
        "K-R1", "min", list(ASSUMED), 0.95, 1, "code", ["campus=campus_small"], {"as_is": "a", "fast": "f"}, [0, 1],
        list(range(2, 10)), levels_of(ASSUMED), judged, bars,
    )  # fmt: skip


def bar(told, key):
    return next(one for one in told.bars if one.key == key)


def test_an_effect_is_the_paired_difference_to_the_assumed_world(told):
    found = bar(told, "walk").high.effects["fast"]
    difference = WORLDS[1].values["fast"] - ASSUMED["fast"]
    low, high = stats.t.interval(0.95, 7, loc=difference.mean(), scale=stats.sem(difference))
    assert (found.estimate, found.low, found.high) == pytest.approx((difference.mean(), low, high))


def test_common_random_numbers_show_an_effect_far_smaller_than_the_noise_of_a_run(told):
    found = bar(told, "work").low.effects["as_is"]
    assert found.high < 0.0 and found.high - found.low < 0.1 * ASSUMED["as_is"].std()


def test_the_most_sensitive_stands_first(told):
    assert [one.key for one in told.bars] == ["walk", "work", "idle"]
    assert [key for key, _ in rank(ASSUMED, WORLDS)] == ["walk", "work", "idle"]
    assert dict(rank(ASSUMED, WORLDS))["walk"] == pytest.approx(60.0, abs=1.5)


def test_an_assumption_that_moves_only_the_difference_is_seen_too():
    apart = [world("walk", "low", "5", -6.0, 6.0), world("work", "low", "1", 7.0, 7.0)]
    assert [key for key, _ in rank(ASSUMED, apart)] == ["walk", "work"]


def test_a_world_in_which_the_winner_loses_is_named(told):
    assert told.judged.verdict == "better"
    assert [(key, moved, one.verdict) for key, moved, one in told.turned] == [("walk", "20", "worse")]
    assert len(told.moved_verdicts) == 5


def test_an_end_where_the_assumption_lies_already_has_no_world(told):
    assert bar(told, "idle").high is None and len(bar(told, "idle").ends) == 1


def test_a_run_that_failed_leaves_its_pair_out():
    broken = world("walk", "low", "5", -10.0, -5.0)
    broken.values["fast"][3] = np.nan
    _, bars = bars_of("K-R1", ASSUMED, [broken], NOTES)
    assert (bars[0].low.effects["fast"].n, bars[0].low.effects["as_is"].n, bars[0].low.judged.difference.n) == (7, 8, 7)


def test_a_single_scenario_has_effects_and_no_verdict():
    alone = {"as_is": ASSUMED["as_is"]}
    judged, bars = bars_of("K-R1", alone, [World("walk", "low", "5", {"as_is": ASSUMED["as_is"] - 1.0})], NOTES)
    assert judged is None and bars[0].low.judged is None
    assert bars[0].low.effects["as_is"].estimate == pytest.approx(-1.0)


def test_what_is_written_is_what_is_read(told):
    assert from_data(json.loads(json.dumps(told.as_data(), allow_nan=False))) == told


@pytest.mark.parametrize("broken", [{"format": "twin/other@1"}, {"format": "twin/sensitivity@1", "kpi": "K-R1"}])
def test_another_file_is_refused(broken):
    with pytest.raises(ValueError, match="run"):
        from_data(broken)


def test_the_drawing_holds_every_effect_and_every_paired_difference(told):
    figure = draw(told, "en")
    *swings, pairs = figure.axes
    for axis, scenario in zip(swings, told.scenarios, strict=True):
        drawn = sorted(patch.get_width() for patch in axis.patches)
        assert drawn == pytest.approx(sorted(end.effects[scenario].estimate for b in told.bars for end in b.ends))
        texts = [text.get_text() for text in axis.texts]
        assert sorted(texts) == sorted(end.told for b in told.bars for end in b.ends)
    points = sorted(float(line.get_xdata()[0]) for line in pairs.lines if line.get_marker() in "^vso")
    assert points == pytest.approx(sorted(one.difference.estimate for _, _, one in told.moved_verdicts))
    assert [label.get_text() for label in swings[0].get_yticklabels()] == ["walk = 10", "work = 3", "idle = 1"]
    assert "n = 8" in figure.get_suptitle() and "95%" in figure.get_suptitle() and "[min]" in pairs.get_xlabel()


def test_bars_grow_from_the_assumed_world(told):
    figure = draw(told, "zh")
    for axis in figure.axes[:-1]:
        assert {patch.get_x() for patch in axis.patches} == {0.0}
