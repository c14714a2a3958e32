"""Facts of the truth that the office does not hear as such; the ruler reads them in the journal.

What the field does notice is an event of ``policies.contract.events``: under the perfect field one
row serves as fact and event.
"""

from dataclasses import dataclass
from typing import ClassVar

from policies.contract.events import Columns


@dataclass(slots=True)
class FaultOccurred:
    """Something broke, or somebody needs something (``asset`` -1). ``parent``: the fault whose root cause it is."""

    fault: int
    asset: int
    building: int
    trade: str
    priority: int
    root: bool
    parent: int
    source: str
    columns: ClassVar[Columns] = {
        "fault": "i8", "asset": "i8", "building": "i4", "trade": "text", "priority": "i1",
        "root": "?", "parent": "i8", "source": "text",
    }  # fmt: skip


@dataclass(slots=True)
class FaultSuppressed:
    """A fault instant that fell while the asset was already down."""

    asset: int
    columns: ClassVar[Columns] = {"asset": "i8"}


@dataclass(slots=True)
class RequestReported:
    """Somebody reported (t_report): submitted, or the call answered. Truth beside what is claimed.

    ``actionable`` is False for what turns out a duplicate of an open fault or nobody's work here.
    """

    request: int
    fault: int
    building: int
    group: int
    channel: str
    trade: str
    priority: int
    trade_claimed: str
    priority_claimed: int
    actionable: bool
    columns: ClassVar[Columns] = {
        "request": "i8", "fault": "i8", "building": "i4", "group": "i4", "channel": "text",
        "trade": "text", "priority": "i1", "trade_claimed": "text", "priority_claimed": "i1",
        "actionable": "?",
    }  # fmt: skip


@dataclass(slots=True)
class RequestLost:
    """A slip or message never reached the desk; the requester will ask again."""

    request: int
    columns: ClassVar[Columns] = {"request": "i8"}


@dataclass(slots=True)
class FaultEnded:
    """The fault is gone: ``cause_removed`` tells repair at the root from repair of the symptom."""

    fault: int
    order: int
    cause_removed: bool
    columns: ClassVar[Columns] = {"fault": "i8", "order": "i8", "cause_removed": "?"}


@dataclass(slots=True)
class WorkInterrupted:
    """Minutes of work left when a technician was called away or went home."""

    order: int
    tech: int
    left_min: float
    why: str
    columns: ClassVar[Columns] = {"order": "i8", "tech": "i4", "left_min": "f8", "why": "text"}


@dataclass(slots=True)
class StockReviewed:
    """The store looked at its shelves; ``ordered`` is how many items were ordered."""

    ordered: int
    columns: ClassVar[Columns] = {"ordered": "i4"}


@dataclass(slots=True)
class StockDelivered:
    """A purchase arrived."""

    sku: int
    quantity: int
    columns: ClassVar[Columns] = {"sku": "i4", "quantity": "i4"}


@dataclass(slots=True)
class PartTaken:
    """A part left the shelf for an order."""

    order: int
    sku: int
    columns: ClassVar[Columns] = {"order": "i8", "sku": "i4"}


@dataclass(slots=True)
class ShelfOpened:
    """A line of the stores at the start: which place keeps it (0 the central store), whether it is an insurance spare."""

    item: int
    place: int
    critical: bool
    columns: ClassVar[Columns] = {"item": "i4", "place": "i4", "critical": "?"}


@dataclass(slots=True)
class StockMoved:
    """Pieces truly came to a shelf or left it, with their value [0.01 CNY], both signed.

    ``why``: opening, received, issued, unrecorded (left without a slip), superseded (from the shelf to what is dead),
    dead (the same pieces, arriving there), scrapped (thrown away from there).
    """

    item: int
    why: str
    pieces: int
    cents: int
    columns: ClassVar[Columns] = {"item": "i4", "why": "text", "pieces": "i8", "cents": "i8"}


@dataclass(slots=True)
class PurchaseLine:
    """A line of a purchase as it was ordered: pieces, what they cost and what a rush adds [0.01 CNY]."""

    purchase: int
    item: int
    pieces: int
    cents: int
    premium_cents: int
    rush: bool
    columns: ClassVar[Columns] = {
        "purchase": "i8", "item": "i4", "pieces": "i8", "cents": "i8", "premium_cents": "i8", "rush": "?",
    }  # fmt: skip


@dataclass(slots=True)
class PurchasePaid:
    """A purchase was settled: cash left [0.01 CNY]."""

    purchase: int
    cents: int
    columns: ClassVar[Columns] = {"purchase": "i8", "cents": "i8"}


@dataclass(slots=True)
class ApprovalStep:
    """One person of a chain signed or refused."""

    order: int
    approver: int
    granted: bool
    columns: ClassVar[Columns] = {"order": "i8", "approver": "i4", "granted": "?"}


@dataclass(slots=True)
class PreventiveDone:
    """A calendar maintenance task was carried out; ``induced``: it did harm (infant failure)."""

    task: int
    asset: int
    induced: bool
    columns: ClassVar[Columns] = {"task": "i8", "asset": "i8", "induced": "?"}


@dataclass(slots=True)
class WeatherDay:
    """Weather of the day that begins: mean temperature [degC], storm or not."""

    temperature_c: float
    storm: bool
    columns: ClassVar[Columns] = {"temperature_c": "f8", "storm": "?"}


@dataclass(slots=True)
class CostBooked:
    """Money spent: ``kind`` of cost, subject (order, technician, item; -1 none), amount [CNY]."""

    kind: str
    subject: int
    cny: float
    columns: ClassVar[Columns] = {"kind": "text", "subject": "i8", "cny": "f8"}


@dataclass(slots=True)
class AdoptionChanged:
    """Share of an occupant group's reports that go through the app [0-1]."""

    group: int
    share: float
    columns: ClassVar[Columns] = {"group": "i4", "share": "f8"}


@dataclass(slots=True)
class FeatureSwitched:
    """A measure of a scenario took effect in the world or at the office."""

    feature: str
    value: str
    columns: ClassVar[Columns] = {"feature": "text", "value": "text"}


@dataclass(slots=True)
class EventHeard:
    """A report reached the office through an imperfect device: when, and what it then said.

    Every report that goes through such a device has one row, two if it was pressed twice; without
    such rows every fact was heard at once and unchanged.

    ``stamped_at`` is the instant the device claims, ``code`` the closing code as it was picked.
    """

    kind: str
    order: int
    tech: int
    stamped_at: float
    code: str = ""
    columns: ClassVar[Columns] = {
        "kind": "text", "order": "i8", "tech": "i4", "stamped_at": "f8", "code": "text",
    }  # fmt: skip
