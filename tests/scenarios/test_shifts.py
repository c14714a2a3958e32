"""Rosters: lunch, holidays, make-up days, the night post, sick days."""

from datetime import date
from itertools import pairwise

import pytest

from policies.contract.calendar import Calendar, DayTable
from scenarios.campus.shifts import duty_hours_a_week, roster_of
from scenarios.resolution.build import campus_of, sick_by
from scenarios.resolution.resolve import resolve
from scenarios.schema.campus import Shift, minutes_of
from twin.entities.roster import AlwaysOn, Change, ListedRoster, Roster
from twin.streams import Streams

MONDAY = date(2025, 9, 1)
DAY = Shift(days=["mon", "tue", "wed", "thu", "fri"], windows=["08:00-12:00", "13:30-17:30"])
NIGHT = Shift(
    windows=["17:30-08:00"], closed_day_windows=["08:00-08:00"], every_days=3, off_on_holidays=False, relieved=True
)


def never(person: int, day: int) -> bool:
    return False


def changes(roster: Roster) -> list[Change]:
    assert isinstance(roster, ListedRoster)
    return roster.changes


def test_a_day_has_a_break_between_its_windows() -> None:
    assert changes(roster_of(DAY, 1, Calendar(MONDAY), 1, never)) == [
        (480.0, True, "shift"), (720.0, False, "break"), (810.0, True, "break"), (1050.0, False, "shift"),
    ]  # fmt: skip


def test_weekends_are_free() -> None:
    on = [
        at // 1440.0
        for at, is_on, why in changes(roster_of(DAY, 1, Calendar(MONDAY), 14, never))
        if why == "shift" and is_on
    ]
    assert on == [0, 1, 2, 3, 4, 7, 8, 9, 10, 11]


def test_holidays_are_free_and_make_up_days_worked() -> None:
    table = DayTable(holidays={date(2025, 9, 3): "x"}, makeup={date(2025, 9, 7): 2})
    on = [
        at // 1440.0
        for at, is_on, why in changes(roster_of(DAY, 1, Calendar(MONDAY, table=table), 7, never))
        if why == "shift" and is_on
    ]
    assert on == [0, 1, 3, 4, 6]


def test_the_shipped_calendar_knows_the_golden_week() -> None:
    calendar = resolve("as_is").calendar
    day = (date(2025, 9, 28) - calendar.start).days
    assert calendar.weekday(day) == 1
    assert not calendar.is_holiday(day)
    assert calendar.windows("SVC", day) == ((480.0, 1050.0),)
    assert all(calendar.is_holiday((date(2025, 10, d) - calendar.start).days) for d in range(1, 9))
    assert not calendar.is_holiday((date(2025, 10, 9) - calendar.start).days)


@pytest.mark.parametrize(("year", "days"), [(2025, 28), (2026, 33)])
def test_the_calendar_file_has_the_days_off_and_the_make_up_days_of_the_year(year: int, days: int) -> None:
    table = resolve("as_is").calendar.table
    assert sum(day.year == year for day in table.holidays) == days
    made_up = {day: stands for day, stands in table.makeup.items() if day.year == year}
    assert len(made_up) == {2025: 5, 2026: 6}[year]
    assert all(day.weekday() >= 5 and stands < 5 for day, stands in made_up.items())
    assert not set(made_up) & set(table.holidays)


def test_the_night_post_is_never_empty_and_never_double() -> None:
    it = resolve("as_is")
    nights = [p for p in campus_of(it, Streams(1, 0)).people if p.crew == "night"]
    spells = sorted(s for p in nights for s in _spells(changes(p.roster)))
    calendar = it.calendar
    for day in range(1, 120):
        for minute in (60.0, 400.0, 600.0, 1000.0, 1100.0, 1400.0):
            at = day * 1440.0 + minute
            there = sum(a <= at < b for a, b in spells)
            wanted = 0 if calendar.is_open("SVC", at) else 1
            assert there == wanted, (calendar.datetime_of(at), there)


def _spells(listed: list[Change]) -> list[tuple[float, float]]:
    return [(on[0], off[0]) for on, off in zip(listed[::2], listed[1::2], strict=False)]


def test_a_night_that_began_before_the_start_ends_at_its_hour() -> None:
    shift = NIGHT.model_copy(update={"offset_days": 2})
    first = changes(roster_of(shift, 1, Calendar(date(2025, 9, 2)), 3, never))[:2]
    assert first == [(0.0, True, "shift"), (480.0, False, "shift")]


def test_changes_are_in_order_and_alternate() -> None:
    for person in campus_of(resolve("as_is"), Streams(3, 1)).people:
        if isinstance(person.roster, AlwaysOn):
            continue
        listed = changes(person.roster)
        assert [c[0] for c in listed] == sorted(c[0] for c in listed)
        duty = [c for c in listed if c[2] != "sick"]
        assert all(a[1] != b[1] for a, b in pairwise(duty))


def test_a_sick_day_is_one_change_at_its_start() -> None:
    listed = changes(roster_of(DAY, 1, Calendar(MONDAY), 3, lambda person, day: day == 1))
    assert [c for c in listed if 1440.0 <= c[0] < 2880.0] == [(1440.0 + 480.0, False, "sick")]


def test_the_relieved_post_is_never_sick() -> None:
    assert not any(why == "sick" for _, _, why in changes(roster_of(NIGHT, 1, Calendar(MONDAY), 30, lambda p, d: True)))


def test_about_eight_percent_of_shifts_are_missed() -> None:
    people = campus_of(resolve("as_is"), Streams(1, 0)).people
    listed = [c for p in people if p.crew in ("reactive", "plant") for c in changes(p.roster)]
    missed, worked = sum(c[2] == "sick" for c in listed), sum(c[1] and c[2] == "shift" for c in listed)
    assert missed / (missed + worked) == pytest.approx(0.08, abs=0.01)


def test_sick_days_belong_to_the_person_and_the_replication() -> None:
    one = [sick_by(Streams(1, 0), 0.5)(7, day) for day in range(50)]
    assert one == [sick_by(Streams(1, 0), 0.5)(7, day) for day in range(50)]
    assert one != [sick_by(Streams(1, 1), 0.5)(7, day) for day in range(50)]
    it = resolve("as_is")
    before = {p.name: changes(p.roster) for p in campus_of(it, Streams(1, 0)).people if p.crew == "reactive"}
    it.people.insert(0, it.people[0].model_copy(update={"name": "new", "key": 999}))
    after = {p.name: changes(p.roster) for p in campus_of(it, Streams(1, 0)).people if p.crew == "reactive"}
    new = after.pop("new")
    assert after == before
    assert new != before[it.people[1].name]


def test_hours_a_week_stay_within_the_law() -> None:
    it = resolve("as_is")
    worked = {p.shift: duty_hours_a_week(it.campus.shifts[p.shift]) for p in it.people if p.crew != "partner"}
    assert max(worked.values()) <= 44.0


def test_windows_may_end_on_the_next_day() -> None:
    assert minutes_of("17:30-08:00") == (1050.0, 1920.0)
    assert minutes_of("08:00-08:00") == (480.0, 1920.0)
    assert minutes_of("00:00-24:00") == (0.0, 1440.0)
    with pytest.raises(ValueError, match="hours 00-24"):
        minutes_of("25:00-26:00")
