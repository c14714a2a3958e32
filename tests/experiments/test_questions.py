"""Study files and ``twin study``: what is asked, what is refused, what is answered."""

import json
from pathlib import Path

import pytest

from results.answer.table import as_csv, from_csv
from results.catalogue import EN
from scenarios.problems import ScenarioProblems
from scenarios.questions.answering import answer_of
from scenarios.questions.reading import read_question, references_of, shipped_questions
from scenarios.schema.study import StudyArm
from scenarios.study import experiment
from tests.experiments.conftest import forget

FAST = """
kind = "study"
id = "T1"
question = "Does it help to ride faster?"
question_zh = "骑得快一些有用吗？"
replications = 3
seed = 7
deciding = ["K-R1"]
guards = ["K-Q5", "K-Q4.overtime_h"]
assumptions = ["travel.in_building_min"]
about = "At ten it is {ten K-R1} minutes, which is {ten K-R1 five} of five."

[set.run]
burn_in_days = 2
days = 8
run_out_days = 2

[dose]
title = "km/h"

[lines.way]
title = "The way"

[provenance]
"world.travel.speed_km_h" = "[A], 5-20: on foot to e-bike"

[[arms]]
name = "five"
scenario = "two_buildings"
line = "way"
dose = 5
set = { world.travel.speed_km_h = 5.0 }

[[arms]]
name = "ten"
scenario = "two_buildings"
line = "way"
dose = 10
against = ["five"]
set = { world.travel.speed_km_h = 10.0 }

[[arms]]
name = "twenty"
scenario = "two_buildings"
line = "way"
dose = 20
set = { world.travel.speed_km_h = 20.0 }

[[arms]]
name = "first_come"
scenario = "two_buildings"
against = ["ten"]
set = { world.travel.speed_km_h = 10.0 }
policies = { dispatch = { rule = "fifo_pooled" } }
"""


@pytest.fixture
def asked(fresh, tmp_path):
    path = tmp_path / "faster.toml"
    path.write_text(FAST, encoding="utf-8")
    return path


def spoilt(path, *pairs):
    text = path.read_text(encoding="utf-8")
    for old, new in pairs:
        assert text.count(old) >= 1, old
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    forget()


def problems_of(path):
    with pytest.raises(ScenarioProblems) as caught:
        read_question(str(path))
    return caught.value.errors


def line_of(path, text):
    return path.read_text(encoding="utf-8").split(text)[0].count("\n") + 1


# ------------------------------------------------------------------------------- what is asked


def test_the_four_questions_are_shipped_in_both_languages():
    files = shipped_questions()
    assert list(files) == ["P1", "P2", "P3", "P4"]
    for file in files.values():
        assert file.question and file.question_zh and file.about.strip() and file.about_zh.strip()
        assert all(arm.title and arm.title_zh for arm in file.arms)


def test_what_is_set_holds_from_the_burn_in_on_and_what_is_changed_from_the_fork_on(asked):
    five, ten, twenty, first_come = read_question(str(asked)).arms
    assert len({arm.base_digest for arm in (five, ten, twenty)}) == 3
    assert first_come.base_digest == ten.base_digest
    assert first_come.digest != ten.digest
    assert first_come.scenario().scenario.policies.dispatch.rule == "fifo_pooled"
    assert first_come.base().scenario.policies.dispatch.rule != "fifo_pooled"


def test_an_arm_is_held_against_the_first_or_against_what_it_names():
    arms = [
        StudyArm(name="a"), StudyArm(name="b"), StudyArm(name="c"), StudyArm(name="d", against=["c"]),
        StudyArm(name="e", against=["a", "c"]),
    ]  # fmt: skip
    assert references_of(arms) == {"a": ["b", "e"], "c": ["d", "e"]}


@pytest.mark.parametrize("name", ["P2", "p2", "p2_day_crew"])
def test_a_question_goes_by_id_or_by_name(name):
    assert read_question(name).file.id == "P2"


# ------------------------------------------------------------------------------ what is refused


def test_every_mistake_of_a_study_file_is_told_at_once_with_its_line(asked):
    spoilt(
        asked, ('"K-R1"]', '"K-R11"]'), ('"K-Q5", ', '"K-R1.med", '), ("{ten K-R1}", "{tne K-R1}"),
        ('line = "way"\ndose = 20', 'line = "wya"\ndose = 20'), ('against = ["ten"]', 'against = ["tenn"]'),
        ('"[A], 5-20', '"about 5-20'), ("world.travel.speed_km_h = 20.0", "world.travel.speed_kmh = 20.0"),
        ('rule = "fifo_pooled"', 'rule = "fifo_poled"'),
    )  # fmt: skip
    said = problems_of(asked)
    at = {
        'deciding: given "K-R11"; expected the id of a KPI': "deciding",
        'guards: given "K-R1.med"; expected the id of a KPI': "guards",
        'about: given "{tne K-R1}"; expected one of five, ten, twenty, first_come (did you mean "ten"?)': "about",
        'arms.2.line: given "wya"; expected one of way (did you mean "way"?)': 'line = "wya"',
        'arms.3.against: given "tenn"; expected one of five, ten, twenty (did you mean "ten"?)': '["tenn"]',
        "expected a tag first": '"world.travel.speed_km_h"',
        'arm twenty: travel.speed_kmh: given 20.0; expected a known key (did you mean "speed_km_h"?)': "",
        'arm first_come: policies.dispatch.rule: given "fifo_poled"; expected one of': "",
    }
    for words, where in at.items():
        (one,) = [line for line in said if words in line]
        if where:
            assert one.startswith(f"faster.toml:{line_of(asked, where)} "), one
    assert len(said) >= len(at)


def test_keys_that_a_study_file_does_not_know_are_told_with_the_nearest(asked):
    spoilt(asked, ("deciding =", "decidng ="), ("dose = 5", 'dose = "five"'))
    said = "\n".join(problems_of(asked))
    assert 'did you mean "deciding"?' in said
    assert 'arms.0.dose: given "five"; expected a number' in said


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('name = "twenty"', 'name = "ten"', "a name no other arm has"),
        ('"K-R1"]', '"K-Q5"]', "a figure with a better side"),
        ("[dose]\n", "[not_dose]\n", "a known key"),
        ('name = "twenty"', 'name = "a/b"', "a folder bears the name"),
        ('"travel.in_building_min"', '"travel.in_bilding_min"', 'did you mean "travel.in_building_min"'),
        ("{ten K-R1 five}", "{five K-R1 ten}", "a reference this arm is compared with"),
    ],
)
def test_what_cannot_be_asked_is_refused(asked, old, new, expected):
    spoilt(asked, (old, new))
    assert expected in "\n".join(problems_of(asked))


def test_arms_that_measure_other_days_cannot_be_compared(asked, twin):
    spoilt(
        asked, ("set = { world.travel.speed_km_h = 20.0 }", "set = { world.travel.speed_km_h = 20.0, run.days = 9 }")
    )
    done = twin("study", "run", "faster.toml", "-o", "answers", "-j", "0", settings=None)
    assert done.exit_code == 2
    assert "only the same days of the same length" in done.stderr
    assert not Path("answers").exists() and not Path("results").exists()


def test_a_question_nobody_shipped_is_told_with_those_there_are(twin):
    done = twin("study", "show", "P11", settings=None)
    assert done.exit_code == 2
    assert "the path of a study file, or one of P1, P2, P3, P4" in done.stderr


# ----------------------------------------------------------------------------- what is answered


@pytest.fixture
def ran(twin, asked):
    done = twin("study", "run", "faster.toml", "-o", "answers", "-j", "0", settings=None)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.split() == ["answers/t1.md", "answers/t1.csv", "answers/t1.svg"]
    return Path("answers")


def test_a_study_gives_the_same_bytes_for_one_worker_and_for_two(ran, twin):
    for jobs in ("1", "2"):
        done = twin(
            "study", "run", "faster.toml", "-o", f"answers{jobs}", "-j", jobs, "--out", f"runs{jobs}", settings=None
        )
        assert done.exit_code == 0, done.stderr
        for file in sorted(ran.iterdir()):
            assert (Path(f"answers{jobs}") / file.name).read_bytes() == file.read_bytes(), file.name


def test_a_second_time_nothing_is_computed(ran, twin, monkeypatch):
    def refuse(*_):
        raise AssertionError("it was there already")

    monkeypatch.setattr(experiment.Study, "_workers", refuse)
    before = {path.name: path.read_bytes() for path in ran.iterdir()}
    assert twin("study", "run", "faster.toml", "-o", "answers", settings=None).exit_code == 0
    assert {path.name: path.read_bytes() for path in ran.iterdir()} == before


def test_the_page_can_be_made_again_from_its_table_alone(ran, asked):
    table = from_csv((ran / "t1.csv").read_text(encoding="utf-8"))
    again = answer_of(read_question("faster.toml"), table, "twin study run faster.toml", 7)
    assert again.page == (ran / "t1.md").read_text(encoding="utf-8")
    assert again.table == as_csv(table) == (ran / "t1.csv").read_text(encoding="utf-8")
    assert again.figure == (ran / "t1.svg").read_bytes()


def test_a_page_says_question_answer_arms_costs_assumptions_and_how_to_reproduce(ran):
    page = (ran / "t1.md").read_text(encoding="utf-8")
    assert page.startswith("# T1 · Does it help to ride faster?\n\n> 骑得快一些有用吗？\n")
    for heading in (
        "Answer",
        "What was compared",
        "Costs beside gains",
        "Side effects",
        "Assumptions",
        "How to reproduce",
    ):
        assert f"\n## {heading}\n" in page
    assert "$ twin study run faster.toml\n" in page and "Seed 7" in page
    assert "`world.travel.speed_km_h` | 5.0, 10.0, 20.0 | [A], 5-20: on foot to e-bike" in page
    assert "{ten" not in page


def test_the_page_names_no_day_no_version_and_no_folder(ran, tmp_path):
    from scenarios.study.sources import code_version

    page = (ran / "t1.md").read_text(encoding="utf-8")
    assert code_version() not in page and str(tmp_path) not in page and "results/runs" not in page


def test_a_page_in_chinese_has_no_english_sentence(ran, twin):
    done = twin("study", "run", "faster.toml", "--lang", "zh", settings=None)
    assert done.exit_code == 0, done.stderr
    assert "# T1 · 骑得快一些有用吗？" in done.stdout and "## 回答" in done.stdout
    sentences = [text.split("{")[0].strip() for key, text in EN.items() if key.startswith("answer_")]
    assert not [text for text in sentences if len(text) > 12 and text in done.stdout]


def test_options_that_differ_from_the_file_are_in_the_command_of_the_page(twin, asked):
    words = ("study", "run", "faster.toml", "-n", "2", "--seed", "9", "--set", "run.days=6", "-j", "0")
    done = twin(*words, settings=None)
    assert done.exit_code == 0, done.stderr
    assert "$ twin study run faster.toml -n 2 --seed 9 --set run.days=6\n" in done.stdout
    assert "n = 2 replications" in done.stdout and "[CNY in 6 days]" in done.stdout


def test_a_kept_question_is_reported_and_drawn_with_its_doses(ran, twin):
    assert twin("figure", "dose", "t1", "-o", "dose.svg", settings=None).exit_code == 0
    assert Path("dose.svg").stat().st_size < 100_000
    told = json.loads(twin("report", "t1", "-o", "t1.html", "--json", settings=None).stdout)["data"]
    assert told["command"].startswith("twin study run ") and "faster.toml" in told["command"]


def test_a_comparison_without_doses_has_nothing_to_draw_over_them(twin, fifo):
    assert twin("compare", "two_buildings", fifo, "-n", "2", "--study", "plain").exit_code == 0
    done = twin("figure", "dose", "plain", settings=None)
    assert done.exit_code == 2 and "nothing to draw" in done.stderr


def test_for_machines_there_is_one_object(ran, twin):
    told = json.loads(twin("study", "run", "faster.toml", "--json", settings=None).stdout)
    assert told["schema"] == "twin/study@1" and told["ok"]
    assert told["data"][0]["id"] == "T1" and told["data"][0]["page"].startswith("# T1")
    listed = json.loads(twin("study", "list", "--json", settings=None).stdout)["data"]
    assert [one["id"] for one in listed] == ["P1", "P2", "P3", "P4"]


def test_several_studies_go_on_where_they_were_and_begin_where_they_were_not(ran, twin, asked):
    asked.with_name("again.toml").write_text(FAST.replace('"T1"', '"T2"'), encoding="utf-8")
    words = ("study", "run", "faster.toml", "again.toml", "--resume", "-o", "answers", "-j", "0")
    assert twin(*words, settings=None).exit_code == 0
    assert (ran / "t2.csv").read_bytes() == (ran / "t1.csv").read_bytes()
    done = twin("study", "run", "faster.toml", "--resume", "--out", "elsewhere", settings=None)
    assert done.exit_code == 2 and "there is no study" in done.stderr
