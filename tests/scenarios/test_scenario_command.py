"""``twin scenario``: data on stdout, the rest on stderr."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scenarios import library
from scenarios.cli import main
from scenarios.resolution.resolve import resolve


def twin(*words: str) -> Result:
    return CliRunner().invoke(main, ["scenario", *words], catch_exceptions=False)


def data(*words: str) -> object:
    done = twin(*words, "--json")
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["ok"] is True
    return told["data"]


def test_every_shipped_file_is_listed_and_has_no_problem() -> None:
    rows = data("list")
    assert isinstance(rows, list)
    names = {r["name"] for r in rows}
    assert names == {n for kind in library.LISTED for n in library.shipped(kind)}
    assert all(r["title"] and r["title_zh"] for r in rows)
    done = twin("check", *sorted(names))
    assert done.exit_code == 0, done.stderr
    assert done.stdout.count("no problems") == len(names)


def test_names_are_the_names_of_the_files() -> None:
    from scenarios.schema.document import read

    for kind in library.LISTED:
        for name, path in library.shipped(kind).items():
            assert read(path).values["name"] == name


def test_show_says_rules_and_run() -> None:
    text = twin("show", "all_together").stdout
    assert "skill_place_load" in text and "breaker_30_2" in text and "lean_intake" in text


def test_show_resolved_says_where_each_value_comes_from() -> None:
    text = twin("show", "all_together", "--resolved", "--set", "run.days=30").stdout
    line = next(row for row in text.splitlines() if "world.reporting.false_urgent" in row)
    assert "0.08" in line and "university.toml:" in line and "[A], 0.02-0.25" in line
    assert "--set run.days=30" in next(row for row in text.splitlines() if row.strip().startswith("run.days"))


def test_show_resolved_as_json_is_complete() -> None:
    found = data("show", "as_is", "--resolved")
    assert isinstance(found, dict)
    assert len(found["tables"]["people"]) == 50
    assert found["campus"]["work"]["sickness"] == 0.08
    assert len(found["digest"]) == 32


def test_diff_shows_only_what_differs() -> None:
    found = data("diff", "nearest", "reserve_held")
    assert isinstance(found, dict)
    assert found["differences"] == [{"key": "policies.dispatch.rule", "a": "nearest_idle", "b": "hold_reserve"}]
    assert "are the same" in twin("diff", "as_is", "as_is").stdout


@pytest.mark.parametrize("flags", [(), ("--measure",)])
def test_a_new_file_is_valid_and_changes_nothing_yet(tmp_path: Path, flags: tuple[str, ...]) -> None:
    done = twin("new", "mine", "--from", "as_is", "-o", str(tmp_path), *flags)
    path = tmp_path / "mine.toml"
    assert done.stdout.strip() == str(path)
    assert twin("check", str(path)).exit_code == 0
    assert "differences" not in twin("diff", "as_is", str(path)).stdout
    assert data("diff", "as_is", str(path))["differences"] == []  # type: ignore[index]
    filled = (
        path.read_text(encoding="utf-8").replace("# [policies]", "[policies]").replace("# dispatch = {", "dispatch = {")
    )
    path.write_text(filled.replace("fixed_zone_batch", "gcmu"), encoding="utf-8")
    assert data("diff", "as_is", str(path))["differences"][0]["b"] == "gcmu"  # type: ignore[index]


def test_a_file_that_exists_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("keep", encoding="utf-8")
    done = twin("new", "mine", "-o", str(tmp_path))
    assert done.exit_code == 2 and "exists" in done.stderr
    assert (tmp_path / "mine.toml").read_text(encoding="utf-8") == "keep"
    assert twin("new", "as_is", "-o", str(tmp_path)).exit_code == 2
    assert twin("new", "../up", "-o", str(tmp_path)).exit_code == 2


def test_problems_are_in_the_envelope_too(tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text('name = "bad"\nrnu = 1\n', encoding="utf-8")
    done = twin("check", str(bad), "--json")
    assert done.exit_code == 2
    told = json.loads(done.stdout)
    assert told["ok"] is False
    assert any("bad.toml:2 rnu" in e for e in told["errors"])


def test_a_campus_is_shown_by_its_places_as_rules_number_them():
    done = CliRunner().invoke(main, ["scenario", "show", "campus_small", "--json"])
    assert done.exit_code == 0, done.output
    shown = json.loads(done.stdout)["data"]["places"]
    there = resolve("as_is", sets=["campus=campus_small"]).buildings
    assert [(one["number"], one["place"], one["kind"], one["zone"]) for one in shown] == [
        (number, row.name, row.kind, row.zone) for number, row in enumerate(there)
    ]
    table = CliRunner().invoke(main, ["scenario", "show", "campus_small"]).stdout
    assert all(row.name in table for row in there)
    assert "dormitory" in table
