"""Recording golden decisions: what an office is told, from its first event on, and what it answers.

It is told by the twin, or by a log of events that a site kept. In the twin everything of the scenario is live from the first day (no burn-in under today's practice, no
roll-out): a replay begins with an empty record, so the recording must too.
"""

import math
from dataclasses import dataclass
from pathlib import Path

from policies.contract import chance
from policies.contract.units import DAY_MIN
from policies.controller.centre import CommandCentre
from policies.controller.settings import Settings
from policies.deploy import canonical, office, rules_file
from policies.deploy.golden import LEAST, Pair, Recorder, told_by
from policies.deploy.members import OFFICE, RULES
from policies.deploy.strict import WrongDocument
from scenarios.campus.phones import phones_of
from scenarios.resolution.build import campus_of, settings_of
from scenarios.resolution.resolve import Resolved
from twin.build import build
from twin.streams import Streams


class TooLittle(ValueError):
    """A scenario in whose whole period, or a log in which, too little happens."""


@dataclass(frozen=True, slots=True)
class Recording:
    """The office as it was before its first event, what it was told and answered, and in how many days."""

    settings: Settings
    pairs: list[Pair]
    days: int


def record(scenario: Resolved, seed: int, replication: int = 0) -> Recording:
    """Run a scenario for whole days until ``LEAST`` observations were answered with a command, or its period ends.

    Raises
    ------
    TooLittle
        If fewer than ``LEAST`` observations were made in the whole period.
    """
    campus = campus_of(scenario, Streams(seed, replication))
    office_seed = chance.key(seed, replication, "office")
    recorder = Recorder(CommandCentre(settings_of(scenario, campus, office_seed)))
    world = build(campus, recorder, seed=seed, replication=replication, field=phones_of(scenario.campus.handset))
    world.begin()
    days = 0
    while recorder.answered < LEAST and days < scenario.horizon_days:
        days += 1
        world.run(days * DAY_MIN)
    if len(recorder.pairs) < LEAST:
        raise TooLittle(
            f'"{scenario.name}" gives {len(recorder.pairs)} decisions in the {days} days of its period, '
            f"a bundle needs at least {LEAST}: pack a scenario of a larger campus, or lengthen it by --set run.days=…"
        )
    return Recording(settings_of(scenario, campus, office_seed), recorder.pairs, days)


def record_log(folder: Path, events: Path) -> Recording:
    """Tell the office of a folder (``office.json`` and ``controller.toml``, as they lie in a bundle) a log of events.

    Raises
    ------
    TooLittle
        If the log has fewer than ``LEAST`` events.
    WrongDocument
        If a file is not what it should be.
    OSError
        If a file cannot be read.
    """
    rules = rules_file.read((folder / RULES).read_bytes())
    try:
        plain = canonical.parse((folder / OFFICE).read_bytes())
    except canonical.NotJson as error:
        raise WrongDocument([f"{folder / OFFICE}: {error}"]) from error
    told = told_by(events.read_bytes())
    if len(told) < LEAST:
        raise TooLittle(f"{events} has {len(told)} events, a bundle needs at least {LEAST} decisions")
    recorder = Recorder(CommandCentre(office.settings_of(plain, rules)))
    for event, now in told:
        recorder.handle(event, now)
    days = math.ceil((told[-1][1] - told[0][1]) / DAY_MIN)
    return Recording(office.settings_of(plain, rules), recorder.pairs, days)
