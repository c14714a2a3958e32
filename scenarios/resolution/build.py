"""From a resolved scenario to what a world and an office are made of: plain data only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from policies.contract.decisions import DECISIONS
from policies.contract.views import Site
from policies.contract.views import Technician as OfficeTechnician
from policies.controller.settings import RuleChoice, Settings
from scenarios.campus.places import OFFSITE
from scenarios.campus.shifts import Sick, duty_days, personal
from scenarios.resolution.resolve import Resolved
from scenarios.resolution.stores import stock_book, stores_of
from scenarios.schema.strict import fill
from scenarios.schema.tables import AssetRow, BuildingRow
from twin import campus as world
from twin.entities.roster import AlwaysOn, Roster
from twin.streams import Streams

SICKNESS = "sickness"


def sick_by(streams: Streams, share: float) -> Sick:
    """Which shifts are missed: a draw keyed by person and day, so that people added change nobody else's."""

    def sick(person_key: int, day: int) -> bool:
        return streams.uniform(SICKNESS, person_key, day + 1) < share

    return sick


def campus_of(resolved: Resolved, streams: Streams) -> world.Campus:
    """The campus of one replication (rosters hold its sick days)."""
    campus = resolved.campus
    number = {row.name: k for k, row in enumerate(resolved.buildings)}
    buildings = [fill(world.Building, row) for row in resolved.buildings]
    return world.Campus(
        name=campus.name,
        calendar=resolved.calendar,
        buildings=buildings,
        minutes_to=resolved.minutes_to,
        people=_people(resolved, streams, number),
        trades=_trades(resolved),
        assets=[_asset(row, resolved.buildings) for row in resolved.assets],
        skus=[fill(world.Sku, row) for row in resolved.skus],
        store=number.get(campus.store, 0),
        stores=stores_of(resolved),
        kitting=campus.kitting,
        demand=fill(world.Demand, campus.demand),
        weather=fill(world.Weather, campus.weather),
        reporting=fill(world.Reporting, campus.reporting),
        society=fill(world.Society, campus.society),
        features=features_of(resolved),
        clerks=fill(world.Clerks, campus.clerks),
        chains={name: [fill(world.Approver, one) for one in people] for name, people in campus.chains.items()},
        departments=fill(world.Departments, campus.departments),
        work=fill(world.OnSiteWork, campus.work),
        costs=fill(world.Costs, campus.costs),
        horizon_days=resolved.horizon_days,
    )


def _people(resolved: Resolved, streams: Streams, number: dict[str, int]) -> list[world.Person]:
    sick = sick_by(streams, resolved.campus.work.sickness)
    shifts = resolved.campus.shifts
    duty = {
        name: duty_days(shifts[name], resolved.calendar, resolved.horizon_days)
        for name in dict.fromkeys(row.shift for row in resolved.people)
        if not shifts[name].always
    }
    rosters: list[Roster] = [
        AlwaysOn() if shifts[row.shift].always else personal(shifts[row.shift], duty[row.shift], row.key, sick)
        for row in resolved.people
    ]
    return [
        fill(world.Person, row, home=number[row.home], roster=roster)
        for row, roster in zip(resolved.people, rosters, strict=True)
    ]


def _trades(resolved: Resolved) -> list[world.Trade]:
    items: dict[str, list[int]] = {}
    for k, row in enumerate(resolved.skus):
        items.setdefault(row.trade, []).append(k)
    return [
        fill(world.Trade, table, name=name, skus=tuple(items.get(name, ())))
        for name, table in resolved.campus.trades.items()
    ]


def _asset(row: AssetRow, buildings: Sequence[BuildingRow]) -> world.AssetClass:
    asset: world.AssetClass = fill(world.AssetClass, row, units=spread(row.units, row.kinds, buildings))
    return asset


def spread(units: int, kinds: dict[str, float], buildings: Sequence[BuildingRow]) -> list[int]:
    """Units over buildings in proportion to floor area × weight of the kind, by largest remainder.

    Ties go to the lower key, so that the split does not depend on the order of the table.
    """
    weights = [0.0 if b.kind == OFFSITE else b.floor_m2 * kinds.get(b.kind, kinds.get("*", 0.0)) for b in buildings]
    total = sum(weights)
    if total <= 0.0:
        return [0] * len(buildings)
    exact = [units * w / total for w in weights]
    given = [int(e) for e in exact]
    order = sorted(range(len(buildings)), key=lambda k: (given[k] - exact[k], buildings[k].key))
    for k in order[: units - sum(given)]:
        given[k] += 1
    return given


def settings_of(resolved: Resolved, campus: world.Campus, seed: int = 0) -> Settings:
    """The office's side: its map, its people, its norm times and the rules of the scenario."""
    trades = resolved.campus.trades
    site = Site(
        campus.minutes_to,
        zone_of=[b.zone for b in campus.buildings],
        licence_of={name: trade.licence for name, trade in trades.items() if trade.licence},
        store=campus.store,
        partner_trades=tuple(name for name, trade in trades.items() if trade.contractor),
    )
    people = [
        OfficeTechnician(k, dict(p.skills), p.home, p.crew, p.zones, p.licences, p.stays_home)
        for k, p in enumerate(campus.people)
    ]
    norms = {name: trade.work_mean_min for name, trade in trades.items()}
    return Settings(site, people, campus.calendar, rules_of(resolved), norms, seed, stock_book(campus.stores))


def rules_of(resolved: Resolved) -> dict[str, RuleChoice]:
    """The rule at every decision point once everything is live."""
    policies = resolved.scenario.policies
    return {d: RuleChoice(getattr(policies, d).rule, dict(getattr(policies, d).parameters)) for d in DECISIONS}


def features_of(resolved: Resolved, day: int | None = None) -> world.Features:
    """The features live ``day`` days after the fork (None: once everything is live)."""
    features, activation = resolved.scenario.features, resolved.scenario.activation
    centre = features.centre.live and (day is None or day >= activation.centre_day)
    live: dict[int, None] = {}
    for stage in activation.app:
        if features.app.live and (day is None or day >= stage.day):
            live |= dict.fromkeys(_buildings_of(stage, resolved.buildings))
    return world.Features(
        app_buildings=tuple(sorted(live)),
        app_per_day_cny=features.app.per_day_cny if live else 0.0,
        centre_per_day_cny=features.centre.per_day_cny if centre else 0.0,
    )


def _buildings_of(stage: Any, rows: Sequence[BuildingRow]) -> list[int]:
    everywhere = not stage.zones and not stage.buildings
    return [
        k
        for k, row in enumerate(rows)
        if row.kind != OFFSITE and (everywhere or row.zone in stage.zones or row.name in stage.buildings)
    ]


@dataclass(slots=True)
class Step:
    """What changes on a day after the fork: the features from now on, and rules to adopt (maybe none)."""

    day: int
    features: world.Features
    rules: dict[str, RuleChoice]


def steps_of(resolved: Resolved, base: Resolved | None = None) -> list[Step]:
    """The roll-out of a scenario in order of days, day 0 first.

    Rules that are the same as in ``base`` (the as-is that is running) are not adopted anew.
    """
    activation = resolved.scenario.activation
    before = rules_of(base) if base is not None else {}
    chosen = {d: rule for d, rule in rules_of(resolved).items() if before.get(d) != rule}
    days = {0, *(getattr(activation.policies, d) for d in chosen)}
    if resolved.scenario.features.app.live:
        days |= {stage.day for stage in activation.app}
    if resolved.scenario.features.centre.live:
        days.add(activation.centre_day)
    return [
        Step(
            day, features_of(resolved, day), {d: r for d, r in chosen.items() if getattr(activation.policies, d) == day}
        )
        for day in sorted(days)
    ]
