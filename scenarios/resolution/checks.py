"""Everything checked against everything else: what one file's form cannot tell.

Each check takes the resolved scenario and yields problems; ``CHECKS`` is the list of them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from policies.contract.decisions import DECISIONS
from policies.contract.units import YEAR_DAYS
from policies.controller import registry
from scenarios.campus.places import OFFSITE
from scenarios.campus.shifts import duty_hours_a_week
from scenarios.problems import Problem, one_of
from scenarios.resolution.parameters import mistakes
from scenarios.resolution.provenance import TAG
from scenarios.schema.campus import minutes_of
from scenarios.schema.document import shown_path
from scenarios.schema.faults import Place, shown

NEAR_ONE = 1e-6


@dataclass(slots=True)
class Case:
    """What a check sees: the resolved scenario and where keys and tables were written."""

    it: Any
    scenario_place: Place
    campus_place: Place

    def in_campus(self, *path: str | int) -> tuple[str, int, str]:
        """File, line and dotted name of a key of the campus file."""
        return (*self.campus_place(path), ".".join(map(str, path)))

    def in_scenario(self, *path: str) -> tuple[str, int, str]:
        """File, line and dotted name of a key of the scenario."""
        return (*self.scenario_place(path), ".".join(path))

    def in_table(self, table: str, row: Any, column: str) -> tuple[str, int, str]:
        """File, line and column of a row of a table."""
        file = Path(self.campus_place(("tables", table))[0]).parent / getattr(self.it.campus.tables, table)
        return shown_path(file), row.line, column


def check(resolved: Any, scenario_place: Place, campus_place: Place) -> list[Problem]:
    """Every problem every check finds."""
    case = Case(resolved, scenario_place, campus_place)
    return [problem for one in CHECKS for problem in one(case)]


def names_once(case: Case) -> Iterator[Problem]:
    """Names and keys stand for one thing each."""
    for table in ("buildings", "people", "assets", "skus", "stock"):
        for column in ("name", "key"):
            seen: dict[object, int] = {}
            for row in getattr(case.it, table):
                value = getattr(row, column, None)
                if value is not None and value in seen:
                    yield Problem(
                        *case.in_table(table, row, column),
                        f"{value!r} again",
                        f"a {column} not used in line {seen[value]}",
                    )
                seen.setdefault(value, row.line)


def people_fit(case: Case) -> Iterator[Problem]:
    """People know trades, live in buildings, follow shifts and serve zones that exist."""
    it = case.it
    homes, zones = {b.name for b in it.buildings}, {b.zone for b in it.buildings}
    for row in it.people:
        for trade in row.skills:
            if trade not in it.campus.trades:
                yield Problem(*case.in_table("people", row, "skills"), f'"{trade}"', one_of(trade, it.campus.trades))
        if row.home not in homes:
            yield Problem(*case.in_table("people", row, "home"), f'"{row.home}"', one_of(row.home, sorted(homes)))
        if row.shift not in it.campus.shifts:
            yield Problem(*case.in_table("people", row, "shift"), f'"{row.shift}"', one_of(row.shift, it.campus.shifts))
        for zone in row.zones:
            if zone not in zones:
                yield Problem(
                    *case.in_table("people", row, "zones"), str(zone), f"a zone of the buildings: {_listed(zones)}"
                )


def somebody_can(case: Case) -> Iterator[Problem]:
    """Every trade that has work has somebody who may do it."""
    it = case.it
    work = {row.trade: None for row in it.assets} | {row.pm_trade: None for row in it.assets if row.pm_every_days > 0.0}
    work |= {name: None for name, trade in it.campus.trades.items() if trade.need_share > 0.0}
    for name in work:
        trade = it.campus.trades.get(name)
        able = [p for p in it.people if name in p.skills]
        if trade is None:
            continue
        if not able:
            yield Problem(
                *case.in_campus("trades", name), "nobody with the trade", f"a technician with {name} in people"
            )
        elif trade.licence and not any(trade.licence in p.licences for p in able):
            yield Problem(
                *case.in_campus("trades", name, "licence"),
                f'nobody licensed "{trade.licence}"',
                f"a technician of {name} with the licence",
            )


def things_fit(case: Case) -> Iterator[Problem]:
    """Assets and stock items name known trades; assets stand somewhere."""
    it = case.it
    kinds = {b.kind for b in it.buildings}
    for row in it.assets:
        for column in ("trade", "pm_trade") if row.pm_every_days > 0.0 else ("trade",):
            trade = getattr(row, column)
            if trade not in it.campus.trades:
                yield Problem(*case.in_table("assets", row, column), f'"{trade}"', one_of(trade, it.campus.trades))
        for column, known in (("weather", ("none", "hvac", "roof")), ("clock", ("calendar", "operating"))):
            if getattr(row, column) not in known:
                yield Problem(
                    *case.in_table("assets", row, column),
                    f'"{getattr(row, column)}"',
                    one_of(getattr(row, column), known),
                )
        if row.rate_per_year <= 0.0 or row.shape <= 0.0:
            yield Problem(
                *case.in_table("assets", row, "rate_per_year"),
                f"{row.rate_per_year}, shape {row.shape}",
                "a rate and a shape above 0",
            )
        if row.units and "*" not in row.kinds and not kinds & set(row.kinds):
            yield Problem(
                *case.in_table("assets", row, "kinds"),
                f'"{";".join(row.kinds)}"',
                f"a kind of the buildings: {_listed(kinds)}, or *",
            )
    for row in it.skus:
        if row.trade not in it.campus.trades:
            yield Problem(*case.in_table("skus", row, "trade"), f'"{row.trade}"', one_of(row.trade, it.campus.trades))
        if row.order_up_to <= row.reorder_point:
            yield Problem(
                *case.in_table("skus", row, "order_up_to"),
                str(row.order_up_to),
                f"more than reorder_point {row.reorder_point}",
            )


def stores_fit(case: Case) -> Iterator[Problem]:
    """Discounts come in pairs, and somebody looks through the inboxes of the stores."""
    stores = case.it.campus.stores
    if stores is None:
        return
    months, prices = stores.break_months, stores.break_price
    if months != sorted(months):
        yield Problem(*case.in_campus("stores", "break_months"), _listed_in_order(months), "rising months")
    if len(months) != len(prices):
        yield Problem(
            *case.in_campus("stores", "break_price"),
            _listed_in_order(prices),
            f"as many shares as break_months has months ({len(months)})",
        )
    week = case.it.calendar.weeks.get(stores.hours, ())
    windows = [window for day in week for window in day]
    for key in ("finance_inbox_min", "buyer_inbox_min"):
        times = getattr(stores, key)
        if times and windows and not any(opens <= minute < closes for minute in times for opens, closes in windows):
            yield Problem(
                *case.in_campus("stores", key), _listed_in_order(times), f'a time within the hours "{stores.hours}"'
            )


def shifts_fit(case: Case) -> Iterator[Problem]:
    """Patterns have hours, and no shift runs into the next."""
    for name, shift in case.it.campus.shifts.items():
        if not shift.windows and not shift.always:
            yield Problem(*case.in_campus("shifts", name), "no windows", "windows, or always = true")
        for key in ("windows", "closed_day_windows"):
            spells = sorted(minutes_of(w) for w in getattr(shift, key))
            if any(a[1] > b[0] for a, b in pairwise(spells)):
                yield Problem(
                    *case.in_campus("shifts", name, key), _listed(getattr(shift, key)), "windows that do not overlap"
                )
        if shift.offset_days >= shift.every_days:
            yield Problem(
                *case.in_campus("shifts", name, "offset_days"),
                str(shift.offset_days),
                f"less than every_days {shift.every_days}",
            )


def hours_exist(case: Case) -> Iterator[Problem]:
    """Named service hours are defined."""
    it = case.it.campus
    known = sorted({"24x7", "SVC", *it.calendar.hours})
    named: list[tuple[tuple[str, ...], str]] = [
        (("clerks", "hours"), it.clerks.hours), (("departments", "hours"), it.departments.hours),
    ]  # fmt: skip
    if it.stores is not None:
        named += [(("stores", "hours"), it.stores.hours), (("stores", "receiving"), it.stores.receiving)]
    for chain, people in it.chains.items():
        named += [(("chains", chain), person.hours) for person in people]
    for path, hours in named:
        if hours not in known:
            yield Problem(*case.in_campus(*path), f'"{hours}"', one_of(hours, known))


def somebody_signs(case: Case) -> Iterator[Problem]:
    """Approvers look into their inboxes at a time of the day when they are there."""
    it = case.it
    for chain, people in it.campus.chains.items():
        for number, person in enumerate(people):
            windows = [w for week in (it.calendar.weeks.get(person.hours, ()),) for day in week for w in day]
            if windows and not any(opens <= m < closes for m in person.inbox_min for opens, closes in windows):
                given = f"{person.name}: inbox at {_listed(person.inbox_min)} min"
                yield Problem(
                    *case.in_campus("chains", chain, number, "inbox_min"),
                    given,
                    f'a time within the hours "{person.hours}"',
                )


def factors_count(case: Case) -> Iterator[Problem]:
    """Factors over time are not all 0."""
    demand = case.it.campus.demand
    for name in ("month", "weekday", "hour_residential", "hour_working"):
        if sum(getattr(demand, name)) <= 0.0:
            yield Problem(*case.in_campus("demand", name), "all 0", "some factor above 0")


def shares_add_up(case: Case) -> Iterator[Problem]:
    """Shares of one whole add up to 1."""
    campus = case.it.campus
    r = campus.reporting
    wholes: list[tuple[tuple[str, ...], str, float]] = [
        (("reporting", "phone_share"), "phone, paper and chat shares", r.phone_share + r.paper_share + r.chat_share)
    ]
    if campus.demand.needs_per_occupant_year > 0.0:
        wholes.append((("trades",), "need_share of all trades", sum(t.need_share for t in campus.trades.values())))
    for path, what, total in wholes:
        if abs(total - 1.0) > NEAR_ONE:
            yield Problem(*case.in_campus(*path), f"{what} add up to {total:g}", "a sum of 1")


def places_exist(case: Case) -> Iterator[Problem]:
    """The store and the stages of the roll-out name buildings and zones that exist."""
    it = case.it
    names, zones = [b.name for b in it.buildings], {b.zone for b in it.buildings if b.kind != OFFSITE}
    if it.campus.store and it.campus.store not in names:
        yield Problem(*case.in_campus("store"), f'"{it.campus.store}"', one_of(it.campus.store, names))
    for stage in it.scenario.activation.app:
        for name in stage.buildings:
            if name not in names:
                yield Problem(*case.in_scenario("activation", "app"), f'"{name}"', one_of(name, names))
        for zone in stage.zones:
            if zone not in zones:
                yield Problem(
                    *case.in_scenario("activation", "app"), str(zone), f"a zone of the buildings: {_listed(zones)}"
                )


def rules_exist(case: Case) -> Iterator[Problem]:
    """Rules are registered under their names and take their parameters."""
    for decision in DECISIONS:
        chosen = getattr(case.it.scenario.policies, decision)
        unknown = list(_unknown(decision, chosen.rule, case.scenario_place))
        if unknown:
            yield from unknown
            continue
        wrong = (
            []
            if chosen.rule == registry.NONE
            else [*_not_taken(decision, chosen.rule, chosen.parameters, case.scenario_place)]
        )
        yield from wrong or _not_made(case, decision, chosen)


def wrong_rules(values: Mapping[str, Any], place: Place) -> Iterator[Problem]:
    """Rules that go by no registered name or do not take what they are given, where form or foundation is wrong and nothing else can be checked."""
    chosen = values.get("policies")
    tables = chosen if isinstance(chosen, dict) else {}
    for decision in DECISIONS:
        table = tables.get(decision)
        if not isinstance(table, dict) or not isinstance(table.get("rule"), str):
            continue
        unknown = list(_unknown(decision, table["rule"], place))
        yield from unknown
        if not unknown and table["rule"] != registry.NONE and isinstance(table.get("parameters", {}), dict):
            yield from _not_taken(decision, table["rule"], table.get("parameters", {}), place)


def _unknown(decision: str, rule: str, place: Place) -> Iterator[Problem]:
    known = [*registry.names(decision), registry.NONE]
    if rule not in known:
        path = ("policies", decision, "rule")
        yield Problem(*place(path), ".".join(path), f'"{rule}"', f"{one_of(rule, known)}; {registry.OWN}")


def _not_taken(decision: str, rule: str, parameters: Mapping[str, Any], place: Place) -> Iterator[Problem]:
    """Parameters that a rule does not know, or of another type than it declares."""
    for one in mistakes(registry.rule_class(decision, rule), parameters):
        path = ("policies", decision, "parameters", one.name)
        yield Problem(*place(path), ".".join(path), one.given, f"for {rule} {one.expected}")


def _not_made(case: Case, decision: str, chosen: Any) -> Iterator[Problem]:
    """What a rule itself, or the campus, has against its parameters."""
    place = _of_parameters(case, decision, chosen.parameters)
    chains = case.it.campus.chains
    try:
        rule = registry.make(decision, chosen.rule, chosen.parameters)
    except (registry.UnknownRule, ValueError) as error:
        yield Problem(*place, shown(dict(chosen.parameters)), f"what {chosen.rule} takes ({error})")
        return
    chain = getattr(rule, "chain_name", None)
    if chain is not None and chain not in chains:
        yield Problem(*place, f'the chain "{chain}"', one_of(chain, chains) if chains else "a chain in the campus file")


def _of_parameters(case: Case, decision: str, parameters: Mapping[str, Any]) -> tuple[str, int, str]:
    """Where the parameters of a rule were written: of several places the last, which lies over the others."""
    path = ("policies", decision, "parameters")
    places = [case.scenario_place((*path, name)) for name in parameters]
    set_here = [place for place in places if place[0].startswith("--set ")]
    file, line = (set_here or places or [case.scenario_place(path)])[-1]
    return file, line, ".".join(path)


def fork_inside(case: Case) -> Iterator[Problem]:
    """What becomes live does so before the run ends."""
    run, activation = case.it.scenario.run, case.it.scenario.activation
    last = run.days + run.run_out_days
    days: list[tuple[tuple[str, ...], int]] = [(("activation", "app"), stage.day) for stage in activation.app]
    days.append((("activation", "centre_day"), activation.centre_day))
    days += [(("activation", "policies", d), getattr(activation.policies, d)) for d in DECISIONS]
    for path, day in days:
        if day > last:
            yield Problem(*case.in_scenario(*path), f"day {day}", f"a day of the run, at most {last}")


def provenance_known(case: Case) -> Iterator[Problem]:
    """Notes on provenance begin with a tag."""
    for key, note in case.it.campus.provenance.items():
        if not TAG.match(note):
            yield Problem(
                *case.in_campus("provenance", key),
                f'"{note[:40]}"',
                'a tag first: "[S7] …", "[D] …", "[W] …", "[A] …" or "[fitted] …"',
            )


def _listed_in_order(values: Iterable[object]) -> str:
    return ", ".join(map(str, values))


def _listed(values: Iterable[object]) -> str:
    return ", ".join(str(v) for v in sorted(values, key=str))


CHECKS: tuple[Callable[[Case], Iterator[Problem]], ...] = (
    names_once, people_fit, somebody_can, things_fit, stores_fit, shifts_fit, hours_exist, somebody_signs, factors_count, shares_add_up, places_exist,
    rules_exist, fork_inside, provenance_known,
)  # fmt: skip


def suspicious(resolved: Any) -> list[str]:
    """What is legal but may not be meant."""
    return [warning for one in SUSPICIONS for warning in one(resolved)]


def zones_served(it: Any) -> Iterator[str]:
    """Each zone has somebody of each trade that the house does itself."""
    zones = sorted({b.zone for b in it.buildings if b.kind != OFFSITE})
    for trade, table in it.campus.trades.items():
        able = [p for p in it.people if p.crew == "reactive" and trade in p.skills]
        bare = [z for z in zones if able and not any(not p.zones or z in p.zones for p in able)]
        if bare and not table.contractor:
            yield f"zone {_listed(bare)} has nobody of the reactive crew for {trade}: others will have to come"


def somebody_at_night(it: Any) -> Iterator[str]:
    """Somebody is on duty when the service is closed."""
    shifts = [it.campus.shifts[p.shift] for p in it.people if p.crew != "partner"]
    if shifts and not any(shift.always or shift.closed_day_windows for shift in shifts):
        yield "nobody is on duty on days without service hours: emergencies will wait for the next working day"


def run_long_enough(it: Any) -> Iterator[str]:
    """Follow-up windows of the indicators fit into the run-out."""
    run = it.scenario.run
    if run.run_out_days < FOLLOW_UP_DAYS:
        yield (
            f"run_out_days is {run.run_out_days}: first-time fix and repeats look {FOLLOW_UP_DAYS} days ahead "
            "and will be unknown for late orders"
        )
    if run.burn_in_days == 0:
        yield "burn_in_days is 0: queues start empty and shelves full"


def hands_enough(it: Any) -> Iterator[str]:
    """Hands-on work alone leaves people time to get there."""
    work = hands_on_min_a_year(it)
    for trade, minutes in work.items():
        people = [p for p in it.people if next(iter(p.skills)) == trade and not it.campus.shifts[p.shift].always]
        paid = (
            sum(duty_hours_a_week(it.campus.shifts[p.shift]) for p in people)
            * 60.0
            * WEEKS
            * (1.0 - it.campus.work.sickness)
        )
        if people and minutes > BUSY * paid:
            yield f"{trade}: hands-on work alone takes {minutes / paid:.0%} of its people's time, before any way or search"


def hands_on_min_a_year(it: Any) -> dict[str, float]:
    """Hands-on minutes of faults, needs and maintenance a year by trade [min]."""
    trades, demand = it.campus.trades, it.campus.demand
    needs = demand.needs_per_occupant_year * sum(b.occupants for b in it.buildings)
    work = {name: needs * t.need_share * t.work_mean_min for name, t in trades.items()}
    for row in it.assets:
        work[row.trade] += row.units * row.rate_per_year * trades[row.trade].work_mean_min
        if row.pm_every_days > 0.0:
            work[row.pm_trade] += row.units * row.pm_work_min * YEAR_DAYS / row.pm_every_days
    return work


FOLLOW_UP_DAYS = 30
WEEKS = 50.0
"""Working weeks a year."""
BUSY = 0.8
SUSPICIONS: tuple[Callable[[Any], Iterator[str]], ...] = (
    zones_served,
    somebody_at_night,
    hands_enough,
    run_long_enough,
)
