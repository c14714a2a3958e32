"""Whoever names a rule that is not there hears that one of his own must be installed, wherever it is named."""

import pytest
from click.testing import CliRunner

from scenarios.cli import main

MINE = "policies.dispatch.rule=mine"
SAID = "a rule of your own must first be installed into this environment: pip install -e FOLDER"


@pytest.mark.parametrize(
    "words",
    [
        ("policy", "check", "mine"),
        ("policy", "check", "dispatch.mine"),
        ("policy", "gate", "mine", "--against", "nearest_idle"),
        ("policy", "gate", "nearest_idle", "--against", "dispatch.mine"),
        ("policy", "pack", "as_is", "--set", MINE, "--key", "none.key", "-o", "mine-1.bundle"),
        ("compare", "as_is", "two_buildings", "--set", MINE),
        ("run", "two_buildings", "--set", MINE),
        ("scenario", "check", "mine.toml"),
    ],
)
def test_it_is_said_beside_the_names_that_are_known(tmp_path, monkeypatch, words):
    (tmp_path / "mine.toml").write_text(
        'name = "mine"\ntitle = "Mine"\nextends = "as_is"\n\n[policies]\ndispatch = { rule = "mine" }\n',
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, [*words])
    assert done.exit_code == 2, done.output
    assert done.stderr.count(SAID) == 1, done.stderr


def test_a_name_that_is_known_is_not_sent_to_be_installed():
    done = CliRunner().invoke(
        main, ["run", "two_buildings", "--set", "policies.dispatch.rule=nearest_idle", "--set", "policies.dispatch.parameters.hurry=3"]
    )  # fmt: skip
    assert done.exit_code == 2
    assert SAID not in done.stderr
