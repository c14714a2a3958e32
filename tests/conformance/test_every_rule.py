"""Every registered rule, ours and installed ones, against every conformance check."""

import inspect

import pytest

from policies.contract.decisions import DECISIONS
from policies.controller import registry
from policies.controller.conformance import check, parameters
from policies.controller.scenes import Office, scenes

RULES = [(decision, name) for decision in DECISIONS for name in registry.names(decision)]
OURS = [
    (decision, name)
    for decision, name in RULES
    if registry.rule_class(decision, name).__module__.startswith("policies.")
]


def off_defaults(rule):
    """The rule with every number doubled and every switch turned, as far as it lets itself be made so."""
    changed = {}
    for name, parameter in parameters(rule).items():
        value = parameter.default
        if isinstance(value, bool):
            changed[name] = not value
        elif isinstance(value, (int, float)):
            changed[name] = value * 2 or 1
    try:
        return rule(**changed)
    except ValueError:
        return rule(**dict(list(changed.items())[:1]))


@pytest.mark.parametrize(("decision", "name"), RULES)
def test_a_registered_rule_keeps_to_every_check(decision, name):
    assert check(registry.rule_class(decision, name), decision) == []


@pytest.mark.parametrize(("decision", "name"), [one for one in OURS if parameters(registry.rule_class(*one))])
def test_a_shipped_rule_keeps_to_every_check_off_its_defaults(decision, name):
    rule = registry.rule_class(decision, name)
    assert check(off_defaults(rule), decision) == []


@pytest.mark.parametrize(("decision", "name"), OURS)
def test_a_shipped_rule_says_what_it_sees_and_where_it_comes_from(decision, name):
    rule = registry.rule_class(decision, name)
    assert isinstance(rule.__dict__["sees"], tuple)
    assert "Source:" in inspect.getdoc(rule)
    documented = inspect.getdoc(rule)
    assert [p for p in parameters(rule) if p not in documented] == []


@pytest.mark.parametrize("decision", DECISIONS)
def test_every_decision_point_has_todays_practice_beside_another_rule(decision):
    assert len([name for point, name in OURS if point == decision]) >= 2


@pytest.mark.parametrize("decision", DECISIONS)
def test_the_scenes_of_a_decision_point_get_more_than_one_answer(decision):
    """A check on questions that always get the same answer would prove nothing."""
    for name in registry.names(decision):
        rule = registry.make(decision, name)
        answers = [
            repr(_told(getattr(rule, DECISIONS[decision])(*scene.arguments)))
            for scene in scenes(decision, rule, Office)
        ]
        constant = decision == "escalate" or (decision, name) == ("intake", "by_hand")
        assert len(answers) >= 4
        assert len(set(answers)) > (0 if constant else 1), name


def _told(answer):
    if isinstance(answer, (list, tuple)):
        return [_told(part) for part in answer]
    return getattr(answer, "id", answer)
