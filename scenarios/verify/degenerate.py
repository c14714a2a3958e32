"""The degenerate twin: the ordinary world, command centre, rules and journal, with features off.

Nobody goes home, roads are as given (zero unless said otherwise), requests register themselves,
nothing is approved, merged or misdiagnosed. What is left is a queue that books know by heart.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from policies.contract.calendar import Calendar
from policies.contract.decisions import TriageRule
from policies.contract.units import DAY_MIN, NEVER
from policies.contract.views import Site
from policies.contract.views import Technician as OfficeTechnician
from policies.controller.centre import CommandCentre
from policies.controller.settings import RuleChoice, Settings
from results import checks
from scenarios.verify.draws import TRADE, Demand
from twin.entities.job import Job
from twin.entities.roster import AlwaysOn
from twin.entities.technician import Technician
from twin.processes.path import PathDemand
from twin.processes.patience import Patience
from twin.processes.stores import Shelf, Storeroom
from twin.world import World

Minutes = Sequence[Sequence[float]]
CHECKED_ROWS = 30_000
NEAREST = {"dispatch": RuleChoice("nearest_idle")}
POOLED = {"dispatch": RuleChoice("fifo_pooled")}
PREEMPTIVE = {**NEAREST, "preempt": RuleChoice("lowest_priority")}


def degenerate(
    demand: Demand,
    crew: Sequence[str] | int,
    rules: Mapping[str, RuleChoice] = NEAREST,
    *,
    homes: Sequence[int] = (),
    true_minutes: Minutes | None = None,
    map_minutes: Minutes | None = None,
    stays_home: bool = False,
    skills: Sequence[int] = (),
    patience: Callable[[Job], float] | None = None,
    triage: TriageRule | None = None,
    shelf: Shelf | None = None,
    order_cost: float = 0.0,
) -> World:
    """A world that has begun and is ready to run.

    Parameters
    ----------
    crew : the trade of each technician, or how many there are of the only one
    homes : where each starts; 0 if not said
    true_minutes : true travel ``[to][from]`` [min]; none between all places if not said
    map_minutes : the office's map, if it says otherwise than the truth
    stays_home : technicians are back home the moment a visit ends
    skills : level of each in the own trade; 1 if not said
    patience : how long a job waits to be begun [min]
    triage : a rule at the intake desk; none: every request is taken as claimed
    shelf : the stock of the one part that ``Demand.part`` asks for; an order of it costs ``order_cost``
    """
    trades = [TRADE] * crew if isinstance(crew, int) else list(crew)
    homes = homes or [0] * len(trades)
    skills = skills or [1] * len(trades)
    places = 1 + max(int(demand.building.max()), *homes)
    truth = true_minutes or [[0.0] * places for _ in range(places)]
    office = [
        OfficeTechnician(number, {trade: level}, home, stays_home=stays_home)
        for number, (trade, level, home) in enumerate(zip(trades, skills, homes, strict=True))
    ]
    centre = CommandCentre(Settings(Site(map_minutes or truth), office, Calendar(date(2025, 9, 1)), rules))
    centre.intake.triage = triage
    technicians = [
        Technician(number, {trade: level}, home, AlwaysOn(), stays_home=stays_home)
        for number, (trade, level, home) in enumerate(zip(trades, skills, homes, strict=True))
    ]
    world = World(centre, technicians, [list(row) for row in truth])
    path = PathDemand(world.waist, world.register, demand.rows())
    if patience is not None:
        path.reported.append(Patience(world.waist, patience).reported)
    world.repair.done.append(path.completed)
    world.parts["demand"] = path
    if shelf is not None:
        world.parts["stores"] = Storeroom(
            world.waist, world.register, [shelf], order_cost_cny=order_cost, book_costs=True
        )
    world.begin()
    return world


def finish(world: World, until: float = NEVER) -> World:
    """Run until nothing more will happen, or ``until`` [min]; laws of conservation are checked on all but the longest runs."""
    clock = world.clock
    step = 4.0 * DAY_MIN
    while (following := clock.peek()) < until:
        before = world.journal.n
        clock.advance(min(following + step, until))
        world.journal.close_chunk()
        step *= 0.5 if world.journal.n - before > 40_000 else 2.0
    if world.journal.n < CHECKED_ROWS:
        checks.require(world.journal)
    return world
