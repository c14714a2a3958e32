"""Settings of a controller as plain JSON values and back: map, people, calendar, rules, norm times, the stock book.

A technician's skills are a list of pairs and not an object: the first one is the main trade, and
canonical JSON sorts keys. Only an office that has not begun can be written: who is on duty and what
is in hand belong to the record, which events make.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from policies.contract.calendar import Calendar, DayTable, Term, Week
from policies.contract.decisions import DECISIONS
from policies.contract.units import NEVER
from policies.contract.views import Site, Technician
from policies.controller.settings import RuleChoice, Settings
from policies.deploy.shapes import RANGES
from policies.deploy.stockbook import line_of, line_plain
from policies.deploy.strict import NEVER_WORD, Reader, did_you_mean

NUMBERS: Final = RANGES["i4"]
SEEDS: Final = (0, 2**64 - 1)
BEGUN: Final = {"on_duty": False, "order": -1, "queue": [], "worked_min": 0.0, "until": NEVER}
"""What a technician is before the first event."""


def to_plain(settings: Settings) -> dict[str, Any]:
    """Settings as a plain object.

    Raises
    ------
    WrongDocument
        If something cannot be written: a technician who is at work already, a number that is none.
    """
    return {**office_plain(settings), "rules": rules_plain(settings.rules)}


def office_plain(settings: Settings) -> dict[str, Any]:
    """Everything of settings but the rules.

    Raises
    ------
    WrongDocument
        As ``to_plain``.
    """
    reader = Reader("office")
    plain = {
        "calendar": _calendar_plain(settings.calendar),
        "estimate_min": {
            trade: reader.number(v, f"estimate_min.{trade}") for trade, v in settings.estimate_min.items()
        },
        "seed": reader.whole(settings.seed, "seed", *SEEDS),
        "site": _site_plain(settings.site, reader),
        "technicians": [_person_plain(one, reader, f"technicians[{k}]") for k, one in enumerate(settings.technicians)],
    }
    if settings.stock:
        plain["stock"] = [line_plain(one, reader, f"stock[{k}]") for k, one in enumerate(settings.stock)]
    reader.done()
    return plain


def rules_plain(rules: Mapping[str, RuleChoice]) -> dict[str, Any]:
    """Rules as a plain object: decision point → rule and parameters.

    Raises
    ------
    WrongDocument
        If a parameter is neither a flag, a finite number, a text, nor a list or table of such.
    """
    reader = Reader("rules")
    plain = {
        decision: {"rule": choice.name, "parameters": _parameters(choice.parameters, reader, decision)}
        for decision, choice in rules.items()
    }
    reader.done()
    return plain


def settings_of(plain: Any, rules: Mapping[str, RuleChoice] | None = None) -> Settings:
    """The settings of a plain object; with ``rules`` those hold, and the object has none.

    Raises
    ------
    WrongDocument
        With every mistake.
    """
    reader = Reader("office")
    wanted = ("calendar", "estimate_min", "seed", "site", "technicians", *(() if rules is not None else ("rules",)))
    given = reader.table(plain, "", wanted, ("stock",))
    estimates = reader.mapping(given.get("estimate_min", {}), "estimate_min")
    site = _site(given.get("site", {}), reader)
    technicians = [
        _person(one, reader, where) for where, one in reader.items(given.get("technicians", []), "technicians")
    ]
    calendar = _calendar(given.get("calendar", {}), reader)
    chosen = rules_of(given.get("rules", {}), reader, "rules") if rules is None else rules
    found = {trade: reader.number(value, f"estimate_min.{trade}") for trade, value in estimates.items()}
    seed = reader.whole(given.get("seed", 0), "seed", *SEEDS)
    stock = [
        line_of(one, reader, where, k) for k, (where, one) in enumerate(reader.items(given.get("stock", []), "stock"))
    ]
    if not reader.errors:
        _see_that_people_fit(site, technicians, reader)
    reader.done()
    return Settings(site, technicians, calendar, chosen, found, seed, stock)


def rules_of(plain: Any, reader: Reader, where: str) -> dict[str, RuleChoice]:
    """The rules of a plain object; mistakes are noted."""
    found = {}
    for decision, value in reader.mapping(plain, where).items():
        at = f"{where}.{decision}"
        if decision not in DECISIONS:
            near = did_you_mean(decision, DECISIONS)
            reader.wrong(where, f"no decision point {decision!r}{near} (known: {', '.join(DECISIONS)})")
            continue
        given = reader.table(value, at, ("rule",), ("parameters",))
        parameters = reader.mapping(given.get("parameters", {}), f"{at}.parameters")
        found[decision] = RuleChoice(
            reader.text(given.get("rule", ""), f"{at}.rule"), _parameters(parameters, reader, f"{at}.parameters")
        )
    return found


def _parameters(given: Mapping[str, Any], reader: Reader, where: str) -> dict[str, Any]:
    return {str(name): _parameter(value, reader, f"{where}.{name}") for name, value in given.items()}


def _parameter(value: Any, reader: Reader, where: str) -> Any:
    """A value that TOML and JSON can both say; tuples become lists."""
    if isinstance(value, (bool, str)):
        return reader.text(value, where) if isinstance(value, str) else value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return reader.number(value, where)
    if isinstance(value, Mapping):
        return _parameters(value, reader, where)
    if isinstance(value, (list, tuple)):
        return [_parameter(item, reader, at) for at, item in reader.items(value, where)]
    reader.expected(where, value, "true or false, a number, a text, or a list or table of them")
    return None


def _site_plain(site: Site, reader: Reader) -> dict[str, Any]:
    return {
        "licence_of": dict(site.licence_of),
        "minutes_to": [[_minutes(value, reader) for value in row] for row in site.minutes_to],
        "partner_trades": list(site.partner_trades),
        "store": int(site.store),
        "zone_of": [int(zone) for zone in site.zone_of],
    }


def _minutes(value: float, reader: Reader) -> float | str:
    """Travel time; between places with no way it never ends."""
    return NEVER_WORD if value == NEVER else reader.number(value, "site.minutes_to")


def _person_plain(tech: Technician, reader: Reader, where: str) -> dict[str, Any]:
    at_work = [name for name, value in BEGUN.items() if getattr(tech, name) != value]
    if at_work or tech.at != tech.home:
        said = ", ".join(at_work) or "at"
        reader.wrong(where, f"is at work already ({said} set): write settings before the first event")
    return {
        "crew": tech.crew,
        "home": int(tech.home),
        "id": int(tech.id),
        "licences": list(tech.licences),
        "skills": [[trade, int(level)] for trade, level in tech.skills.items()],
        "stays_home": bool(tech.stays_home),
        "zones": [int(zone) for zone in tech.zones],
    }


def _calendar_plain(calendar: Calendar) -> dict[str, Any]:
    table = calendar.table
    return {
        "holidays": {day.isoformat(): name for day, name in table.holidays.items()},
        "makeup": {day.isoformat(): int(weekday) for day, weekday in table.makeup.items()},
        "start": calendar.start.isoformat(),
        "terms": [
            {"first": t.first.isoformat(), "last": t.last.isoformat(), "name": t.name, "presence": float(t.presence)}
            for t in table.terms
        ],
        "through": list(calendar.through),
        "weeks": {
            name: [[[float(opens), float(closes)] for opens, closes in day] for day in week]
            for name, week in calendar.weeks.items()
        },
    }


def _site(plain: Any, reader: Reader) -> Site:
    given = reader.table(plain, "site", ("licence_of", "minutes_to", "partner_trades", "store", "zone_of"))
    minutes_to = [
        [reader.number(value, at, never=True) for at, value in reader.items(row, where)]
        for where, row in reader.items(given.get("minutes_to", []), "site.minutes_to")
    ]
    places = len(minutes_to)
    if any(len(row) != places for row in minutes_to):
        reader.wrong("site.minutes_to", f"rows of other lengths than the {places} buildings, expected a square")
    zones = [reader.whole(v, at, *NUMBERS) for at, v in reader.items(given.get("zone_of", []), "site.zone_of", places)]
    licences = {
        trade: reader.text(value, f"site.licence_of.{trade}")
        for trade, value in reader.mapping(given.get("licence_of", {}), "site.licence_of").items()
    }
    partners = _texts(given.get("partner_trades", []), reader, "site.partner_trades")
    store = reader.whole(given.get("store", 0), "site.store", 0, max(0, places - 1))
    return Site(minutes_to, zones, licences, store, partners)


def _person(plain: Any, reader: Reader, where: str) -> Technician:
    given = reader.table(plain, where, ("crew", "home", "id", "licences", "skills", "stays_home", "zones"))
    skills: dict[str, int] = {}
    for at, pair in reader.items(given.get("skills", []), f"{where}.skills"):
        both = [item for _, item in reader.items(pair, at, 2)]
        if len(both) == 2:
            skills[reader.text(both[0], f"{at}[0]")] = reader.whole(both[1], f"{at}[1]", *NUMBERS)
    if "skills" in given and not skills:
        reader.wrong(f"{where}.skills", "nobody is without a trade: expected at least one pair of trade and level")
    return Technician(
        reader.whole(given.get("id", 0), f"{where}.id", *NUMBERS),
        skills or {"": 0},
        reader.whole(given.get("home", 0), f"{where}.home", *NUMBERS),
        reader.text(given.get("crew", ""), f"{where}.crew"),
        tuple(reader.whole(v, at, *NUMBERS) for at, v in reader.items(given.get("zones", []), f"{where}.zones")),
        _texts(given.get("licences", []), reader, f"{where}.licences"),
        reader.flag(given.get("stays_home", False), f"{where}.stays_home"),
    )


def _see_that_people_fit(site: Site, technicians: list[Technician], reader: Reader) -> None:
    """People are found by their place in the list, and live in a building of the map."""
    for number, tech in enumerate(technicians):
        if tech.id != number:
            reader.wrong(f"technicians[{number}].id", f"{tech.id}, expected its place in the list, {number}")
        if not 0 <= tech.home < len(site.minutes_to):
            reader.wrong(f"technicians[{number}].home", f"{tech.home} is none of the {len(site.minutes_to)} buildings")


def _calendar(plain: Any, reader: Reader) -> Calendar:
    given = reader.table(plain, "calendar", ("holidays", "makeup", "start", "terms", "through", "weeks"))
    holidays = reader.mapping(given.get("holidays", {}), "calendar.holidays")
    makeup = reader.mapping(given.get("makeup", {}), "calendar.makeup")
    table = DayTable(
        {_day(d, reader, "calendar.holidays"): reader.text(n, f"calendar.holidays.{d}") for d, n in holidays.items()},
        {_day(d, reader, "calendar.makeup"): reader.whole(w, f"calendar.makeup.{d}", 0, 6) for d, w in makeup.items()},
        [_term(one, reader, where) for where, one in reader.items(given.get("terms", []), "calendar.terms")],
    )
    start = _day(given.get("start", "2000-01-01"), reader, "calendar.start")
    weeks = {
        name: _week(week, reader, f"calendar.weeks.{name}")
        for name, week in reader.mapping(given.get("weeks", {}), "calendar.weeks").items()
    }
    through = _texts(given.get("through", []), reader, "calendar.through")
    try:
        return Calendar(start, weeks if not reader.errors else None, table, through)
    except ValueError as error:
        reader.wrong("calendar.weeks", str(error))
        return Calendar(start)


def _week(plain: Any, reader: Reader, where: str) -> Week:
    days = []
    for at, day in reader.items(plain, where, 7):
        windows = []
        for there, window in reader.items(day, at):
            both = [reader.number(value, place) for place, value in reader.items(window, there, 2)]
            windows.append((both[0], both[1]) if len(both) == 2 else (0.0, 0.0))
        days.append(tuple(windows))
    return tuple(days)


def _term(plain: Any, reader: Reader, where: str) -> Term:
    given = reader.table(plain, where, ("first", "last", "name", "presence"))
    return Term(
        reader.text(given.get("name", ""), f"{where}.name"),
        _day(given.get("first", "2000-01-01"), reader, f"{where}.first"),
        _day(given.get("last", "2000-01-01"), reader, f"{where}.last"),
        reader.number(given.get("presence", 0.0), f"{where}.presence"),
    )


def _day(value: Any, reader: Reader, where: str) -> date:
    try:
        found = date.fromisoformat(value)
        if found.isoformat() == value:
            return found
    except (TypeError, ValueError):
        pass
    reader.expected(where, value, "a date as 2025-09-01")
    return date(2000, 1, 1)


def _texts(plain: Any, reader: Reader, where: str) -> tuple[str, ...]:
    return tuple(reader.text(value, at) for at, value in reader.items(plain, where))
