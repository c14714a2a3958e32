"""One replication: the as-is world burnt in once, and every scenario forked from that state.

Everything random is named by (seed, replication), so a replication gives the same cells in whatever
process, beside whatever others and in whatever order it runs.
"""

import gc
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol, cast

from policies.contract import chance
from policies.contract.units import DAY_MIN
from policies.controller.centre import CommandCentre
from policies.controller.settings import RuleChoice, Settings
from results.kpis import measure
from results.meta import Meta, Period, Person, Place
from results.store import kept
from scenarios.campus.phones import phones_of
from scenarios.resolution.build import Step, campus_of, settings_of, steps_of
from scenarios.resolution.resolve import Resolved
from scenarios.study.arms import Arm
from scenarios.study.cells import Cell, CellStore, NotWritable
from scenarios.study.tasks import Failure, Outcome, Task, families
from scenarios.study.watchdog import Hang, Watchdog
from twin import campus as world_of
from twin.build import build
from twin.facts import FeatureSwitched
from twin.journal import Journal
from twin.ports import Controller
from twin.snapshot import forks
from twin.streams import Streams
from twin.world import World

Enough = Callable[[World], bool]
"""Asked at every midnight whether a run may end before its time."""
Prepare = Callable[[World], None]
"""Called with a world before its burn-in and after every change of rules (``twin explain`` watches this way)."""


class Office(Controller, Protocol):
    """A controller whose rules a roll-out changes."""

    def adopt(self, rules: dict[str, RuleChoice]) -> None:
        """Go by other rules from now on."""
        ...


MakeOffice = Callable[[Settings], Office]
"""Opens an office that has heard nothing yet."""


@dataclass(frozen=True, slots=True)
class Burnt:
    """A burnt-in world, kept as it was: ``meta`` is what the ruler is told of every scenario forked from it."""

    world: World
    meta: Meta
    fork: Callable[[], World]


def compute(task: Task) -> Outcome:
    """Compute and store the missing cells of a replication. Never raises: what fails is told."""
    outcome = Outcome(task.replication)
    store = CellStore(task.folder)
    with _collector_off(), _last_words(task) as words:
        dog = Watchdog(task.limit_s, words)
        for family in families(task):
            _family(family, dog, store, outcome)
    return outcome


def _family(task: Task, dog: Watchdog, store: CellStore, outcome: Outcome) -> None:
    try:
        with dog.on_guard():
            base = burn_in(task.arms[0], task.seed, task.replication, dog)
    except BaseException as error:
        _let_through(task, error)
        outcome.failures += [_failure(task, arm, error, "the burn-in: ") for arm in task.arms]
        return
    for arm in task.arms:
        _one(task, arm, base, dog, store, outcome)
        gc.collect()


def _one(task: Task, arm: Arm, base: Burnt, dog: Watchdog, store: CellStore, outcome: Outcome) -> None:
    try:
        with dog.on_guard():
            world = branch(arm, base, dog)
            cell = cell_of(arm, world, base.meta, task.seed, task.replication, task.code)
        _keep(task, store.folder, cell, world.journal, base.meta)
        store.put(cell)
    except BaseException as error:
        _let_through(task, error)
        outcome.failures.append(_failure(task, arm, error))
    else:
        outcome.done.append(arm.name)


def burn_in(arm: Arm, seed: int, replication: int, dog: Watchdog, prepare: Prepare | None = None) -> Burnt:
    """The base's world at the end of its burn-in."""
    world, meta = _begun(arm.base(), seed, replication, dog, CommandCentre, prepare)
    return Burnt(world, meta, forks(world))


def straight(arm: Arm, seed: int, replication: int, dog: Watchdog, office: MakeOffice) -> World:
    """One scenario from its first minute to its last without a fork: for an office that cannot be copied.

    A fork goes on as the world it was taken of would, so the journal is that of ``burn_in`` and ``branch``
    as long as the office answers the same.
    """
    world, meta = _begun(arm.base(), seed, replication, dog, office)
    return branch(arm, Burnt(world, meta, lambda: world), dog)


def _begun(
    base: Resolved, seed: int, replication: int, dog: Watchdog, office: MakeOffice, prepare: Prepare | None = None
) -> tuple[World, Meta]:
    campus = campus_of(base, Streams(seed, replication))
    made = office(settings_of(base, campus, chance.key(seed, replication, "office")))
    world = build(campus, made, seed=seed, replication=replication, field=phones_of(base.campus.handset))
    if prepare is not None:
        prepare(world)
    world.begin()
    _run(world, base.scenario.run.burn_in_days, dog)
    return world, meta_of(base, campus)


def branch(arm: Arm, base: Burnt, dog: Watchdog, prepare: Prepare | None = None, enough: Enough | None = None) -> World:
    """A fork of the burnt-in world that goes the scenario's way, to the end of the run-out or until ``enough``."""
    world = base.fork()
    scenario = arm.scenario()
    run = scenario.scenario.run
    steps = {run.burn_in_days + step.day: step for step in steps_of(scenario, arm.base())}
    last = run.burn_in_days + run.days + run.run_out_days
    for day in range(run.burn_in_days, last):
        if day in steps:
            _switch(world, steps[day], prepare)
        if enough is not None and enough(world):
            return world
        _run(world, day + 1, dog)
    return world


def cell_of(arm: Arm, world: World, meta: Meta, seed: int, replication: int, code: str) -> Cell:
    """What is kept of a finished run: the ruler's figures, digests and counts, from the journal alone."""
    journal = world.journal
    assert world.births is not None
    return Cell(
        scenario=arm.name,
        scenario_digest=arm.digest,
        base_digest=arm.base_digest,
        seed=seed,
        replication=replication,
        code=code,
        kpis=measure(journal, meta),
        journal_digest=journal.digest(),
        exogenous_digest=world.births.digest(),
        counts=journal.counts(),
        guard_hits=guard_hits(journal),
    )


def meta_of(resolved: Resolved, campus: world_of.Campus) -> Meta:
    """What the ruler is told beside the journal."""
    run = resolved.scenario.run
    begins = run.burn_in_days * DAY_MIN
    ends = begins + run.days * DAY_MIN
    people = [
        Person(number, next(iter(one.skills)), one.crew, one.wage_cny_per_h)
        for number, one in enumerate(campus.people)
    ]  # fmt: skip
    return Meta(
        calendar=campus.calendar,
        period=Period(begins, ends, ends + run.run_out_days * DAY_MIN),
        benchmark_response_min=run.benchmark_response_h * 60.0,
        people=people,
        places=[Place(one.zone, one.kind) for one in campus.buildings],
        groups=[one.name for one in campus.buildings],
        response_stop=run.response_stop,
    )


def guard_hits(journal: Journal) -> dict[str, int]:
    """Refusals of the guards by decision and reason."""
    if "GuardHit" not in journal.tables():
        return {}
    table = journal.table("GuardHit")
    counted: dict[str, int] = {}
    for decision, why in zip(table.text("decision"), table.text("why"), strict=True):
        key = f"{decision}: {why}"
        counted[key] = counted.get(key, 0) + 1
    return dict(sorted(counted.items()))


def _run(world: World, day: int, dog: Watchdog) -> None:
    """Up to the midnight that ends day ``day`` - 1, a day at a time, feeding the watchdog at each."""
    for number in range(int(world.now // DAY_MIN) + 1, day + 1):
        dog.feed()
        world.run(number * DAY_MIN)


def _switch(world: World, step: Step, prepare: Prepare | None) -> None:
    """A day of the roll-out: features in the world, rules at the office, both told in the journal."""
    daily = world.parts.get("daily")
    before = daily.features if daily is not None else world_of.Features()
    if step.features != before:
        world.switch(step.features)
        for name in ("app_buildings", "app_per_day_cny", "centre_per_day_cny"):
            value = getattr(step.features, name)
            if value != getattr(before, name):
                world.waist.note(FeatureSwitched(name, str(value)))
    if step.rules:
        cast("Office", world.controller).adopt(step.rules)
        for decision, choice in step.rules.items():
            world.waist.note(FeatureSwitched(decision, choice.name))
        if prepare is not None:
            prepare(world)


def _keep(task: Task, folder: Path, cell: Cell, journal: Journal, meta: Meta) -> None:
    """What is kept beside the figures; before them, so that a cell that is there vouches for it."""
    name = cell.name
    if task.keep != "figures":
        kept.write_orders(folder / name.orders, journal, meta, cell.scenario, cell.replication)
    if task.keep == "journal":
        kept.write_journal(folder / name.journal, journal, meta, cell.scenario, cell.replication)


def _let_through(task: Task, error: BaseException) -> None:
    """Ctrl-C is meant for the study; in a worker, which hears none, everything raised is the run's own."""
    if isinstance(error, KeyboardInterrupt) and not task.in_worker:
        raise error


def _failure(task: Task, arm: Arm, error: BaseException, where: str = "") -> Failure:
    kind = "hung" if isinstance(error, Hang) else "not_written" if isinstance(error, NotWritable) else "raised"
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames and kind == "raised" else ""
    name = "" if kind != "raised" else f"{type(error).__name__}: "
    return Failure(arm.name, task.seed, task.replication, kind, f"{where}{name}{error}{place}")


@contextmanager
def _collector_off() -> Iterator[None]:
    """No garbage collection in the middle of a run (it is a tenth of the time); by hand between runs.

    What was there before, above all the libraries, is not looked through again each time: that took
    longer than a run of a small campus.
    """
    was_on = gc.isenabled()
    gc.disable()
    gc.freeze()
    try:
        yield
    finally:
        gc.collect()
        gc.unfreeze()
        if was_on:
            gc.enable()


@contextmanager
def _last_words(task: Task) -> Iterator[IO[Any] | None]:
    """A file for the watchdog's second line; None in a process that may not be ended."""
    if not task.in_worker:
        yield None
        return
    try:
        file = task.last_words.open("w")
    except OSError:
        yield None
        return
    with file:
        yield file
    task.last_words.unlink(missing_ok=True)
