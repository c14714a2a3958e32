"""``twin sensitivity``: assumptions moved in real runs, kept, resumed, shown by the report."""

import json
from pathlib import Path
from shutil import copytree

import pytest
from click.testing import CliRunner

from scenarios.cli import main
from tests.experiments.conftest import forget

SETTINGS = ("campus=campus_small", "run.burn_in_days=2", "run.days=8", "run.run_out_days=2")
ASKED = (
    "sensitivity", "as_is", "nearest", "--study", "s", "-n", "2", "--screen", "1", "--top", "1",
    "--parameters", "clerks.registration_mean_min", "--parameters", "costs.clerk_h_cny", "--parameters", "work.look_min",
)  # fmt: skip
FOUND = Path("results", "runs", "s", "sensitivity", "sensitivity.json")


def ask(twin, *more, jobs="0"):
    done = twin(*ASKED, *more, "--json", settings=SETTINGS, jobs=jobs)
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)["data"]


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    """The study asked once, for every test that does not ask how it is computed; its folder."""
    folder = tmp_path_factory.mktemp("sensitivity")
    sets = [word for one in SETTINGS for word in ("--set", one)]
    with pytest.MonkeyPatch.context() as there:
        there.chdir(folder)
        forget()
        done = CliRunner().invoke(main, [*ASKED, *sets, "-j", "0", "--json"])
        forget()
    assert done.exit_code == 0, done.stderr
    (folder / "told.json").write_text(done.stdout, encoding="utf-8")
    return folder


@pytest.fixture
def kept(once):
    """Puts the kept runs of that study where a test works."""

    def put():
        copytree(once / "results", "results", dirs_exist_ok=True)

    return put


@pytest.fixture
def told(twin, once, kept):
    kept()
    return json.loads((once / "told.json").read_text(encoding="utf-8"))["data"]


def test_the_slow_clerk_is_followed_up_with_fresh_replications_and_the_clerks_wage_is_not(told):
    assert [bar["key"] for bar in told["bars"]] == ["clerks.registration_mean_min"]
    assert (told["screening"], told["replications"]) == ([0], [1, 2])
    left = {one["key"]: one["change"] for one in told["screened"]}
    assert left["costs.clerk_h_cny"] == 0.0 and set(left) == {"costs.clerk_h_cny", "work.look_min"}
    slow = told["bars"][0]["high"]
    assert slow["told"] == "30" and all(one["estimate"] > 20.0 for one in slow["effects"].values())
    assert slow["judged"]["difference"]["n"] == 2


def test_a_moved_world_is_the_world_one_gets_by_hand(twin, told):
    ran = twin(
        "run", "as_is", "-n", "3", "--study", "hand", "--json",
        settings=(*SETTINGS, "world.clerks.registration_mean_min=30.0"),
    )  # fmt: skip
    base = twin("run", "as_is", "-n", "3", "--study", "base", "--json", settings=SETTINGS)

    def value(done, replication):
        cells = json.loads(done.stdout)["data"]["scenarios"][0]["cells"]
        from scenarios.study.cells import read_cell

        cell = read_cell(Path(cells[replication]["path"]))
        return next(row.value for row in cell.kpis if row.kpi == "K-R1")

    by_hand = sum(value(ran, r) - value(base, r) for r in (1, 2)) / 2.0
    assert told["bars"][0]["high"]["effects"]["as_is"]["estimate"] == pytest.approx(by_hand)


def test_asked_again_nothing_is_computed_and_two_workers_write_the_same_bytes(twin, told):
    first = FOUND.read_bytes()
    assert ask(twin)["computed_runs"] == 0
    missing = next(Path("results/runs/s/sensitivity/cells").glob("nearest+clerks*high/r00002-*"))
    missing.unlink()
    assert ask(twin, "--resume")["computed_runs"] == 1
    assert FOUND.read_bytes() == first
    other = ("--study", "two")
    assert ask(twin, *other, jobs="2")["computed_runs"] == told["computed_runs"]
    assert Path("results/runs/two/sensitivity/sensitivity.json").read_bytes() == first


def test_the_report_shows_the_tornado_it_finds_and_says_how_to_make_one_it_does_not(twin, kept, tmp_path):
    compared = ("compare", "as_is", "nearest", "--study", "s", "-n", "2", "-o", "page.html")
    assert twin(*compared, settings=SETTINGS).exit_code == 0
    without = (tmp_path / "page.html").read_text(encoding="utf-8")
    asked = "twin sensitivity as_is nearest --seed 1 --study s --set campus=campus_small"
    assert asked in without and 'id="figure-tornado"' not in without
    kept()
    ask(twin)
    assert twin("report", "s", "-o", "page.html", settings=None).exit_code == 0
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert ('id="figure-tornado"' in page and "in 2 of the 2 moved worlds shown" in page) or "Another verdict" in page
    assert asked not in page
    assert twin("figure", "tornado", "s", "-o", "t.svg", settings=None).exit_code == 0
    assert (tmp_path / "t.svg").read_bytes().startswith(b"<?xml")


def test_a_tornado_of_other_inputs_is_not_shown(twin, told, tmp_path):
    other = (*SETTINGS[:2], "run.days=9", "run.run_out_days=2")
    assert (
        twin("compare", "as_is", "nearest", "--study", "s", "-n", "2", "-o", "page.html", settings=other).exit_code == 0
    )
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "of other inputs or other code" in page and 'id="figure-tornado"' not in page


def test_a_sensitivity_study_is_listed_with_its_study_and_does_not_stand_in_its_way(twin, kept):
    assert twin("compare", "as_is", "nearest", "--study", "s", "-n", "1", settings=SETTINGS).exit_code == 0
    kept()
    ask(twin)
    listed = json.loads(twin("results", "list", "--json", settings=None).stdout)["data"]["studies"]
    assert [one["study"] for one in listed] == ["s", "s/sensitivity"]
    assert twin("report", "-o", "page.html", settings=None).exit_code == 0
    shown = twin("results", "show", "s/sensitivity", settings=None)
    assert shown.exit_code == 0
    assert "world.clerks.registration_mean_min=30" in "".join(shown.stdout.split())  # a narrow terminal breaks it


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("as_is", "--parameters", "work.serch_min"), 'did you mean "work.search_min"?'),
        (("as_is", "--kpi", "K-R11"), 'there is no KPI "K-R11"'),
        (("as_is", "as_is"), "the scenario given is the baseline"),
        (("two_buildings",), "no assumption of this campus states a range in numbers"),
    ],
)
def test_what_cannot_be_asked_is_said_and_nothing_is_written(twin, tmp_path, words, message):
    sets = SETTINGS[1:] if words[0] == "two_buildings" else SETTINGS
    done = twin("sensitivity", *words, settings=sets)
    assert done.exit_code == 2 and message in done.stderr
    assert not (tmp_path / "results").exists()
