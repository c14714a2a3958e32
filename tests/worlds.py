"""Small worlds that tests share, written out by hand so that a reader can check them."""

from collections.abc import Mapping
from datetime import date

from policies.contract.calendar import Calendar
from policies.contract.units import DAY_MIN
from policies.contract.views import Site
from policies.contract.views import Technician as OfficeTechnician
from policies.controller.centre import CommandCentre
from policies.controller.settings import RuleChoice, Settings
from results import checks
from twin.build import MakeField, build
from twin.campus import (
    Approver,
    AssetClass,
    Building,
    Campus,
    Demand,
    Departments,
    Features,
    Person,
    Sku,
    Trade,
    Weather,
)  # fmt: skip
from twin.entities.roster import Change, ListedRoster
from twin.ports import Controller
from twin.world import World

TRADES = ("plumbing", "electrical", "carpentry")
MORNING, NOON, ONE, EVENING = 480.0, 720.0, 780.0, 1050.0
NEAREST = {"dispatch": RuleChoice("nearest_idle")}
AS_IS = {
    "dispatch": RuleChoice("fixed_zone_batch"),
    "triage": RuleChoice("as_claimed"),
    "intake": RuleChoice("by_hand"),
    "approval": RuleChoice("two_signatures"),
    "case_owner": RuleChoice("pass_along"),
}
TO_BE = {
    "dispatch": RuleChoice("skill_place_load"),
    "escalate": RuleChoice("breaker_30_2"),
    "preempt": RuleChoice("lowest_priority"),
    "reserve": RuleChoice("fixed_reserve"),
    "triage": RuleChoice("checklist"),
    "intake": RuleChoice("same_place_trade"),
    "approval": RuleChoice("threshold_parallel"),
    "case_owner": RuleChoice("one_owner"),
}


def calendar() -> Calendar:
    """Monday 2025-09-01 on; clerks and offices break for lunch; Saturday is a working day for crews."""
    half_days = ((MORNING, NOON), (840.0, EVENING))
    return Calendar(date(2025, 9, 1), {"clerk": (half_days,) * 6 + ((),), "office": (half_days,) * 5 + ((), ())})


def day_shifts(of: Calendar, days: int) -> ListedRoster:
    """08:00-12:00 and 13:00-17:30 on every service day."""
    changes: list[Change] = []
    for day in range(days):
        if of.windows("SVC", day):
            base = day * DAY_MIN
            changes += [
                (base + MORNING, True, "shift"), (base + NOON, False, "break"),
                (base + ONE, True, "break"), (base + EVENING, False, "shift"),
            ]  # fmt: skip
    return ListedRoster(changes)


def night_shifts(days: int) -> ListedRoster:
    """17:30-08:00 every night."""
    changes: list[Change] = []
    for day in range(days):
        base = day * DAY_MIN
        changes += [(base + EVENING, True, "shift"), (base + DAY_MIN + MORNING, False, "shift")]
    return ListedRoster(changes)


def village(buildings: int = 10, technicians: int = 12, days: int = 60, features: Features | None = None) -> Campus:
    """Ten buildings on a line, a dozen technicians in four zones, three trades, every mechanism on."""
    of = calendar()
    places = [
        Building(f"b{k}", k + 1, 100.0 * k, 50.0 * k, "dormitory" if k % 2 else "teaching", k % 4, 9000.0, 600)
        for k in range(buildings)
    ]
    minutes_to = [[4.0 + 6.0 * (abs(a.x_m - b.x_m) + abs(a.y_m - b.y_m)) / 1000.0 for a in places] for b in places]
    people = [
        Person(
            f"p{k}", k + 1, {TRADES[k % 3]: 1 + k % 4, TRADES[(k + 1) % 3]: 1}, k % buildings,
            day_shifts(of, days), zones=(k % 4, (k + 2) % 4),
        )
        for k in range(technicians)
    ]  # fmt: skip
    people += [
        Person("night", 900, dict.fromkeys(TRADES, 2), 0, night_shifts(days), "night", (0, 1, 2, 3)),
        Person("plant", 901, {"plant": 3}, 0, day_shifts(of, days), "plant", (0, 1, 2, 3)),
    ]
    trades = [Trade(name, 42.0, 0.8, 0.55, 1.0 / 3.0, tuple(range(5 * k, 5 * k + 5))) for k, name in enumerate(TRADES)]
    assets = [
        AssetClass("taps", 1, "plumbing", 0.22, 1.5, [300] * buildings),
        AssetClass("sockets", 2, "electrical", 0.10, 1.0, [600] * buildings, public=True),
        AssetClass("pumps", 3, "plumbing", 0.8, 1.5, [4] * buildings, pm_every_days=30.0, pm_work_min=25.0),
    ]
    return Campus(
        "village", of, places, minutes_to, people, [*trades, Trade("plant", 40.0, 0.3, 0.0)], assets,
        [Sku(f"s{k}", 5, 15, 4, 25.0) for k in range(15)],
        demand=Demand(needs_per_occupant_year=0.2), weather=Weather(storm_prob=(0.05,) * 12),
        features=features or Features(), chains={"standard": [Approver("head"), Approver("office")]},
        departments=Departments(("network", "dormitory office", "guard")), horizon_days=days,
    )  # fmt: skip


def centre(campus: Campus, rules: Mapping[str, RuleChoice] = NEAREST) -> CommandCentre:
    """A command centre for a campus."""
    return CommandCentre(settings(campus, rules))


def settings(campus: Campus, rules: Mapping[str, RuleChoice] = NEAREST) -> Settings:
    """What the command centre of a campus is set up with."""
    people = [
        OfficeTechnician(number, p.skills, p.home, p.crew, p.zones, p.licences, p.stays_home)
        for number, p in enumerate(campus.people)
    ]
    site = Site(campus.minutes_to, [b.zone for b in campus.buildings])
    estimate = {trade.name: trade.work_mean_min for trade in campus.trades}
    return Settings(site, people, campus.calendar, rules, estimate)


def begun(
    campus: Campus, rules: Mapping[str, RuleChoice] = NEAREST, *, replication: int = 0,
    controller: Controller | None = None, field: MakeField | None = None,
) -> World:  # fmt: skip
    """A world at minute 0, ready to run."""
    world = build(campus, controller or centre(campus, rules), seed=7, replication=replication, field=field)
    world.begin()
    return world


def run(
    days: float, rules: Mapping[str, RuleChoice] = NEAREST, *, campus: Campus | None = None, replication: int = 0,
    controller: Controller | None = None, field: MakeField | None = None,
) -> World:  # fmt: skip
    """A village run for some days; whatever a test asks of it, Little's law and conservation hold."""
    world = begun(
        campus or village(days=int(days) + 20), rules, replication=replication, controller=controller, field=field
    )
    world.run(days * DAY_MIN)
    checks.require(world.journal)
    return world
