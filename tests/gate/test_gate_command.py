"""``twin policy gate``: read, judged, written down; wrong questions are refused before anything runs."""

import json
import shlex

import pytest
from click.testing import CliRunner

from scenarios import library
from scenarios.cli import main
from scenarios.gate.reading import read_gate
from scenarios.problems import ScenarioProblems

SHORT = (
    "-n", "2", "-j", "0", "--set", "campus=two_buildings", "--set", "run.burn_in_days=3", "--set", "run.days=14",
    "--set", "run.run_out_days=3",
)  # fmt: skip


def gate(*words: str):
    return CliRunner().invoke(main, ["policy", "gate", *words])


@pytest.mark.parametrize("name", library.shipped("gate"))
def test_shipped_gates_are_sound_and_give_a_reason_for_every_limit(name):
    file, digest = read_gate(name)
    assert file.name == name
    assert len(digest) == 64
    assert all(one.why for one in (*file.goals, *file.guards))


def test_every_problem_of_a_gate_is_told_at_once_with_its_line(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        'name = "mine"\ntitle = "mine"\n\n[[goals]]\nfigure = "K-R9"\nwhy = "x"\n\n'
        '[[guards]]\nfigure = "K-Q5"\nby = 1.0\nwhy = "x"\n\n[[guards]]\nfigure = "K-E3"\nby = 1.0\nwhy = "x"\n\n'
        '[[guards]]\nfigure = "K-E3"\nby = 1.0\nwhy = "x"\n',
        encoding="utf-8",
    )
    with pytest.raises(ScenarioProblems) as told:
        read_gate(str(path))
    said = told.value.errors
    assert len(said) == 3
    assert "mine.toml:5 goals.0.figure" in said[0]
    assert "did you mean" in said[0]
    assert "a figure that has a better side" in said[1]
    assert "each figure once" in said[2]
    path.write_text(
        'name = "mine"\ntitle = "mine"\nguard_hits = -1\ngoals = []\n[[guards]]\nfigure = "K-R111"\nby = 1.0\nwhy = "x"\n',
        encoding="utf-8",
    )
    with pytest.raises(ScenarioProblems) as told:
        read_gate(str(path))
    assert len(told.value.errors) == 3
    assert 'did you mean "K-R1' in told.value.errors[-1]


def test_the_ruling_is_shown_and_written_with_its_reasons_and_what_made_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = gate("nearest_idle", "--against", "dispatch.fixed_zone_batch", *SHORT, "-o", "ruling.json", "--json")
    assert done.exit_code in (0, 1), done.output
    told = json.loads(done.stdout)
    data = told["data"]
    assert told["schema"] == "twin/policy-gate@1"
    assert data["go"] is told["ok"] is (done.exit_code == 0)
    assert data["go"] is all(one["met"] for one in data["conditions"])
    assert json.loads((tmp_path / "ruling.json").read_text(encoding="utf-8")) == data
    assert list(data["digests"]) == ["incumbent_fixed_zone_batch", "candidate_nearest_idle"]
    assert len(set(data["digests"].values())) == 2
    kept = json.loads((tmp_path / "results" / "runs" / "gate_nearest_idle" / "gate.json").read_text(encoding="utf-8"))
    assert (kept["go"], kept["gate"], kept["digests"]) == (data["go"], "faster_without_harm", data["digests"])
    again = gate("nearest_idle", "--against", "fixed_zone_batch", *SHORT, "--resume")
    assert "evidence of them no more" not in again.stderr
    assert again.exit_code == done.exit_code
    assert again.stdout.startswith("GO:" if data["go"] else "NO-GO:")
    assert again.stdout.count("\n") == 1 + len(data["conditions"]) + 1
    assert "guard K-V3 (" in again.stdout


def test_the_command_it_ends_with_packs_what_it_measured(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    small = ("campus=campus_small" if word == "campus=two_buildings" else word for word in SHORT)
    done = gate("skill_place_load", "--against", "fixed_zone_batch", *small, "--parameters", "{ load = 2.5 }")
    assert done.exit_code in (0, 1), done.output
    words = shlex.split(done.stdout.splitlines()[-1].partition(": ")[2])
    assert words[:4] == ["twin", "policy", "pack", "as_is"]
    assert "--plugin-wheel" not in words
    assert CliRunner().invoke(main, ["policy", "keygen", "-o", ".", "--name", "site-1"]).exit_code == 0
    packed = CliRunner().invoke(main, ["site-1.key" if word == "KEY" else word for word in words[1:]])
    assert packed.exit_code == 0, packed.output
    assert "evidence of the study gate_skill_place_load" in packed.stdout


def test_parameters_make_another_rule_of_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rounds = "{ rounds = [480.0, 720.0, 960.0] }"
    done = gate("fixed_zone_batch", "--against", "fixed_zone_batch", "--parameters", rounds, *SHORT, "--json")
    assert done.exit_code in (0, 1), done.output


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("nearest_idle", "--against", "fixed_reserve"), "a rule of reserve; expected one of dispatch"),
        (("nearest_idle", "--against", "nearest_idle"), "the same rule with the same parameters"),
        (("nearest_idel", "--against", "fifo_pooled"), "did you mean 'nearest_idle'"),
        (("nearest_idle", "--against", "fifo_pooled", "--parameters", "{ a = "), "expected an inline table of TOML"),
        (
            ("nearest_idle", "--against", "fifo_pooled", "--rules", "faster"),
            "the path of a file, or one of faster_without_harm",
        ),
        (
            ("nearest_idle", "--against", "skill_place_load", "--parameters", "{ soon = 1 }"),
            "parameters of nearest_idle: soon: given 1; expected no parameter",
        ),
        (
            ("hold_reserve", "--against", "nearest_idle", "--parameters", '{ reserve = "two" }'),
            'parameters of hold_reserve: reserve: given "two"; expected a whole number',
        ),
    ],
)
def test_a_wrong_question_is_refused_and_nothing_runs(words, why, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = gate(*words, *SHORT)
    assert done.exit_code == 2, done.output
    assert why in done.stderr
    assert not any(tmp_path.iterdir())


def test_everything_wrong_with_a_question_is_told_at_once(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = gate(
        "nearest_idel", "--against", "gcmuu", "--scenario", "as_iss", "--rules", "faster", "--parameters", "{ a = "
    )
    assert done.exit_code == 2
    told = done.stderr.splitlines()
    assert len(told) == 5, told
    for meant in ("did you mean 'nearest_idle'", "did you mean 'gcmu'", 'did you mean "as_is"', "faster_without_harm",
                  "an inline table of TOML"):  # fmt: skip
        assert any(meant in one for one in told), (meant, told)


def test_a_second_gate_of_a_rule_says_what_becomes_of_the_first_and_where_nothing_was_told_apart(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    first = gate("nearest_idle", "--against", "fixed_zone_batch", *SHORT)
    assert first.exit_code in (0, 1)
    assert "warning" not in first.stderr
    other = gate(
        "nearest_idle", "--against", "fixed_zone_batch", "--incumbent-parameters", "{ rounds = [600.0] }", *SHORT
    )
    assert "warning: the study gate_nearest_idle was about other settings or another incumbent" in other.stderr
    assert "--study NAME keeps both" in other.stderr
    elsewhere = gate("nearest_idle", "--against", "fixed_zone_batch", *SHORT, "--study", "beside")
    assert "warning" not in elsewhere.stderr
    same = gate("nearest_idle", "--against", "fifo_pooled", *SHORT, "--study", "third")
    assert same.exit_code == 1
    assert "the same in every figure of every run" in same.stderr
