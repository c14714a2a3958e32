"""A world from a description: every mechanism of the campus put beside the bare world, in one recipe."""

from collections.abc import Callable
from typing import Any

from twin.attributes import Attributes
from twin.births import Births, draw_births
from twin.campus import Campus
from twin.entities.technician import Technician
from twin.exposure import Exposure, WeatherPath, moods_of
from twin.journal import Journal
from twin.ports import Controller, Field
from twin.processes.acceptance import PhoneAcceptance
from twin.processes.approvals import Approvals
from twin.processes.cases import Cases
from twin.processes.clerks import Clerks
from twin.processes.daily import Daily
from twin.processes.faults import Faults
from twin.processes.payroll import Payroll
from twin.processes.preventive import Fleet
from twin.processes.reporting import Reporting
from twin.processes.signoff import SignOff
from twin.processes.stores import Shelf, Storeroom
from twin.processes.supply.ageing import Ageing
from twin.processes.supply.consumption import Consumption, draw_use
from twin.processes.supply.counter import Counter
from twin.processes.supply.purchasing import Purchasing
from twin.processes.visits import OnSiteVisits
from twin.society import Society
from twin.streams import Streams
from twin.world import World

ROOM_M2 = 40.0
"""Mean floor area of a room, corridors shared out [m2, A: 25-60]."""

MakeField = Callable[["World"], Field | None]


def build(
    campus: Campus,
    controller: Controller,
    *,
    seed: int,
    replication: int,
    field: MakeField | None = None,
    births: Births | None = None,
    keep_journal: bool = True,
) -> World:
    """A campus at minute 0, its demand drawn, nothing begun.

    Parameters
    ----------
    field : makes the devices between fact and event; None: the perfect field
    births : replaces the drawn exogenous stream (a recorded fault log)
    """
    streams = Streams(seed, replication)
    world = World(
        controller, _technicians(campus), campus.minutes_to, streams=streams, journal=Journal(keep_journal),
        overtime_max_min=campus.work.overtime_max_min, set_up_min=campus.work.set_up_min,
    )  # fmt: skip
    waist, register, calendar = world.waist, world.register, campus.calendar
    if field is not None:
        waist.field = field(world)
    weather = WeatherPath(campus.weather, calendar, streams, campus.horizon_days)
    moods = moods_of(campus.demand, streams, campus.horizon_days)
    exposure = Exposure(calendar, campus.demand, weather, campus.horizon_days, moods)
    attributes = Attributes(campus, streams)
    society = Society(campus.society, len(campus.buildings), campus.reporting.false_urgent)
    daily = Daily(waist, campus, weather, society, campus.features)
    clerks = Clerks(waist, streams, calendar, campus.clerks)
    house_trades = [trade.name for trade in campus.trades if trade.need_share > 0.0]
    reporting = Reporting(
        waist, register, streams, calendar, campus.reporting, house_trades, society.groups, clerks,
        campus.clerks.hours, campus.departments.needed,
    )  # fmt: skip
    drawn = draw_births(campus, streams, exposure, weather) if births is None else births
    rooms = [max(1, round(building.floor_m2 / ROOM_M2)) for building in campus.buildings]
    faults = Faults(
        waist, register, streams, attributes, drawn, campus.demand.recurrence_mean_days, reporting.noticed, rooms
    )
    register.end_fault = faults.end
    fleet = Fleet(waist, register, streams, calendar, campus, exposure, attributes, faults)
    stores, further = _stores(world, campus, streams, exposure)
    repair = world.repair
    repair.visits = OnSiteVisits(waist, register, streams, calendar, campus.work, stores, repair)
    repair.acceptance = PhoneAcceptance(world.clock, streams, campus.work)
    payroll = Payroll(waist, campus.people, campus.costs)
    world.duty.came_on.insert(0, payroll.came_on)
    world.duty.went_off.append(payroll.went_off)
    repair.arrived.append(daily.arrived)
    repair.released.append(payroll.released)
    world.office.told_otherwise.append(reporting.ask_again)
    repair.done += [SignOff(waist, streams, campus.work).completed, fleet.completed, world.office.completed]
    world.parts = {
        "daily": daily,
        "faults": faults,
        "fleet": fleet,
        "stores": stores,
        "approvals": Approvals(waist, register, streams, calendar, campus.chains, campus.costs),
        "cases": Cases(waist, register, streams, calendar, campus.departments),
        "reporting": reporting,
        **further,
    }
    world.births = drawn
    return world


def _stores(
    world: World, campus: Campus, streams: Streams, exposure: Exposure
) -> tuple[Storeroom | Counter, dict[str, Any]]:
    """The storeroom that reviews itself, or the stores whose purchases are decided; and what belongs to these."""
    waist, register, calendar, stores = world.waist, world.register, campus.calendar, campus.stores
    if not stores.on:
        shelves = [Shelf(s.reorder_point, s.order_up_to, s.lead_days, s.price_cny) for s in campus.skus]
        return Storeroom(waist, register, shelves, order_cost_cny=campus.costs.part_order_cny, book_costs=True), {}
    counter = Counter(waist, register, streams, stores)
    return counter, {
        "purchasing": Purchasing(waist, streams, calendar, stores, counter),
        "consumption": Consumption(world.clock, counter, draw_use(stores, streams, exposure)),
        "ageing": Ageing(waist, streams, calendar, stores, counter),
    }


def _technicians(campus: Campus) -> list[Technician]:
    return [
        Technician(number, person.skills, person.home, person.roster, person.crew, person.stays_home)
        for number, person in enumerate(campus.people)
    ]
