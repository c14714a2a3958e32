"""A judgement says by which criterion it was reached."""

import pytest

from policies.contract.units import DAY_MIN
from scenarios.calibration.columns import columns_of
from scenarios.calibration.component import Check, judged_by_one_of
from scenarios.calibration.components.arrivals import COMPONENT, INSIDE, WITHIN
from scenarios.calibration.values import Draws
from scenarios.trace.log import load
from twin.streams import Streams

FITTED = 90
"""Days of the log that are fitted; the others judge."""


def test_one_criterion_met_is_enough_and_the_other_is_said_to_be_missed():
    near, foreseen = (
        Check("within 15 %", 40.0, 44.0, 34.8, 47.1, True),
        Check("inside the interval", 40.0, 44.0, 38.0, 42.0, False),
    )
    told = judged_by_one_of("arrivals", "events a day", [near, foreseen])
    assert str(told) == (
        "valid, because events a day fitted 40, later 44; within 15 %: met (34.8 to 47.1); inside the interval: missed (38 to 42)"
    )
    near.ok = False
    assert judged_by_one_of("arrivals", "events a day", [near, foreseen]).verdict == "not valid"


@pytest.mark.parametrize(("every", "met"), [(1, [WITHIN, INSIDE]), (2, [])], ids=["as before", "half as many"])
def test_arrivals_are_judged_by_both_criteria(every, met, log):
    trace = load(log[0], log[1], untimely=True)
    kept = [row for row in trace.rows if row.at_min < FITTED * DAY_MIN or row.line % every == 0]
    whole = columns_of(kept, trace.first_day, trace.days)
    first, later = (Draws(whole.part(*days), Streams(1, 0)) for days in ((0, FITTED), (FITTED, whole.days)))
    judgement = COMPONENT.judge(COMPONENT.fit(first), later)
    assert [check.what for check in judgement.checks] == [WITHIN, INSIDE]
    assert [check.what for check in judgement.checks if check.ok] == met
    assert judgement.verdict == ("valid" if met else "not valid")
