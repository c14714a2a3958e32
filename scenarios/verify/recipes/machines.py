"""Machine repair: machines that break, report themselves and are repaired, by the campus's own fleet and faults."""

from dataclasses import replace
from datetime import date
from math import sqrt

import numpy as np

from policies.contract.calendar import Calendar
from policies.contract.units import DAY_MIN, YEAR_DAYS
from policies.contract.views import Site
from policies.contract.views import Technician as OfficeTechnician
from policies.controller.centre import CommandCentre
from policies.controller.settings import Settings
from scenarios.verify import parameters, readings
from scenarios.verify.case import Case
from scenarios.verify.controls import Sample
from scenarios.verify.degenerate import NEAREST, degenerate, finish
from scenarios.verify.draws import TRADE, Floats, Generator, alternating
from scenarios.verify.recipe import Recipe, always
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


def chains(case: Case, customers: int, rng: Generator) -> Sample:
    """M/M/c//N: each machine is a chain of requests, the next one a life after the last repair."""
    p, unit = case.parameters, case.unit_min
    each = customers // p["N"]
    broken, begun, fixed, drawn = _chained(p["N"], p["c"], unit / p["lambda"], unit / p["mu"], each, rng)
    known = {"work": float(drawn.mean()) - 1.0, "square": float((drawn**2).mean()) / 2.0 - 1.0}
    return _shop(case, broken, begun, fixed, each * (unit / p["lambda"] + unit / p["mu"]), known)


def _chained(
    machines: int, crew: int, life_min: float, work_min: float, each: int, rng: Generator
) -> tuple[Floats, Floats, Floats, Floats]:
    """When machines broke, when work began and ended (infinity: not yet), as long as ``each`` lives and works take.

    Last the works drawn, each over its mean. More lives are drawn than that time can hold.
    """
    longest = each * (life_min + work_min)
    count = longest / life_min
    shape = (machines, int(count + 6.0 * sqrt(count)) + 10)
    lives, works = rng.exponential(life_min, shape), rng.exponential(work_min, shape)
    o = readings.orders(finish(degenerate(alternating(lives, works), crew), longest).journal)
    happened = ~np.isnan(o.report)
    begun, ended = (np.where(np.isnan(at), np.inf, at)[happened] for at in (o.begun, o.ended))
    return o.report[happened], begun, ended, works / work_min


def fleet(case: Case, customers: int, rng: Generator) -> Sample:
    """The same with the campus's own assets, faults, reports and visits, about ``customers`` failures."""
    p, an_hour = case.parameters, 60.0 / case.unit_min
    up = p["mu"] / (p["mu"] + p["lambda"])
    days = int(customers / (p["N"] * p["lambda"] * up * an_hour * 24.0)) + 2
    campus = shop(p["N"], p["c"], p["lambda"] * an_hour, p["mu"] * an_hour, days)
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
    ended_in_time = fixed < until
    drawn = (fixed[ended_in_time] - begun[ended_in_time]) / case.unit_min * p["mu"]
    known = {"work": float(drawn.mean()) - 1.0, "square": float((drawn**2).mean()) / 2.0 - 1.0}
    return _shop(case, broken, begun, fixed, until, known)


def _shop(case: Case, broken: Floats, begun: Floats, fixed: Floats, until: float, known: dict[str, float]) -> Sample:
    """Everything the case asks, from the instants of each failure; the first tenth of the time is deleted."""
    p, unit = case.parameters, case.unit_min
    n, c, fails = p["N"], p["c"], p["lambda"]
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
        "Wq": float((begun[counts] - broken[counts]).mean()) / unit,
        "W_down": float((fixed[counts] - broken[counts]).mean()) / unit,
        "availability": 1.0 - down / n,
        "repairer_utilisation": (down - queue) / c,
    }
    return Sample(values, {**known, "life": failures / fails - (n - down)})


def redundant(case: Case, customers: int, rng: Generator) -> Sample:
    """Units with a repairer each, of which k are needed: chains of requests, read as a system."""
    p, unit = case.parameters, case.unit_min
    n, each = p["n"], customers // p["n"]
    broke, _, fixed, drawn = _chained(n, n, p["mtbf"] * unit, p["mttr"] * unit, each, rng)
    until = each * (p["mtbf"] + p["mttr"]) * unit
    since = 0.1 * until
    at, number = readings.level(broke, fixed)
    down = number > n - p["k"]
    turns = np.flatnonzero(down[1:] != down[:-1]) + 1
    turns = turns[(at[turns] >= since) & (at[turns] < until)]
    falls, length = down[turns], np.diff(at[turns]) / unit
    broken = readings.overlap(broke, fixed, since, until) / (until - since) / n
    share_down = float(np.diff(np.clip(np.append(at, until), since, until))[down].sum()) / (until - since)
    values = {
        "unit_availability": 1.0 - broken,
        "system_availability": 1.0 - share_down,
        "system_failure_rate": float(falls.sum()) / (until - since) * unit,
        "mean_up": float(length[~falls[:-1]].mean()),
        "mean_down": float(length[falls[:-1]].mean()),
    }
    failed = float(np.sum((broke >= since) & (broke < until))) / (until - since) * unit
    known = {"work": float(drawn.mean()) - 1.0, "life": failed * p["mtbf"] / n - (1.0 - broken)}
    return Sample(values, known)


FLEET = ("L_down", "failure_rate", "W_down", "availability", "repairer_utilisation")
"""What the slower campus fleet is asked for; the rare queue (Lq, Wq) is left to the chains of requests."""


def _of_shop(case: Case) -> float:
    """A life of every machine."""
    return float(case.parameters["N"])


def _of_fleet(case: Case) -> float:
    """A third of it: a fleet is watched for days, not for a number of lives."""
    return float(case.parameters["N"]) / 3.0


RECIPES = {
    "machine_repair": Recipe(
        "machine_repair", "each machine is a chain of requests, the next one a life after the last repair",
        parameters.Shop, chains, always(*FLEET, "Lq", "Wq"), _of_shop,
    ),
    "machine_repair_fleet": Recipe(
        "machine_repair_fleet", "the campus's own assets on an operating clock: faults, reports, visits",
        parameters.Shop, fleet, always(*FLEET), _of_fleet, cost=10.0, longest=3000,
    ),
    "availability": Recipe(
        "availability", "each unit is a chain of requests with a repairer free for it; the system is read from the journal",
        parameters.Redundant, redundant,
        always("unit_availability", "system_availability", "system_failure_rate", "mean_up", "mean_down"),
        lambda case: float(10 * case.parameters["n"]),
    ),
}  # fmt: skip
