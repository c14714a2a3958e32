"""Layers: defaults < campus < extends < ordered measures < --set; only switches, rules and days may differ."""

from pathlib import Path

import pytest

from scenarios import library
from scenarios.problems import ScenarioProblems
from scenarios.resolution.resolve import Resolved, resolve
from scenarios.schema.document import read


def write(folder: Path, name: str, text: str) -> str:
    path = folder / f"{name}.toml"
    path.write_text(f'name = "{name}"\n{text}', encoding="utf-8")
    return str(path)


def problems(source: str, *more: str, sets: tuple[str, ...] = ()) -> list[str]:
    with pytest.raises(ScenarioProblems) as caught:
        resolve(source, more, sets)
    return [str(p) for p in caught.value.problems]


def rule(it: Resolved, decision: str) -> str:
    return str(getattr(it.scenario.policies, decision).rule)


def test_each_layer_covers_the_one_below(tmp_path: Path) -> None:
    base = write(
        tmp_path,
        "base",
        'campus = "two_buildings"\n[run]\ndays = 10\n[policies]\ndispatch = { rule = "fifo_pooled" }\n',
    )
    child = write(tmp_path, "child", 'extends = "base"\n[policies]\ndispatch = { rule = "nearest_idle" }\n')
    measure = write(tmp_path, "m", 'kind = "measure"\n[policies]\ndispatch = { rule = "least_loaded" }\n')
    assert rule(resolve(base), "dispatch") == "fifo_pooled"
    assert rule(resolve(child), "dispatch") == "nearest_idle"
    assert resolve(child).scenario.run.days == 10
    assert rule(resolve(child, [measure]), "dispatch") == "least_loaded"
    assert rule(resolve(child, [measure], ["policies.dispatch.rule=gcmu"]), "dispatch") == "gcmu"


def test_the_campus_covers_the_defaults_and_world_covers_the_campus(tmp_path: Path) -> None:
    defaults = read(library.shipped("defaults")["university"]).values["clerks"]["count"]
    assert resolve("as_is").campus.clerks.count == defaults != 1
    assert resolve("as_is", sets=["campus=campus_small"]).campus.clerks.count == 1
    assert resolve("as_is", sets=["campus=campus_small", "world.clerks.count=2"]).campus.clerks.count == 2
    root = write(tmp_path, "root", "[world.reporting]\nfalse_urgent = 0.4\n")
    assert resolve(root).campus.reporting.false_urgent == 0.4


def test_two_measures_that_write_one_key_differently_are_refused_in_either_order(tmp_path: Path) -> None:
    one = write(tmp_path, "one", 'kind = "measure"\n[policies]\ndispatch = { rule = "gcmu" }\n')
    two = write(tmp_path, "two", 'kind = "measure"\n[policies]\ndispatch = { rule = "nearest_idle" }\n')
    for pair in ((one, two), (two, one)):
        (found,) = problems("as_is", *pair)
        assert "policies.dispatch.rule" in found
        assert "one.toml:4" in found and "two.toml:4" in found


def test_a_rule_of_ones_own_under_an_inherited_measure_is_refused_and_not_lost_in_silence(tmp_path: Path) -> None:
    mine = write(tmp_path, "mine", 'extends = "all_together"\n[policies]\ndispatch = { rule = "nearest_idle" }\n')
    (found,) = problems(mine)
    assert "mine.toml:" in found and 'policies.dispatch.rule: given "nearest_idle"' in found
    assert 'for "skill_place_load" of ' in found
    assert "lies over it: ask for it by --set policies.dispatch.rule=nearest_idle, or extend" in found
    same = write(tmp_path, "same", 'extends = "all_together"\n[policies]\ndispatch = { rule = "skill_place_load" }\n')
    assert resolve(same).scenario.policies.dispatch.rule == "skill_place_load"
    assert (
        resolve("all_together", sets=("policies.dispatch.rule=nearest_idle",)).scenario.policies.dispatch.rule
        == "nearest_idle"
    )


def test_two_measures_that_agree_are_fine(tmp_path: Path) -> None:
    one = write(tmp_path, "one", 'kind = "measure"\n[policies]\ndispatch = { rule = "gcmu" }\n')
    two = write(tmp_path, "two", 'kind = "measure"\n[policies]\ndispatch = { rule = "gcmu" }\n')
    assert rule(resolve("as_is", [one, two]), "dispatch") == "gcmu"


@pytest.mark.parametrize(
    "table", ["[run]\ndays = 3\n", "[world.reporting]\nfalse_urgent = 0.0\n", 'campus = "campus_small"\n']
)
def test_a_measure_may_not_touch_the_world(tmp_path: Path, table: str) -> None:
    measure = write(tmp_path, "m", 'kind = "measure"\n' + table)
    (found,) = problems("as_is", measure)
    assert "m.toml:3" in found and "share one world" in found
    extending = write(tmp_path, "s", 'extends = "as_is"\n' + table)
    (found,) = problems(extending)
    assert "s.toml:3" in found and "a scenario that extends another" in found


def test_a_measure_in_place_of_a_scenario_lies_over_the_as_is() -> None:
    it = resolve("skill_dispatch")
    assert it.scenario.measures == ["skill_dispatch"]
    assert rule(it, "dispatch") == "skill_place_load"
    assert rule(it, "approval") == rule(resolve("as_is"), "approval")


def test_all_together_is_the_as_is_with_the_four_measures() -> None:
    measures = ["lean_intake", "skill_dispatch", "emergency_breaker", "command_centre"]
    one, other = resolve("all_together"), resolve("as_is", measures)
    assert one.scenario.policies == other.scenario.policies
    assert one.scenario.features == other.scenario.features


def test_another_rule_does_not_inherit_parameters(tmp_path: Path) -> None:
    base = write(tmp_path, "base", '[policies.dispatch]\nrule = "hold_reserve"\nparameters = { reserve = 2 }\n')
    child = write(tmp_path, "child", 'extends = "base"\n[policies]\ndispatch = { rule = "nearest_idle" }\n')
    assert resolve(base).scenario.policies.dispatch.parameters == {"reserve": 2}
    assert resolve(child).scenario.policies.dispatch.parameters == {}


def test_a_parameter_alone_keeps_the_others(tmp_path: Path) -> None:
    base = write(tmp_path, "base", '[policies.escalate]\nrule = "breaker_30_2"\nparameters = { second_min = 4.0 }\n')
    it = resolve(base, sets=["policies.escalate.parameters.lead_min=12.0"])
    assert it.scenario.policies.escalate.parameters == {"second_min": 4.0, "lead_min": 12.0}


def test_a_circle_of_extends_is_named(tmp_path: Path) -> None:
    write(tmp_path, "b", 'extends = "a"\n')
    (found,) = problems(write(tmp_path, "a", 'extends = "b"\n'))
    assert "no circle (" in found
    assert " → " in found


def test_settings_come_typed_and_a_broken_one_is_told(tmp_path: Path) -> None:
    assert resolve("as_is", sets=["run.days=30"]).scenario.run.days == 30
    assert resolve("as_is", sets=["run.start=2025-09-01"]).scenario.run.start.isoformat() == "2025-09-01"
    assert "--set run.days" in problems("as_is", sets=("run.days",))[0]
    assert "--set run.dys=3" in problems("as_is", sets=("run.dys=3",))[0]


def test_the_digest_changes_with_any_value_and_with_no_name(tmp_path: Path) -> None:
    same = resolve("as_is").digest()
    assert resolve("as_is").digest() == same
    assert resolve("as_is", sets=["world.reporting.false_urgent=0.09"]).digest() != same
    assert resolve("as_is", sets=["run.days=181"]).digest() != same
