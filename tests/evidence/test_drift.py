"""A step of demand is noticed within a week, and nothing is noticed where nothing happened.

Undisturbed campuses: each fifth of them is judged by thresholds and expectations made from the other four
fifths, so every false alarm is one on runs the monitor never saw. Trials: demand (faults and needs alike)
rises by 30 % at midnight of the first of November or of December, in the middle of a run of the twin: the
month's factor rises, and those of months outside the run fall so that their mean stays 1. What people
notice late they report late, so requests need some days to rise; that is part of the delay. It ends with the
first evening on which the command would say stale; the evening of the first day is a delay of 1. The small
campus is told beside the medium one: fewer requests say less a day.
Which changes count for which figure (``results.daily``) was settled on other seeds (900 to 902, small campus).
"""

import statistics
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from results import daily
from results.cusum import Floats
from results.daily import FIGURES
from results.drift import Alarm, Monitor
from scenarios.deploy.drift import SETTLE_DAYS, Run, ran, stacked
from scenarios.study.arms import Arm, arm_of
from scenarios.study.sources import code_version
from tests.evidence import tables
from tests.evidence.kept import jobs, kept

pytestmark = pytest.mark.evidence

SEEDS = {"undisturbed": 61, "step": 62}
START = date(2025, 9, 29)
JUDGED_DAYS = 90
STEPS = (11, 12)
"""Months in which demand rises, one after the other trial by trial."""
STEP = 1.3
LOOKED_AFTER_DAYS = 21
RUNS = 50
FOLDS = 5
TRIALS = 50
WITHIN_DAYS = 7
PERIOD = (f"run.start={START}", "run.burn_in_days=0", f"run.days={SETTLE_DAYS + JUDGED_DAYS}", "run.run_out_days=0")
SAID = {"campus_small": False, "campus_medium": True}
"""Campus → whether the claim about the delay is made for it."""
HEADER = [
    "campus", "run", "number", "step_on", "false_alarms", "delay_days", "alarm_days", "alarm_by",
    "verdict", "since", "size", "low95", "high95",
]  # fmt: skip
Site = dict[str, Floats]
Row = list[str | int | float]


def test_a_step_of_demand_is_noticed_within_a_week_and_seldom_without_one() -> None:
    rows: list[Row] = []
    told: dict[str, str | int | float] = {}
    for campus in SAID:
        plain = arm_of("all_together", (f"campus={campus}", *PERIOD))
        undisturbed = _undisturbed(campus, _ran(campus, "undisturbed", plain, SETTLE_DAYS + JUDGED_DAYS, RUNS))
        steps = _trials(campus, plain)
        rows += undisturbed + steps
        told |= _summary(campus.removeprefix("campus_"), undisturbed, steps)
    tables.write(
        "drift",
        HEADER,
        rows,
        {
            "made_by": "tests/evidence/test_drift.py", "seed": SEEDS["undisturbed"], "step_seed": SEEDS["step"],
            "runs": RUNS, "days": JUDGED_DAYS, "folds": FOLDS, "trials": TRIALS, "step": STEP, **told,
            "how": f"all_together, {', '.join(PERIOD)}; first {SETTLE_DAYS} days not judged; steps on the first of months {STEPS}",
        },
    )  # fmt: skip
    for campus, said in SAID.items():
        mine = [row for row in rows if row[0] == campus]
        assert sum(int(row[4]) for row in mine if row[1] == "undisturbed") <= RUNS, campus
        delays = [float(row[5]) for row in mine if row[1] == "step"]
        assert len(delays) == TRIALS
        assert not said or statistics.median(delays) <= WITHIN_DAYS, (campus, delays)


def _undisturbed(campus: str, runs: list[Site]) -> list[Row]:
    """Alarms and verdicts of runs that nothing happens to, by monitors made without them."""
    rows: list[Row] = []
    for fold in range(FOLDS):
        monitor = _monitor([run for k, run in enumerate(runs) if k % FOLDS != fold])
        for number in range(fold, len(runs), FOLDS):
            site = _judged(runs[number], JUDGED_DAYS)
            alarms = sum(int(np.count_nonzero(signs)) for signs in monitor.alarms(site).values())
            rows.append([campus, "undisturbed", number, "", alarms, "", "", "", *_verdict(monitor, site)])
    return sorted(rows, key=lambda row: int(row[2]))


def _trials(campus: str, plain: Arm) -> list[Row]:
    """Delays in runs with a step, by one monitor made of every undisturbed run."""
    monitor = _monitor(_ran(campus, "undisturbed", plain, SETTLE_DAYS + JUDGED_DAYS, RUNS))
    rows: dict[int, Row] = {}
    for turn, month in enumerate(STEPS):
        step = date(START.year, month, 1)
        until = (step - START).days + LOOKED_AFTER_DAYS
        arm = arm_of("all_together", (*plain.sets, _stepped(plain, month)))
        numbers = range(turn, TRIALS, len(STEPS))
        for number, run in zip(numbers, _ran(campus, f"step_{month}", arm, until, len(numbers)), strict=True):
            site = _judged(run, until - SETTLE_DAYS)
            rows[number] = [
                campus,
                "step",
                number,
                str(step),
                *_delays(monitor, site, (step - START).days - SETTLE_DAYS),
            ]
            rows[number] += _verdict(monitor, site)
    return [rows[number] for number in sorted(rows)]


def _delays(monitor: Monitor, site: Site, changed: int) -> Row:
    """False alarms before the change; days from it until the verdict is stale, and until the first alarm, by which figure."""
    signs = monitor.alarms(site)
    before = sum(int(np.count_nonzero(found[:changed])) for found in signs.values())
    first = {name: _first(found[changed:] != 0) for name, found in signs.items()}
    soonest = min(first.values())
    names = [name for name, delay in first.items() if delay == soonest] if soonest <= LOOKED_AFTER_DAYS else ["none"]
    mornings = range(soonest, LOOKED_AFTER_DAYS + 1)
    stale = (days for days in mornings if monitor.judge(_first_days(site, changed + days)).state == "stale")
    return [before, next(stale, LOOKED_AFTER_DAYS + 1), soonest, ";".join(names)]


def _first_days(site: Site, days: int) -> Site:
    return {name: values[:days] for name, values in site.items()}


def _first(found: np.ndarray) -> int:
    """Number of the first day of an alarm, from 1; a day past the last where there is none."""
    return int(np.argmax(found)) + 1 if found.any() else LOOKED_AFTER_DAYS + 1


def _verdict(monitor: Monitor, site: Site) -> Row:
    """The verdict at the end of a run, and what it says of requests if it is stale because of them."""
    found = monitor.judge(site)
    alarm: Alarm | None = next((one for one in found.because if one.figure == "requests"), None)
    if alarm is None:
        return [found.state, "", "", "", ""]
    since = START + timedelta(SETTLE_DAYS + alarm.since)
    return [found.state, str(since), alarm.now.size, alarm.now.low, alarm.now.high]


def _summary(campus: str, undisturbed: list[Row], steps: list[Row]) -> dict[str, str | int | float]:
    alarms = sum(int(row[4]) for row in undisturbed)
    delays = sorted(float(row[5]) for row in steps)
    return {
        f"{campus}_false_alarms": alarms,
        f"{campus}_days_between_false_alarms": RUNS * JUDGED_DAYS / max(alarms, 1),
        f"{campus}_stale_for_nothing": sum(row[8] == "stale" for row in undisturbed),
        f"{campus}_median_delay_days": statistics.median(delays),
        f"{campus}_nine_in_ten_within_days": delays[-(-9 * len(delays) // 10) - 1],
        f"{campus}_median_days_to_an_alarm": statistics.median(float(row[6]) for row in steps),
        f"{campus}_stale_after_{LOOKED_AFTER_DAYS}_days": sum(row[8] == "stale" for row in steps),
    }


def _stepped(arm: Arm, month: int) -> str:
    """The setting by which demand is ``STEP`` times as high from a month of the run on; the mean over the year stays."""
    factors = list(arm.scenario().campus.demand.month)
    more = [factor * (STEP - 1.0) if number >= month else 0.0 for number, factor in enumerate(factors, 1)]
    outside = sum(factors[1 : START.month - 1])
    less = [1.0 - sum(more) / outside if 1 < number < START.month else 1.0 for number in range(1, 13)]
    moved = [factor * down + up for factor, down, up in zip(factors, less, more, strict=True)]
    return f"world.demand.month=[{', '.join(f'{one!r}' for one in moved)}]"


def _monitor(runs: list[Site]) -> Monitor:
    return Monitor(FIGURES, stacked(runs, SETTLE_DAYS))


def _judged(run: Site, days: int) -> Site:
    return {name: values[SETTLE_DAYS : SETTLE_DAYS + days] for name, values in run.items()}


def _ran(campus: str, what: str, arm: Arm, days: int, count: int) -> list[Site]:
    """Replications of an arm, kept ten by ten."""
    seed = SEEDS[what.partition("_")[0]]
    made_by = f"{code_version()}-{tables.digest(Path(daily.__file__))}"
    found: list[Site] = []
    for first in range(0, count, 10):
        runs = [Run(arm, seed, number, days) for number in range(first, min(first + 10, count))]
        name = f"{what}-{seed}-{first}-{len(runs)}-{arm.digest}-{made_by}.json"
        plain = kept(
            tables.RUNS / "evidence-drift" / campus / name,
            lambda runs=runs: [{name: values.tolist() for name, values in one.items()} for one in ran(runs, jobs())],
        )
        found += [{name: np.array(values, dtype=np.float64) for name, values in one.items()} for one in plain]
    return found
