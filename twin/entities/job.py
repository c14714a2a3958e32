"""A fault and the job of removing it: the truth behind a work order."""

from typing import final

from policies.contract.states import OrderState

WAPPR = int(OrderState.WAPPR)


@final
class Fault:
    """Something broken or needed. ``asset`` -1: a service need. Durations [min].

    ``entity`` and ``life`` key its draws: a stable number and which of its lives this is.
    """

    __slots__ = (
        "asset", "building", "cause", "entity", "fixed", "generation", "id", "life", "part",
        "priority", "public", "requests", "room", "root", "safe", "source", "trade", "traits", "work_min",
    )  # fmt: skip

    def __init__(
        self, id: int, building: int, trade: str, priority: int, work_min: float, part: int = -1,
        asset: int = -1, entity: int = 0, life: int = 0, root: bool = False, generation: int = 0,
    ) -> None:  # fmt: skip
        self.id = id
        self.building = building
        self.trade = trade
        self.priority = priority
        self.work_min = work_min
        self.part = part
        self.asset = asset
        self.entity = entity
        self.life = life
        self.root = root
        self.generation = generation
        self.requests = 0
        self.cause = -1
        self.source = -1
        self.public = False
        self.room = -1
        self.traits: object = None
        self.fixed = False
        self.safe = False


@final
class Job:
    """One request and, once opened, the work order of the same number."""

    __slots__ = (
        "access_granted", "access_u", "actionable", "building", "channel", "cost_cny", "departments",
        "diagnosed", "fault", "group", "id", "interrupted", "key", "misdirected", "offers", "opened", "part_in_hand", "priority",
        "priority_claimed", "remaining_min", "reported_at", "room_known", "state", "tech", "trade",
        "trade_claimed", "unneeded", "visits",
    )  # fmt: skip

    def __init__(self, id: int, fault: Fault, group: int, channel: str, reported_at: float) -> None:
        self.id = id
        self.key = id
        self.fault = fault
        self.building = fault.building
        self.group = group
        self.channel = channel
        self.reported_at = reported_at
        self.trade = fault.trade
        self.trade_claimed = fault.trade
        self.priority = fault.priority
        self.priority_claimed = fault.priority
        self.remaining_min = fault.work_min
        self.room_known = True
        self.access_granted = False
        self.access_u = 1.0
        self.actionable = True
        self.diagnosed = False
        self.part_in_hand = False
        self.interrupted = False
        self.offers = 0
        self.opened = False
        self.unneeded = False
        self.misdirected = False
        self.departments = 0
        self.cost_cny = 0.0
        self.state = WAPPR
        self.tech = -1
        self.visits = 0
