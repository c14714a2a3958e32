"""A log on an ordinary campus: a scenario's own people, places and rules, driven by what was recorded.

Requests enter at the office as an app would send them. Faults enter the world: people notice and
report them in their own way, causes recur, callers remind.
"""

from dataclasses import replace
from typing import Final

import numpy as np

from policies.contract import chance
from policies.contract.units import NEVER
from policies.controller.centre import CommandCentre
from scenarios.campus.phones import phones_of
from scenarios.resolution.build import campus_of, settings_of
from scenarios.resolution.resolve import Resolved
from scenarios.trace.log import Trace, work_of
from scenarios.trace.mapping import Mapping
from twin.births import Births, entity_of
from twin.build import build
from twin.campus import AssetClass, Campus
from twin.nature import Nature, Traits
from twin.processes.faults import Faults
from twin.processes.faults import Path as FaultPath
from twin.processes.path import PathDemand, PathRow
from twin.streams import Streams
from twin.world import World

LOGGED_KEY: Final = 900
"""Keys of the classes that stand for logged faults begin here, clear of every shipped class."""


def settings_for(mapping: Mapping) -> tuple[str, ...]:
    """Settings that lay a scenario's run over the days of the log."""
    period = mapping.file.period
    return (
        f"run.start={period.first_day}", "run.burn_in_days=0",
        f"run.days={(period.last_day - period.first_day).days + 1}", f"run.run_out_days={period.run_out_days}",
    )  # fmt: skip


def build_campus_world(
    trace: Trace, resolved: Resolved, *, seed: int, replication: int, handset: str = ""
) -> tuple[World, Campus]:
    """A world at minute 0 of the log's first day, begun, and its campus. ``handset`` "": the campus's own phones."""
    streams = Streams(seed, replication)
    campus = _without_own_demand(campus_of(resolved, streams), trace)
    centre = CommandCentre(settings_of(resolved, campus, chance.key(seed, replication, "office")))

    births = _births(trace, campus) if trace.kind == "faults" else _nothing()
    world = build(
        campus,
        centre,
        seed=seed,
        replication=replication,
        field=phones_of(handset or resolved.campus.handset),
        births=births,
    )
    if trace.kind == "faults":
        _follow(world, trace)
    else:
        _ask(world, trace, campus)
    world.begin()
    return world, campus


def _without_own_demand(campus: Campus, trace: Trace) -> Campus:
    """The campus with nothing that breaks or is needed by itself; logged faults get classes of their own."""
    reporting = campus.reporting
    if trace.kind == "requests":
        reporting = replace(reporting, duplicate_rate_per_day=0.0, reminder_after_h=NEVER)
    assets = _classes(trace, campus) if trace.kind == "faults" else []
    return replace(campus, assets=assets, reporting=reporting)


def _classes(trace: Trace, campus: Campus) -> list[AssetClass]:
    found = sorted({(row.trade, row.priority) for row in trace.rows})
    return [
        AssetClass(
            f"logged {trade} P{priority}", LOGGED_KEY + k, trade, 0.0, 1.0, [0] * len(campus.buildings),
            emergency_share=float(priority == 1), urgent_share=float(priority == 2),
        )
        for k, (trade, priority) in enumerate(found)
    ]  # fmt: skip


def _births(trace: Trace, campus: Campus) -> Births:
    number = {building.name: k for k, building in enumerate(campus.buildings)}
    classes = {
        (c.trade, 1 if c.emergency_share else 2 if c.urgent_share else 3): k for k, c in enumerate(campus.assets)
    }
    rows = trace.rows
    source = [classes[row.trade, min(row.priority, 3)] for row in rows]
    entity = [
        entity_of(campus.buildings[number[row.place]].key, campus.assets[k].key, n)
        for n, (row, k) in enumerate(zip(rows, source, strict=True))
    ]
    return Births(
        at=np.array([row.at_min for row in rows]),
        entity=np.array(entity, dtype=np.uint64),
        life=np.zeros(len(rows), dtype=np.uint64),
        source=np.array(source, dtype=np.int16),
        building=np.array([number[row.place] for row in rows], dtype=np.int32),
    )


def _nothing() -> Births:
    empty = np.empty(0)
    return Births(
        empty, empty.astype(np.uint64), empty.astype(np.uint64), empty.astype(np.int16), empty.astype(np.int32)
    )


def _ask(world: World, trace: Trace, campus: Campus) -> None:
    """Put the log's requests beside the world; numbers of planned work come after theirs."""
    number = {building.name: k for k, building in enumerate(campus.buildings)}
    laws = {trade.name: trade for trade in campus.trades}

    def law(row: int, trade: str) -> float:
        return world.streams.lognormal("trace.work", row, laws[trade].work_mean_min, laws[trade].work_cv)

    works = work_of(trace.rows, law)
    rows = [
        PathRow(row.at_min, number[row.place], row.trade, row.priority, work)
        for row, work in zip(trace.rows, works, strict=True)
    ]
    demand = PathDemand(world.waist, world.register, rows)
    for _ in rows:
        world.register.number()
        world.register.fault_number()
    world.repair.done.append(demand.completed)
    world.parts["trace"] = demand


def _follow(world: World, trace: Trace) -> None:
    """Where the log's durations are work, its faults take that long."""
    faults: Faults = world.parts["faults"]
    if trace.duration_is_work:
        faults._path = LoggedPath(faults._path, [row.work_min for row in trace.rows])  # type: ignore[assignment]


class LoggedPath:
    """A fault path whose work content is the log's [min]."""

    def __init__(self, drawn: FaultPath, work_min: list[float | None]) -> None:
        self.drawn = drawn
        self.work_min = work_min

    def at(self, position: int) -> float:
        """Instant of a row [min]; NEVER past the end."""
        return self.drawn.at(position)

    def row(self, position: int) -> tuple[int, int, int, int, Nature, Traits]:
        """Entity, life, source, building, nature and traits of a row."""
        entity, life, source, building, nature, traits = self.drawn.row(position)
        logged = self.work_min[position]
        return entity, life, source, building, nature if logged is None else replace(nature, work_min=logged), traits
