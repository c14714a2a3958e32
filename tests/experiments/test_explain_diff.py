"""``twin explain diff``: what the orders add is the difference, to the last digit that counts."""

import json

import numpy as np
import pytest

from results.contributions import BY_ORDER, NotByOrder, decompose, parts
from results.kpis import measure
from results.observation import Observation
from scenarios.story.contrast import contrast
from scenarios.story.parting import part
from scenarios.study.arms import arms_of
from scenarios.study.replication import branch, burn_in
from scenarios.study.watchdog import Watchdog

SMALL = ("campus=campus_small", "run.burn_in_days=14", "run.days=28", "run.run_out_days=3")
NAMES = ("as_is", "nearest", "pooled_fifo", "all_together")


@pytest.fixture(scope="module")
def runs():
    arms, dog = arms_of(NAMES, SMALL), Watchdog(120.0)
    with dog.on_guard():
        base = burn_in(arms[0], 3, 1, dog)
        return {arm.name: Observation(branch(arm, base, dog).journal, base.meta) for arm in arms}


@pytest.mark.parametrize("kpi", BY_ORDER)
@pytest.mark.parametrize("other", NAMES[1:])
def test_contributions_and_stages_sum_to_the_difference_the_ruler_finds(runs, other, kpi):
    found = decompose(runs["as_is"], runs[other], kpi)
    told = [
        next(r.value for r in measure(runs[name].journal, runs[name].meta, [kpi]) if r.kpi == kpi)
        for name in ("as_is", other)
    ]
    assert (found.before, found.after) == pytest.approx(told, abs=1e-9)
    assert sum(one.amount for one in found.contributions) == pytest.approx(told[1] - told[0], abs=1e-9)
    if found.stages:
        assert sum(found.stages.values()) == pytest.approx(told[1] - told[0], abs=1e-9)
    assert bool(found.stages) == (kpi in {"K-R1", "K-R4"})


def test_an_order_is_the_same_fault_in_both_runs(runs):
    """Three faults in four and more are met by both; the true trade and the place of each are the same."""
    found = decompose(runs["as_is"], runs["all_together"], "K-R1").contributions
    both = [one for one in found if one.before and one.after]
    assert len(both) > 0.75 * len(found)
    for one in both:
        seen = []
        for run, side in ((runs["as_is"], one.before), (runs["all_together"], one.after)):
            row = int(np.flatnonzero(run.orders.ids == side.order)[0])
            seen.append((run.orders.building[row], run.orders.texts[run.orders.trade[row]]))
        assert seen[0] == seen[1]


def test_weights_of_a_run_sum_to_one_and_open_waits_weigh_nothing(runs):
    for kpi in BY_ORDER:
        assert sum(one.weight for one in parts(runs["as_is"], kpi).values()) == pytest.approx(1.0)


def test_a_figure_that_is_no_sum_over_orders_is_refused(runs):
    with pytest.raises(NotByOrder, match="K-R1.p90 is no sum over orders; expected one of K-R1,"):
        decompose(runs["as_is"], runs["nearest"], "K-R1.p90")


def test_runs_part_at_the_first_row_that_differs_and_not_before(runs):
    first, second = runs["as_is"].journal, runs["nearest"].journal
    parting = part(first, second)
    assert parting is not None and parting.first != parting.second
    at = min(row.at for row in (parting.first, parting.second) if row is not None)
    for name in sorted({*first.tables()} & {*second.tables()} - {"FeatureSwitched"}):
        mine, other = first.table(name), second.table(name)
        for column in mine.columns:
            if column != "n" and column not in mine.categories:
                assert np.array_equal(
                    mine[column][mine["at"] < at],
                    other[column][other["at"] < at],
                    equal_nan=mine[column].dtype.kind == "f",
                )
    assert part(first, first) is None


def test_the_costliest_orders_are_the_losers_and_tell_why(runs):
    arms = arms_of(NAMES, SMALL)
    found = contrast(arms[1], arms[0], 3, 1, "K-R1", 10)
    assert found.loser == 1
    amounts = [case.contribution.amount for case in found.costliest]
    assert len(amounts) == 10 and amounts == sorted(amounts, reverse=True) and amounts[-1] > 0.0
    late = found.costliest[0]
    assert next(step.what for step in late.after) == "RequestReported"
    assert "Assign" in {step.what for step in late.after}


def test_the_command_line_tells_it_in_both_languages_and_for_machines(twin):
    settings = ("campus=campus_small", "run.burn_in_days=2", "run.days=8", "run.run_out_days=2")
    assert twin("run", "as_is", "nearest", "-n", "1", "--study", "tiny", settings=settings).exit_code == 0
    english = twin("explain", "diff", "tiny:as_is:0", "tiny:nearest:0", settings=None)
    assert english.exit_code == 0, english.stderr
    assert "First event in which the runs differ" in english.stdout
    chinese = twin("explain", "diff", "tiny:as_is:0", "tiny:nearest:0", "--lang", "zh", settings=None)
    assert "两次运行的首个不同事件" in chinese.stdout
    told = json.loads(twin("explain", "diff", "tiny:as_is:0", "tiny:nearest:0", "--json", settings=None).stdout)["data"]
    assert sum(one["amount"] for one in told["contributions"]) == pytest.approx(told["difference"], abs=1e-9)


def test_runs_that_did_not_live_through_the_same_faults_are_refused(twin):
    assert twin("run", "two_buildings", "-n", "2", "--study", "pair").exit_code == 0
    done = twin("explain", "diff", "pair:two_buildings:0", "pair:two_buildings:1", settings=None)
    assert done.exit_code == 2
    assert "did not live through the same faults" in done.stderr
    wrong = twin("explain", "diff", "pair:two_buildings:0", "pair:two_buildings:0", "--kpi", "K-R9", settings=None)
    assert wrong.exit_code == 2 and "did you mean" in wrong.stderr


def test_a_study_that_is_not_there_is_named_and_not_only_its_run(twin, tmp_path):
    done = twin("explain", "diff", "nosuch:as_is:0", "nosuch:nearest:0", settings=None)
    assert done.exit_code == 2
    assert 'there is no study "nosuch" in ' in done.stderr
    assert "nor any other: twin run or twin compare makes one" in done.stderr
    assert twin("run", "two_buildings", "-n", "1", "--study", "mine").exit_code == 0
    done = twin("explain", "order", "0", "--run", "nosuch:as_is:0", settings=None)
    assert 'there is no study "nosuch" in ' in done.stderr and "mine" in done.stderr
