"""What a log becomes, and why it is refused."""

import gzip

import pytest

from scenarios.problems import ScenarioProblems
from scenarios.trace import load, mapping_file
from scenarios.trace.mapping import shipped
from tests.traces.conftest import HEADER, ROWS


def refused(desk, **known):
    with pytest.raises(ScenarioProblems) as told:
        load(desk.log, desk.mapping, **known)
    return told.value.errors


def test_rows_come_in_the_words_of_the_house_and_in_minutes_of_the_first_day(desk):
    trace = load(desk.log, desk.mapping)
    assert [(row.id, row.at_min, row.place, row.trade, row.priority, row.work_min) for row in trace.rows] == [
        ("1", 480.0, "East", "plumbing", 2, None),
        ("2", 490.0, "West", "electrical", 3, None),
        ("3", 500.0, "West", "plumbing", 1, None),
        ("4", 1440.0 + 600.0, "East", "electrical", 3, None),
        ("5", 2880.0 + 600.0, "East", "plumbing", 3, None),
    ]
    assert (trace.days, trace.run_out_days, trace.horizon_days) == (5, 3, 8)


def test_a_duration_is_work_only_where_the_mapping_says_so(desk):
    assert "not used" in load(desk.log, desk.mapping).report()[-1]
    desk.map(('name = "small"', 'name = "small"\nduration_is_work = true'))
    trace = load(desk.log, desk.mapping)
    assert [row.work_min for row in trace.rows] == [30.0, 45.0, 20.0, 60.0, 15.0]
    assert "work content is the logged duration" in trace.report()[-1]
    desk.map(('name = "small"', 'name = "small"\nduration_is_work = true\nduration_unit = "h"'))
    assert load(desk.log, desk.mapping).rows[0].work_min == 1800.0


def test_without_a_duration_column_work_is_from_opening_to_closing(desk):
    desk.map(('name = "small"', 'name = "small"\nduration_is_work = true'), ('duration = "minutes"\n', ""))
    assert refused(desk) == [
        "log.csv:6 closed: given nothing; expected an instant: duration_is_work is true".replace(
            "log.csv", str(desk.log)
        )
    ]
    desk.write(ROWS[:4])
    assert [row.work_min for row in load(desk.log, desk.mapping).rows] == [60.0, 80.0, 1510.0, 60.0]


def test_a_gzipped_log_reads_as_a_plain_one(desk):
    plain = load(desk.log, desk.mapping)
    packed = desk.folder / "log.csv.gz"
    packed.write_bytes(gzip.compress(desk.log.read_bytes()))
    assert load(packed, desk.mapping).digest() == plain.digest()


def test_filters_and_the_period_leave_rows_out_and_count_them(desk):
    desk.map(("last_day = 2025-09-05", "last_day = 2025-09-02"), ("[trades]", '[keep]\nwhere = ["East"]\n[trades]'))
    trace = load(desk.log, desk.mapping)
    assert [row.id for row in trace.rows] == ["1", "4"]
    assert (trace.counted.read, trace.counted.not_kept, trace.counted.outside_period) == (5, 2, 1)
    assert "2 filtered out, 1 outside the period" in trace.report()[0]


def test_spells_that_follow_on_one_another_are_one(desk):
    desk.write(
        [
            "1,2025-09-01T08:00,2025-09-01T09:00,East,tap,2,30",
            "2,2025-09-01T09:00,2025-09-01T09:30,East,tap,2,30",
            "3,2025-09-01T09:30,2025-09-01T09:40,West,tap,2,30",
            "4,2025-09-01T09:30,2025-09-01T10:00,East,lamp,2,30",
            "5,2025-09-01T10:01,2025-09-01T10:05,East,tap,2,30",
        ]
    )
    desk.map(('name = "small"', 'name = "small"\nmerge_by = "where"'))
    trace = load(desk.log, desk.mapping)
    assert [row.id for row in trace.rows] == ["1", "3", "5"]
    assert trace.counted.merged == 2


def test_instants_of_another_zone_become_local_ones_also_over_a_change_of_the_clocks(desk):
    desk.write(
        [
            "1,2025-03-09T06:30:00Z,,East,tap,2,30",
            "2,2025-03-09T07:30:00Z,,East,tap,2,30",
        ]
    )
    desk.map(
        ("2025-09-01", "2025-03-09"), ("2025-09-05", "2025-03-09"),
        ("[trades]", '[clock]\nzone = "UTC"\nlocal_zone = "America/New_York"\n[trades]'),
    )  # fmt: skip
    assert [row.at_min for row in load(desk.log, desk.mapping).rows] == [90.0, 210.0]


def test_instants_in_the_words_of_a_format_are_ordered_as_instants(desk):
    rows = ["1,30.08.2025 08:00,,East,tap,2,30", "2,01.09.2025 08:00,,East,tap,2,30"]
    desk.write(rows)
    desk.map(("[trades]", '[clock]\nformat = "%d.%m.%Y %H:%M"\n[trades]'))
    assert [row.id for row in load(desk.log, desk.mapping).rows] == ["2"]
    desk.write(rows[::-1])
    assert "rows sorted by opened" in refused(desk)[0]


def test_columns_of_a_second_table_stand_beside_the_logs_own(desk):
    (desk.folder / "sites.csv").write_text("where,site\nEast,North gate\nWest,Hall\n")
    desk.map(('place = "where"', 'place = "site"'), ("[trades]", '[join]\nfile = "sites.csv"\non = "where"\n[trades]'))
    assert [row.place for row in load(desk.log, desk.mapping).rows][:2] == ["North gate", "Hall"]
    (desk.folder / "sites.csv").write_text("where,site\nEast,North gate\n")
    assert refused(desk) == [f'{desk.log}:3 where: given "West"; expected a row of {desk.folder / "sites.csv"}']


def test_missing_columns_are_told_together_at_the_key_that_names_them(desk):
    desk.map(('opened_at = "opened"', 'opened_at = "opend"'), ('place = "where"', 'place = "site"'))
    told = refused(desk)
    columns = "number, opened, closed, where, what, prio, minutes"
    assert told == [
        f'{desk.mapping}:6 columns.opened_at: given "opend"; expected a column of {desk.log}: one of {columns} (did you mean "opened"?)',
        f'{desk.mapping}:8 columns.place: given "site"; expected a column of {desk.log}: one of {columns}',
    ]


def test_a_shuffled_log_is_refused_with_its_reasons_and_what_to_do(desk):
    desk.write([ROWS[1], ROWS[0], *ROWS[2:]])
    told = refused(desk)
    assert told == [
        (
            f"{desk.log}:3 opened: given 2025-09-01T08:00; expected rows sorted by opened: "
            "this one belongs before an earlier line; sort the file and keep its header"
        )
    ]


def test_everything_wrong_with_a_log_is_told_at_once(desk):
    desk.write(
        [
            "1,2025-09-01T08:00,2025-09-01T07:00,East,tap,2,30",
            "2,2025-09-01 noon,,East,tap,2,30",
            "3,2025-09-01T08:20,2999-01-01T00:00,East,tap,2,30",
            "4,2025-09-01T08:30,,Eats,tap,2,30",
            "5,2025-09-01T08:40,,East,tapp,2,30",
            "6,2025-09-01T08:50,,East,tap,9,30",
            "6,2025-09-01T09:00,,East,tap,2,30",
            "7,2025-09-01T09:10,,East,tap,2,-5",
        ]
    )
    desk.map(('name = "small"', 'name = "small"\nduration_is_work = true'))
    told = [line.removeprefix(str(desk.log)) for line in refused(desk, places=["East", "West"])]
    assert [line.split(" ")[0] + " " + line.split(" ")[1] for line in told] == [
        ":2 closed:", ":3 opened:", ":4 closed:", ":5 where:", ":6 what:", ":7 prio:", ":8 number:", ":9 minutes:",
    ]  # fmt: skip
    assert "an end not before its start" in told[0]
    assert "an instant such as" in told[1]
    assert "not in the future" in told[2]
    assert 'did you mean "East"' in told[3]
    assert 'did you mean "tap"' in told[4]
    assert "it stands on line 7 already" in told[6]


def test_twenty_problems_are_told_and_the_rest_counted(desk):
    desk.write([f"{k},2025-09-01T08:00,,Nowhere,tap,2,30" for k in range(50)])
    told = refused(desk, places=["East"])
    assert len(told) == 21
    assert told[-1] == f"{desk.log} file: given 30 problems more, 50 in all; expected none"


def test_words_the_world_does_not_know_are_told_at_the_mapping(desk):
    desk.map(("[trades]", '[places]\nEast = "Easst"\n[trades]'))
    told = refused(desk, places=["East", "West"], trades=["plumbing"])
    assert (
        f'{desk.mapping}:17 places.East: given "Easst"; expected a place of the world: one of East, West (did you mean "East"?)'
        in told
    )
    assert any(
        line.startswith(f'{desk.mapping}:20 trades.lamp: given "electrical"; expected a trade of the world')
        for line in told
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "given an empty file"),
        (HEADER + "\n", "given a header without rows"),
        (HEADER + "\n1,2\n", "given 2 values; expected 7, as the header has"),
        (HEADER + ",prio\n", "a column named twice"),
    ],
)
def test_a_file_that_is_no_table_is_refused(desk, text, says):
    desk.log.write_text(text)
    assert says in refused(desk)[0]


def test_a_broken_archive_is_refused(desk):
    packed = desk.folder / "log.csv.gz"
    for broken in (b"no archive", gzip.compress(desk.log.read_bytes())[:-9], gzip.compress(desk.log.read_bytes())[:40]):
        packed.write_bytes(broken)
        with pytest.raises(ScenarioProblems, match="a readable CSV file"):
            load(packed, desk.mapping)


def test_a_period_without_rows_is_refused(desk):
    desk.map(("2025-09-01", "2024-09-01"), ("2025-09-05", "2024-09-05"))
    assert "a period and filters that leave some" in refused(desk)[0]


def test_what_is_wrong_in_a_mapping_is_told_at_once_with_its_lines(desk):
    desk.map(
        ('kind = "requests"', 'kind = "request"'), ('opened_at = "opened"', 'open_at = "opened"'),
        ("last_day = 2025-09-05", 'last_day = "friday"'), ("3 = 3", "3 = 7"),
    )  # fmt: skip
    told = refused(desk)
    assert [line.split(": ")[0].removeprefix(str(desk.mapping)) for line in told] == [
        ":2 kind", ":4 columns.opened_at", ":6 columns.open_at", ":14 period.last_day", ":22 priorities.3",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("last_day = 2025-09-05", "last_day = 2025-08-05"), "a last_day not before first_day"),
        (("[trades]", '[clock]\nzone = "Mars/Base"\nlocal_zone = "UTC"\n[trades]'), "a time zone such as"),
        (("[trades]", '[clock]\nzone = "UTC"\n[trades]'), "zone and local_zone together"),
        (("[priorities]\n1 = 1\n2 = 2\n3 = 3\n", ""), "a table [priorities]"),
        (('closed_at = "closed"\n', ""), None),
    ],
)
def test_a_mapping_that_contradicts_itself_is_refused(desk, change, says):
    extra = (
        ('name = "small"', 'name = "small"\nmerge_by = "where"')
        if says is None
        else ('name = "small"', 'name = "small"')
    )
    desk.map(change, extra)
    assert (says or "columns.closed_at, since merge_by") in refused(desk)[0]


def test_a_shipped_mapping_is_found_by_name_and_a_misspelt_one_named(tmp_path):
    from pathlib import Path

    assert sorted(shipped()) == ["incidents_uci498", "lifts_dcmetro"]
    assert mapping_file(Path("lifts_dcmetro")) == shipped()["lifts_dcmetro"]
    with pytest.raises(ScenarioProblems, match='did you mean "lifts_dcmetro"'):
        mapping_file(Path("lift_dcmetro"))
