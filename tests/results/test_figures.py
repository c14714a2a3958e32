"""What a figure shows is what the study found: drawn data read back."""

from datetime import date

import numpy as np
import pytest

from results import KpiRow, compare
from results.figures import FIGURES, file
from results.figures.against_baseline import gain, heatmap
from results.figures.kept import by_building, campus, open_at, timeline
from results.figures.money import costs, front
from results.figures.waits import quantiles, response
from results.kpi_response import CURVE
from results.sections import add_sections
from results.shown import DAY_MIN, KeptOrders, Placed, Shown

NAMES = ("as_is", "fast", "slow")
SHIFT = {"as_is": 0.0, "fast": -50.0, "slow": 15.0}


def rows(name, rep):
    level = 80.0 + SHIFT[name] + np.random.default_rng([rep, len(name)]).normal(0.0, 2.0) + rep
    found = [
        KpiRow("K-R1", "min", level, 100.0 * level, 100.0),
        KpiRow("K-R1.median", "min", 0.7 * level, np.nan, 100.0),
        KpiRow("K-R1.p90", "min", 2.0 * level, np.nan, 100.0),
        KpiRow("K-E1", "%", 90.0 - SHIFT[name] / 10.0, 90.0 - SHIFT[name] / 10.0, 100.0),
        KpiRow("cost", "CNY", 9000.0 + 10.0 * rep - 20.0 * SHIFT[name], 1.0, 9.0),
        KpiRow("cost.kind:labour", "CNY", 6000.0 + 10.0 * rep, 1.0, 9.0),
        KpiRow("cost.kind:parts", "CNY", 3000.0 - 20.0 * SHIFT[name], 1.0, 9.0),
    ]
    shares = [100.0 * m / (m + level) + rep for m in CURVE]
    return found + [KpiRow(f"K-R1.within:{m:g}", "%", s, s, 100.0) for m, s in zip(CURVE, shares, strict=True)]


@pytest.fixture
def found():
    return compare({name: {rep: rows(name, rep) for rep in range(6)} for name in NAMES})


@pytest.fixture(scope="module")
def orders():
    return kept_orders()


def kept_orders():
    """Three weeks of orders of two scenarios, three replications each; one order of each run never ends."""
    runs = {}
    for shift, name in enumerate(("as_is", "fast")):
        runs[name] = {}
        for rep in range(3):
            rng = np.random.default_rng([shift, rep])
            count = 120
            began = np.sort(rng.uniform(2 * DAY_MIN, 23 * DAY_MIN, count))
            waits = rng.exponential(60.0 / (shift + 1), count)
            ended = began + waits + 300.0
            ended[5], waits[5] = np.nan, np.nan
            runs[name][rep] = {
                "building": rng.integers(0, 3, count), "normal": np.arange(count) % 4 > 0, "t_report": began,
                "fate": np.where(np.isnan(ended), "open", np.where(np.arange(count) % 10 == 0, "duplicate", "completed")),
                "t_comp": ended, "response_min": waits, "response_24x7_min": 2.0 * waits,
            }  # fmt: skip
    places = [Placed("A", 0.0, 0.0), Placed("B", 100.0, 50.0), Placed("C", 50.0, 200.0), Placed("far", np.nan, np.nan)]
    return KeptOrders(runs, date(2025, 9, 1), 2 * DAY_MIN, 23 * DAY_MIN, 30 * DAY_MIN, places, {"fast": [9 * DAY_MIN]})


def test_the_heat_map_holds_the_oriented_changes_and_says_each_difference(found):
    axis = heatmap(found, "en").axes[0]
    drawn = np.asarray(axis.images[0].get_array())
    kpis = [label.get_text().split()[0] for label in axis.get_yticklabels()]
    for row, kpi in enumerate(kpis):
        for column, scenario in enumerate(NAMES[1:]):
            assert drawn[row, column] == pytest.approx(gain(found, scenario, kpi))
    assert gain(found, "fast", "K-R1") > 50.0 and gain(found, "slow", "K-R1") < 0.0
    assert gain(found, "fast", "K-E1") > 0.0 > gain(found, "slow", "K-E1")
    assert any(text.get_text() == f"▲ {found.difference('fast', 'K-R1').difference:+.1f}" for text in axis.texts)


def test_what_was_not_shown_is_a_tint_only(found):
    found.difference("slow", "K-R1").verdict = "not shown"
    axis = heatmap(found, "en").axes[0]
    weights = np.asarray(axis.images[0].get_alpha())
    row = [label.get_text().split()[0] for label in axis.get_yticklabels()].index("K-R1")
    assert weights[row].tolist() == [1.0, 0.3]


def test_mean_median_and_p90_stand_where_they_were_found_each_with_its_interval(found):
    axis = quantiles(found, "en").axes[0]
    points = sorted(float(line.get_xdata()[0]) for line in axis.lines if len(line.get_xdata()) == 1)
    spans = sorted(tuple(line.get_xdata()) for line in axis.lines if len(line.get_xdata()) == 2)
    levels = [found.figure(n, k).mean for n in NAMES for k in ("K-R1", "K-R1.median", "K-R1.p90")]
    assert points == pytest.approx(sorted(one.estimate for one in levels))
    assert np.array(spans) == pytest.approx(np.array(sorted((one.low, one.high) for one in levels)))


def test_the_response_curve_has_the_band_of_its_intervals(found):
    axis = response(found, "en").axes[0]
    lines = {line.get_label(): line.get_ydata() for line in axis.lines if line.get_label() in NAMES}
    for band, name in zip(axis.collections, NAMES, strict=True):
        levels = [found.figure(name, f"K-R1.within:{m:g}").pooled for m in CURVE]
        assert list(lines[name]) == pytest.approx([one.estimate for one in levels])
        edges = {round(y, 6) for _, y in band.get_paths()[0].vertices}
        assert {round(one.low, 6) for one in levels} | {round(one.high, 6) for one in levels} <= edges


def test_the_waterfall_goes_from_the_baselines_total_to_the_scenarios(found):
    for axis, scenario in zip(costs(found, "en").axes, NAMES[1:], strict=True):
        start, *steps, end = axis.patches
        assert start.get_width() == pytest.approx(found.figure("as_is", "cost").mean.estimate / 1000.0)
        assert end.get_width() == pytest.approx(found.figure(scenario, "cost").mean.estimate / 1000.0)
        assert start.get_width() + sum(one.get_width() for one in steps) == pytest.approx(end.get_width())
        assert steps[-1].get_x() + steps[-1].get_width() == pytest.approx(end.get_width())


def test_costs_against_response_crosses_both_intervals(found):
    axis = front(found, "en").axes[0]
    points = {line.get_label(): line for line in axis.lines if line.get_label() in NAMES}
    for name in NAMES:
        spent, waited = found.figure(name, "cost").mean, found.figure(name, "K-R1").mean
        assert points[name].get_xdata()[0] == pytest.approx(spent.estimate / 1000.0)
        assert points[name].get_ydata()[0] == pytest.approx(waited.estimate)
        assert [spent.low / 1000.0, spent.high / 1000.0] in [list(line.get_xdata()) for line in axis.lines]


def test_the_timeline_counts_open_orders_as_one_would_by_hand(orders):
    below = timeline(orders, "en").axes[1]
    night, run = 12, orders.runs["as_is"]
    at = orders.from_min + night * DAY_MIN
    by_hand = np.mean(
        [
            sum(b <= at and not e <= at for b, e, f in zip(o["t_report"], o["t_comp"], o["fate"], strict=True) if f != "duplicate")
            for o in run.values()
        ]
    )  # fmt: skip
    assert below.lines[0].get_xdata()[night] == night
    assert below.lines[0].get_ydata()[night] == pytest.approx(by_hand)
    assert open_at(run[0], np.array([orders.end_min]))[0] == 1.0


def test_the_timeline_marks_the_day_something_was_switched_on_and_averages_by_week(orders):
    above = timeline(orders, "en").axes[0]
    assert [line.get_xdata()[0] for line in above.lines if line.get_linestyle() == ":"] == [7.0]
    by_hand = []
    for one in orders.runs["fast"].values():
        week = (one["t_report"] >= 9 * DAY_MIN) & (one["t_report"] < 16 * DAY_MIN) & one["normal"]
        by_hand.append(np.nanmean(one["response_min"][week]))
    assert above.lines[1].get_ydata()[1] == pytest.approx(np.mean(by_hand))


def test_the_map_puts_each_buildings_mean_where_it_stands(orders):
    figure = campus(orders, "en")
    for axis, name in zip(figure.axes, orders.runs, strict=False):
        means, counts = by_building(list(orders.runs[name].values()), 4)
        discs = axis.collections[0]
        assert discs.get_offsets().tolist() == [[0.0, 0.0], [100.0, 50.0], [50.0, 200.0]]
        assert np.asarray(discs.get_array()) == pytest.approx(means[:3])
        pooled = [
            wait
            for one in orders.runs[name].values()
            for wait, where, counts_ in zip(one["response_min"], one["building"], one["normal"], strict=True)
            if where == 1 and counts_ and np.isfinite(wait)
        ]
        assert means[1] == pytest.approx(np.mean(pooled)) and counts[1] == len(pooled)
        assert np.isnan(means[3])


def test_quantiles_of_all_orders_come_by_sections(found, orders):
    add_sections(found, orders)
    assert found.figure("as_is", "K-R1.p90").pooled is None, "6 replications compared, 3 kept their orders"
    small = compare({name: {rep: rows(name, rep) for rep in range(3)} for name in ("as_is", "fast")})
    add_sections(small, orders)
    one = small.figure("fast", "K-R1.p90").pooled
    waits = np.concatenate([o["response_min"][o["normal"]] for o in orders.runs["fast"].values()])
    waits = np.sort(np.where(np.isnan(waits), np.inf, waits))
    assert one.estimate == waits[int(np.ceil(0.9 * len(waits))) - 1]
    assert one.low < one.estimate < one.high and one.n == 3


@pytest.mark.parametrize("name", list(FIGURES))
def test_a_figure_without_its_data_is_left_out(name):
    alone = compare({"a": {0: [KpiRow("cost", "CNY", 1.0, 1.0, 1.0)]}})
    assert file(name, Shown(alone), "en", ".svg") == b""
    assert FIGURES[name].about.endswith(".") and FIGURES[name].needs
