"""Golden decisions from the twin: what the office of a scenario is told, from its first event on.

Everything of the scenario is live from the first day (no burn-in under today's practice, no
roll-out): a replay begins with an empty record, so the recording must too.
"""

from collections.abc import Callable

from policies.contract import chance
from policies.contract.units import DAY_MIN
from policies.controller.settings import Settings
from policies.deploy.golden import LEAST, Recorder
from policies.deploy.refused_answers import AskedCentre
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
    twin = _Twin(scenario, seed, replication)
    while twin.recorder.answered < LEAST and twin.days < scenario.horizon_days:
        twin.run(1)
    if len(twin.recorder.pairs) < LEAST:
        raise TooLittle(
            f'"{scenario.name}" gives {len(twin.recorder.pairs)} decisions in the {twin.days} days of its period, '
            f"a bundle needs at least {LEAST}: pack a scenario of a larger campus, or lengthen it by --set run.days=…"
        )
    return twin.recorded()


def record_days(scenario: Resolved, seed: int, days: int, replication: int = 0) -> Recording:
    """Run a scenario for so many days from its first; what its office was told and answered.

    Raises
    ------
    TooLittle
        If its period is shorter.
    """
    if days > scenario.horizon_days:
        raise TooLittle(
            f'"{scenario.name}" has {scenario.horizon_days} days, {days} are asked for: lengthen it by --set run.days=…'
        )
    twin = _Twin(scenario, seed, replication)
    twin.run(days)
    return twin.recorded()


class _Twin:
    """A scenario that runs with a recorder in front of its office."""

    def __init__(self, scenario: Resolved, seed: int, replication: int) -> None:
        self.days = 0
        campus = campus_of(scenario, Streams(seed, replication))
        office_seed = chance.key(seed, replication, "office")
        self._settings: Callable[[], Settings] = lambda: settings_of(scenario, campus, office_seed)
        self._centre = AskedCentre(self._settings())
        self.recorder = Recorder(self._centre)
        self._world = build(
            campus, self.recorder, seed=seed, replication=replication, field=phones_of(scenario.campus.handset)
        )
        self._world.begin()

    def run(self, days: int) -> None:
        """So many days more."""
        self.days += days
        self._world.run(self.days * DAY_MIN)

    def recorded(self) -> Recording:
        """What came of it; the office as it was before its first event."""
        return Recording(self._settings(), self.recorder.pairs, self.days, self._centre.asked)
