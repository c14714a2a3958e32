"""The campus overlay: what was fitted, in the keys of a campus file, with intervals and provenance.

Laid over the university defaults by the scenario layers. What the log cannot tell (a map, travel, mostly
people and hands-on work) stays an assumption and says so.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from policies.contract.units import YEAR_DAYS
from scenarios import library
from scenarios.calibration.components.durations import EVERY
from scenarios.calibration.components.staff import Calendar
from scenarios.calibration.profile import WEEKDAYS
from scenarios.calibration.spans import WORK
from scenarios.calibration.study import Calibration
from scenarios.calibration.values import Value
from scenarios.schema.document import read

NEEDS_RATE: Final = 0.1
"""Requests a year one occupant stands for, before rounding to the log's level."""
OCCUPANTS: Final = 100_000
GRID_M: Final = 100.0
USE: Final = 0.7
"""Share of duty a crew is sized to [A]."""
DUTY_MIN: Final = 450.0
ROAD_MIN: Final = 20.0
SKILLED: Final = 3
ROOT_REPAIR: Final = 0.55
"""Share of causes removed by somebody of level 3, as the defaults have it [A]."""


@dataclass(slots=True)
class Overlay:
    """The tables of a campus file, its CSV tables, and what each value is."""

    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    provenance: dict[str, str] = field(default_factory=dict)
    intervals: dict[str, list[float]] = field(default_factory=dict)
    buildings: list[tuple[Any, ...]] = field(default_factory=list)
    people: list[tuple[Any, ...]] = field(default_factory=list)

    def put(self, key: str, value: Any, note: str) -> None:
        """A value under its dotted key with its provenance."""
        table, _, name = key.rpartition(".")
        self.tables.setdefault(table, {})[name] = value
        self.provenance[key] = note

    def fitted(self, key: str, value: Value, scale: float = 1.0, estimate: float | None = None) -> None:
        """A fitted value under its key; ``scale`` turns the value's unit into the key's."""
        self.put(key, _digits(value.estimate * scale if estimate is None else estimate), note_of(value, scale))
        self.bound(key, value, scale)

    def bound(self, key: str, value: Value, scale: float = 1.0) -> None:
        """The intervals of a key."""
        self.intervals[key] = [_digits(x * scale) for x in (value.low_90, value.high_90, value.low_95, value.high_95)]


def note_of(value: Value, scale: float = 1.0) -> str:
    """``[fitted] …`` with both intervals."""
    a, b, c, d = (_digits(x * scale) for x in (value.low_90, value.high_90, value.low_95, value.high_95))
    return f"[fitted] {value.key}, 90 % {a:g} to {b:g}, 95 % {c:g} to {d:g}"


def overlay_of(done: Calibration) -> Overlay:
    """The overlay of a calibration."""
    out = Overlay()
    _demand(out, done)
    _trades(out, done)
    _reporting(out)
    _buildings(out, done)
    _people(out, done)
    return out


def _demand(out: Overlay, done: Calibration) -> None:
    level = done.value("arrivals.per_day")
    again = done.fits["repeats"].kept["again"]
    own = YEAR_DAYS * (1.0 - again) / OCCUPANTS
    out.fitted("demand.needs_per_occupant_year", level, own)
    if again > 0.0:
        out.provenance["demand.needs_per_occupant_year"] += f"; without the {again:.1%} that come back"
    _list(out, done, "demand.weekday", [f"arrivals.weekday.{day}" for day in WEEKDAYS])
    _list(out, done, "demand.month", [f"arrivals.month.{k:02d}" for k in range(1, 13)])
    hours = [f"rhythm.hour.{k:02d}" for k in range(24)]
    for kind in ("hour_working", "hour_residential"):
        _list(out, done, f"demand.{kind}", hours, 24.0)
    out.fitted("demand.day_cv", done.value("dispersion.day_cv"))
    _priorities(out, done)
    if again > 0.0:
        share = min(1.0, again / (1.0 - again) * ROOT_REPAIR / (1.0 - ROOT_REPAIR))
        out.fitted("demand.needs_root_share", done.value("repeats.again"), share / again)
        out.provenance["demand.needs_root_share"] += "; [A] that somebody of level 3 removes 55 % of causes"
        out.fitted("demand.recurrence_mean_days", done.value("repeats.gap_days"))
    out.put("demand.holiday_factor", 1.0, "[D]: holidays of the log are in day_cv")
    for key in ("hvac_per_degree", "storm_flood_prob", "cold_snap_burst_prob"):
        out.put(f"demand.{key}", 0.0, "[D]: what weather did is in the log's own days")
    out.put("demand.storm_factor", 1.0, "[D]: what weather did is in the log's own days")


def _list(out: Overlay, done: Calibration, key: str, names: list[str], scale: float = 1.0) -> None:
    """A list of factors; where the log tells none of a kind they are 1."""
    known = {value.key: value for value in done.values()}
    found = [known.get(name) for name in names]
    if not any(found):
        out.put(key, [1.0] * len(names), "[A]: not told apart by this log, all the same")
        return
    out.put(
        key,
        [1.0 if v is None else _digits(v.estimate * scale) for v in found],
        f"[fitted] intervals under [calibration.intervals], {key}.*",
    )
    for number, value in enumerate(found):
        if value is not None:
            out.bound(f"{key}.{number}", value, scale)


def _priorities(out: Overlay, done: Calibration) -> None:
    known = {value.key: value for value in done.values()}
    for number, key in (("1", "demand.needs_emergency_share"), ("2", "demand.needs_urgent_share")):
        value = known.get(f"mix.priority.{number}")
        if value is None:
            out.put(key, 0.0, f"[fitted] no request of priority {number} in the log")
        else:
            out.fitted(key, value)


def _trades(out: Overlay, done: Calibration) -> None:
    known = {value.key: value for value in done.values()}
    below = read(library.find("defaults", "university")).values["trades"]
    for trade in below:
        if trade not in done.log.trades:
            out.put(f"trades.{trade}.need_share", 0.0, "[D]: no such category in the log")
    shares = [known[f"mix.category.{trade}"] for trade in done.log.trades]
    whole = [_digits(one.estimate) for one in shares]
    whole[-1] = round(1.0 - sum(whole[:-1]), 9)
    for trade, share, told in zip(done.log.trades, shares, whole, strict=True):
        out.fitted(f"trades.{trade}.need_share", share, estimate=told)
        _work(out, done, known, trade, below.get(trade, {}))
        out.put(f"trades.{trade}.part_share", 0.0, "[A]: the log names no parts")
        out.put(f"trades.{trade}.contractor", False, "[A]: done by the crew below")
        out.put(f"trades.{trade}.licence", "", "[A]: the log names no licences")


def _work(out: Overlay, done: Calibration, known: dict[str, Value], trade: str, below: dict[str, Any]) -> None:
    for name in (trade, EVERY):
        mean, cv = (known.get(f"durations.{WORK}.{name}.{what}") for what in ("mean_min", "cv"))
        if mean is not None and cv is not None:
            out.fitted(f"trades.{trade}.work_mean_min", mean)
            out.fitted(f"trades.{trade}.work_cv", cv)
            return
    given = _assumed_work(done).get(trade, {})
    why = "[A]: the log's stamps do not tell work from waiting and travel"
    out.put(f"trades.{trade}.work_mean_min", float(given.get("mean_min", below.get("work_mean_min", 40.0))), why)
    out.put(f"trades.{trade}.work_cv", float(given.get("cv", below.get("work_cv", 0.8))), why)


def _assumed_work(done: Calibration) -> dict[str, dict[str, float]]:
    """Laws of work of the world the mapping names, if it names one."""
    if not done.mapping.file.world:
        return {}
    table: dict[str, dict[str, float]] = read(done.mapping.path.parent / done.mapping.file.world).values.get("work", {})
    return table


def _reporting(out: Overlay) -> None:
    why = "[D]: the log's instants are those of the reports, and its rows hold what is told twice"
    for key in (
        "notice_room_h",
        "notice_public_h",
        "notice_emergency_h",
        "duplicate_rate_per_day",
        "paper_lost",
        "unneeded",
        "wrong_department",
    ):
        out.put(f"reporting.{key}", 0.0, why)


def _buildings(out: Overlay, done: Calibration) -> None:
    shares = done.fits["mix"].kept["place"]
    wide = math.ceil(math.sqrt(len(shares)))
    exact = {name: share * OCCUPANTS for name, share in shares.items()}
    for number, name in enumerate(shares):
        x, y = number % wide * GRID_M, number // wide * GRID_M
        out.buildings.append((name or "unnamed", number + 1, x, y, "logged", 0, 5000, round(exact[name])))
    known = {value.key: value for value in done.values()}
    for name in shares:
        value = known.get(f"mix.place.{name}")
        if value is not None:
            out.bound(f"buildings.{name}.occupants", value, OCCUPANTS)
    out.provenance["buildings.occupants"] = "[fitted] share of the place in the log × 100,000; not a head count"
    out.provenance["buildings.x_m"] = out.provenance["buildings.y_m"] = "[A]: a grid of 100 m; the log holds no map"


def _people(out: Overlay, done: Calibration) -> None:
    calendars: list[Calendar] = done.fits["staff"].kept.get("people", [])
    homes = [row[0] for row in out.buildings]
    named: dict[tuple[tuple[int, ...], float, float], str] = {}
    for one in calendars:
        key = (one.days, one.begins_h, one.ends_h)
        shift = named.setdefault(key, f"logged_{len(named) + 1}")
        out.put(f"shifts.{shift}.days", [WEEKDAYS[k] for k in one.days], "[fitted] weekdays with traces")
        out.put(
            f"shifts.{shift}.windows",
            [_window(one.begins_h, one.ends_h)],
            "[fitted] 5 to 95 % of traces; a lower bound of duty",
        )
        skills = ";".join(f"{trade}:{SKILLED}" for trade in one.trades)
        out.people.append((one.name, len(out.people) + 1, skills, one.place or "unnamed", shift))
    for trade in done.log.trades:
        have = _full_time(calendars, trade)
        for number in range(math.ceil(_needed(out, done, trade) - have)):
            row = f"{trade} {number + 1} (assumed)", len(out.people) + 1, f"{trade}:{SKILLED}", homes[0], "day_mon_fri"
            out.people.append(row)
    note = "[A]: (assumed) people bring use to 70 %: traces are a lower bound of duty, and not every log names staff"
    out.provenance["people.skills"] = (
        f"[fitted] names and trades of the log, level 3 assumed; {note}" if calendars else note
    )


def _full_time(calendars: list[Calendar], trade: str) -> float:
    """People of the log for a trade, each as the share of a week they work, dealt over their trades."""
    week = 5.0 * DUTY_MIN / 60.0
    return sum(len(c.days) * (c.ends_h - c.begins_h) / week / len(c.trades) for c in calendars if trade in c.trades)


def _needed(out: Overlay, done: Calibration, trade: str) -> float:
    """People a trade needs at 70 % use, two at least, working five days of seven."""
    table = out.tables[f"trades.{trade}"]
    a_day = done.value("arrivals.per_day").estimate * float(table["need_share"]) * 7.0 / 5.0
    return max(2.0, a_day * (float(table["work_mean_min"]) + ROAD_MIN) / (USE * DUTY_MIN))


def _window(begins_h: float, ends_h: float) -> str:
    return "-".join(f"{int(h):02d}:{round(h % 1.0 * 60.0):02d}" for h in (begins_h, ends_h))


def _digits(x: float) -> float:
    return float(f"{x:.6g}")


def verdicts(done: Calibration) -> Iterator[tuple[str, str]]:
    """Component and verdict with its reason, as the overlay carries them."""
    for one in done.judgements:
        yield one.component, str(one)
