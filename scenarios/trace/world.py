"""The world of an overlay, driven by a request log: people, travel and repair, nothing that makes demand of its own."""

from hardware_emul.field import compose
from policies.contract.calendar import Calendar
from policies.contract.views import Site
from policies.contract.views import Technician as OfficeTechnician
from policies.controller.centre import CommandCentre
from policies.controller.settings import RuleChoice, Settings
from scenarios.campus.shifts import roster_of
from scenarios.schema.campus import minutes_of
from scenarios.trace.log import Trace, work_of
from scenarios.trace.overlay import Arm, Overlay
from twin.entities.technician import Technician
from twin.processes.path import PathDemand, PathRow
from twin.streams import Streams
from twin.world import World

Person = tuple[Technician, OfficeTechnician]


def build_world(
    trace: Trace, overlay: Overlay, arm: Arm, *, seed: int = 0, replication: int = 0, handset: str = "perfect"
) -> World:
    """A world at minute 0 of the log's first day, begun.

    The log is the same in every replication; what the log does not say (work content, handsets) is
    drawn by (seed, replication).
    """
    streams = Streams(seed, replication)
    calendar = calendar_of(trace, overlay)
    people = people_of(trace, overlay, calendar)
    minutes_to = overlay.minutes_to()
    centre = CommandCentre(
        Settings(
            site=Site(minutes_to),
            technicians=[office for _, office in people],
            calendar=calendar,
            rules={"dispatch": RuleChoice(arm.dispatch.rule, dict(arm.dispatch.parameters))},
            estimate_min={name: law.mean_min for name, law in overlay.file.work.items()},
        )
    )
    world = World(
        centre,
        [true for true, _ in people],
        minutes_to,
        streams=streams,
        overtime_max_min=overlay.file.overtime_max_min,
    )
    waist = world.waist
    waist.field = compose({"handset": handset}, world.clock, streams, waist.note, waist.deliver)
    demand = PathDemand(waist, world.register, path_of(trace, overlay, streams))
    world.repair.done.append(demand.completed)
    world.parts["demand"] = demand
    world.begin()
    return world


def path_of(trace: Trace, overlay: Overlay, streams: Streams) -> list[PathRow]:
    """The log as rows of requests; work content logged or drawn, keyed by the row's number."""
    laws = overlay.file.work
    number = {name: k for k, name in enumerate(overlay.places)}

    def law(row: int, trade: str) -> float:
        return streams.lognormal("trace.work", row, laws[trade].mean_min, laws[trade].cv)

    works = work_of(trace.rows, law)
    return [
        PathRow(row.at_min, number[row.place], row.trade, row.priority, work)
        for row, work in zip(trace.rows, works, strict=True)
    ]


def calendar_of(trace: Trace, overlay: Overlay) -> Calendar:
    """The overlay's service hours every day from the log's first day on."""
    windows = tuple(sorted(map(minutes_of, overlay.file.service_windows)))
    return Calendar(trace.first_day, {"SVC": (windows,) * 7})


def people_of(trace: Trace, overlay: Overlay, calendar: Calendar) -> list[Person]:
    """Everybody, as they are and as the office knows them."""
    people: list[Person] = []
    for name, crew in overlay.file.crews.items():
        home = overlay.places.index(crew.home) if crew.home else 0
        for shift in crew.shifts():
            number = len(people)
            roster = roster_of(shift, number, calendar, trace.horizon_days, _never_sick)
            people.append(
                (
                    Technician(number, dict(crew.skills), home, roster, name),
                    OfficeTechnician(number, dict(crew.skills), home, name),
                )
            )
    return people


def _never_sick(person: int, day: int) -> bool:
    return False
