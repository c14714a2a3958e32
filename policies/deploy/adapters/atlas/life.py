"""The life of a work order in the CMMS, as the office is to hear of it.

The CMMS knows four statuses, the office more. What a status does not say is filled in by the shortest
life that leads there: who is IN_PROGRESS has accepted and arrived. A CMMS does not know when somebody
accepted or set out, so both are told at arrival.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from policies.deploy.adapters.atlas.clock import SiteClock
from policies.deploy.adapters.atlas.cmms import COMPLETE, IN_PROGRESS, ON_HOLD, OPEN, CmmsOrder
from policies.deploy.adapters.atlas.config import PRIORITIES, Config
from policies.deploy.adapters.atlas.position import Known
from policies.deploy.messages import KIND

Plain = dict[str, Any]
CHANNEL: Final = "app"
"""How a request came: a CMMS is an application."""
CLAIMED: Final = {theirs: ours for ours, theirs in PRIORITIES.items()}
LEFT: Final = frozenset({"PartNeeded", "VisitEnded"})
"""Events after which nobody has the order until the office assigns it anew."""


class Unmapped(ValueError):
    """A work order whose category or location stands in no table: the office cannot be told of it."""


def registered(seen: CmmsOrder, config: Config, clock: SiteClock) -> Plain:
    """A work order that is new, as a request.

    Raises
    ------
    Unmapped
        With what is missing.
    """
    trade = _ours(config.categories, seen.category)
    building = _ours(config.locations, seen.location)
    missing = [
        f"{name} {theirs}"
        for name, theirs, ours in (("category", seen.category, trade), ("location", seen.location, building))
        if ours is None
    ]
    if missing:
        raise Unmapped(f"work order {seen.id}: {' and '.join(missing)} not in the tables; it is not told to the office")
    return {
        KIND: "RequestRegistered", "request": seen.id, "building": building, "trade": trade,
        "priority": CLAIMED.get(seen.priority, 4), "channel": CHANNEL, "group": -1,
        "reported_at": clock.minute(seen.created),
    }  # fmt: skip


def after(known: Known, seen: CmmsOrder, config: Config) -> list[Plain]:
    """What the office is to hear of a work order that it knows; ``known`` becomes as it is told."""
    if seen.status in (IN_PROGRESS, COMPLETE):
        known.tech = _who(known, seen, config)
    events = [] if seen.status == known.status else list(_passage(seen.id, known, seen.status, config.on_hold))
    known.status = seen.status
    if any(one[KIND] in LEFT for one in events):
        known.tech = -1
    return events


def _passage(number: int, known: Known, status: str, on_hold: str) -> Iterator[Plain]:
    order, tech, before = {"order": number}, known.tech, known.status
    someone = tech >= 0
    if before == COMPLETE:
        yield {KIND: "OrderReopened", **order}
    if before == ON_HOLD and on_hold == "PartNeeded" and status in (OPEN, IN_PROGRESS):
        yield {KIND: "PartReady", **order}
    if someone and (status == IN_PROGRESS or (status in (ON_HOLD, COMPLETE) and before == OPEN)):
        yield {KIND: "OrderAccepted", **order, "tech": tech}
        yield {KIND: "OnSite", **order, "tech": tech}
    if status == ON_HOLD and someone:
        yield _held(number, on_hold, tech)
    if status == OPEN and before == IN_PROGRESS and someone:
        yield {KIND: "VisitEnded", **order, "tech": tech, "why": "not_fixed"}
    if status == COMPLETE:
        yield (
            {KIND: "WorkCompleted", **order, "tech": tech} if someone else {KIND: "RequestCancelled", "request": number}
        )


def _held(number: int, on_hold: str, tech: int) -> Plain:
    """A hold says no reason: the configuration says which it is here."""
    if on_hold == "PartNeeded":
        return {KIND: "PartNeeded", "order": number, "tech": tech, "sku": -1}
    return {KIND: "VisitEnded", "order": number, "tech": tech, "why": "not_fixed"}


def _who(known: Known, seen: CmmsOrder, config: Config) -> int:
    """Who has it: whom the CMMS names, else whom it was given to."""
    found = _ours(config.users, seen.user)
    return known.tech if found is None else int(found)


def _ours(names: Mapping[Any, int], theirs: int | None) -> Any:
    return next((ours for ours, other in names.items() if other == theirs), None)
