"""A workshop of two buildings whose free parameters have ranges, and bands files for it."""

import pytest
from click.testing import CliRunner

from policies.controller import registry
from scenarios.cli import main
from scenarios.study import arms

WORKSHOP = """
name = "workshop"
campus = "two_buildings"

[run]
start = 2025-09-01
burn_in_days = 2
days = 14
run_out_days = 2
benchmark_response_h = 0.5
benchmark_source = "an example"

[world.provenance]
"clerks.count" = "[A], 1-3; fit"
"clerks.registration_mean_min" = "[A], 1-60, an example; fit"
"clerks.reminder_min" = "[A], 0-6"
"trades.plumbing.work_mean_min" = "[A], 30 x 0.5-2.0, an example; fit"
"trades.electrical.work_mean_min" = "[A], 20 x 0.5-2.0, an example; fit"

[policies]
dispatch = { rule = "fixed_zone_batch", parameters = { rounds = [510.0, 660.0, 840.0] } }
"""
BENCHMARK = """
[benchmark]
response_h = 0.5
source = "an example"
"""
RESPONSE = """
[[bands]]
kpi = "K-R5"
low = 1.0
high = 9.0
role = "fit"
source = "an example"
"""
FIX = """
[[bands]]
kpi = "K-Q1"
low = 10.0
high = 100.0
role = "check"
source = "an example"
"""
REGISTRATION = """
[[parameters]]
key = "clerks.registration_mean_min"
step = 0.5
"""
WORK = """
[[parameters]]
key = "trades.*.work_mean_min"
low = 0.6
high = 1.6
step = 0.05
default = 1.0
"""
ROUNDS = """
[[parameters]]
key = "policies.dispatch.parameters.rounds"
choices = [[510.0, 840.0], [510.0, 660.0, 840.0]]
"""
WHOLE = (BENCHMARK, RESPONSE, FIX, REGISTRATION, WORK, ROUNDS)
QUICK = (
    *("--trials", "5", "--batch", "2", "--train-n", "2", "--finalists", "2", "--choice-n", "2"),
    *("-n", "2", "-j", "0", "-o", "fitted"),
)


@pytest.fixture
def workshop(tmp_path, monkeypatch):
    """The scenario, in a folder of its own; nothing is remembered of other tests' files."""
    monkeypatch.chdir(tmp_path)
    forget()
    path = tmp_path / "workshop.toml"
    path.write_text(WORKSHOP)
    yield path
    forget()


def forget():
    arms._resolved.cache_clear()
    registry._found.cache_clear()


@pytest.fixture
def bands(tmp_path):
    """Write a bands file from parts."""

    def write(*parts, name="bands.toml", head=""):
        path = tmp_path / name
        path.write_text(f'name = "example"\n{head}\n' + "".join(parts))
        return path.name

    return write


@pytest.fixture
def fit(workshop):
    """``twin fit`` of the workshop in this process."""

    def call(to, *words, scenario="workshop.toml"):
        return CliRunner().invoke(main, ["fit", scenario, "--to", to, *words])

    return call
