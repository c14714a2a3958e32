"""``twin calibrate --parts``: kinds of demand, rules played over it, cost at one fill rate."""

import gzip
import json
import math

import numpy as np
import pytest
from click.testing import CliRunner

from policies.supply.review import Review
from scenarios.calibration.parts import judging, pairs
from scenarios.calibration.parts.classes import classes
from scenarios.calibration.parts.judging import BASELINE, judge
from scenarios.calibration.parts.pairs import Pair, buyer, expected, plan
from scenarios.calibration.parts.playing import Plan, Terms, play
from scenarios.calibration.parts.reading import PartDemand, read
from scenarios.cli import main
from scenarios.problems import ScenarioProblems


def drawn(parts=60, months=48, seed=3):
    """Parts of every kind, some of them dying out."""
    rng = np.random.default_rng(seed)
    rate = rng.gamma(0.6, 1.0, parts)
    demand = rng.poisson(rate[:, None] * np.ones(months)) * rng.integers(1, 4, (parts, months))
    demand[: parts // 5, months // 2 :] = 0
    return PartDemand("drawn", [f"p{n}" for n in range(parts)], [f"m{n}" for n in range(months)], demand.astype(float))


def table(path, data, cells=str):
    lines = [",".join(["part", *data.months])]
    lines += [",".join([part, *map(cells, row)]) for part, row in zip(data.parts, data.demand, strict=True)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_kinds_are_told_by_the_two_cut_offs():
    demand = np.zeros((5, 24))
    demand[0] = 4.0
    demand[1] = [1.0, 9.0] * 12
    demand[2, ::4] = 3.0
    demand[3, ::8], demand[3, 4::8] = 1.0, 9.0
    demand[4, 7] = 2.0
    assert classes(demand) == ["smooth", "erratic", "intermittent", "lumpy", "too few"]
    demand[2, 1:4] = math.nan  # 21 months recorded, 6 with demand
    assert classes(demand)[2] == "intermittent"


def test_a_store_played_for_long_costs_what_the_books_say():
    """Renewal reward for given levels with a lead time of two months: what is ordered, and what is held."""
    terms = Terms(price=48.0, order=30.0, holding=0.25, lead=2)
    demand = np.random.default_rng(8).poisson(3.0, (6000, 40)).astype(float)
    levels = Plan(np.full(demand.shape, 8.0), np.full(demand.shape, 19.0))
    found = play(demand, levels, 100, terms)
    book = Review(3.0, terms.order, terms.held, 1e-9, terms.lead).cost(8, 19)
    assert found.cost.mean() / 5900 == pytest.approx(book, rel=0.002)
    assert found.asked.sum() == demand[100:].sum()
    at_once = play(demand, levels, 100, Terms(price=48.0, order=30.0, holding=0.25, lead=0))
    assert at_once.met.sum() > found.met.sum()


def test_stock_is_conserved_and_what_is_bought_blindly_comes_on_top():
    demand = np.array([[2.0], [0.0], [9.0], [0.0]])
    free = Terms(price=12.0, order=0.0, holding=1.0, lead=0)  # a unit held for a month costs 1
    levels = np.array([[5.0], [5.0], [5.0], [5.0]])
    up_to = play(demand, Plan(levels - 1, levels), 0, free)
    assert (up_to.met[0], up_to.asked[0], up_to.cost[0]) == (7.0, 11.0, 3.0 + 5.0 + 0.0 + 5.0)
    blind = play(demand, Plan(np.full((4, 1), np.inf), levels, np.ones((4, 1), dtype=bool)), 0, free)
    assert (blind.met[0], blind.cost[0]) == (11.0, 8.0 + 13.0 + 9.0 + 14.0)


@pytest.mark.parametrize("forecast", pairs.FORECASTS)
def test_no_forecast_sees_what_is_to_come_and_a_month_not_recorded_is_not_told(forecast):
    data = drawn().demand
    before = expected(data, forecast, 0.2, 12, 3)
    later = data.copy()
    later[:, 30:] = 99.0
    assert (expected(later, forecast, 0.2, 12, 3)[: 30 - 12 + 1] == before[: 30 - 12 + 1]).all()
    assert (expected(later, forecast, 0.2, 12, 3)[-1] != before[-1]).any()
    unknown = data.copy()
    unknown[:, 20] = math.nan
    assert np.isfinite(expected(unknown, forecast, 0.2, 12, 3)).all()


def test_a_buyer_errs_as_the_handbook_says_and_the_best_levels_are_those_computed():
    who = buyer(400, 400, 1)
    assert who.errors.mean() == pytest.approx(1.12, rel=0.01)
    assert np.log(who.errors).std() == pytest.approx(0.55, rel=0.01)
    assert who.blind.mean() == pytest.approx(0.4, abs=0.01)
    terms, mean = Terms(), np.array([[2.0, 0.0], [2.04, 14.0]])
    levels = plan(Pair("croston", "s_S", 0.1), 16.0, mean, mean, terms, buyer(2, 2, 1))
    one = Review(1.0, terms.order, terms.held, 16.0 * terms.held, 1).best()
    assert (levels.points[0, 0], levels.levels[0, 0]) == (one.s, one.S)
    assert levels.levels[0, 1] == 0.0
    assert levels.levels[1, 0] == one.S  # 1.02 counts as 1.0
    by_guess = plan(BASELINE, 1.0, np.full((7, 1), 5.0), mean, terms, buyer(7, 1, 2))
    assert (by_guess.points[:, 0] == [np.inf, *5 * [-np.inf], np.inf]).all()


def test_pairs_are_compared_at_the_fill_of_todays_practice_and_with_itself_it_ties():
    found = judge(drawn(), Terms(), 1)
    assert found == judge(drawn(), Terms(), 1)
    first = found.judged[0]
    assert (first.pair, first.difference, first.difference_interval, first.verdict) == (
        BASELINE,
        0.0,
        (0.0, 0.0),
        "not shown",
    )
    assert first.lowest < found.fill < first.highest
    assert len(found.judged) == 11
    for one in found.judged:
        if math.isfinite(one.cost):
            assert one.interval[0] <= one.cost <= one.interval[1] or not math.isfinite(one.interval[0])
            assert one.difference == pytest.approx(one.cost / first.cost - 1.0)
    high = judge(drawn(), Terms(), 1, 0.999)
    assert all(math.isnan(one.cost) for one in high.judged if one.highest < 0.999)


def test_a_store_whose_months_are_alike_is_best_served_by_levels_and_small_orders_cost_more():
    rng = np.random.default_rng(4)
    demand = rng.poisson(rng.uniform(0.3, 3.0, 80)[:, None] * np.ones(60)).astype(float)
    data = PartDemand("drawn", [str(n) for n in range(80)], [str(n) for n in range(60)], demand)
    verdict = {one.pair.name: one for one in judge(data, Terms(), 1).judged}
    assert verdict["sba + s_S"].verdict == "cheaper"
    assert verdict["sba + base_stock"].cost > verdict["sba + s_S"].cost
    free = {one.pair.name: one for one in judge(data, Terms(order=0.0), 1).judged}
    assert free["sba + base_stock"].cost < verdict["sba + base_stock"].cost


def test_parts_with_months_not_recorded_in_the_years_that_judge_are_left_out():
    data = drawn()
    data.demand[:7, 40] = math.nan
    data.demand[7:10, 15] = math.nan
    found = judge(data, Terms(), 1)
    assert (found.parts, found.left_out) == (53, 7)


def test_a_table_is_read_plain_and_packed_and_every_mistake_is_told(tmp_path):
    data = drawn(parts=4, months=36)
    path = table(tmp_path / "parts.csv", data)
    assert (read(path).demand == data.demand).all()
    packed = tmp_path / "parts.csv.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert read(packed).parts == data.parts
    lines = path.read_text().splitlines()
    lines[1] = lines[1].replace(lines[1].split(",")[3], "x", 1)
    lines[2] = "p0" + lines[2][2:]
    lines[3] += ",1"
    cells = lines[4].split(",")
    lines[4] = ",".join([cells[0], "-3", "", *cells[3:]])
    path.write_text("\n".join(lines))
    with pytest.raises(ScenarioProblems) as told:
        read(path)
    said = told.value.errors
    assert any("parts.csv:3 part" in one and "a part not in line 2" in one for one in said)
    assert any("parts.csv:4 row" in one and "37, as in the header" in one for one in said)
    assert any('parts.csv:5 m0: given "-3"' in one for one in said)
    (tmp_path / "short.csv").write_text("part,a,b\nx,1,2\n")
    with pytest.raises(ScenarioProblems, match="36 months or more"):
        read(tmp_path / "short.csv")
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(ScenarioProblems, match="36 months or more"):
        read(tmp_path / "empty.csv")


def twin(*words):
    return CliRunner().invoke(main, ["calibrate", *map(str, words)])


def test_the_command_writes_what_it_says(tmp_path):
    path = table(tmp_path / "parts.csv", drawn(parts=30), cells=lambda units: f"{units:g}")
    done = twin(path, "--parts", "-o", tmp_path / "out", "--terms", "{ order = 60.0 }", "--json")
    assert done.exit_code == 0, done.output
    data = json.loads(done.stdout)["data"]
    assert data["terms"] == {"price": 25.0, "order": 60.0, "holding": 0.25, "lead": 1}
    assert sum(data["kinds"].values()) == data["parts"] == 30
    kept = json.loads((tmp_path / "out" / "parts.json").read_text())["data"]
    assert kept["pairs"] == data["pairs"]
    rows = (tmp_path / "out" / "parts.csv").read_text().splitlines()
    assert len(rows) == 1 + len(data["pairs"])
    text = (tmp_path / "out" / "parts.txt").read_text()
    assert "today's practice" in text
    assert twin(path, "--parts", "-o", tmp_path / "out", "--fill", "0.9999").exit_code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--parts", "--mapping", "m.toml"), "exclude each other"),
        (("--parts", "--from", "2025-01-01"), "exclude each other"),
        ((), "a log needs --mapping FILE"),
        (("--mapping", "m.toml", "--fill", "0.5"), "go with --parts alone"),
        (("--parts", "--fill", "1.0"), "is not in the range"),
        (("--parts", "--terms", "{ prize = 2.0 }"), 'did you mean "price"'),
        (("--parts", "--terms", "{ price = 0.0 }"), "price and holding above 0"),
        (("--parts", "--terms", '{ lead = "two" }'), "expected a whole number"),
    ],
)
def test_a_wrong_question_is_refused_and_nothing_is_written(words, said, tmp_path):
    path = table(tmp_path / "parts.csv", drawn(parts=3))
    done = twin(path, "-o", tmp_path / "out", *words)
    assert done.exit_code == 2
    assert said in done.stderr
    assert not (tmp_path / "out").exists()


def test_on_car_parts_levels_by_a_forecast_that_forgets_are_cheapest(shared):
    """2,000 parts of a car maker (R package expsmooth): README of the data has its facts."""
    data = read(shared / "data" / "demand_carparts" / "demand_monthly.csv.gz")
    assert (len(data.parts), len(data.months)) == (2000, 39)
    assert int(np.isnan(data.demand).any(axis=1).sum()) == 117
    found = judge(PartDemand(data.file, data.parts[::3], data.months, data.demand[::3]), Terms(), 1)
    verdict = {one.pair.name: one.verdict for one in found.judged}
    assert verdict["tsb + s_S"] == verdict["sba + s_S"] == "cheaper"
    assert verdict["tsb + base_stock"] == "dearer"
    assert judging.BASELINE.name == "last_year + experience"
