"""The reference pages say what the code says."""

from dataclasses import fields

import pytest

from docs import generate
from docs.pages import contract
from policies.contract import commands, decisions, events, states
from policies.deploy import refusals
from policies.deploy.doors.http.problem import KINDS
from policies.deploy.doors.http.settings import HttpSettings
from results.kpis import KPIS
from scenarios import library
from scenarios.cli import COMMANDS


@pytest.mark.parametrize("name", sorted(generate.whole_folder()))
def test_a_reference_page_is_current(name):
    written = (generate.REFERENCE / name).read_text(encoding="utf-8")
    assert written == generate.whole_folder()[name](), "run `make docs` and commit docs/reference"


def test_nothing_else_lies_among_the_reference_pages():
    assert {path.name for path in generate.REFERENCE.iterdir()} == generate.whole_folder().keys()


def _page(root, name):
    return (root / "docs" / "reference" / f"{name}.md").read_text(encoding="utf-8")


def test_every_decision_point_and_rule_is_named(root):
    page = _page(root, "decisions")
    missing = [point for point in decisions.DECISIONS if f"## `{point}`" not in page]
    missing += [f"{p}.{rule}" for p, rules in contract.rules().items() for rule in rules if f"| `{rule}` |" not in page]
    assert not missing


def test_every_rule_says_what_it_does():
    silent = [
        f"{p}.{name}" for p, rules in contract.rules().items() for name, kind in rules.items() if not kind.__doc__
    ]
    assert not silent


def test_every_event_command_and_state_is_named(root):
    assert not [k.__name__ for k in events.EVENTS if f"## `{k.__name__}`" not in _page(root, "events")]
    assert not [k.__name__ for k in commands.COMMANDS if f"## `{k.__name__}`" not in _page(root, "commands")]
    machines = (states.RequestState, states.OrderState, states.TechnicianState, states.PurchaseState)
    assert not [s.name for machine in machines for s in machine if f"`{s.name}`" not in _page(root, "states")]


def test_every_reason_to_refuse_a_bundle_is_named(root):
    kinds = [kind for kind in vars(refusals).values() if isinstance(kind, type) and issubclass(kind, refusals.Refused)]
    tree, page = refusals.__doc__, _page(root, "bundle")
    assert not [kind.__name__ for kind in kinds if kind.__name__ not in tree]
    assert not [
        kind.__name__ for kind in kinds if f"| `{kind.__name__}` |" not in page and kind is not refusals.Refused
    ]


def test_every_problem_and_setting_of_the_http_door_is_named(root):
    page = _page(root, "http")
    assert not [name for name, kind in KINDS.items() if f"| `{name}` | {kind.status} |" not in page]
    assert not [one.name for one in fields(HttpSettings) if f"| `{one.name}` |" not in page]


def test_every_state_has_a_chinese_name():
    machines = (states.RequestState, states.OrderState, states.TechnicianState, states.PurchaseState)
    assert {s.name for machine in machines for s in machine} == set(states.ZH)


def test_every_decision_point_is_explained(root):
    page = (root / "docs" / "explanation" / "how-it-works.md").read_text(encoding="utf-8")
    assert not [point for point in decisions.DECISIONS if f"`{point}`" not in page]


def test_every_figure_of_the_ruler_is_named(root):
    assert not [name for name in KPIS if f"| `{name}` |" not in _page(root, "kpis")]


def test_every_shipped_file_is_named(root):
    page = _page(root, "scenarios")
    kinds = ("scenario", "measure", "campus", "calendar")
    assert not [name for kind in kinds for name in library.shipped(kind) if f"| `{name}` |" not in page]


def test_every_subcommand_is_named(root):
    assert not [name for name in COMMANDS if f"## `twin {name}`" not in _page(root, "cli")]
