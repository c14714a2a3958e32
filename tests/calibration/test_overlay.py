"""The overlay: layers accept it, the world follows it, and it carries its verdicts wherever it goes."""

import json
import subprocess
import sys

import numpy as np
import pytest

from policies.contract import chance
from policies.controller.centre import CommandCentre
from scenarios.calibration import write
from scenarios.library import DATA
from scenarios.resolution.build import campus_of, settings_of
from scenarios.resolution.provenance import note_for
from scenarios.resolution.resolve import check_file, resolve
from scenarios.study.validity import notices
from twin.build import build
from twin.streams import Streams


@pytest.fixture(scope="module")
def folder(done, tmp_path_factory):
    found = tmp_path_factory.mktemp("overlay")
    write(done, found, "{}")
    return found


def test_the_layers_accept_the_overlay_and_a_scenario_may_extend_it(folder):
    assert check_file(str(folder / "campus.toml")) == []
    assert check_file(str(folder / "scenario.toml")) == []
    (folder / "mine.toml").write_text(
        'name = "mine"\nextends = "scenario"\n[policies]\ndispatch = { rule = "fifo_pooled" }\n'
    )
    assert resolve(str(folder / "mine.toml"), sets=["run.days=14"]).scenario.run.days == 14


def test_every_fitted_value_says_so_with_its_intervals(folder, done):
    campus = resolve(str(folder / "scenario.toml")).campus
    for key in (
        "demand.needs_per_occupant_year",
        "demand.day_cv",
        "demand.recurrence_mean_days",
        "trades.plumbing.work_mean_min",
    ):
        note = note_for(campus.provenance, key)
        assert note.startswith("[fitted]")
        assert "90 %" in note
        assert "95 %" in note
        low_90, high_90, low_95, high_95 = campus.calibration.intervals[key]
        value = float(getattr(campus.demand, key.partition(".")[2], 0.0)) or campus.trades["plumbing"].work_mean_min
        if key != "demand.needs_per_occupant_year":  # what comes back is taken from the level, not from its interval
            assert low_95 <= low_90 <= value <= high_90 <= high_95
    listed = [key for key in campus.calibration.intervals if key.startswith("demand.hour_working.")]
    assert len(listed) == 24
    assert len([k for k in campus.calibration.intervals if k.startswith("buildings.")]) == 20


def test_a_world_of_the_overlay_asks_as_often_and_as_unevenly_as_the_log(folder, done):
    resolved = resolve(str(folder / "scenario.toml"), sets=["run.days=365"])
    campus = campus_of(resolved, Streams(1, 0))
    centre = CommandCentre(settings_of(resolved, campus, chance.key(1, 0, "office")))
    world = build(campus, centre, seed=1, replication=0)
    days = (world.births.at // 1440).astype(int)
    counts = np.bincount(days, minlength=resolved.horizon_days)
    own = done.value("arrivals.per_day").estimate * (1.0 - done.fits["repeats"].kept["again"])
    assert counts.mean() == pytest.approx(own, rel=0.08)
    cv = done.value("dispersion.day_cv").estimate
    weekday = np.array(campus.demand.weekday)[(np.arange(len(counts)) + resolved.calendar.weekday(0)) % 7]
    mean = counts.mean() * weekday / weekday.mean()
    found = np.sqrt(np.mean((counts - mean) ** 2 - mean) / np.mean(mean**2))
    assert found == pytest.approx(cv, rel=0.25)


def test_work_is_fitted_where_stamps_tell_it_and_people_keep_their_calendars(folder, done):
    resolved = resolve(str(folder / "scenario.toml"))
    assert resolved.campus.trades["plumbing"].work_mean_min == pytest.approx(
        done.value("durations.work.plumbing.mean_min").estimate, rel=1e-4
    )
    named = [p for p in resolved.people if p.shift.startswith("logged")]
    assert {p.name for p in named} == {f"{trade} {k}" for trade in done.log.trades for k in (1, 2)}
    assert all(p.skills == {p.name.rpartition(" ")[0]: 3} for p in named)


def test_a_validated_overlay_is_not_announced(folder):
    assert notices([resolve(str(folder / "scenario.toml"))]) == []


def test_what_was_not_valid_or_not_judged_is_said(folder, tmp_path):
    text = (folder / "campus.toml").read_text()
    for name, old, new, says in (
        ("broken", 'durations = "valid, because', 'durations = "not valid, because', "durations not valid, because"),
        ("unjudged", 'rhythm = "valid, because', 'rhythm = "not judged, because', "rhythm not judged"),
        ("bare", text[text.index("[calibration]") :], "", "fitted values without the verdicts"),
    ):
        here = tmp_path / name
        here.mkdir()
        for file in folder.glob("*.csv"):
            (here / file.name).write_bytes(file.read_bytes())
        assert old in text
        (here / "campus.toml").write_text(text.replace(old, new))
        (here / "scenario.toml").write_bytes((folder / "scenario.toml").read_bytes())
        resolved = resolve(str(here / "scenario.toml"))
        (line,) = notices([resolved, resolved])
        assert line.startswith("NOT VALIDATED: the calibrated campus calibrated_generated")
        assert says in line
        assert notices([resolved], "zh")[0].startswith("未经验证")


def test_a_shipped_campus_claims_no_fit():
    assert notices([resolve("as_is"), resolve("two_buildings")]) == []


def _twin(folder, *words):
    code = "from scenarios.cli import main; main()"
    return subprocess.run([sys.executable, "-c", code, *words], cwd=folder, capture_output=True, text=True, check=False)


def test_a_comparison_on_an_overlay_not_validated_says_so_on_its_first_line(tmp_path):
    folder = tmp_path
    for file in (DATA / "campuses" / "two_buildings").iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    head = dict.fromkeys(("log", "digest", "fitted_from", "fitted_until", "judged_from", "judged_until"), '"x"')
    table = "\n".join(["[calibration]", *(f"{k} = {v}" for k, v in head.items()), "[calibration.verdicts]"])
    verdicts = "\n".join(
        f'{name} = "not valid, because of a test"' for name in ("arrivals", "dispersion", "rhythm", "mix")
    )
    (folder / "campus.toml").write_text((folder / "campus.toml").read_text() + f"\n{table}\n{verdicts}\n")
    text = (
        (DATA / "scenarios" / "two_buildings.toml")
        .read_text()
        .replace('campus = "two_buildings"', 'campus = "campus.toml"')
    )
    (folder / "a.toml").write_text(text)
    (folder / "b.toml").write_text('name = "b"\nextends = "a"\n[policies]\ndispatch = { rule = "fifo_pooled" }\n')
    words = ("a.toml", "b.toml", "-n", "2", "-j", "0", "--set", "run.days=7", "--set", "run.burn_in_days=0")
    done = _twin(folder, "compare", *words, "-o", "page.html")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].startswith(
        "NOT VALIDATED: the calibrated campus two_buildings: arrivals not valid"
    )
    page = (folder / "page.html").read_text()
    assert page.index("NOT VALIDATED") < page.index("<h1>")
    told = json.loads(_twin(folder, "compare", *words, "--json").stdout)
    assert told["warnings"][0].startswith("NOT VALIDATED")
    assert next(iter(told["data"])) == "not_validated" and told["data"]["not_validated"] == told["warnings"][:1]


def test_the_command_writes_everything_and_ends_with_0_or_1(log, tmp_path):
    done = _twin(tmp_path, "calibrate", str(log[0]), "--mapping", str(log[1]), "-o", "out", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["schema"] == "twin/calibrate@1"
    assert told["ok"]
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [
        "buildings.csv", "campus.toml", "people.csv", "report.json", "report.txt", "scenario.toml",
    ]  # fmt: skip
    assert json.loads((tmp_path / "out" / "report.json").read_text())["data"]["verdicts"] == told["data"]["verdicts"]
    assert "calibrate: reading the log" in done.stderr


def test_a_wrong_mapping_or_folder_ends_with_2_and_writes_nothing(log, tmp_path):
    wrong = tmp_path / "m.toml"
    wrong.write_text(log[1].read_text().replace("[trades]", "[trade]").replace('place = "place"', ""))
    done = _twin(tmp_path, "calibrate", str(log[0]), "--mapping", str(wrong), "-o", "out")
    assert done.returncode == 2
    assert len([line for line in done.stderr.splitlines() if "m.toml" in line]) >= 3
    assert not (tmp_path / "out").exists()
    done = _twin(tmp_path, "calibrate", str(log[0]), "--mapping", str(log[1]), "-o", "m.toml/out")
    assert done.returncode == 2
    assert "cannot be written" in done.stderr
