"""``twin fit``: the same bytes whoever computes it and after any interruption; what it writes is what it verified."""

import contextlib
import json
import shutil
import sys
import tomllib

import pytest
from click.testing import CliRunner

from scenarios.cli import main
from scenarios.resolution.resolve import resolve
from scenarios.study import experiment
from scenarios.study.arms import arm_of
from scenarios.study.tasks import lost
from tests.fit.conftest import QUICK, WHOLE, WORKSHOP, forget

FILES = ("fitted/scenario.toml", "fitted/trials.csv", "fitted/fit.json")


def written(folder):
    return {name: (folder / name).read_bytes() for name in FILES}


def kept(folder):
    """Every cell and table of the studies, by path; where the workshop lies is left out."""
    runs = folder / "results" / "runs" / "fit-workshop"
    files = [path for path in sorted(runs.rglob("*")) if path.is_file()]
    return {str(path.relative_to(runs)): path.read_bytes().replace(bytes(folder), b"") for path in files}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A fit in this process, once: its result and the folder it was made in."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "workshop.toml").write_text(WORKSHOP)
    (folder / "bands.toml").write_text('name = "example"\n' + "".join(WHOLE))
    with contextlib.chdir(folder):
        forget()
        done = CliRunner().invoke(main, ["fit", "workshop.toml", "--to", "bands.toml", *QUICK])
        forget()
    assert done.exit_code in (0, 1), done.output
    return done, folder


@pytest.fixture
def whole(made, workshop, bands, tmp_path):
    """That fit in this test's folder: its result, and everything it left."""
    done, folder = made
    bands(*WHOLE)
    for name in ("fitted", "results"):
        shutil.copytree(folder / name, tmp_path / name)
    return done, written(folder), kept(folder)


def test_two_workers_leave_the_bytes_one_leaves(whole, fit, tmp_path):
    _, files, cells = whole
    for name in ("fitted", "results"):
        shutil.rmtree(tmp_path / name)
    done = fit("bands.toml", *QUICK, "-j", "2")
    assert done.exit_code in (0, 1), done.output
    assert written(tmp_path) == files
    assert kept(tmp_path) == cells


def test_an_interrupted_fit_goes_on_where_it_stopped_and_leaves_the_same_bytes(whole, fit, tmp_path, monkeypatch):
    _, files, cells = whole
    for name in ("fitted", "results"):
        shutil.rmtree(tmp_path / name)
    computed = []

    def replicate(task, until=11):
        computed.append(task)
        if len(computed) > until:
            raise KeyboardInterrupt
        return real(task)

    real = experiment.replicate
    monkeypatch.setattr(experiment, "replicate", replicate)
    stopped = fit("bands.toml", *QUICK)
    assert stopped.exit_code == 130
    assert "interrupted: 11 of 22 runs are finished and kept in results/runs/fit-workshop" in stopped.output
    assert "--resume goes on" in stopped.output
    assert not (tmp_path / "fitted" / "scenario.toml").exists()
    before = len(computed) - 1
    monkeypatch.setattr(experiment, "replicate", lambda task: replicate(task, until=99))
    again = fit("bands.toml", *QUICK, "--resume")
    assert again.exit_code in (0, 1), again.output
    runs = sum("/cells/" in path for path in cells)
    assert len(computed) - 1 - before == runs - 11, "only what was missing is computed"
    assert written(tmp_path) == files
    assert kept(tmp_path) == cells


def test_resume_needs_a_fit_to_go_on_with(fit, bands):
    done = fit(bands(*WHOLE), *QUICK, "--resume")
    assert done.exit_code == 2 and "--resume: there is no study" in done.output


def test_what_is_written_is_what_was_verified(whole, tmp_path):
    told = json.loads(whole[1]["fitted/fit.json"])["data"]
    runs = tmp_path / "results" / "runs" / "fit-workshop" / "fresh"
    study = json.loads((runs / "study.json").read_text())
    verified = next(one for one in study["scenarios"] if one["name"] == "fitted")
    forget()
    assert arm_of("fitted/scenario.toml").digest == verified["digest"]
    campus = resolve("fitted/scenario.toml").campus
    (registration,) = (one for one in told["parameters"] if one["key"] == "clerks.registration_mean_min")
    assert campus.clerks.registration_mean_min == registration["value"]
    note = f"[A], 1-60, an example; fit: {registration['value']:g} to the bands example, seed 101"
    assert campus.provenance["clerks.registration_mean_min"] == note


def test_the_written_scenario_can_be_run_extended_and_fitted_again(whole, fit, tmp_path):
    (tmp_path / "fitted" / "pooled.toml").write_text(
        'name = "pooled"\nextends = "scenario"\n[policies]\ndispatch = { rule = "fifo_pooled" }\n'
    )
    call = ["compare", "fitted/scenario.toml", "fitted/pooled.toml", "-n", "2", "-j", "0"]
    done = CliRunner().invoke(main, call)
    assert done.exit_code == 0, done.output
    assert "NOT VALIDATED" not in done.output
    again = fit("bands.toml", *QUICK, "--trials", "1", scenario="fitted/scenario.toml")
    assert again.exit_code in (0, 1), again.output
    note = tomllib.loads((tmp_path / "fitted" / "scenario.toml").read_text())["world"]["provenance"]
    assert note["clerks.registration_mean_min"].count("; fit") == 1


def test_the_report_tells_bands_values_and_how_far_they_are_determined(whole):
    done, files, _ = whole
    for words in (
        "Bands on fresh seeds: seed 2026, 2 replications", "only checked", "as it stands", "about as good",
        "1 bands do not determine 3 parameters", "at least 30 fresh replications, here 2",
        "not checked, since the bands file does not name them: K-R6.24h", "written: fitted/scenario.toml",
    ):  # fmt: skip
        assert words in done.output, words
    told = json.loads(files["fitted/fit.json"])
    assert told["schema"] == "twin/fit@1"
    assert {row["kpi"]: row["how"] for row in told["data"]["rows"]} == {"K-R5": "fitted", "K-Q1": "only checked"}
    for one in told["data"]["parameters"]:
        assert 0.0 <= one["alike_share_of_range"] <= 1.0
    assert told["data"]["seed"] == 101 and told["data"]["code"] and "optuna" in told["data"]["searched_by"]
    lines = files["fitted/trials.csv"].decode().splitlines()
    assert len(lines) == 1 + 5 + 2
    assert lines[0].startswith("trial,stage,clerks.registration_mean_min,trades.*.work_mean_min")


def test_the_tables_are_told_in_chinese_too(whole, fit):
    done = fit("bands.toml", *QUICK, "--lang", "zh")
    assert "新种子上的目标区间" in done.output and "仅作检验" in done.output


def test_a_missed_band_is_an_answer_of_no_and_named(fit, bands):
    whole = [part.replace("low = 1.0", "low = 8.9") for part in WHOLE]
    done = fit(bands(*whole), *QUICK, "--json")
    assert done.exit_code == 1
    assert "K-R5 missed its band 8.9 to 9" in done.output
    told = json.loads(done.stdout)
    assert not told["ok"] and told["data"]["rows"][0]["verdict"] == "missed"


def test_without_its_extra_one_message_says_which(fit, bands, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "optuna", None)
    done = fit(bands(*WHOLE), *QUICK)
    assert done.exit_code == 2
    assert done.output.strip() == (
        'twin: twin fit needs the extra "fit" (optuna is missing): pip install "campus-twin[fit]"'
    )
    assert not (tmp_path / "results").exists()


def test_a_folder_that_cannot_be_written_is_told_before_anything_is_run(fit, bands, tmp_path):
    (tmp_path / "taken").write_text("a file")
    done = fit(bands(*WHOLE), *QUICK, "-o", "taken/fitted")
    assert done.exit_code == 2 and "-o taken/fitted cannot be written" in done.output
    assert not (tmp_path / "results").exists()


def test_a_trial_that_fails_is_left_out_and_named(fit, bands, monkeypatch):
    real = experiment.replicate

    def replicate(task):
        if task.arms[0].name == "trial_0001":
            return lost(task, "planted")
        return real(task)

    monkeypatch.setattr(experiment, "replicate", replicate)
    done = fit(bands(*WHOLE), *QUICK, "--json")
    assert done.exit_code in (0, 1), done.output
    assert "trial_0001, seed 101, replication 0 lost" in done.stderr
    assert [one["scenario"] for one in json.loads(done.stdout)["data"]["failed_runs"]] == ["trial_0001"] * 2
