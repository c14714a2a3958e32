"""One replication of a scenario with a host in the place of its office, and the simulation's own beside it."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from policies.deploy.service import Status
from scenarios.remote.asking import Host
from scenarios.remote.checking import REPLICATION, see_that_it_fits
from scenarios.remote.controller import RemoteController
from scenarios.remote.refusals import RunFailed
from scenarios.story.parting import part
from scenarios.study.arms import Arm
from scenarios.study.replication import branch, burn_in, straight
from scenarios.study.watchdog import Hang, Watchdog
from twin.journal import Journal


@dataclass(frozen=True, slots=True)
class Driven:
    """A run that a host decided. ``seconds``: wall seconds of it [s]."""

    status: Status
    journal: Journal
    observations: int
    commands: int
    seconds: float

    @property
    def data(self) -> dict[str, Any]:
        """What a machine is told of it."""
        bundle = self.status.bundle
        return {
            "bundle": bundle.get("name"), "version": bundle.get("version"), "sha256": bundle.get("sha256"),
            "observations": self.observations, "commands": self.commands, "seconds": self.seconds,
            "journal_digest": self.journal.digest(),
        }  # fmt: skip


def greet(arm: Arm, seed: int, host: Host) -> Status:
    """How a host is that may decide the first replication of a scenario.

    Raises
    ------
    CannotDrive
        If the host is not of this scenario; it was told nothing then.
    Unreachable, Refused, OtherAnswer
        If the host does not say how it is.
    """
    status = host.status()
    see_that_it_fits(arm, seed, status)
    return status


def drive(
    arm: Arm, seed: int, host: Host, status: Status, limit_s: float, watch: Callable[[float], None] = lambda _: None
) -> Driven:  # fmt: skip
    """Let a host decide the first replication of a scenario, from its first event to its last.

    Parameters
    ----------
    status : how the host was when it was greeted
    limit_s : wall seconds a simulated day may take; 0: any
    watch : called with the minute of every observation

    Raises
    ------
    RunFailed
        If the run ended before its time, naming it.
    """
    run = f"{arm.name[:80]}-{uuid.uuid4().hex}"
    controller = RemoteController(host, run, str(status.bundle.get("sha256")), watch)
    dog, began = Watchdog(limit_s), time.monotonic()
    try:
        with dog.on_guard():
            world = straight(arm, seed, REPLICATION, dog, lambda _: controller)
    except (Exception, Hang) as error:
        raise RunFailed(
            f"{arm.name}, seed {seed}, replication {REPLICATION}: {_why(error)} (minute {controller.now:g}); nothing of it is kept"
        ) from error
    return Driven(status, world.journal, controller.told, controller.commands, time.monotonic() - began)


def where_they_part(arm: Arm, seed: int, driven: Driven, limit_s: float) -> str:
    """The first row in which a driven run differs from the simulation's own, in words."""
    dog = Watchdog(limit_s)
    with dog.on_guard():
        own = branch(arm, burn_in(arm, seed, REPLICATION, dog), dog)
    found = part(driven.journal, own.journal)
    if found is None:
        return "in the order of rows alone"
    rows = [("with the host", found.first), ("simulated", found.second)]
    return "; ".join(
        f"{who}: {'nothing' if row is None else f'minute {row.at:g}, {row.table} {row.details}'}" for who, row in rows
    )


def _why(error: BaseException) -> str:
    return str(error) if type(error).__module__.startswith("scenarios.") else f"{type(error).__name__}: {error}"
