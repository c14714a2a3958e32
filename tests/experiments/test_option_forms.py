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
            ["Invalid value for '-n': 0", "Invalid value for '-j' / '--jobs': -1", "Invalid value for '--seed': 'some'"],
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
    lines = [line for line in done.stderr.splitlines() if line.startswith("Error: ")]
    assert len(lines) == len(told), done.stderr
    for line, meant in zip(lines, told, strict=True):
        assert meant in line


def test_help_is_given_whatever_else_is_wrong():
    done = twin("run", "-n", "0", "--help")
    assert done.exit_code == 0
    assert done.stdout.startswith("Usage: twin run")


def test_one_mistake_is_told_as_before():
    done = twin("run", "as_is", "-n", "0")
    assert done.exit_code == 2
    assert done.stderr.count("Error: ") == 1
