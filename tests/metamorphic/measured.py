"""A campus run from its first day under given rules, and what the ruler says of the days after the burn-in."""

import gc
from collections.abc import Mapping, Sequence

from policies.contract.units import DAY_MIN
from policies.controller.centre import CommandCentre
from results.kpis import measure
from results.meta import Meta, Period, Person, Place
from twin.build import build
from twin.campus import Campus

Days = tuple[int, int, int]
"""Burn-in, measured, run-out."""


def horizon(days: Days) -> int:
    """Days of demand to draw."""
    return sum(days)


def meta(campus: Campus, days: Days) -> Meta:
    """What the ruler is told beside the journal."""
    begins = days[0] * DAY_MIN
    ends = begins + days[1] * DAY_MIN
    return Meta(
        calendar=campus.calendar,
        period=Period(begins, ends, ends + days[2] * DAY_MIN),
        people=[Person(k, next(iter(p.skills)), p.crew, p.wage_cny_per_h) for k, p in enumerate(campus.people)],
        places=[Place(b.zone, b.kind) for b in campus.buildings],
        groups=[b.name for b in campus.buildings],
    )


def measured(
    campus: Campus, centre: CommandCentre, seed: int, replication: int, days: Days, kpis: Sequence[str]
) -> Mapping[str, float]:
    """The figures asked for, of one run."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        world = build(campus, centre, seed=seed, replication=replication)
        world.begin()
        world.run(horizon(days) * DAY_MIN)
        rows = measure(world.journal, meta(campus, days), kpis)
    finally:
        if was_on:
            gc.enable()
    return {row.kpi: row.value for row in rows}
