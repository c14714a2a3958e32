"""Every key of a TOML text is found at its line."""

import tomllib

import pytest

from scenarios.problems import ScenarioProblems
from scenarios.schema.document import key_lines, read

TEXT = '''# a comment with key = 1
name = "a # no comment"

[run]   # the runs
days = 3
list = [
  1,  # with = sign
  "]",
  { deep = 2 },
]
after = """
days = 99
[no.table]
"""
"quoted key" = 'x = [1'
dotted.inner = { a = 1 }

[[chains.standard]]
name = "first"

[[chains.standard]]
name = "second"
[chains.standard.more]
x = 1
'''


def test_keys_are_found_where_they_were_written() -> None:
    lines = key_lines(TEXT)
    assert lines[("name",)] == 2
    assert lines[("run",)] == 4
    assert lines["run", "days"] == 5
    assert lines["run", "list"] == 6
    assert lines["run", "after"] == 11
    assert lines["run", "quoted key"] == 15
    assert lines["run", "dotted", "inner"] == 16
    assert lines["chains", "standard", 0, "name"] == 19
    assert lines["chains", "standard", 1, "name"] == 22
    assert lines["chains", "standard", 1, "more", "x"] == 24


def test_text_inside_strings_and_arrays_is_no_key() -> None:
    known = key_lines(TEXT)
    assert not any("no" in path or "deep" in path for path in known)
    assert [line for path, line in known.items() if path[-1] == "days"] == [5]


def test_every_key_that_tomllib_reads_has_a_line() -> None:
    lines = key_lines(TEXT)

    def walk(values: dict[str, object], above: tuple[str | int, ...]) -> None:
        for key, value in values.items():
            if isinstance(value, dict) and (*above, key) in lines:
                walk(value, (*above, key))
            elif not isinstance(value, (dict, list)):
                assert any((*above, key)[:end] in lines for end in range(1, len(above) + 2))

    walk(tomllib.loads(TEXT), ())


def test_a_key_below_a_known_line_is_told_by_the_line_above_it(tmp_path) -> None:
    (tmp_path / "a.toml").write_text(TEXT, encoding="utf-8")
    document = read(tmp_path / "a.toml")
    assert document.line(("run", "list", 2, "deep")) == 6


def test_a_syntax_error_is_told_with_its_line(tmp_path) -> None:
    (tmp_path / "a.toml").write_text("a = 1\nb = = 2\n", encoding="utf-8")
    with pytest.raises(ScenarioProblems, match=r"a\.toml:2 syntax"):
        read(tmp_path / "a.toml")
