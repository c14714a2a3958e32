"""K-R1 to K-R6 of ten orders, worked out by hand: every figure, its unit, and what was divided by what."""

import numpy as np
import pytest

from policies.contract.commands import RejectRequest
from results import Period
from results.kpi_response import (
    CURVE,
    acknowledgement,
    completion,
    response,
    response_curve,
    response_on_time,
    response_ratio,
    response_wall,
)  # fmt: skip
from results.meta import Meta
from tests.results.log import DAY, Log, by_name, calendar, meta, seen
from twin.facts import EventHeard

FIVE, OPENING = 1020.0, DAY + 480.0
NAN = float("nan")
SERVICE = [40.0 + 10.0 * k for k in range(10)]
"""Service minutes: all reported at 17:00, thirty minutes before closing, and reached the next morning."""
NIGHT = 870.0
"""What the wall clock has more: 17:30 to 08:00."""


@pytest.fixture
def log():
    """Ten normal orders; beside them an emergency, done within 100 min, and a request that was rejected."""
    log = Log()
    log.report(FIVE, 50, priority=1)
    log.visit(50, 9, FIVE, FIVE + 10.0, FIVE + 100.0)
    log.report(FIVE, 51)
    log.note(FIVE, RejectRequest(51, "not ours"))
    for number in range(10):
        log.report(FIVE, number)
    for number, minutes in enumerate(SERVICE):
        log.accept(OPENING + minutes - 35.0, number)
        log.arrive(OPENING + minutes - 30.0, number)
    log.shut(OPENING + 15.0, 0)
    log.let_in(OPENING + 35.0, 0)
    for number, minutes in enumerate(SERVICE):
        log.finish(OPENING + minutes - 30.0 + 400.0, number)
    return log


def expect(rows, told):
    """Each figure: unit, value, numerator, denominator."""
    found = by_name(rows)
    assert list(found) == list(told)
    for name, figures in told.items():
        assert found[name].unit == figures[0], name
        assert tuple(found[name][2:]) == pytest.approx(figures[1:], nan_ok=True), name


def test_response_in_service_minutes(log):
    run = seen(log)
    expect(response(run), {
        "K-R1": ("min", 85.0, 850.0, 10),
        "K-R1.median": ("min", 80.0, NAN, 10),
        "K-R1.p90": ("min", 120.0, NAN, 10),
        "K-R1.open": ("orders", 0, 0, 10),
    })  # fmt: skip


def test_response_on_the_wall_clock(log):
    expect(response_wall(seen(log)), {
        "K-R4": ("min", 85.0 + NIGHT, 8500.0 + 1050.0, 10),
        "K-R4.median": ("min", 80.0 + NIGHT, NAN, 10),
        "K-R4.p90": ("min", 120.0 + NIGHT, NAN, 10),
    })  # fmt: skip


def test_acceptance_in_service_minutes_and_on_the_wall_clock(log):
    expect(acknowledgement(seen(log)), {
        "K-R2": ("min", 80.0, 800.0, 10),
        "K-R2.24x7": ("min", 80.0 + NIGHT, 9500.0, 10),
        "K-R2.open": ("orders", 0, 0, 10),
    })  # fmt: skip


def test_response_within_the_hour_of_the_plan(log):
    expect(response_on_time(seen(log)), {
        "K-R3": ("%", 30.0, 3, 10),
        "K-R3.undetermined": ("orders", 0, 0, 10),
    })  # fmt: skip


def test_the_curve_of_responses(log):
    rows = response_curve(seen(log))
    within = {5: 0, 10: 0, 15: 0, 30: 0, 45: 1, 60: 3, 90: 6} | dict.fromkeys(
        (120, 180, 240, 360, 480, 720, 960, 1440), 10
    )
    within[120] = 9
    assert [f"{minutes:g}" for minutes in CURVE] == [str(minutes) for minutes in within]
    expect(rows, {f"K-R1.within:{minutes}": ("%", 10.0 * n, n, 10) for minutes, n in within.items()})


def test_response_over_the_benchmark_of_the_industry_where_there_is_one(log):
    expect(response_ratio(seen(log, benchmark_response_min=170.0)), {"K-R5": ("ratio", 0.5, 85.0, 170.0)})
    assert response_ratio(seen(log)) == []


def test_completion_of_all_orders_with_and_without_waits_for_the_requester(log):
    """Ten take 1,310 to 1,400 minutes (440 to 530 in service, one of them 20 shut out), the emergency 100 (30)."""
    expect(completion(seen(log)), {
        "K-R6": ("min", 13650 / 11, 13650, 11),
        "K-R6.median": ("min", 1350.0, NAN, 11),
        "K-R6.p90": ("min", 1390.0, NAN, 11),
        "K-R6.svc": ("min", 4880 / 11, 4880, 11),
        "K-R6.svc_paused": ("min", 4860 / 11, 4860, 11),
        "K-R6.24h": ("%", 100.0, 11, 11),
        "K-R6.24h.undetermined": ("orders", 0, 0, 11),
        "K-R6.open": ("orders", 0, 0, 11),
        "K-R6.orders": ("orders", 11, 11, 12),
    })  # fmt: skip


def test_what_is_still_open_is_counted_in_every_figure_it_belongs_to(log):
    """Observed until 09:25: eight were reached from 08:10 to 09:20, and one more was accepted at that very instant."""
    run = seen(log, until=OPENING + 85.0)
    assert {name: tuple(row[2:]) for name, row in by_name([*response(run), *acknowledgement(run)]).items() if "open" in name} == {
        "K-R1.open": (2, 2, 10),
        "K-R2.open": (1, 1, 10),
    }  # fmt: skip
    rows = by_name(completion(run))
    assert (rows["K-R6.open"].value, rows["K-R6.24h.undetermined"].value) == (10, 10)
    assert by_name(response_on_time(run))["K-R3"].denominator == 10


def test_time_shut_out_is_taken_off_an_open_order_too():
    """Two open: one has waited 120 service minutes, of them 50 shut out; a third was done in 100."""
    log = Log()
    for number in (1, 2, 3):
        log.report(540.0, number)
    log.shut(560.0, 1)
    log.let_in(610.0, 1)
    log.finish(640.0, 3)
    rows = by_name(completion(seen(log, until=660.0)))
    assert rows["K-R6.svc"].value == pytest.approx((100.0 * 3 + 20.0 * 2) / 3)
    assert rows["K-R6.svc_paused"].value == pytest.approx(100.0 + 20.0 * 1 / 2)


def test_figures_by_devices_stand_behind_the_true_ones():
    log = Log()
    for number in (1, 2):
        log.report(540.0, number)
        log.accept(545.0, number)
        log.arrive(570.0, number)
    log.note(580.0, EventHeard("OrderAccepted", 1, 0, 546.0), EventHeard("OnSite", 1, 0, 572.0))
    rows = response(seen(log, until=600.0))
    assert [row.kpi for row in rows][:4] == ["K-R1", "K-R1.recorded", "K-R1.recorded.open", "K-R1.median"]
    assert rows[1][1:] == ("min", pytest.approx(46.0), pytest.approx(92.0), 2)
    assert rows[2][1:] == ("orders", 1, 1, 2)


def test_orders_of_two_calendars_each_keep_their_own_hours():
    """Reported 17:00, reached 18:00: half an hour in service hours, an hour around the clock."""
    log = Log()
    log.report(FIVE, 1)
    log.report(FIVE, 2, trade="lift")
    for number in (1, 2):
        log.arrive(FIVE + 60.0, number)
    of_trade = Meta(calendar(), Period(0.0, DAY, DAY), service_of_trade={"lift": "24x7"})
    orders = seen(log, meta=of_trade).orders
    assert orders.service(orders.t_arr).tolist() == [30.0, 60.0]


def test_a_cohort_begins_with_its_first_minute_and_ends_before_its_last():
    log = Log()
    for number, at in enumerate((DAY - 1.0, DAY, 2 * DAY - 1.0, 2 * DAY)):
        log.report(at, number)
    assert seen(log, since=DAY, until=2 * DAY, end=3 * DAY).orders.ids.tolist() == [1, 2]


def test_the_last_minute_of_observation_is_seen():
    log = Log()
    log.report(540.0, 1)
    log.arrive(600.0, 1)
    log.finish(600.5, 1)
    orders = seen(log, meta=meta(600.0)).orders
    assert orders.t_arr.tolist() == [600.0] and np.isnan(orders.t_comp).all()
