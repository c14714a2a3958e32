"""Go only where every condition is shown: what is not shown is not met."""

import numpy as np
import pytest

from policies.controller.conformance import Finding
from results.comparison import compare
from results.rows import KpiRow
from scenarios.gate.judging import Ruling, figures_of, judge
from scenarios.schema.gate import GateFile

GATE = GateFile.model_validate(
    {
        "name": "test", "title": "a test", "guard_hits": 1,
        "goals": [{"figure": "K-R1", "by": 3.0, "why": "the promise"}],
        "guards": [{"figure": "K-E3", "by": 2.0, "why": "safety"}, {"figure": "K-Q1", "by": 2.0, "why": "quality"}],
    }
)  # fmt: skip
N = 12


def ruling(response=-20.0, late=0.0, fixed=0.0, noise=0.5, findings=(), hits=None, undefined=0) -> Ruling:
    """The gate's ruling on a candidate that differs by so much on average, pair by pair with some noise; ``undefined``: first replications without K-E3."""
    rng = np.random.default_rng(7)
    levels = {"K-R1": ("min", 200.0), "K-E3": ("%", 20.0), "K-Q1": ("%", 70.0)}
    shifts = {"K-R1": response, "K-E3": late, "K-Q1": fixed}
    study: dict[str, dict[int, list[KpiRow]]] = {"old": {}, "new": {}}
    for replication in range(N):
        mood = rng.normal(0.0, 5.0)
        for arm, runs in study.items():
            values = {
                kpi: level + mood + (shifts[kpi] + rng.normal(0.0, noise) if arm == "new" else 0.0)
                for kpi, (_, level) in levels.items()
            }
            if replication < undefined and arm == "new":
                values["K-E3"] = float("nan")
            runs[replication] = [KpiRow(kpi, levels[kpi][0], value, float("nan"), 1.0) for kpi, value in values.items()]
    found = compare(study, kpis=figures_of(GATE))
    return judge(GATE, found, "new", findings, hits or {})


def unmet(made: Ruling) -> list[tuple[str, str]]:
    return [(one.kind, one.of) for one in made.conditions if not one.met]


def test_shown_better_and_shown_harmless_is_a_go() -> None:
    made = ruling()
    assert made.go
    assert unmet(made) == []
    assert [one.kind for one in made.conditions] == ["conformance", "violations", "goal", "guard", "guard"]


def test_better_by_less_than_was_asked_for_is_no_go() -> None:
    assert unmet(ruling(response=-2.5)) == [("goal", "K-R1")]


def test_a_goal_whose_interval_reaches_the_limit_is_not_met() -> None:
    made = ruling(response=-2.0, noise=3.0)
    assert unmet(made)[0] == ("goal", "K-R1")
    assert "not all of the interval better by more than 3" in made.conditions[2].reason


def test_what_is_worse_is_not_called_better_by_less_than_nothing() -> None:
    made = ruling(response=4.0)
    goal = made.conditions[2].reason
    assert goal.startswith("worse by 3.816 [")
    assert not goal.partition("[")[2].startswith("-")


@pytest.mark.parametrize(("change", "of"), [({"late": 3.0}, "K-E3"), ({"fixed": -3.0}, "K-Q1")])
def test_a_guard_shown_worse_is_no_go_whichever_side_is_better(change, of) -> None:
    made = ruling(**change)
    assert unmet(made) == [("guard", of)]
    assert "shown worse" in next(one for one in made.conditions if one.of == of).reason


def test_a_guard_that_is_not_shown_harmless_is_no_go_and_says_what_would_help() -> None:
    made = ruling(response=-60.0, late=1.0, noise=8.0)
    assert ("guard", "K-E3") in unmet(made)
    assert "not shown harmless; more replications" in made.conditions[3].reason
    made = ruling(late=7.5, noise=8.0)
    assert "as the estimate does, not shown harmless" in made.conditions[3].reason


def test_a_figure_that_is_undefined_shows_nothing() -> None:
    made = ruling(undefined=N)
    assert unmet(made) == [("guard", "K-E3")]
    assert "nothing is shown" in made.conditions[3].reason


def test_a_rule_that_breaks_a_promise_or_answers_what_guards_refuse_does_not_pass() -> None:
    assert unmet(ruling(findings=[Finding("deterministic", "two answers")])) == [("conformance", "the rule")]
    assert ruling(hits={"not on duty": 1}).go
    made = ruling(hits={"not on duty": 1, "busy": 1})
    assert unmet(made) == [("violations", "guards")]
    assert "busy: 1; not on duty: 1" in made.conditions[1].reason


def test_no_zero_stands_below_zero_and_nothing_is_told_of_cases_that_are_none() -> None:
    same = ruling(response=0.0, noise=0.0, hits={"busy": 0})
    told = {one.of: one.reason for one in (*same.conditions, *ruling(undefined=N).conditions)}
    assert told["guards"] == "guards refused no answer"
    assert told["K-E3"] == "undefined: no replication has this figure under both rules, so nothing is shown"
    exact = {one.of: one.reason for one in same.conditions}
    assert exact["K-R1"] == "the same in every replication, and not better by more than 3 min"
    assert exact["K-E3"] == "the same in every replication"
    assert "-0" not in " ".join(exact.values())


def test_a_figure_of_one_replication_has_no_interval_to_speak_of() -> None:
    made = ruling(undefined=N - 1)
    assert unmet(made) == [("guard", "K-E3")]
    assert made.conditions[3].reason.startswith("only one replication has this figure")
