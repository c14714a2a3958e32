"""``--until-hw``: replications are added until the interval is narrow enough, and not one more."""

import json

import pytest


def _run(twin, *words):
    done = twin("run", "two_buildings", "--json", *words)
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def _half_width(told):
    figure = next(f for f in told["data"]["scenarios"][0]["figures"].values() if f["kpi"] == "K-R1")
    return (figure["high"] - figure["low"]) / 2.0


def test_a_run_goes_on_until_the_interval_is_as_narrow_as_asked_for(twin):
    wide = _run(twin, "-n", "10")
    wanted = 0.6 * _half_width(wide)
    told = _run(twin, "--until-hw", f"K-R1={wanted}", "--max-n", "80")
    assert 10 < told["data"]["replications"] < 80
    assert _half_width(told) <= wanted
    assert not [w for w in told["warnings"] if "until-hw" in w]
    again = _run(twin, "--until-hw", f"K-R1={wanted}", "--max-n", "80")
    assert again["data"]["replications"] == told["data"]["replications"]
    assert again["data"]["computed_runs"] == 0


def test_at_least_ten_replications_are_looked_at_before_an_interval_may_end_a_study(twin):
    assert _run(twin, "-n", "2", "--until-hw", "K-R1=1e6")["data"]["replications"] == 10


def test_a_width_that_is_not_reached_is_said(twin):
    told = _run(twin, "--until-hw", "K-R1=0.01%", "--max-n", "12")
    assert told["data"]["replications"] == 12
    assert "times as wide as asked for after 12 replications" in " ".join(told["warnings"])


def test_a_comparison_asks_for_the_width_of_its_differences(twin, fifo):
    done = twin("compare", "two_buildings", fifo, "--until-hw", "K-R1=1%", "--max-n", "14", "--json")
    told = json.loads(done.stdout)
    one = next(d for d in told["data"]["differences"] if d["kpi"] == "K-R1")
    narrow = (one["high"] - one["low"]) / 2.0 <= 0.01 * one["base"] / 1.01
    assert narrow or any("--until-hw: K-R1" in w for w in told["warnings"])
    assert narrow == (one["n"] < 14 or not any("--until-hw" in w for w in told["warnings"]))


def test_everything_wrong_is_said_at_once(twin, tmp_path):
    wrong = [
        ("K-R9=1%", 'did you mean "K-R'),
        ("nonsense", "expected a KPI and a half-width"),
        ("K-R1=100%", "below 100 %"),
    ]
    done = twin("run", "two_buildings", *(word for text, _ in wrong for word in ("--until-hw", text)))
    assert done.exit_code == 2
    for text, message in wrong:
        assert any(f'given "{text}"' in line and message in line for line in done.stderr.splitlines())
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("kpi", ["K-V3:99"])
def test_a_figure_no_run_has_is_named(twin, kpi):
    done = twin("run", "two_buildings", "--until-hw", f"{kpi}=1")
    assert done.exit_code == 2
    assert f"no run of this study has {kpi}" in done.stderr
