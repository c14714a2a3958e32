"""Options of a program on a controller: all that is wrong with them, at once."""

import pytest

from policies.deploy.host import __main__ as host
from policies.deploy.host import ask
from policies.deploy.options import Options


def options():
    found = Options(prog="program")
    found.add_argument("--state", required=True)
    found.add_argument("--clock", **found.one_of("--clock", ("stepped", "wall")), default="wall")
    found.add_argument("--size", type=found.noted("--size", int, "a whole number"), default=3)
    return found


def test_what_is_well_formed_is_read_as_ever():
    parser = options()
    asked = parser.read(["--state", "x", "--clock=stepped", "--size", "7"])
    assert (asked.state, asked.clock, asked.size, parser.wrong) == ("x", "stepped", 7, [])


def test_values_of_a_wrong_form_are_noted_and_reading_goes_on():
    parser = options()
    asked = parser.read(["--clock", "stepping", "--size", "big", "--state", "x"])
    assert (asked.state, asked.clock, asked.size) == ("x", None, None)
    assert parser.wrong == [
        "--clock: given 'stepping'; expected one of stepped, wall (did you mean \"stepped\"?)",
        "--size: given 'big'; expected a whole number",
    ]


def test_what_is_no_option_is_told_by_its_nearest_name_beside_what_is_missing(capsys):
    with pytest.raises(SystemExit) as ended:
        options().read(["--stat", "x", "--clock", "wal", "--nothing-like-it"])
    assert ended.value.code == 2
    said = capsys.readouterr().err.splitlines()
    assert '--stat: no such option (did you mean "--state"?)' in said, "no abbreviation: a misspelling is none"
    assert "--nothing-like-it: no such option" in said
    assert any(line.startswith("--clock: given 'wal'") for line in said)
    assert said[-1] == "program: error: the following arguments are required: --state"


def test_a_word_that_a_host_cannot_be_asked_is_told_with_the_nearest(capsys, tmp_path):
    assert ask.main([str(tmp_path), "prmote"]) == 2
    assert '(did you mean "promote"?)' in capsys.readouterr().err


def test_options_of_a_door_that_is_not_opened_are_told(capsys, tmp_path):
    words = ["--state", tmp_path / "s", "--key", tmp_path / "k.pub", "--mqtt-login", tmp_path / "l", "--mqtt-ca", tmp_path / "c", "--token-file", tmp_path / "t"]  # fmt: skip
    assert host.main(list(map(str, words))) == 2
    said = capsys.readouterr().err
    for meant in (
        "--token-file: goes with --http", "--mqtt-login: goes with --mqtt", "--mqtt-ca: goes with --mqtt",
        "k.pub", "l: cannot be read", "c: No such file", "t",
    ):  # fmt: skip
        assert meant in said, (meant, said)
    assert not (tmp_path / "s").exists()
