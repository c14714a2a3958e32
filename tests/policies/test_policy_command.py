"""``twin policy list`` and ``twin policy check``."""

import json
import textwrap

import pytest
from click.testing import CliRunner

from policies.contract.decisions import DECISIONS
from policies.controller import registry
from scenarios.cli import policy
from scenarios.plugins import examining

EAGER = """
    class Eager:
        \"\"\"Sends everybody to everything.\"\"\"

        def dispatch(self, waiting, candidates, view):
            return [(order, tech) for order in waiting.all() for tech in candidates.all()]


    class Idle:
        \"\"\"Sends nobody.\"\"\"

        def dispatch(self, waiting, candidates, view):
            return ()


    class Zealous(Idle):
        \"\"\"Sends nobody, or everybody if it is told to.\"\"\"

        def __init__(self, everybody: bool = False, trades: tuple[str, ...] = (), least=1.5):
            self.everybody = everybody
            self.trades = trades
            self.least = least

        def dispatch(self, waiting, candidates, view):
            return Eager().dispatch(waiting, candidates, view) if self.everybody else ()


    class Clumsy(Idle):
        \"\"\"Asks for what is not there.\"\"\"

        def dispatch(self, waiting, candidates, view):
            return [(order, None) for order in waiting.al()]


    class Sleeper(Idle):
        \"\"\"Takes its time and declares a little.\"\"\"

        latency_min = 0.001

        def dispatch(self, waiting, candidates, view):
            if len(waiting) > 100:
                for _ in range(100):
                    sorted(waiting.all(), key=lambda order: order.id)
            return ()


    class Neither:
        \"\"\"Decides nothing at all.\"\"\"


    number = 7
"""


@pytest.fixture
def plugin(tmp_path, monkeypatch):
    (tmp_path / "eager_plugin.py").write_text(textwrap.dedent(EAGER), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    return "eager_plugin"


@pytest.fixture
def twin():
    return lambda *arguments: CliRunner().invoke(policy.command, list(arguments))


def test_list_shows_every_registered_rule_with_what_it_sees_needs_and_takes(twin):
    shown = json.loads(twin("list", "--json").stdout)
    assert shown["schema"] == "twin/policy-list@1"
    listed = {(row["decision"], row["rule"]): row for row in shown["data"]}
    assert list(listed) == [(decision, name) for decision in DECISIONS for name in registry.names(decision)]
    hungarian = listed["dispatch", "batch_hungarian"]
    assert hungarian["requires"] == ["scipy"]
    assert hungarian["parameters"]["every_min"] == 10.0
    assert "building" in hungarian["sees"]
    assert all(row["about"].endswith((".", ")", "?")) for row in listed.values())


def test_list_for_people_names_each_rule_once_and_can_be_narrowed(twin):
    shown = twin("list", "--decision", "reserve").stdout
    assert "fixed_reserve" in shown
    assert "per_trade=1" in shown
    assert "nearest_idle" not in shown


@pytest.mark.parametrize(
    "named", ["approval.two_signatures", "two_signatures", "policies.response.approval:TwoSignatures"]
)
def test_a_good_rule_is_found_by_any_of_its_names_and_passes(twin, named):
    done = twin("check", named, "--json")
    assert done.exit_code == 0
    shown = json.loads(done.stdout)
    assert shown["ok"]
    assert shown["data"]["decision"] == "approval"
    assert shown["data"]["findings"] == []


def test_the_proposed_latency_is_measured_and_never_below_it(twin):
    timing = json.loads(twin("check", "least_loaded", "--json").stdout)["data"]["timing"]
    assert 0.0 < timing["median_s"] <= timing["p99_s"] <= timing["proposed_latency_min"] * 60.0 * (1 + 1e-9)
    assert timing["proposed_latency_min"] * 60.0 < 10.0 * timing["p99_s"]
    assert timing["questions"] >= 100


def test_a_plugin_that_breaks_a_rule_ends_with_one_and_one_envelope(twin, plugin):
    done = twin("check", f"{plugin}:Eager", "--json")
    assert done.exit_code == 1
    shown = json.loads(done.stdout)
    assert not shown["ok"]
    assert "in range" in {finding["check"] for finding in shown["data"]["findings"]}
    assert shown["data"]["timing"] is None


def test_where_a_rule_raised_is_told_with_file_and_line(twin, plugin, tmp_path):
    done = twin("check", f"{plugin}:Clumsy")
    assert done.exit_code == 1
    lines = (tmp_path / "eager_plugin.py").read_text().splitlines()
    number = next(k for k, line in enumerate(lines, 1) if "waiting.al()" in line)
    assert done.stderr.startswith("raised at ")
    assert done.stderr.endswith(f"eager_plugin.py:{number} in dispatch: {lines[number - 1].strip()}\n")


def test_a_plugin_of_ones_own_folder_passes(twin, plugin):
    done = twin("check", f"{plugin}:Idle")
    assert done.exit_code == 0
    assert "kept" in done.stdout
    assert "proposed latency_min" in done.stdout


def test_a_rule_is_checked_with_the_parameters_it_will_have(twin, plugin):
    assert twin("check", f"{plugin}:Zealous", "--parameters", '{ trades = ["plumbing"], least = 2 }').exit_code == 0
    done = twin("check", f"{plugin}:Zealous", "--parameters", "{ everybody = true }")
    assert done.exit_code == 1
    assert "in range" in done.stdout


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            "{ everybdy = true }",
            'everybdy: given true; expected one of its parameters, everybody, trades, least; did you mean "everybody"?',
        ),
        ("{ everybody = 1 }", "everybody: given 1; expected true or false"),
        ("{ trades = [1] }", 'trades: given [1]; expected a list of texts, as in ["water"]'),
        ('{ least = "a" }', 'least: given "a"; expected a number'),
        ("{ least = true }", "least: given true; expected a number"),
        ("{ least =", "expected an inline table of TOML"),
        ("1", "expected a table"),
    ],
)
def test_parameters_that_a_rule_does_not_take_are_told_before_it_is_asked(twin, plugin, given, said):
    done = twin("check", f"{plugin}:Zealous", "--parameters", given)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr


def test_all_wrong_parameters_are_told_at_once(twin, plugin):
    done = twin("check", f"{plugin}:Zealous", "--parameters", '{ x = 1, least = "a" }')
    assert done.stderr.count("parameters of") == 2


def test_a_rule_that_refuses_its_parameters_says_why(twin):
    done = twin("check", "hold_reserve", "--parameters", "{ reserve = -1 }")
    assert done.exit_code == 2
    assert done.stderr.startswith("twin: parameters of hold_reserve: given {'reserve': -1}; ")


def test_a_rule_measured_over_its_budget_is_found(twin, plugin, monkeypatch):
    monkeypatch.setattr(examining, "budget_min", lambda rule, decision: 1e-9)
    done = twin("check", f"{plugin}:Sleeper")
    assert done.exit_code == 1
    assert "in time" in done.stdout


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("dispatch.neerest_idle", "did you mean 'nearest_idle'?"),
        ("neerest_idle", "did you mean 'nearest_idle'?"),
        ("dispach.nearest_idle", "did you mean 'dispatch'?"),
        ("no_such_module:Rule", "there is no module no_such_module (expected MODULE:CLASS"),
        ("eager_plugn:Eager", "there is no module eager_plugn (did you mean eager_plugin?)"),
        ("eager_plugin:Neithr", "the module eager_plugin has no Neithr (did you mean Neither?); its classes: "),
        ("eager_plugin:number", "expected a class"),
        ("eager_plugin:Neither", "dispatch() for dispatch"),
    ],
)
def test_what_is_no_rule_is_wrong_usage_and_says_what_is_expected(twin, plugin, named, said):
    done = twin("check", named)
    assert done.exit_code == 2
    assert said in done.stderr
    assert done.stdout == ""


def test_a_decision_point_that_contradicts_the_rule_is_told(twin):
    done = twin("check", "dispatch.nearest_idle", "--decision", "triage")
    assert done.exit_code == 2
    assert "dispatch.nearest_idle is a rule of dispatch, and --decision triage is given" in done.stderr
    assert twin("check", "dispatch.nearest_idle", "--decision", "dispatch").exit_code == 0


@pytest.mark.parametrize(
    ("rule", "parameters", "said"),
    [
        ("dispatch.nearest_idle", "{}", "asked whenever an order becomes ready or a person idle"),
        (
            "dispatch.fixed_zone_batch",
            "{ rounds = [540.0, 825.5] }",
            "asked at 09:00, 13:45 and at no other time, but on",
        ),
        ("dispatch.batch_hungarian", "{ every_min = 15.0 }", "asked every 15 minutes and at no other time, but on"),
    ],
)
def test_a_check_says_when_the_rule_will_be_asked(twin, rule, parameters, said):
    done = twin("check", rule, "--parameters", parameters)
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[-1].startswith(said)
    assert json.loads(twin("check", rule, "--parameters", parameters, "--json").stdout)["data"]["asked"].startswith(
        said
    )
