"""A site's days beside those of the twin of a scenario: what drift is judged by.

The twin lives as ``twin policy pack`` records it: everything of the scenario live from its first day,
minute 0 of both being the midnight on which the scenario starts. The first days of a site, in which
work comes up that lay there before, are not judged.

    ValueError
    └── NothingToJudge    a journal or log without a day that was heard from its beginning to its end
    RuntimeError
    └── RunsFailed        replications of the twin that did not end, each named
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np

from policies.contract import chance
from policies.contract.commands import Command
from policies.contract.events import Event
from policies.contract.units import DAY_MIN
from policies.controller.centre import CommandCentre
from policies.deploy import canonical, messages, office
from policies.deploy.golden import told_by
from policies.deploy.host.reading import office_in, told_in
from results.cusum import Floats
from results.daily import FIGURES, TELLING, Days
from results.drift import FALSE_ALARM_DAYS, Drift, Monitor
from scenarios.campus.phones import phones_of
from scenarios.resolution.build import campus_of, settings_of
from scenarios.resolution.resolve import Resolved
from scenarios.study.arms import Arm, arm_of
from scenarios.study.watchdog import LIMIT_S, Hang, Watchdog
from scenarios.study.workers import Workers
from twin.build import build
from twin.streams import Streams

SETTLE_DAYS: Final = 14
"""First days of a site that are not judged: what lay there before has come up by then (nineteen in twenty who
notice something in a corridor have said so after ten)."""
Told = Iterable[tuple[Event | None, float]]


class NothingToJudge(ValueError):
    """A journal or log without a day that was heard from its beginning to its end."""


class RunsFailed(RuntimeError):
    """Replications of the twin that did not end, each named."""

    def __init__(self, errors: Sequence[str]) -> None:
        super().__init__("; ".join(errors))
        self.errors = list(errors)


@dataclass(frozen=True, slots=True)
class SiteDays:
    """Whole days of a site. ``first``: number of the first, 0 the scenario's start; ``silent``: on which nothing was told.

    ``figures`` as ``Days.figures`` has them, NaN on silent days too.
    """

    first: int
    count: int
    figures: dict[str, Floats]
    silent: tuple[int, ...]

    def without_first(self, days: int) -> "SiteDays":
        """The same without its first days.

        Raises
        ------
        NothingToJudge
            If no day is left.
        """
        if self.count <= days:
            raise NothingToJudge(
                f"{self.count} whole days so far, of which the first {days} are not judged: "
                "wait until there are more, or ask for fewer by --settle-days"
            )
        first = self.first + days
        silent = tuple(day for day in self.silent if day >= first)
        return SiteDays(
            first, self.count - days, {name: values[days:] for name, values in self.figures.items()}, silent
        )


@dataclass(frozen=True, slots=True)
class Run:
    """A replication to be run, for so many days."""

    arm: Arm
    seed: int
    replication: int
    days: int


@dataclass(frozen=True, slots=True)
class Ran:
    """What became of it: its figures by day, or why there are none."""

    run: Run
    figures: dict[str, Floats]
    error: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """The verdict with what it was judged by. ``start``: date of the scenario's first day."""

    verdict: Drift
    site: SiteDays
    monitor: Monitor
    start: date


def site_days(path: Path) -> SiteDays:
    """The days of a host's state (a folder) or of a log of events (a file, as ``golden.told_by`` reads it).

    Raises
    ------
    JournalProblem, WrongDocument
        If it is neither.
    NothingToJudge
        If no day was heard from its beginning to its end.
    OSError
        If it cannot be read.
    """
    return days_of(_telling(path) if path.is_dir() else told_by(path.read_bytes(), path), path)


def days_of(told: Told, path: Path) -> SiteDays:
    """The whole days of events in order of time; ``path`` is what a message calls them.

    Raises
    ------
    NothingToJudge
        As ``site_days``.
    """
    days, heard = Days(), set[int]()
    begins, ends = math.inf, 0.0
    for event, now in told:
        begins, ends = min(begins, now), now
        heard.add(int(now // DAY_MIN))
        if event is not None:
            days.see(event, now)
    first = math.ceil(begins / DAY_MIN) if heard else 0
    count = int(ends // DAY_MIN) - first
    if count < 1:
        raise NothingToJudge(f"{path}: no day was heard from its midnight to the next; expected some weeks of events")
    silent = tuple(day for day in range(first, first + count) if day not in heard)
    figures = days.figures(first, count)
    for values in figures.values():
        values[[day - first for day in silent]] = np.nan
    return SiteDays(first, count, figures, silent)


def twin_days(scenario: Resolved, seed: int, replication: int, days: int, limit_s: float = LIMIT_S) -> Days:
    """What the office of a scenario is told in its first days, in one replication.

    Raises
    ------
    Hang
        If one day takes longer than ``limit_s`` wall seconds.
    """
    campus = campus_of(scenario, Streams(seed, replication))
    tap = Tap(CommandCentre(settings_of(scenario, campus, chance.key(seed, replication, "office"))))
    world = build(campus, tap, seed=seed, replication=replication, field=phones_of(scenario.campus.handset))
    dog = Watchdog(limit_s, None)
    with dog.on_guard():
        world.begin()
        for day in range(1, days + 1):
            dog.feed()
            world.run(day * DAY_MIN)
    return tap.days


def watched(
    site: SiteDays, arm: Arm, seed: int, replications: int, jobs: int, told: Callable[[], None] = lambda: None
) -> Report:
    """The verdict on a site by replications of the twin, 1 to ``replications``: 0 is what bundles are recorded from.

    Parameters
    ----------
    site : its days that are judged
    jobs : worker processes, 0: in this one; never changes the verdict
    told : called whenever a replication has ended

    Raises
    ------
    TooFewRuns
        As ``Monitor``.
    RunsFailed
        If a replication did not end.
    """
    looked_at = max(site.count, int(FALSE_ALARM_DAYS))
    arm = long_enough(arm, site.first + looked_at)
    runs = [Run(arm, seed, number, site.first + looked_at) for number in range(1, replications + 1)]
    monitor = Monitor(FIGURES, stacked(ran(runs, jobs, told), site.first))
    return Report(monitor.judge(site.figures), site, monitor, arm.scenario().scenario.run.start)


def ran(runs: Sequence[Run], jobs: int, told: Callable[[], None] = lambda: None) -> list[dict[str, Floats]]:
    """The figures of replications from day 0 on, in the order asked for.

    Raises
    ------
    RunsFailed
        Naming those that did not end.
    """
    done: dict[int, Ran] = {}
    workers: Workers[Run, Ran] = Workers(_run, _lost, _no_parts, min(jobs, len(runs)))
    for one in workers.outcomes(runs):
        done[runs.index(one.run)] = one
        told()
    failed = [done[k].error for k in range(len(runs)) if done[k].error]
    if failed:
        raise RunsFailed(failed)
    return [done[k].figures for k in range(len(runs))]


def stacked(runs: Sequence[dict[str, Floats]], first: int) -> dict[str, Floats]:
    """Figures of replications from a day on, as the ruler takes them [(replications, days)]."""
    return {figure.name: np.stack([run[figure.name][first:] for run in runs]) for figure in FIGURES}


def long_enough(arm: Arm, days: int) -> Arm:
    """The arm with a period in which so many days can be run: nothing happens in the twin after its end."""
    resolved = arm.scenario()
    missing = days - resolved.horizon_days
    if missing <= 0:
        return arm
    longer = f"run.days={resolved.scenario.run.days + missing}"
    return arm_of(arm.source, (*arm.sets, longer), arm.measures, arm.changes, arm.name)


def other_office(path: Path, scenario: Resolved, seed: int) -> str:
    """A warning if a host's journal is of another office than ``twin policy pack`` makes of a scenario; else empty.

    Raises
    ------
    JournalProblem
        If there is no journal of a host.
    """
    settings = settings_of(scenario, campus_of(scenario, Streams(seed, 0)), chance.key(seed, 0, "office"))
    if office_in(path) == canonical.digest(office.office_plain(settings)):
        return ""
    return (
        f'the office of this journal is not the one packed from "{scenario.name}" with seed {seed}: its map, people, '
        "calendar, norm times or seed differ; days are told apart by the scenario's calendar all the same"
    )


class Tap:
    """Stands in front of a controller, listens and changes nothing."""

    def __init__(self, controller: CommandCentre) -> None:
        self.controller = controller
        self.days = Days()

    def handle(self, event: Event, now: float) -> Sequence[Command]:
        """Hand the event on."""
        self.days.see(event, now)
        return self.controller.handle(event, now)


def _telling(folder: Path) -> Iterator[tuple[Event | None, float]]:
    """The events of a journal; None for kinds that only tell that somebody was there."""
    for plain, now in told_in(folder):
        yield (messages.event_of(plain) if plain[messages.KIND] in TELLING else None), now


def _run(run: Run) -> Ran:
    try:
        return Ran(run, twin_days(run.arm.scenario(), run.seed, run.replication, run.days).figures(0, run.days))
    except (Exception, Hang) as error:
        return Ran(run, {}, f"seed {run.seed}, replication {run.replication}: {type(error).__name__}: {error}")


def _lost(run: Run, why: str) -> Ran:
    return Ran(run, {}, f"seed {run.seed}, replication {run.replication}: its worker died: {why}")


def _no_parts(run: Run) -> list[Run]:
    return []
