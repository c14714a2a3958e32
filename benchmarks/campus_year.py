"""A year of the medium campus under today's practice: every mechanism of the world on."""

from collections.abc import Callable
from typing import Any

from policies.contract import chance
from policies.contract.units import DAY_MIN
from policies.controller.centre import CommandCentre
from scenarios.campus.phones import phones_of
from scenarios.resolution.build import campus_of, settings_of
from scenarios.resolution.resolve import resolve
from twin.build import build
from twin.streams import Streams

SEED, REPLICATION = 1, 0


def year(scenario: str = "as_is", days: int = 365) -> Callable[[], dict[str, Any]]:
    """Build the scenario's world, run it so many days and make the journal's columns."""
    resolved = resolve(scenario)
    campus = campus_of(resolved, Streams(SEED, REPLICATION))
    centre = CommandCentre(settings_of(resolved, campus, chance.key(SEED, REPLICATION, "office")))
    world = build(campus, centre, seed=SEED, replication=REPLICATION, field=phones_of(resolved.campus.handset))
    world.begin()
    world.run(days * DAY_MIN)
    world.journal.flush()
    return lambda: {"rows": world.journal.n, "counts": world.journal.counts()}
