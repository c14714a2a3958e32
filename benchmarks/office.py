"""A busy office for timing one decision: the medium campus's people, ten times the usual waiting list."""

from policies.contract.units import HOUR_MIN
from policies.contract.views import WorkOrder
from policies.controller.centre import CommandCentre
from policies.controller.desks.dispatch import DispatchDesk
from policies.controller.settings import RuleChoice
from scenarios.resolution.build import campus_of, settings_of
from scenarios.resolution.resolve import resolve
from twin.streams import Streams

LOAD = 10
USUALLY_WAITING = 40
"""Orders that wait at noon of a working day on the medium campus."""
IDLE_SHARE = 0.1
IN_HAND = 1_000_000
"""First number of the orders people are busy with."""
NOON = 12 * HOUR_MIN


def busy_office(rule: str, load: int = LOAD) -> DispatchDesk:
    """A dispatch desk at noon: one in ten people idle, ``load`` times as many orders waiting, one of them new."""
    streams = Streams(1, 0)
    resolved = resolve("as_is")
    settings = settings_of(resolved, campus_of(resolved, streams))
    settings.rules = {"dispatch": RuleChoice(rule)}
    desk = CommandCentre(settings).dispatch
    record = desk.record
    record.view.now = NOON
    for tech in record.technicians:
        tech.on_duty, tech.until = True, NOON + 5 * HOUR_MIN
        tech.at = int(streams.uniform("at", tech.id) * len(settings.site.minutes_to))
        record.free(tech)
        if streams.uniform("idle", tech.id) >= IDLE_SHARE:
            in_hand = WorkOrder(IN_HAND + tech.id, tech.at, tech.trade, 3, "app", 0, NOON - HOUR_MIN)
            record.add(in_hand)
            record.wait(in_hand, NOON - HOUR_MIN)
            record.give(in_hand, tech, NOON - HOUR_MIN)
    trades = sorted(desk.trades)
    for number in range(load * USUALLY_WAITING):
        place, trade, claim, age = (streams.uniform(of, number) for of in ("place", "trade", "claim", "age"))
        order = WorkOrder(
            number, int(place * len(settings.site.minutes_to)), trades[int(trade * len(trades))],
            1 + (claim > 0.05) + (claim > 0.25), "app", 0, NOON - age * 8 * HOUR_MIN,
        )  # fmt: skip
        record.add(order)
        record.wait(order, NOON)
    record.waiting.fresh[:-1] = []
    record.candidates.fresh.clear()
    record.view.round = desk.batch
    return desk
