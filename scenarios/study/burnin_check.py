"""Is the stated burn-in long enough? MSER on the as-is from its empty start, per output.

MSER takes a season for a start: it would delete a quiet summer. So it looks at an even year (months
alike, mild weather, no public holidays), in which nothing but the empty start can make the first
weeks differ. Batches are weeks, not five days, so that the rhythm of the week is not left in them.
The measured period itself is terminating and keeps its seasons; it starts from the state the burn-in left.
"""

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from policies.contract.units import DAY_MIN
from results.meta import Meta, Period
from results.observation import Observation
from results.statistics import RunTooShort, mser5
from results.store.whole import write_bytes
from scenarios.study.arms import Arm, arm_of
from scenarios.study.experiment import Study
from scenarios.study.sources import code_version
from scenarios.study.studies import code_of
from scenarios.study.watchdog import Watchdog
from twin.journal import Journal

FILE: Final = "burn-in.json"
FORMAT: Final = "twin/burn-in@1"
EVEN_YEAR: Final = (
    f"world.demand.month={[1.0] * 12}", "world.weather.amplitude_c=0.0", f"world.weather.storm_prob={[0.0] * 12}",
    'world.calendar.days=""',
)  # fmt: skip
"""Settings under which no season is left."""
WEEK: Final = 7
RUN_OUT_DAYS: Final = 14
"""Days after the last one looked at, so that its orders have been answered."""
LEAST_DAYS: Final = 20 * WEEK
TIMES: Final = 6
"""The check runs this many times the burn-in, so that a point at its end lies well inside the first half."""
AT_MOST: Final = 5
"""Replications looked at. Each gives a point; their median counts, because on one path a lasting backlog looks like a start."""
State = Literal["enough", "short", "run too short"]


@dataclass(slots=True)
class Output:
    """One daily series: from which day on its start does not matter (None: past half the run)."""

    name: str
    truncation_days: int | None
    state: State


@dataclass(slots=True)
class BurnInCheck:
    """What the check found, and what it looked at."""

    burn_in_days: int
    days: int
    replications: int
    seed: int
    code: str
    digest: str
    outputs: list[Output] = field(default_factory=list)

    @property
    def worst(self) -> State:
        """The state of the output that settles last."""
        states = {one.state for one in self.outputs}
        return "run too short" if "run too short" in states else "short" if "short" in states else "enough"


def check(study: Study) -> BurnInCheck:
    """Run the as-is of a study in an even year from its empty start, and keep what MSER says beside the study.

    Raises
    ------
    ScenarioProblems
        If the campus cannot be made even.
    """
    arm = study.arms[0]
    stated = arm.base().scenario.run.burn_in_days
    days = max(TIMES * stated, LEAST_DAYS)
    even = arm_of(arm.source, (*arm.sets, *EVEN_YEAR, f"run.burn_in_days={days + RUN_OUT_DAYS}"))
    count = min(study.replications, AT_MOST)
    runs = [_series(even, study.seed, replication, days, study.limit_s) for replication in range(count)]
    found = BurnInCheck(stated, days, count, study.seed, code_version(), arm.base_digest)
    for name in runs[0]:
        found.outputs.append(settled(name, np.array([run[name] for run in runs]), stated))
    write_bytes(study.folder / FILE, (json.dumps({"format": FORMAT, **asdict(found)}, indent=1) + "\n").encode())
    return found


def settled(name: str, by_run: NDArray[np.float64], burn_in_days: int) -> Output:
    """MSER over weeks of one output, the median over replications.

    Parameters
    ----------
    by_run : a row a replication, a column a day; NaN on days without a value
    """
    point = float(np.median([_point(_gaps_closed(daily)) for daily in by_run]))
    if not np.isfinite(point):
        return Output(name, None, "run too short")
    return Output(name, round(point), "enough" if point <= burn_in_days else "short")


def _point(daily: NDArray[np.float64]) -> float:
    """Days to delete at the start of one path; infinite past half of it."""
    try:
        return float(mser5(daily, WEEK))
    except RunTooShort:
        return np.inf


def kept_in(study: Study) -> BurnInCheck | None:
    """What was found for this study's as-is, seed and code; None if nothing was."""
    path = study.folder / FILE
    if not path.is_file():
        return None
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if told.pop("format", None) != FORMAT:
        return None
    found = BurnInCheck(**{**told, "outputs": [Output(**one) for one in told["outputs"]]})
    same = (found.digest, found.seed, found.code) == (study.arms[0].base_digest, study.seed, code_of(study))
    return found if same else None


def _series(arm: Arm, seed: int, replication: int, days: int, limit_s: float) -> dict[str, NDArray[np.float64]]:
    """Daily outputs of the as-is from its first day on."""
    from scenarios.study.replication import burn_in

    dog = Watchdog(limit_s, None)
    with dog.on_guard():
        burnt = burn_in(arm, seed, replication, dog)
    return outputs(burnt.world.journal, burnt.meta, days)


def outputs(journal: Journal, meta: Meta, days: int) -> dict[str, NDArray[np.float64]]:
    """Mean response by day of the report [min], and orders open at its end, from day 0 on."""
    whole = Meta(
        meta.calendar, Period(0.0, days * DAY_MIN, (days + RUN_OUT_DAYS) * DAY_MIN), people=meta.people, places=meta.places,
        groups=meta.groups, response_stop=meta.response_stop, service=meta.service,
        service_of_trade=meta.service_of_trade,
    )  # fmt: skip
    run = Observation(journal, whole)
    orders = run.orders
    response = orders.service(getattr(orders, run.stop))
    answered = orders.normal & np.isfinite(response)
    day = (orders.t_report // DAY_MIN).astype(int)
    counts = np.bincount(day[answered], minlength=days)
    sums = np.bincount(day[answered], weights=response[answered], minlength=days)
    nights = (np.arange(days) + 1.0) * DAY_MIN
    began = np.sort(orders.t_report[orders.is_order])
    ended = orders.t_comp[orders.is_order]
    ended = np.sort(ended[np.isfinite(ended)])
    open_orders = np.searchsorted(began, nights, "left") - np.searchsorted(ended, nights, "right")
    return {
        "response": np.divide(sums, counts, out=np.full(days, np.nan), where=counts > 0),
        "orders_open": open_orders.astype(np.float64),
    }


def _gaps_closed(daily: NDArray[np.float64]) -> NDArray[np.float64]:
    """A day nobody reported takes the value between its neighbours'."""
    known = np.flatnonzero(np.isfinite(daily))
    if not len(known):
        return np.zeros_like(daily)
    return np.interp(np.arange(len(daily)), known, daily[known])
