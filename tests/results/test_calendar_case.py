"""EV3: twenty orders worked by hand, equal to the minute.

Service hours 08:00-12:00 and 14:00-17:30 from Monday to Friday (450 min), 08:00-12:00 on Saturdays
(240 min). National Day 2025: closed from 1 to 8 October; Sunday 28 September and Saturday
11 October are worked as full weekdays. Lifts are served around the clock; the night post works
17:30-24:00 and 00:00-08:00, holidays too. Year 2025, the run starts on Friday 26 September.
"""

from datetime import date, datetime

import pytest

from policies.contract.calendar import Calendar, DayTable
from results import Meta, Observation, Period, measure
from tests.results.log import Log, by_name

HALVES = ((480.0, 720.0), (840.0, 1050.0))
WEEKS = {
    "SVC": (HALVES,) * 5 + (((480.0, 720.0),), ()),
    "night": (((0.0, 480.0), (1050.0, 1440.0)),) * 7,
}
HOLIDAYS = DayTable(
    holidays={date(2025, 10, day): "国庆节" for day in range(1, 9)},
    makeup={date(2025, 9, 28): 2, date(2025, 10, 11): 0},
)
CALENDAR = Calendar(date(2025, 9, 26), WEEKS, HOLIDAYS, through=("24x7", "night"))

CASES = [
    # trade, reported, arrived, service minutes, wall minutes
    ("plumbing", "09-26 09:00", "09-26 09:45", 45, 45, "inside one Friday morning"),
    ("plumbing", "09-26 11:30", "09-26 14:20", 50, 170, "30 before lunch, 20 after"),
    ("plumbing", "09-26 12:30", "09-26 13:30", 0, 60, "reported and served within lunch"),
    ("plumbing", "09-26 17:00", "09-27 08:10", 40, 910, "30 to closing on Friday, 10 on Saturday"),
    ("plumbing", "09-26 18:00", "09-27 08:00", 0, 840, "after closing; the opening instant itself is minute 0"),
    ("plumbing", "09-26 07:15", "09-26 08:15", 15, 60, "reported before opening"),
    ("plumbing", "09-27 11:45", "09-28 08:30", 45, 1245, "15 on Saturday, 30 on the worked Sunday"),
    ("plumbing", "09-27 13:00", "09-28 14:30", 270, 1530, "Saturday afternoon is closed; Sunday's morning 240, then 30"),
    ("plumbing", "09-28 17:30", "09-29 08:00", 0, 870, "from the closing instant to the opening instant"),
    ("plumbing", "09-28 23:59", "09-29 00:01", 0, 2, "two minutes around midnight"),
    ("plumbing", "09-29 08:00", "09-29 17:30", 450, 570, "a whole Monday, lunch taken out"),
    ("plumbing", "09-30 17:20", "10-09 08:20", 30, 12420, "10 on the last day of the month, eight holidays, 20"),
    ("plumbing", "09-30 23:50", "10-01 00:20", 0, 30, "midnight at the month's end"),
    ("plumbing", "10-01 10:00", "10-02 10:00", 0, 1440, "a day within the holiday"),
    ("plumbing", "10-08 16:00", "10-09 09:00", 60, 1020, "the last holiday does not count, 60 on Thursday"),
    ("plumbing", "10-10 16:30", "10-11 10:00", 180, 1050, "60 on Friday, 120 on the worked Saturday"),
    ("plumbing", "10-11 15:00", "10-13 08:30", 180, 2490, "150 on the worked Saturday's afternoon, Sunday closed, 30"),
    ("lift", "09-30 23:30", "10-01 00:45", 75, 75, "served around the clock, over the month's end into a holiday"),
    ("guard", "09-26 17:00", "09-27 07:00", 810, 840, "the night post begins at 17:30: 390 before midnight, 420 after"),
    ("guard", "10-01 22:00", "10-02 09:00", 600, 660, "the post goes through the holiday: 120, then 480 until 08:00"),
]  # fmt: skip


def minute(text):
    return CALENDAR.minute_of(datetime.strptime(f"2025-{text}", "%Y-%m-%d %H:%M"))  # noqa: DTZ007 local time is meant


@pytest.fixture(scope="module")
def run():
    log = Log()
    for number, (trade, reported, arrived, *_) in sorted(enumerate(CASES), key=lambda case: minute(case[1][1])):
        log.report(minute(reported), number, trade=trade)
        log.arrive(minute(arrived), number)
        log.finish(minute(arrived) + 10.0, number)
    period = Period(0.0, 20 * 1440.0, 30 * 1440.0)
    return Observation(log.journal, Meta(CALENDAR, period, service_of_trade={"lift": "24x7", "guard": "night"}))


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case[5] for case in CASES])
def test_each_order_takes_the_minutes_worked_out_by_hand(run, number):
    _, _, _, service, wall, _ = CASES[number]
    orders = run.orders
    row = run.numbers.of([number])[0]
    assert orders.service(orders.t_arr)[row] == pytest.approx(service, abs=1e-9)
    assert orders.wall(orders.t_arr)[row] == pytest.approx(wall, abs=1e-9)


def test_the_mean_of_the_twenty_is_the_hand_sum(run):
    rows = by_name(measure(run.journal, run.meta))
    assert len(CASES) == 20
    assert rows["K-R1"].numerator == pytest.approx(2850.0)
    assert rows["K-R1"].value == pytest.approx(142.5)
    assert rows["K-R4"].numerator == pytest.approx(26327.0)
    assert rows["K-R3"].numerator == 13  # at most 60 service minutes
