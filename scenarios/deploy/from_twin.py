"""Golden decisions from the twin: what the office of a scenario is told, from its first event on.

Everything of the scenario is live from the first day (no burn-in under today's practice, no
roll-out): a replay begins with an empty record, so the recording must too.
"""

from policies.contract import chance
from policies.contract.units import DAY_MIN
from policies.controller.centre import CommandCentre
from policies.deploy.golden import LEAST, Recorder
from scenarios.campus.phones import phones_of
from scenarios.deploy.recording import Recording, TooLittle
from scenarios.resolution.build import campus_of, settings_of
from scenarios.resolution.resolve import Resolved
from twin.build import build
from twin.streams import Streams


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
