"""Bad input: every problem at once, each with file, line, key, what was given, what is expected."""

from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest
from click.testing import CliRunner

from scenarios.cli import main
from scenarios.library import DATA
from scenarios.problems import ScenarioProblems
from scenarios.resolution.resolve import check_file, resolve

TWO = DATA / "campuses" / "two_buildings"


@pytest.fixture
def campus(tmp_path: Path) -> Path:
    """A copy of two_buildings to spoil."""
    return Path(copytree(TWO, tmp_path / "mine"))


def change(path: Path, old: str, new: str) -> int:
    """Replace a piece of a file; its line."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def of(campus: Path) -> list[str]:
    return [str(p) for p in check_file(str(campus / "campus.toml"))]


def of_two(campus: Path) -> list[str]:
    with pytest.raises(ScenarioProblems) as caught:
        resolve("two_buildings", sets=[f'campus="{campus / "campus.toml"}"'])
    return caught.value.errors


def test_three_planted_errors_are_reported_together(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        'name = "mine"\n[run]\ndays = "half a year"\nbrn_in_days = 3\n[policies]\ndispatch = { rule = "nearest_idel" }\n',
        encoding="utf-8",
    )
    found = {str(p) for p in check_file(str(path))}
    assert any('mine.toml:3 run.days: given "half a year"; expected a whole number' in p for p in found)
    assert any(
        'mine.toml:4 run.brn_in_days: given 3; expected a known key (did you mean "burn_in_days"?)' in p for p in found
    )
    (typo,) = (p for p in found if "mine.toml:6 policies.dispatch.rule" in p)
    assert '(did you mean "nearest_idle"?)' in typo
    path.write_text(path.read_text().replace('"half a year"', "3").replace("brn_in", "burn_in"), encoding="utf-8")
    assert [str(p) for p in check_file(str(path))] == [typo]


def test_what_a_scenario_names_and_is_not_there_is_told_with_its_other_mistakes(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        'name = "mine"\nextends = "as_iss"\nmeasures = ["lean_intakee", "skil_dispatch"]\n[runn]\ndays = 3\n'
        '[policies.dispatch]\nrule = "nearst_idle"\n[features]\napp = { live = "maybe" }\n',
        encoding="utf-8",
    )
    told = [str(p) for p in check_file(str(path))]
    assert len(told) == 6, told
    assert [int(one.split(":")[1].split()[0]) for one in told] == [2, 3, 3, 4, 7, 9]
    for line, key, meant in (
        (2, "extends", 'did you mean "as_is"'),
        (3, "measures", 'did you mean "lean_intake"'),
        (3, "measures", 'did you mean "skill_dispatch"'),
        (
            4,
            "runn",
            "known here: kind, name, title, title_zh, about, extends, measures, features, policies, activation",
        ),
        (7, "policies.dispatch.rule", 'did you mean "nearest_idle"'),
        (9, "features.app.live", "true or false"),
    ):
        assert any(f"mine.toml:{line} {key}" in one and meant in one for one in told), (line, key, told)


def test_form_and_sense_of_different_tables_are_reported_together(campus: Path) -> None:
    change(campus / "people.csv", "plumbing:3", "plumbing")
    change(campus / "assets.csv", "plumbing,0.5", "plumbing,-0.5")
    change(campus / "buildings.csv", "East,1,0,0", "East,x,0,0")
    found = of_two(campus)
    assert any("people.csv:2 skills" in p for p in found)
    assert any('assets.csv:2 rate_per_year: given "-0.5"; expected a number at least 0' in p for p in found)
    assert any('buildings.csv:2 key: given "x"; expected a whole number' in p for p in found)


def test_a_technician_without_trade(campus: Path) -> None:
    change(campus / "people.csv", "plumbing:3", "")
    assert any("people.csv:2 skills: given nothing; expected a value" in p for p in of_two(campus))


SPOILS: list[tuple[str, str, str, str, str]] = [
    ("people.csv", "plumbing:3", "plumbin:3", "people.csv:2 skills", '"plumbing"?'),
    ("people.csv", "plumbing:3,East", "plumbing:3,Est", "people.csv:2 home", '"East"?'),
    ("people.csv", "West,always", "West,alway", "people.csv:3 shift", '"always"?'),
    ("people.csv", "East,always,0;1", "East,always,0;7", "people.csv:2 zones", "a zone of the buildings: 0, 1"),
    ("people.csv", "electrician,2", "plumber,1", "people.csv:3 name", "not used in line 2"),
    ("assets.csv", "sockets,2,electrical", "sockets,2,electric", "assets.csv:3 trade", '"electrical"?'),
    ("assets.csv", "0.25,1.0,100,*:1", "0.25,1.0,100,canteen:1", "assets.csv:3 kinds", "a kind of the buildings"),
    ("assets.csv", "0.25,1.0", "0.25,0", "assets.csv:3", "a shape above 0"),
    ("skus.csv", "washer,plumbing,2,10", "washer,plumbing,10,10", "skus.csv:2 order_up_to", "more than reorder_point 10"),
    ("buildings.csv", "West,2,1000,0", "West,2,,0", "buildings.csv:3 West", "x_m and y_m, or lon_deg and lat_deg"),
    ("campus.toml", "part_share = 0.0\nneed_share = 0.5\n\n[trades.el", "part_share = 1.5\nneed_share = 0.5\n\n[trades.el", "trades.plumbing.part_share", "at most 1"),
    ("campus.toml", "registration_mean_min = 1.0", "registration_mean_min = -1.0", "clerks.registration_mean_min", "more than 0"),
    ("campus.toml", "phone_share = 1.0", "phone_share = 0.7", "reporting.phone_share", "a sum of 1"),
    ("campus.toml", 'windows = ["08:00-17:00"]', 'windows = ["8 to 5"]', "calendar.hours.office.windows", '"08:00-12:00"'),
    ("campus.toml", 'hours = "clerk"', 'hours = "clerks"', "clerks.hours", '"clerk"?'),
    ("campus.toml", 'store = "East"', 'store = "Easts"', "store", '"East"?'),
    ("campus.toml", "[shifts.always]\nalways = true", "[shifts.always]\nalways = false", "shifts.always", "windows, or always = true"),
    ("campus.toml", 'mode = "manhattan"', 'mode = "manhatan"', "travel.mode", '"manhattan"?'),
    ("campus.toml", "need_share = 0.5\n\n[demand]", "need_share = 0.4\n\n[demand]", "trades", "a sum of 1"),
    ("campus.toml", "inbox_min = [600.0]", "inbox_min = []", "chains.standard.0.inbox_min", "at least 1"),
    ("campus.toml", "inbox_min = [600.0]", "inbox_min = [1200.0]", "chains.standard", 'within the hours "office"'),
    ("campus.toml", "count = 1\n", "count = 0\n", "clerks.count", "more than 0"),
    ("assets.csv", "sockets,2,", "sockets,1000,", "assets.csv:3 key", "less than 1000"),
    ("campus.toml", 'people = "people.csv"', 'people = "persons.csv"', "persons.csv", "a readable CSV file"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "place", "expected"), SPOILS, ids=[s[3] for s in SPOILS])
def test_each_is_told_where_it_is(campus: Path, file: str, old: str, new: str, place: str, expected: str) -> None:
    line = change(campus / file, old, new)
    found = of_two(campus)
    assert any(place in p and expected in p for p in found), found
    if file == "campus.toml" and "persons" not in new and "sum of 1" not in expected:
        near = {f"campus.toml:{k} " for k in range(line, line + new.count("\n") + 1)}
        assert any(any(n in p for n in near) for p in found), found


def test_a_trade_with_work_and_nobody_for_it(campus: Path) -> None:
    change(campus / "people.csv", "electrical:3", "plumbing:2")
    assert any("a technician with electrical in people" in p for p in of_two(campus))


def test_columns_that_are_missing_or_too_many(campus: Path) -> None:
    change(campus / "skus.csv", ",weight", "")
    found = of_two(campus)
    assert any("skus.csv:2 row: given 1 cells too many" in p for p in found)
    change(campus / "people.csv", "name,key,skills", "name,key,skill")
    assert any("people.csv:1 header" in p and "skills" in p for p in of_two(campus))


def test_a_chain_that_the_campus_does_not_have(campus: Path) -> None:
    change(campus / "campus.toml", "[[chains.standard]]", "[[chains.standrd]]")
    with pytest.raises(ScenarioProblems, match=r'did you mean "standrd"'):
        resolve("two_buildings", sets=[f'campus="{campus / "campus.toml"}"', "policies.approval.rule=two_signatures"])


def test_parameters_a_rule_does_not_take() -> None:
    with pytest.raises(ScenarioProblems, match=r"policies\.dispatch\.parameters"):
        resolve("as_is", sets=["policies.dispatch.rule=nearest_idle", "policies.dispatch.parameters.hurry=3"])
    with pytest.raises(ScenarioProblems, match=r"reserve is -1"):
        resolve("as_is", sets=["policies.dispatch.rule=hold_reserve", "policies.dispatch.parameters.reserve=-1"])


def test_a_run_past_the_calendar_files_is_refused() -> None:
    with pytest.raises(ScenarioProblems, match="2025-2026, the years of the file"):
        resolve("as_is", sets=["run.days=800"])


def test_numbers_without_measure_are_refused_not_computed() -> None:
    for setting in ("run.days=1000000000000000000000000", "run.seed=-1", "world.departments.meeting_weekday=7", "world.demand.weekday=[0,0,0,0,0,0,0]",
                    "world.work.sickness=nan", "world.costs.overtime_factor=inf", "world.demand.month=[1.0]"):  # fmt: skip
        with pytest.raises(ScenarioProblems, match=setting.split("=")[0].removeprefix("world.")):
            resolve("two_buildings", sets=[setting])


def test_a_crew_too_small_for_its_hands_on_work_is_a_warning(campus: Path) -> None:
    change(campus / "people.csv", "plumbing:3,East,always", "plumbing:3,East,day")
    change(campus / "assets.csv", "plumbing,0.5", "plumbing,50")
    it = resolve("two_buildings", sets=[f'campus="{campus / "campus.toml"}"'])
    assert any(w.startswith("plumbing: hands-on work alone takes 1") for w in it.warnings)


def test_an_activation_after_the_end_is_refused() -> None:
    with pytest.raises(ScenarioProblems, match="at most 212"):
        resolve("all_together", sets=["activation.policies.dispatch=213"])


def test_unknown_names_of_files() -> None:
    for wrong, near in (("asis", "as_is"), ("lean_intak", "lean_intake")):
        with pytest.raises(ScenarioProblems, match=f'did you mean "{near}"'):
            resolve(wrong)
    with pytest.raises(ScenarioProblems, match='did you mean "campus_small"'):
        resolve("as_is", sets=["campus=campus_smal"])


Run = Callable[..., object]


@pytest.mark.parametrize(
    "words", [("check", "{}"), ("show", "{}"), ("diff", "as_is", "{}"), ("new", "other", "--from", "{}")]
)
def test_every_command_ends_with_2_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text('name = "bad"\nrnu = 1\nextends = "as_is"\n[features.app]\nlive = "yes"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["scenario", *(word.format(bad) for word in words)])
    assert done.exit_code == 2
    assert done.stdout == ""
    assert "bad.toml:2 rnu" in done.stderr
    assert 'bad.toml:5 features.app.live: given "yes"; expected true or false' in done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["bad.toml"]


def test_what_is_missing_in_a_file_is_not_told_of_the_one_it_extends(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('extends = "as_is"\n[policies.dispatch]\nrule = "nearest_idle"\nparameters = { soon = 3.0 }\n')
    name, soon = (str(p) for p in check_file(str(path)))
    assert "mine.toml name: given nothing; expected a value" in name
    assert "mine.toml:4 policies.dispatch.parameters.soon" in soon


def test_what_a_rule_refuses_is_told_of_the_setting_and_not_of_the_measure_below() -> None:
    with pytest.raises(ScenarioProblems) as caught:
        resolve("all_together", sets=["policies.dispatch.rule=hold_reserve", "policies.dispatch.parameters.reserve=-1"])
    (told,) = caught.value.errors
    assert told.startswith(
        "--set policies.dispatch.parameters.reserve=-1: given {reserve = -1}; expected what hold_reserve takes ("
    )


def test_settings_that_are_wrong_are_told_beside_a_campus_that_is_not_there() -> None:
    with pytest.raises(ScenarioProblems) as caught:
        resolve(
            "as_is",
            sets=["campus=campus_smal", "run.dayz=3", "policies.dispach.rule=gcmu", "policies.dispatch.rule=gcmuu"],
        )
    told = caught.value.errors
    assert len(told) == 4
    for meant in (
        'did you mean "campus_small"',
        'did you mean "days"',
        'did you mean "dispatch"',
        'did you mean "gcmu"',
    ):
        assert any(meant in one for one in told), (meant, told)


def test_a_file_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    (tmp_path / "base.toml").write_text('name = "base"\nextends = "as_is"\n', encoding="utf-8")
    mine = tmp_path / "mine.toml"
    mine.write_text('name = "mine"\nextends = "bsae.toml"\n', encoding="utf-8")
    (told,) = [str(p) for p in check_file(str(mine))]
    assert (
        'mine.toml:2 extends: given "bsae.toml"; expected a file that is there (did you mean "base.toml"?), or one of '
        in told
    )


def test_settings_are_told_beside_a_scenario_that_is_not_there() -> None:
    with pytest.raises(ScenarioProblems) as caught:
        resolve("as_iss", sets=["run.dys=3", "policies.dispatch.rule=nearst_idle", "nothing"])
    assert [one.split(":")[0] for one in caught.value.errors] == [
        "scenario", "--set nothing", "--set run.dys=3", "--set policies.dispatch.rule=nearst_idle",
    ]  # fmt: skip


def test_what_lies_under_a_measure_is_told_with_what_is_wrong_in_it(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text(
        'name = "mine"\nextends = "all_together"\n[policies.dispatch]\nrule = "hold_reserve"\nparameters = { reserv = 2, reserve = "two" }\n',
        encoding="utf-8",
    )
    told = [str(p) for p in check_file(str(mine))]
    assert any("lies over it: ask for it by --set policies.dispatch.rule=hold_reserve" in one for one in told)
    assert any(
        'reserv: given 2; expected for hold_reserve one of its parameters, reserve; did you mean "reserve"' in one
        for one in told
    )
    assert any('reserve: given "two"; expected for hold_reserve a whole number' in one for one in told)


@pytest.mark.parametrize(
    ("setting", "meant"),
    [
        ('policies.triage="checklist"', 'expected a table, as in { rule = "nearest_idle" }'),
        (
            'policies.dispatch={ rule = "fixed_zone_batch", parameters = { rounds = 4 } }',
            "expected for fixed_zone_batch a list of numbers, as in [510.0, 840.0]",
        ),
    ],
)
def test_forms_are_told_with_an_example(setting: str, meant: str) -> None:
    with pytest.raises(ScenarioProblems, match=r"expected") as caught:
        resolve("as_is", sets=[setting])
    assert meant in str(caught.value)


def test_every_mistake_of_the_stores_and_their_lines_is_told_at_once(tmp_path: Path) -> None:
    mine = Path(copytree(DATA / "campuses" / "campus_small", tmp_path / "mine"))
    table = mine / "stock.csv"
    head, first, second, third, fourth, *_ = table.read_text(encoding="utf-8").splitlines()
    columns = head.split(",")

    def spoilt(row: str, column: str, cell: str) -> str:
        cells = row.split(",")
        cells[columns.index(column)] = cell
        return ",".join(cells)

    rows = [
        spoilt(first, "opening", "-4"), spoilt(second, "lead_days", "soon"), spoilt(third, "department", ""),
        spoilt(fourth, "price_cny", ""), fourth, fourth,
    ]  # fmt: skip
    table.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    sets = [f'campus="{mine / "campus.toml"}"', "world.stores.break_price=[0.97]", "world.stores.receiving=always"]
    with pytest.raises(ScenarioProblems) as caught:
        resolve("as_is_stores", sets=sets)
    said = "\n".join(caught.value.errors)
    for expected in (
        'stock.csv:2 opening: given "-4"; expected a number at least 0',
        'stock.csv:3 lead_days: given "soon"; expected a number',
        "stock.csv:4 department: given nothing; expected",
        "stock.csv:5 price_cny: given nothing; expected",
        "stock.csv:7",
        "--set world.stores.break_price=[0.97]: given 0.97; expected as many shares as break_months has months (2)",
        '--set world.stores.receiving=always: given "always"',
    ):
        assert expected in said, said


def test_a_campus_without_stores_reads_no_stock(tmp_path: Path) -> None:
    mine = Path(copytree(DATA / "campuses" / "campus_small", tmp_path / "mine"))
    (mine / "stock.csv").write_text("nonsense\n", encoding="utf-8")
    assert resolve("as_is", sets=[f'campus="{mine / "campus.toml"}"']).stock == []
