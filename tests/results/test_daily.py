"""What a day was like, reckoned by hand from what an office is told."""

import math

import numpy as np
import pytest

from policies.contract.events import (
    EVENTS,
    NoAccess,
    OnSite,
    OrderAccepted,
    PartNeeded,
    RequestRegistered,
    TradeFound,
    VisitEnded,
    WorkCompleted,
)
from policies.contract.units import DAY_MIN
from results.daily import TELLING, Days


def request(number, at):
    return RequestRegistered(number, 0, "plumbing", 3, "phone", 0, at)


def heard(*told):
    days = Days()
    for event, now in told:
        days.see(event, now)
    return days


def test_requests_count_on_the_day_they_are_registered_and_once():
    days = heard(
        (request(1, 10.0), 20.0),
        (request(1, 10.0), 30.0),
        (request(2, DAY_MIN - 5.0), DAY_MIN + 5.0),
        (request(3, DAY_MIN), DAY_MIN),
    )
    assert days.figures(0, 3)["requests"].tolist() == [1.0, 2.0, 0.0]


def test_first_response_is_the_mean_logarithm_of_the_days_first_arrivals():
    days = heard(
        (request(1, 0.0), 5.0),
        (request(2, 0.0), 5.0),
        (request(3, 50.0), 55.0),
        (OnSite(1, 7), 100.0),
        (OnSite(2, 8), 400.0),
        (OnSite(2, 8), 500.0),
        (OnSite(99, 8), 600.0),
        (OnSite(3, 8), 2.0 * DAY_MIN),
    )
    found = days.figures(0, 3)["first_response"]
    assert math.exp(found[0]) == pytest.approx(200.0)
    assert np.isnan(found[1])
    assert math.exp(found[2]) == pytest.approx(2.0 * DAY_MIN - 50.0)


def test_an_arrival_before_the_request_was_stamped_has_a_logarithm_all_the_same():
    assert heard((request(1, 50.0), 40.0), (OnSite(1, 1), 45.0)).figures(0, 1)["first_response"].tolist() == [0.0]


def test_visits_end_done_or_unfinished():
    ends = [NoAccess(1, 1, 900.0), PartNeeded(2, 1, 5), TradeFound(3, 1, "hvac"), VisitEnded(4, 1, "not_fixed")]
    days = heard(
        *((event, 100.0) for event in ends), *((WorkCompleted(5, 1), 200.0 + DAY_MIN * (k > 1)) for k in range(8))
    )
    found = days.figures(0, 3)["unfinished_visits"]
    assert found[:2].tolist() == [4.0 / 6.0, 0.0]
    assert np.isnan(found[2])


def test_days_can_be_asked_for_from_any_on():
    days = heard((request(1, 0.0), 3.5 * DAY_MIN))
    assert days.figures(2, 2)["requests"].tolist() == [0.0, 1.0]


def test_the_kinds_named_are_those_that_tell():
    assert {kind.__name__ for kind in EVENTS} > TELLING
    days = heard((OrderAccepted(1, 1), 10.0))
    assert days.figures(0, 1)["requests"].tolist() == [0.0]
    assert "OrderAccepted" not in TELLING
