"""Machine repair: machines that break, report themselves and are repaired, by the campus's own fleet and faults."""

from dataclasses import replace
from datetime import date

import numpy as np

from policies.contract.calendar import Calendar
from policies.contract.units import DAY_MIN, YEAR_DAYS
from policies.contract.views import Site
from policies.contract.views import Technician as OfficeTechnician
from policies.controller.centre import CommandCentre
from policies.controller.settings import Settings
from tests.theory import readings
from tests.theory.cases import Case
from tests.theory.controls import Sample
from tests.theory.degenerate import NEAREST, degenerate, finish
from tests.theory.draws import TRADE, Floats, alternating
from twin.build import build
from twin.campus import (
    AssetClass,
    Building,
    Campus,
    Clerks,
    Demand,
    Features,
    OnSiteWork,
    Person,
    Reporting,
    Society,
    Trade,
)  # fmt: skip
from twin.entities.roster import AlwaysOn

ALWAYS = (((0.0, DAY_MIN),),) * 7
PLAIN_WORK = OnSiteWork(
    diagnosis=(1.0,) * 4, speed=(1.0,) * 4, no_access=0.0, search_min=0.0, report_min=0.0,
    accept_median_min=0.0, decline_before_off_min=0.0, unheard=0.0, signs_at_once=1.0,
)  # fmt: skip
"""A visit is the work and nothing else."""
SAID_AT_ONCE = Reporting(
    notice_room_h=0.0, notice_public_h=0.0, notice_emergency_h=0.0, wrong_trade=0.0, false_urgent=0.0,
    missed_emergency=0.0, room_missing=0.0, app_room_missing=0.0, unneeded=0.0, wrong_department=0.0,
    duplicate_rate_per_day=0.0, reminder_after_h=float("inf"), joint_share=0.0, app_delay_min=0.0,
)  # fmt: skip
"""What breaks is reported the same instant, rightly and once."""


def shop(machines: int, crew: int, fails_per_h: float, repairs_per_h: float, days: int) -> Campus:
    """One building with machines of exponential lives that stop while they are down."""
    lift = AssetClass(
        "lift", 1, TRADE, fails_per_h * 24.0 * YEAR_DAYS, 1.0, [machines],
        emergency_share=0.0, urgent_share=0.0, root_share=0.0, clock="operating",
    )  # fmt: skip
    return Campus(
        "shop", Calendar(date(2025, 9, 1), dict.fromkeys(("clerk", "office"), ALWAYS)), [Building("b0", 1, 0.0, 0.0)], [[0.0]],
        [Person(f"p{k}", k + 1, {TRADE: 1}, 0, AlwaysOn()) for k in range(crew)],
        [Trade(TRADE, 60.0 / repairs_per_h, 1.0, 0.0, work_law="exponential")], [lift],
        demand=Demand(), reporting=SAID_AT_ONCE, clerks=Clerks(), work=PLAIN_WORK, horizon_days=days,
        features=Features(app_buildings=(0,)),
        society=replace(Society(), adoption_start=1.0, adoption_max=1.0),
    )  # fmt: skip


def chains(case: Case, customers: int, rng: np.random.Generator) -> Sample:
    """M/M/c//N: each machine is a chain of requests, the next one a life after the last repair."""
    p, unit = case.parameters, case.unit_min
    n, each = p["N"], customers // p["N"]
    lives = rng.exponential(unit / p["lambda"], (n, each))
    asked = alternating(lives, rng.exponential(unit / p["mu"], (n, each)))
    world = degenerate(asked, p["c"])
    finish(world)
    o = readings.orders(world.journal)
    until = float(o.ended.reshape(each, n)[-1].min())
    return _shop(case, o.report, o.begun, o.ended, until)


def fleet(case: Case, customers: int, rng: np.random.Generator) -> Sample:
    """The same with the campus's own assets, faults, reports and visits, about ``customers`` failures."""
    p = case.parameters
    days = int(customers / (p["N"] * p["lambda"] * 0.9 * 24.0)) + 2
    campus = shop(p["N"], p["c"], p["lambda"], p["mu"], days)
    people = [OfficeTechnician(k, person.skills, 0) for k, person in enumerate(campus.people)]
    centre = CommandCentre(Settings(Site(campus.minutes_to), people, campus.calendar, NEAREST))
    world = build(campus, centre, seed=int(rng.integers(2**31)), replication=0)
    world.begin()
    until = (days - 1) * DAY_MIN
    world.run(until)
    occurred, ended = world.journal.table("FaultOccurred"), world.journal.table("FaultEnded")
    reported, on_site = world.journal.table("RequestReported"), world.journal.table("OnSite")
    count = int(occurred["fault"].max()) + 1
    broken, begun, fixed = (np.full(count, np.inf) for _ in range(3))
    broken[occurred["fault"]] = occurred["at"]
    fixed[ended["fault"]] = ended["at"]
    fault_of = np.empty(int(reported["request"].max()) + 1, dtype=np.int64)
    fault_of[reported["request"]] = reported["fault"]
    begun[fault_of[on_site["order"]]] = on_site["at"]
    return _shop(case, broken, begun, fixed, until)


def _shop(case: Case, broken: Floats, begun: Floats, fixed: Floats, until: float) -> Sample:
    """Everything the case asks, from the instants of each failure; the first tenth of the time is deleted."""
    p, unit = case.parameters, case.unit_min
    n, c, fails, repairs = p["N"], p["c"], p["lambda"], p["mu"]
    since = 0.1 * until
    span = (until - since) / unit
    counts = (broken >= since) & (fixed < until)
    down = readings.overlap(broken, fixed, since, until) / unit / span
    queue = readings.overlap(broken, begun, since, until) / unit / span
    failures = float(np.sum((broken >= since) & (broken < until))) / span
    values = {
        "L_down": down,
        "Lq": queue,
        "failure_rate": failures,
        "Wq": float((begun - broken)[counts].mean()) / unit,
        "W_down": float((fixed - broken)[counts].mean()) / unit,
        "availability": 1.0 - down / n,
        "repairer_utilisation": (down - queue) / c,
    }
    work = (fixed - begun)[counts] / unit
    known = {
        "work": float(work.mean()) * repairs - 1.0,
        "square": float((work**2).mean()) * repairs**2 / 2.0 - 1.0,
        "life": failures / fails - (n - down),
    }
    return Sample(values, known)
