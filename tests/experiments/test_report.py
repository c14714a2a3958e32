"""``twin report`` and ``twin figure``: a kept study shown, nothing run."""

import json
import re
from pathlib import Path

import pytest

from scenarios.study import experiment

SETTINGS = ("run.burn_in_days=2", "run.days=8", "run.run_out_days=2")


@pytest.fixture
def study(twin, fifo, monkeypatch):
    """A finished study of two scenarios; from now on nothing may be computed."""
    asked_for(twin, fifo)
    compute_nothing(monkeypatch)
    return twin


def asked_for(twin, fifo, *more):
    ran = twin("compare", "two_buildings", fifo, "-n", "3", "--study", "kept", *more)
    assert ran.exit_code == 0, ran.stderr


def compute_nothing(monkeypatch):
    def refuse(*_):
        raise AssertionError("a report computes nothing")

    monkeypatch.setattr(experiment.Study, "_outcomes", refuse)


def told(page):
    return page.read_text(encoding="utf-8")


def test_a_report_is_the_page_of_the_comparison(twin, fifo, tmp_path, monkeypatch):
    asked_for(twin, fifo, "-o", "asked.html")
    compute_nothing(monkeypatch)
    done = twin("report", "kept", "-o", "again.html", settings=None)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.strip() == "again.html"
    assert told(tmp_path / "again.html") == told(tmp_path / "asked.html")


def test_its_command_runs_the_same_study(study, tmp_path, monkeypatch):
    asked = json.loads(study("report", "-o", "page.html", "--json", settings=None).stdout)["data"]["command"]
    assert asked.startswith("twin compare two_buildings")
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    done = study(*asked.split()[1:], "--json", settings=None)
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["data"]["replications"] == [0, 1, 2]


def test_its_command_is_the_same_wherever_the_study_is_looked_at_from(study, tmp_path, monkeypatch):
    """No path of the folder one stands in; a scenario file by its whole path."""
    here = json.loads(study("report", "-o", "page.html", "--json", settings=None).stdout)["data"]["command"]
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    folder = str(tmp_path / "results" / "runs" / "kept")
    there = json.loads(study("report", folder, "-o", "page.html", "--json", settings=None).stdout)["data"]["command"]
    assert there == here and str(tmp_path / "fifo.toml") in here and "--out" not in here


def test_orders_that_were_kept_are_shown_and_give_quantiles_by_sections(twin, fifo, tmp_path):
    ran = twin(
        "compare", "two_buildings", fifo, "-n", "3", "--study", "kept", "-o", "p.html", "--keep-orders", "--json"
    )
    assert ran.exit_code == 0, ran.stderr
    page = (tmp_path / "p.html").read_text(encoding="utf-8")
    assert 'id="figure-campus"' in page and "from the replications as sections" in page and "--keep-orders" in page
    import duckdb

    level = next(one for one in json.loads(ran.stdout)["data"]["levels"] if one["kpi"] == "K-R6.p90")
    files = f"{tmp_path}/results/runs/kept/orders/two_buildings/*.parquet"
    by_hand = duckdb.sql(
        "SELECT quantile_disc(coalesce(t_comp - t_report, 'inf'::DOUBLE), 0.9) "
        f"FROM '{files}' WHERE fate IN ('completed', 'open')"
    ).fetchall()[0][0]
    assert level["pooled"]["estimate"] == pytest.approx(by_hand)
    assert level["pooled"]["low"] <= by_hand <= level["pooled"]["high"] and level["pooled"]["n"] == 3


def test_every_quantile_shown_has_an_interval(twin):
    shown = twin("run", "two_buildings", "-n", "3", "--study", "kept", "--json")
    figures = json.loads(shown.stdout)["data"]["scenarios"][0]["figures"].values()
    quantiles = [one for one in figures if one["kpi"].endswith((".median", ".p90")) or one["kpi"].startswith("K-V3")]
    assert len(quantiles) > 6 and not [one for one in quantiles if one["mean"] is not None and one["low"] is None]
    table = twin("run", "two_buildings", "-n", "3", "--study", "kept").stdout
    assert len(re.findall(r"K-R\d\.p90 .*\[\d", table)) == 3


def test_a_burn_in_check_is_told_on_the_terminal_and_on_the_page(twin, tmp_path):
    words = ("two_buildings", "-n", "2", "--study", "kept")
    assert "Burn-in of 2 days checked" in twin("run", *words, "--check-burn-in").stdout
    assert twin("report", "kept", "-o", "page.html", settings=None).exit_code == 0
    assert "Burn-in of 2 days checked" in (tmp_path / "page.html").read_text(encoding="utf-8")
    (tmp_path / "results/runs/kept/burn-in.json").unlink()
    assert twin("report", "kept", "-o", "page.html", settings=None).exit_code == 0
    assert "2 days was not checked; --check-burn-in does" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_a_report_in_chinese_has_no_english_heading(study, tmp_path):
    assert study("report", "kept", "-o", "zh.html", "--lang", "zh", settings=None).exit_code == 0
    page = (tmp_path / "zh.html").read_text(encoding="utf-8")
    assert "与基线的配对差" in page and "Paired differences" not in page


def test_a_report_says_that_runs_are_missing(study, tmp_path):
    next(Path("results/runs/kept/cells/fifo").glob("r00002-*")).unlink()
    done = study("report", "kept", "-o", "page.html", settings=None)
    assert done.exit_code == 0
    assert "kept is interrupted: 5 of 6 runs are there" in done.stderr
    assert "5 of 6 runs are there" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_a_study_whose_files_have_changed_is_refused_and_nothing_is_written(study, fifo, tmp_path):
    Path(fifo).write_text(Path(fifo).read_text().replace("fifo_pooled", "nearest_idle"))
    from tests.experiments.conftest import forget

    forget()
    done = study("report", "kept", "-o", "page.html", settings=None)
    assert done.exit_code == 2
    assert "have changed since the study" in done.stderr
    assert not (tmp_path / "page.html").exists()


@pytest.mark.parametrize(("suffix", "begins"), [(".svg", b"<?xml"), (".png", b"\x89PNG"), (".pdf", b"%PDF")])
def test_a_figure_is_a_file_and_the_same_bytes_twice(study, tmp_path, suffix, begins):
    for name in ("one", "two"):
        done = study("figure", "differences", "kept", "-o", f"{name}{suffix}", settings=None)
        assert done.exit_code == 0, done.stderr
    drawn = (tmp_path / f"one{suffix}").read_bytes()
    assert drawn.startswith(begins)
    assert drawn == (tmp_path / f"two{suffix}").read_bytes()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("figure", "nope", "kept"), "expected one of attainment, heatmap, differences, response"),
        (("figure", "response", "kept", "-o", "x.gif"), "expected .svg, .png, .pdf"),
        (("report", "nowhere", "-o", "x.html"), 'there is no study "nowhere"'),
    ],
)
def test_what_is_not_there_is_said_with_what_is(study, tmp_path, words, message):
    before = sorted(path.name for path in tmp_path.iterdir())
    done = study(*words, settings=None)
    assert done.exit_code == 2
    assert message in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == before
