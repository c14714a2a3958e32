"""Options of a wrong form are told together, and nothing is begun."""

import pytest
from click.testing import CliRunner, Result

from scenarios.cli import main


def twin(*words: str) -> Result:
    return CliRunner().invoke(main, words, prog_name="twin")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (
            ("policy", "gate", "x", "--against", "y", "-n", "0", "-j", "-1", "--seed", "some"),
            ["Invalid value for '-n': 0", "Invalid value for '-j' / '--jobs': -1", "Invalid value for '--seed': 'some' is not a valid whole number", "no rule 'x'", "no rule 'y'"],
        ),
        (
            ("policy", "gate", "--agianst", "y", "-n", "0"),
            ["No such option '--agianst'. Did you mean '--against'?", "Invalid value for '-n': 0", "Missing option '--against'"],
        ),
        (
            ("report", "one", "two", "--lang", "fr"),
            ["'fr' is not one of 'en', 'zh'", "Missing option '-o'", "Got unexpected extra argument (two)"],
        ),
        (("compare", "--jobs", "many", "-n"), ["Option '-n' requires an argument.", "Invalid value for '-j' / '--jobs': 'many'"]),
    ],
)  # fmt: skip
def test_every_option_of_a_wrong_form_is_told_once(asked, told):
    done = twin(*asked)
    assert done.exit_code == 2
    lines = [line for line in done.stderr.splitlines() if line.startswith(("Error: ", "twin: "))]
    assert len(lines) == len(told), done.stderr
    for line, meant in zip(lines, told, strict=True):
        assert meant in line


def test_help_is_given_whatever_else_is_wrong():
    done = twin("run", "-n", "0", "--help")
    assert done.exit_code == 0
    assert done.stdout.startswith("Usage: twin run")


def test_one_mistake_is_told_as_click_tells_it():
    done = twin("run", "-n", "0")
    assert done.exit_code == 2
    assert done.stderr.startswith("Usage: twin run")
    assert done.stderr.count("Error: ") == 2, "a number that is none, and no scenario"
    assert twin("results", "gc", "--nothing").stderr.count("Error: ") == 1


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("run", "as_iss", "--seed=some", "-n", "1"), ["'some' is not a valid whole number", 'did you mean "as_is"?']),
        (("compare", "as_is", "nearst", "-j-1"), ["-1 is not in the range", 'did you mean "nearest"?']),
        (("study", "run", "P99", "-n", "0"), ["0 is not in the range", 'study: given "P99"']),
        (("policy", "verify", "no.bundle", "--key", "no.pub", "--installed", "0"), ["0 is not in the range", "cannot read no.bundle", "no.pub"]),
        (("policy", "parity", "no.bundle", "as_iss", "--key", "no.pub", "--days", "0"), ["0 is not in", "cannot read no.bundle", "as_iss", "no.pub"]),
        (("policy", "drift", "nowhere", "--scenario", "as_iss", "-n", "3"), ["3 is not in the range", "as_iss", "cannot read nowhere"]),
        (("policy", "pack", "as_iss", "--key", "no.key", "-o", "x", "--seed", "k"), ["'k' is not a valid", "-o x", "no.key", "as_iss"]),
        (("compare", "as_is", "nearst", "--set", "foo", "--set", "run.dys=3", "--kpi", "K-R99", "--fail-on", "K-R1>>5", "--until-hw", "K-R1"),
         ["--fail-on", "--until-hw", "--kpi", "--set foo", "--set run.dys=3", "nearst"]),
        (("run", "as_is", "nearest", "--controller", "htp://x", "--credentials", "no.file"), ["--controller: 2 scenarios", "given 'htp://x'", "no.file"]),
        (("run", "as_is", "--ca", "no.file"), ["go with --controller URL"]),
        (("compare", "as_iss", "nearest", "-o", "new/page.html"), ["as_iss"]),
        (("report", "no_study", "-o", "new/page.html"), ['there is no study "no_study"']),
        (("sensitivity", "as_is", "--kpi", "K-R99", "--parameters", "zzz.*", "--top", "0"), ["0 is not in the range", "--kpi", 'no assumption fits "zzz.*"']),
        (("fit", "as_iss", "--to", "univercity", "--trials", "0", "-o", "new/fitted"), ["0 is not in the range", "as_iss", 'did you mean "university"']),
        (("verify", "--kinds", "mmm", "--case", "mmc-lite"), ["--kinds", "--case"]),
        (("explain", "diff", "a", "b", "--kpi", "K-X", "--top", "0"), ["0 is not in the range", "--kpi", 'no run "a"', 'no run "b"']),
        (("calibrate", "no.csv", "--fill", "0.5", "-o", "new"), ["cannot read no.csv", "a log needs --mapping FILE", "--terms and --fill go with --parts"]),
        (("calibrate", "no.csv", "--mapping", "nomap", "-o", "new"), ["cannot read no.csv", 'mapping: given "nomap"']),
        (("policy", "new", "9bad", "--decision", "dispach"), ["'dispach' is not one of", 'given "9bad"']),
        (("policy", "new", "class"), ["a word of Python's own"]),
        (("policy", "check", "own_rule.py"), ["own_rule.py is a file; expected MODULE:CLASS, as own_rule:OwnRule"]),
        (("scenario", "new", "bad/x", "--from", "as_iss"), ['given "bad/x"', "as_iss"]),
        (("scenario", "show", "campus_smal", "--set", "run.dys=3"), ['did you mean "campus_small"', 'did you mean "days"']),
        (("figure", "list", "--lang", "fr"), ["'fr' is not one of"]),
        (("figure", "tornadoo", "no_study", "-o", "a.bmp"), ['did you mean "tornado"', "given .bmp", 'no study "no_study"']),
        (("policy", "shadow", "nowhere", "no.bundle", "--dismiss"), ["exclude each other", "cannot read no.bundle", "no host is running on nowhere"]),
        (("policy", "pack", "as_is", "--key", "no.key", "-o", "x-1.bundle", "--events", "no.log", "--evidence", "a", "--without-evidence"),
         ["'--events'", "no.key", "--evidence and --without-evidence exclude"]),
    ],
    ids=lambda words: words[0] if isinstance(words, tuple) else "",
)  # fmt: skip
def test_values_of_a_wrong_form_are_told_with_what_is_wrong_otherwise_and_nothing_is_done(
    asked, told, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    done = twin(*asked)
    assert done.exit_code == 2
    lines = done.stderr.splitlines()
    assert len(lines) == len(told), done.stderr
    for line, meant in zip(lines, told, strict=True):
        assert meant in line, (meant, line)
    assert not list(tmp_path.iterdir())


def test_a_name_of_a_study_is_no_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = twin("compare", "as_is", "nearest", "--study", "../there")
    assert (done.exit_code, list(tmp_path.iterdir())) == (2, [])
    assert 'given "../there"; expected a name' in done.stderr


@pytest.mark.parametrize(
    ("asked", "near"), [(("polcy", "list"), "policy"), (("policy", "chek"), "check"), (("results", "lst"), "list")]
)
def test_a_command_that_is_none_is_told_with_the_nearest_and_all(asked, near):
    done = twin(*asked)
    assert done.exit_code == 2
    assert f'(did you mean "{near}"?); expected one of ' in done.stderr
