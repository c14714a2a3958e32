"""``twin report`` and ``twin figure``: a kept study shown, nothing run."""

import json
from pathlib import Path

import pytest

from scenarios import experiment

SETTINGS = ("run.burn_in_days=2", "run.days=8", "run.run_out_days=2")


@pytest.fixture
def study(twin, fifo, monkeypatch):
    """A finished study of two scenarios; from now on nothing may be computed."""
    ran = twin("compare", "two_buildings", fifo, "-n", "3", "--study", "kept", "-o", "asked.html")
    assert ran.exit_code == 0, ran.stderr

    def refuse(*_):
        raise AssertionError("a report computes nothing")

    monkeypatch.setattr(experiment.Study, "_outcomes", refuse)
    return twin


def told(page):
    """A page without the line of the command: one says what was typed, the other what runs the study again."""
    return "\n".join(line for line in page.read_text(encoding="utf-8").splitlines() if "<dt>Command</dt>" not in line)


def test_a_report_is_the_page_of_the_comparison(study, tmp_path):
    done = study("report", "kept", "-o", "again.html", settings=None)
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
