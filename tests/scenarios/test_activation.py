"""Roll-out: what becomes live when, where."""

from policies.controller.centre import CommandCentre
from policies.controller.settings import RuleChoice
from scenarios.resolution.build import Step, campus_of, features_of, rules_of, settings_of, steps_of
from scenarios.resolution.resolve import resolve
from twin.streams import Streams


def test_without_days_everything_is_live_at_the_fork() -> None:
    base, it = resolve("as_is"), resolve("all_together")
    (step,) = steps_of(it, base)
    assert step == Step(0, features_of(it), {d: r for d, r in rules_of(it).items() if r != rules_of(base)[d]})
    assert len(step.features.app_buildings) == 48
    assert step.features.centre_per_day_cny > 0.0


def test_rules_that_stay_are_not_adopted_anew() -> None:
    (step,) = steps_of(resolve("skill_dispatch"), resolve("as_is"))
    assert step.rules == {"dispatch": RuleChoice("skill_place_load", {})}
    (same,) = steps_of(resolve("as_is"), resolve("as_is"))
    assert same.rules == {}


def test_stages_grow_by_zone_and_each_rule_has_its_day() -> None:
    it = resolve("phased_rollout")
    steps = steps_of(it, resolve("as_is"))
    assert [s.day for s in steps] == [0, 30, 60, 90, 120]
    pilot = {it.buildings[k].zone for k in steps[0].features.app_buildings}
    assert pilot == {0}
    assert len(steps[2].features.app_buildings) == 48
    assert [sorted(s.rules) for s in steps] == [
        [], ["case_owner"], ["approval", "intake", "triage"], ["escalate", "preempt", "reserve"], ["dispatch"],
    ]  # fmt: skip
    assert steps[0].features.centre_per_day_cny == 0.0
    assert steps[1].features.centre_per_day_cny > 0.0


def test_a_stage_may_name_buildings() -> None:
    it = resolve("lean_intake", sets=['activation.app=[{day=0, buildings=["Library 1"]}, {day=9, zones=[2]}]'])
    first, second = steps_of(it)
    assert [it.buildings[k].name for k in first.features.app_buildings] == ["Library 1"]
    assert {it.buildings[k].zone for k in second.features.app_buildings} >= {2}
    assert set(first.features.app_buildings) < set(second.features.app_buildings)


def test_days_of_a_feature_that_is_off_change_nothing() -> None:
    it = resolve("skill_dispatch", sets=["activation.app=[{day=30}]", "activation.centre_day=40"])
    assert [s.day for s in steps_of(it)] == [0]


def test_the_office_knows_its_people_its_map_and_its_norms() -> None:
    it = resolve("as_is")
    campus = campus_of(it, Streams(1, 0))
    settings = settings_of(it, campus)
    assert [t.skills for t in settings.technicians] == [p.skills for p in campus.people]
    assert [t.id for t in settings.technicians] == list(range(50))
    assert settings.site.zone_of == tuple(b.zone for b in campus.buildings)
    assert settings.site.partner_trades == ("lift", "fire")
    assert settings.site.licence_of == {"electrical": "electrician", "lift": "lift"}
    assert campus.buildings[settings.site.store].name == "Service 1"
    assert settings.estimate_min == {t.name: t.work_mean_min for t in campus.trades}
    assert settings.technicians[0].skills is not campus.people[0].skills
    CommandCentre(settings)
