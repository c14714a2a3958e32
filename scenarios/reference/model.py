"""The dispatch reference model, run through the ordinary world, record, contract, policies, journal.

Features off: every request registers itself at once, the part it names is reserved before
dispatch, a visit always repairs, nobody goes home before the work is done.
"""

import csv
import gzip
import json
import math
import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from policies.contract.calendar import Calendar
from policies.contract.units import WEEK_MIN
from policies.contract.views import Site
from policies.contract.views import Technician as OfficeTechnician
from policies.controller.centre import CommandCentre
from policies.controller.settings import RuleChoice, Settings
from twin.entities.roster import WeeklyRoster
from twin.entities.technician import Technician
from twin.journal import Journal
from twin.processes.path import NO_CHILD, PathDemand, PathRow
from twin.processes.stores import Shelf, Storeroom
from twin.world import World

Minutes = list[list[float]]


@dataclass(slots=True)
class ReferenceCampus:
    """A campus file: travel [min], technicians (skills, home, weekly instants), stock items, horizon [min]."""

    horizon_min: float
    minutes_to: Minutes
    technicians: list[dict[str, Any]]
    skus: list[dict[str, Any]]


def read_campus(path: Path) -> ReferenceCampus:
    """Read ``campus-*.json`` (gzipped or not)."""
    raw = json.loads(_open(path))
    places = [(b["x_m"], b["y_m"]) for b in raw["buildings"]]
    return ReferenceCampus(raw["horizon_min"], travel(places), raw["technicians"], raw["skus"])


def travel(places: list[tuple[float, float]]) -> Minutes:
    """Straight lines: 2 + distance / 70 minutes, 2 within a building."""
    return [[2.0 + math.sqrt((x - u) ** 2 + (y - v) ** 2) / 70.0 for u, v in places] for x, y in places]


def read_path(path: Path) -> list[PathRow]:
    """Read ``path-*.csv`` (gzipped or not). Priorities 0-3 of the file are P1-P4 here."""
    rows = csv.DictReader(_open(path).splitlines())
    return [
        PathRow(
            float(row["report_min"]) if row["report_min"] else None,
            int(row["building"]), row["trade"], int(row["priority"]) + 1, float(row["service_min"]),
            int(row["sku"]) if row["sku"] else -1,
            int(row["repeat_row"]) if row["repeat_row"] else NO_CHILD,
            float(row["repeat_delay_min"] or 0.0),
        )
        for row in rows
    ]  # fmt: skip


def build(
    campus: ReferenceCampus,
    path: Sequence[PathRow],
    *,
    rule: str = "nearest_idle",
    travel_factor: float = 1.0,
    keep_journal: bool = True,
) -> World:
    """The degenerate world. ``travel_factor`` stretches the true travel, not the office's map."""
    people = [OfficeTechnician(t["id"], dict.fromkeys(t["trades"], 1), t["home_building"]) for t in campus.technicians]
    centre = CommandCentre(
        Settings(
            site=Site(campus.minutes_to),
            technicians=people,
            calendar=Calendar(date(2024, 1, 1)),
            rules={"dispatch": RuleChoice(rule)},
        )
    )
    technicians = [
        Technician(t["id"], dict.fromkeys(t["trades"], 1), t["home_building"], WeeklyRoster(t["weekly_on_off_min"]))
        for t in campus.technicians
    ]
    true_minutes = (
        campus.minutes_to if travel_factor == 1.0 else [[travel_factor * m for m in row] for row in campus.minutes_to]
    )
    world = World(centre, technicians, true_minutes, journal=Journal(keep_journal))
    shelves = [Shelf(s["reorder_point"], s["order_up_to"], s["lead_days"]) for s in campus.skus]
    store = Storeroom(world.waist, world.register, shelves)
    demand = PathDemand(world.waist, world.register, path)
    world.repair.done.append(demand.completed)
    world.parts["demand"] = demand
    world.parts["store"] = store
    world.begin()
    return world


def measure(world: World, campus: ReferenceCampus) -> dict[str, Any]:
    """The reference's results, from the journal alone."""
    journal = world.journal
    tables = {name: journal.table(name) for name in journal.tables()}
    reported, on_site, completed = tables["RequestReported"], tables["OnSite"], tables["WorkCompleted"]
    report_at = dict(zip(reported["request"].tolist(), reported["at"].tolist(), strict=True))
    response = np.array(
        [at - report_at[order] for order, at in zip(on_site["order"].tolist(), on_site["at"].tolist(), strict=True)]
    )
    counted = ("RequestReported", "OnSite", "WorkCompleted", "DutyChanged", "StockReviewed", "StockDelivered")
    return {
        "orders": len(response),
        "events": sum(len(tables[name]) for name in counted if name in tables),
        "mean_response_min": float(response.mean()),
        "p90_response_min": float(np.quantile(response, 0.9)),
        "utilisation": _utilisation(tables, campus, completed),
    }


def _utilisation(tables: dict[str, Any], campus: ReferenceCampus, completed: Any) -> dict[str, float]:
    trade_of = dict(
        zip(tables["RequestReported"]["request"].tolist(), tables["RequestReported"].text("trade"), strict=True)
    )
    left_at = dict(zip(tables["Assign"]["order"].tolist(), tables["Assign"]["at"].tolist(), strict=True))
    busy: dict[str, float] = {}
    for order, at in zip(completed["order"].tolist(), completed["at"].tolist(), strict=True):
        busy[trade_of[order]] = busy.get(trade_of[order], 0.0) + at - left_at[order]
    on_duty = duty_by_trade(campus)
    return {trade: busy[trade] / on_duty[trade] for trade in sorted(busy)}


def duty_by_trade(campus: ReferenceCampus) -> dict[str, float]:
    """On-duty minutes up to the horizon by trade; a technician counts for each trade by 1 / number of trades."""
    on_duty: dict[str, float] = {}
    for tech in campus.technicians:
        for trade in tech["trades"]:
            share = _duty_minutes(tech["weekly_on_off_min"], campus.horizon_min) / len(tech["trades"])
            on_duty[trade] = on_duty.get(trade, 0.0) + share
    return on_duty


def _duty_minutes(instants: list[float], horizon: float) -> float:
    """On-duty minutes as the reference counts them: within each week; a last "on" to the week's end."""
    ends = [*instants, WEEK_MIN] if len(instants) % 2 else instants
    spells = list(zip(ends[::2], ends[1::2], strict=True))
    weeks = math.ceil(horizon / WEEK_MIN)
    return sum(
        max(0.0, min(horizon, week * WEEK_MIN + off) - min(horizon, week * WEEK_MIN + on))
        for week in range(weeks)
        for on, off in spells
    )


def run(
    campus_file: Path, path_file: Path, *, rule: str = "nearest_idle", travel_factor: float = 1.0
) -> dict[str, Any]:
    """The whole benchmark: build, run, make the journal's columns, measure; CPU time of the run [s]."""
    campus, path = read_campus(campus_file), read_path(path_file)
    started = time.process_time()
    world = build(campus, path, rule=rule, travel_factor=travel_factor)
    world.run(campus.horizon_min)
    world.journal.flush()
    cpu_s = time.process_time() - started
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    return {**measure(world, campus), "cpu_s": cpu_s, "peak_rss_mb": peak_mb}


def _open(path: Path) -> str:
    if path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8") as file:
            return file.read()
    return path.read_text(encoding="utf-8")


__all__ = ["ReferenceCampus", "build", "duty_by_trade", "measure", "read_campus", "read_path", "run"]
