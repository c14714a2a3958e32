"""What two statements let expect when one bundle takes the other's place."""

from dataclasses import replace

import pytest

from policies.deploy.host.expecting import expected
from policies.deploy.host.told import _expected
from policies.deploy.statement import Statement


def row(kpi, base, other, verdict, unit="min"):
    return {"kpi": kpi, "base": base, "other": other, "difference": other - base, "low": 0.0, "high": 0.0, "unit": unit, "verdict": verdict}  # fmt: skip


def measured(made, *rows, **study):
    """The bundle with a study of these differences in its statement."""
    bundle = made.opened()
    told = {
        "name": "spring", "code": "0.1.0+abc", "scenarios": [{"digest": "1", "name": "as_is"}], "replications": [0, 1],
        "baseline": "as_is", "differences": list(rows), **study,
    }  # fmt: skip
    return replace(
        bundle, statement=Statement(bundle.statement.subjects, {**bundle.statement.predicate, "study": told})
    )


def test_two_of_one_study_are_compared_figure_by_figure(made):
    one = measured(made, row("K-R1", 270.0, 98.0, "better"), row("K-E3", 25.0, 22.0, "not shown"))
    two = measured(
        made, row("K-R1", 270.0, 125.0, "better"), row("K-E3", 25.0, 10.0, "better"), row("x", 1.0, 1.0, "not shown")
    )
    found = expected(one, two)
    assert found["baseline"] == "as_is"
    assert {kpi: one["difference"] for kpi, one in found["against_incumbent"].items()} == {
        "K-R1": pytest.approx(27.0),
        "K-E3": pytest.approx(-12.0),
    }


@pytest.mark.parametrize("other", [{"name": "autumn"}, {"code": "0.2.0"}, {"replications": [0]}, {"scenarios": []}])
def test_two_of_different_studies_are_not(made, other):
    one = measured(made, row("K-R1", 270.0, 98.0, "better"), **other)
    two = measured(made, row("K-R1", 270.0, 125.0, "better"))
    found = expected(one, two)
    assert found["against_incumbent"] == {}
    assert len(found["differences"]) == 1


def test_where_nobody_measured_nobody_expects(made):
    one = measured(made, row("K-R1", 270.0, 98.0, "better"))
    nothing = {"against_incumbent": {}, "baseline": None, "differences": [], "gate": None, "replications": 0}
    assert expected(one, made.opened()) == nothing
    assert expected(made.opened(), one)["against_incumbent"] == {}


@pytest.mark.parametrize(
    ("incumbent", "more"),
    [("dispatch.skill_place_load", ""), ("nearest_idle", ", which is not the rule that decides here")],
)
def test_what_a_gate_ruled_is_told_and_whether_it_was_about_who_decides(made, incumbent, more):
    gate = {"go": False, "gate": "mine", "decision": "dispatch", "candidate": "gcmu", "incumbent": incumbent}
    study = measured(made, row("K-R1", 270.0, 268.0, "not shown"), gate=gate)
    told = list(_expected(expected(made.opened(), study)))
    assert told[0].startswith(
        "  its study (2 replications) shows neither that it is better nor that it is worse than as_is"
    )
    assert told[1] == f"  the gate mine ruled NO-GO on it against {incumbent}{more}"
