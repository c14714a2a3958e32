"""Comparisons: pairs by replication, three states against a target, ready for JSON."""

import json

import numpy as np
import pytest

from policies.contract import plan
from results import KPIS, KpiRow, compare, spec
from results.comparison import state
from results.statistics import Interval

RNG = np.random.default_rng(4)
DAY_TO_DAY = RNG.normal(0.0, 8.0, 12)


def runs(mean, kpi="K-R1", unit="min", noise=1.0, seed=0):
    own = np.random.default_rng(seed).normal(0.0, noise, 12)
    values = (mean + DAY_TO_DAY + own).tolist()
    return {rep: [KpiRow(kpi, unit, value, value * 100.0, 100.0)] for rep, value in enumerate(values)}


def test_a_faster_scenario_is_better_and_a_slower_one_worse():
    found = compare({"as_is": runs(80.0, seed=1), "fast": runs(50.0, seed=2), "slow": runs(95.0, seed=3)})
    assert found.baseline == "as_is"
    assert found.difference("fast", "K-R1").verdict == "better"
    assert found.difference("slow", "K-R1").verdict == "worse"
    assert found.difference("fast", "K-R1").difference == pytest.approx(-30.0, abs=2.0)


def test_higher_is_better_where_the_registry_says_so():
    found = compare({"a": runs(40.0, "K-Q1", "%", seed=1), "b": runs(60.0, "K-Q1", "%", seed=2)})
    assert found.difference("b", "K-Q1").verdict == "better"


def test_the_same_world_is_equivalent_within_a_stated_margin_and_not_shown_without_one():
    study = {"a": runs(60.0, noise=0.1, seed=1), "b": runs(60.0, noise=0.1, seed=2)}
    assert compare(study, margins={"K-R1": 1.0}).difference("b", "K-R1").verdict == "equivalent"
    assert compare(study, margins={"K-R1": 1e-6}).difference("b", "K-R1").verdict == "not shown"


def test_pairs_are_made_by_replication_number_not_by_position():
    base = runs(60.0, seed=1)
    study = {"a": base, "b": dict(reversed(list(base.items())))}
    assert compare(study).difference("b", "K-R1").difference == 0.0


def test_common_random_numbers_show_in_the_variance_ratio():
    found = compare({"a": runs(80.0, seed=1), "b": runs(50.0, seed=2)}).difference("b", "K-R1")
    assert found.variance_ratio > 10.0 and found.correlation > 0.9


def test_a_replication_only_one_scenario_has_is_left_out_and_named():
    short = runs(50.0, seed=2)
    del short[7]
    found = compare({"a": runs(80.0, seed=1), "b": short})
    assert 7 not in found.replications and "a: replication 7" in found.warnings[0]


def test_no_shared_replication_is_refused():
    with pytest.raises(ValueError, match="share no replication"):
        compare({"a": {0: []}, "b": {1: []}})


def test_an_unknown_figure_is_named_with_the_nearest_known():
    with pytest.raises(KeyError, match="did you mean 'K-R1'"):
        compare({"a": runs(1.0)}, kpis=["K-R11"])


def test_holm_runs_over_figures_times_scenarios():
    study = {
        name: {rep: [*rows, *runs(50.0, "K-R4", seed=seed + 5)[rep]] for rep, rows in runs(60.0, seed=seed).items()}
        for seed, name in enumerate(("a", "b", "c"))
    }
    found = compare(study)
    assert found.family == ["K-R1", "K-R4"] and len(found.differences) == 4
    least = min(found.differences, key=lambda d: d.p)
    assert least.p_adjusted == pytest.approx(min(1.0, 4 * least.p))


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(50, 59, "met"), (55, 65, "undecided"), (61, 70, "missed"), (np.nan, np.nan, "undecided")],
)
def test_three_states_against_a_target(low, high, expected):
    assert state(Interval(0.0, low, high, 12), plan.RESPONSE) == expected


def test_the_share_of_replications_that_meet_a_target_has_wilsons_interval():
    found = compare({"as_is": runs(60.0, seed=1)}).attainments[0]
    values = [row.value for rows in runs(60.0, seed=1).values() for row in rows]
    assert found.target == "T2" and found.met == sum(value <= 60.0 for value in values)
    assert found.share_met.low < found.share_met.estimate < found.share_met.high


def test_a_share_is_pooled_as_ratio_of_sums():
    rows = {rep: [KpiRow("K-E1", "%", 100.0 * k / n, k, n)] for rep, (k, n) in enumerate([(1, 2), (9, 10), (5, 8)])}
    level = compare({"a": rows}).figure("a", "K-E1")
    assert level.mean.estimate == pytest.approx(100 * (0.5 + 0.9 + 0.625) / 3)
    assert level.pooled.estimate == pytest.approx(100 * 15 / 20)
    assert (level.numerator, level.denominator) == (15, 20)


def test_a_count_is_not_pooled():
    rows = {rep: [KpiRow("cost", "CNY", 10.0 + rep, 10.0 + rep, 7.0)] for rep in range(3)}
    assert compare({"a": rows}).figure("a", "cost").pooled is None


def test_a_comparison_is_plain_data_without_nan():
    found = compare(
        {"a": {0: [KpiRow("K-R1", "min", 5.0, 5.0, 1.0)]}, "b": {0: [KpiRow("K-R1", "min", 4.0, 4.0, 1.0)]}}
    )
    text = json.dumps(found.as_data(), allow_nan=False)
    assert json.loads(text)["differences"][0]["p"] is None


def test_a_harmful_pairing_is_named():
    base = {rep: [KpiRow("K-R1", "min", float(v), 1.0, 1.0)] for rep, v in enumerate(DAY_TO_DAY)}
    other = {rep: [KpiRow("K-R1", "min", float(-v), 1.0, 1.0)] for rep, v in enumerate(DAY_TO_DAY)}
    assert "widened this interval" in compare({"a": base, "b": other}).warnings[0]


def test_every_figure_has_names_in_both_languages_and_a_direction():
    for name, kpi in KPIS.items():
        assert kpi.zh and kpi.en and kpi.unit, name
        assert kpi.better in ("lower", "higher", "neither")
        assert not (kpi.judged and kpi.better == "neither"), f"{name} is judged without a better direction"
    assert len({kpi.en for kpi in KPIS.values()}) == len(KPIS)


def test_a_figure_by_part_is_described_by_its_kind():
    assert spec("K-Q5.trade:plumbing") is KPIS["K-Q5.trade"]
