"""Forecasts of demand that comes now and then: by hand, and by what each is known to do."""

from random import Random

import pytest

from policies.supply.forecast import FORECASTS, Croston, LastYear, SeasonalMean, SyntetosBoylan, TeunterSyntetosBabai


def told(forecast, demand):
    for units in demand:
        forecast.see(float(units))
    return forecast


def test_crostons_by_hand():
    """Size 4, interval 3; then 6 after 2 months: size 4.2, interval 2.9."""
    assert told(Croston(0.1), [0, 0, 4]).ahead(1) == pytest.approx(4 / 3)
    assert told(Croston(0.1), [0, 0, 4, 0, 6]).ahead(1) == pytest.approx(4.2 / 2.9)
    assert told(Croston(0.1), [0, 0, 4, 0, 6, 0, 0, 0]).ahead(2) == pytest.approx(2 * 4.2 / 2.9)
    assert told(SyntetosBoylan(0.1), [0, 0, 4, 0, 6]).ahead(1) == pytest.approx(0.95 * 4.2 / 2.9)


def test_what_is_needed_no_more_fades_in_one_and_stays_for_ever_in_the_other():
    demand = [0, 3, 0, 3, 0, 3, *60 * [0]]
    assert told(Croston(0.2), demand).ahead(1) == told(Croston(0.2), demand[:6]).ahead(1) > 1.0
    assert told(TeunterSyntetosBabai(0.2, 0.2), demand).ahead(1) < 1e-4
    by_hand = told(TeunterSyntetosBabai(0.5, 0.5), [0, 4, 0, 2])
    assert by_hand.ahead(1) == pytest.approx(3.0 * 0.625)  # chance 1/2, 1/4, 5/8; size 4, then 3


def test_crostons_lies_too_high_and_the_corrected_one_less_so():
    draw = Random(5)
    ends = dict.fromkeys(("croston", "sba", "tsb"), 0.0)
    for _ in range(400):
        demand = [draw.choice([1.0, 2.0, 3.0]) if draw.random() < 0.3 else 0.0 for _ in range(120)]
        for name in ends:
            ends[name] += told(FORECASTS[name](0.3), demand).ahead(1) / 400
    true = 0.3 * 2.0
    assert ends["croston"] > 1.08 * true
    assert abs(ends["sba"] - true) < 0.6 * abs(ends["croston"] - true)
    assert ends["tsb"] == pytest.approx(true, rel=0.06)


def test_a_year_ago_and_the_mean_of_all_years():
    year = list(range(12))
    assert told(LastYear(), year).ahead(3) == 0 + 1 + 2
    assert told(LastYear(), [*year, 50]).ahead(2) == 1 + 2
    assert told(LastYear(), year).ahead(14) == sum(year) + 0 + 1
    assert told(LastYear(), [2, 4]).ahead(6) == 18
    two = told(SeasonalMean(), [*year, *(units + 10 for units in year)])
    assert two.ahead(2) == pytest.approx(5 + 6)
    assert told(SeasonalMean(), [2, 4]).ahead(1) == 3


@pytest.mark.parametrize("name", FORECASTS)
def test_before_anything_was_seen_nothing_is_expected(name):
    assert FORECASTS[name](0.1).ahead(6) == 0.0
    assert told(FORECASTS[name](0.1), 20 * [0]).ahead(6) == 0.0


@pytest.mark.parametrize("alpha", [0.0, -0.1, 1.5])
def test_a_weight_must_be_one(alpha):
    with pytest.raises(ValueError, match=r"alpha in \(0, 1\]"):
        Croston(alpha)
    with pytest.raises(ValueError, match=r"in \(0, 1\]"):
        TeunterSyntetosBabai(0.1, alpha)
