"""Events: what the office hears. Each is a plain slotted record with declared journal columns.

The moment of an event is the ``now`` the controller is told; fields ending in ``_at`` are instants
[minutes since the start of the run] as the sender stamped them. Mutation is forbidden by the
conformance checks, not at run time (a frozen dataclass costs three times as much to make).
"""

from dataclasses import dataclass
from typing import ClassVar

Columns = dict[str, str]
"""Column name → numpy dtype, or ``"text"`` for a category."""


@dataclass(slots=True)
class RequestRegistered:
    """A request entered the system (报修单已登记): by the clerk, the night post or the app itself.

    ``trade`` and ``priority`` (1 emergency … 4 planned) are what was claimed.
    ``reported_at`` is when it was submitted or the call answered. ``room`` (a number within the
    building, -1 not written down) and ``part`` (the
    stock item the request names, -1 none) are what the form says. ``asset`` is the tag on the asset
    where there is one, else -1. ``departments`` > 0 where others must act first (cross-department).
    """

    request: int
    building: int
    trade: str
    priority: int
    channel: str
    group: int
    reported_at: float
    room: int = -1
    part: int = -1
    asset: int = -1
    amount_cny: float = 0.0
    departments: int = 0
    columns: ClassVar[Columns] = {
        "request": "i8", "building": "i4", "trade": "text", "priority": "i1", "channel": "text",
        "group": "i4", "reported_at": "f8", "room": "i4", "part": "i4", "asset": "i8",
        "amount_cny": "f8", "departments": "i4",
    }  # fmt: skip


@dataclass(slots=True)
class ReminderReceived:
    """The requester chased an open request (催单)."""

    request: int
    columns: ClassVar[Columns] = {"request": "i8"}


@dataclass(slots=True)
class RequestCancelled:
    """The requester withdrew the request (已撤销)."""

    request: int
    columns: ClassVar[Columns] = {"request": "i8"}


@dataclass(slots=True)
class ApprovalDecided:
    """The last person of an approval chain signed, or one refused."""

    order: int
    granted: bool
    columns: ClassVar[Columns] = {"order": "i8", "granted": "?"}


@dataclass(slots=True)
class PartReady:
    """The part an order waited for is at hand."""

    order: int
    columns: ClassVar[Columns] = {"order": "i8"}


@dataclass(slots=True)
class OrderAccepted:
    """The technician accepted the order (接单)."""

    order: int
    tech: int
    columns: ClassVar[Columns] = {"order": "i8", "tech": "i4"}


@dataclass(slots=True)
class OrderDeclined:
    """The technician handed the order back before starting (退单)."""

    order: int
    tech: int
    why: str
    columns: ClassVar[Columns] = {"order": "i8", "tech": "i4", "why": "text"}


@dataclass(slots=True)
class OnSite:
    """The technician arrived (到场)."""

    order: int
    tech: int
    columns: ClassVar[Columns] = {"order": "i8", "tech": "i4"}


@dataclass(slots=True)
class NoAccess:
    """Nobody let the technician in (待入室); the requester names ``again_at``."""

    order: int
    tech: int
    again_at: float
    columns: ClassVar[Columns] = {"order": "i8", "tech": "i4", "again_at": "f8"}


@dataclass(slots=True)
class AccessGranted:
    """The appointment for an order has come."""

    order: int
    columns: ClassVar[Columns] = {"order": "i8"}


@dataclass(slots=True)
class TradeFound:
    """On site the work turned out to need another trade (转单)."""

    order: int
    tech: int
    trade: str
    columns: ClassVar[Columns] = {"order": "i8", "tech": "i4", "trade": "text"}


@dataclass(slots=True)
class MadeSafe:
    """The emergency is under control (已应急处置); repair goes on as a normal order."""

    order: int
    tech: int
    columns: ClassVar[Columns] = {"order": "i8", "tech": "i4"}


@dataclass(slots=True)
class PartNeeded:
    """The technician left the site for want of a part (待料); the store will report ``PartReady``."""

    order: int
    tech: int
    sku: int
    columns: ClassVar[Columns] = {"order": "i8", "tech": "i4", "sku": "i4"}


@dataclass(slots=True)
class VisitEnded:
    """A visit ended without completion; the order needs another. ``why``: not_fixed, shift_end, preempted."""

    order: int
    tech: int
    why: str
    columns: ClassVar[Columns] = {"order": "i8", "tech": "i4", "why": "text"}


@dataclass(slots=True)
class WorkCompleted:
    """The technician reported the work finished (完工) with a closing code."""

    order: int
    tech: int
    code: str = "repaired"
    columns: ClassVar[Columns] = {"order": "i8", "tech": "i4", "code": "text"}


@dataclass(slots=True)
class OrderConfirmed:
    """The requester signed (验收), or a week's silence counts as a signature."""

    order: int
    by_silence: bool
    columns: ClassVar[Columns] = {"order": "i8", "by_silence": "?"}


@dataclass(slots=True)
class OrderReopened:
    """The requester says it is not fixed (返修): the same order, its clocks go on. One the office has forgotten (``View``) is a new request."""

    order: int
    columns: ClassVar[Columns] = {"order": "i8"}


@dataclass(slots=True)
class DutyChanged:
    """A technician came on duty or went off. ``why``: shift, break, sick. ``until`` is the roster's next change."""

    tech: int
    on: bool
    why: str
    until: float
    columns: ClassVar[Columns] = {"tech": "i4", "on": "?", "why": "text", "until": "f8"}


@dataclass(slots=True)
class PreventiveDue:
    """A calendar maintenance task is due (保养计划). ``late_after`` is the end of its tolerance."""

    task: int
    building: int
    trade: str
    asset: int
    late_after: float
    estimate_min: float
    columns: ClassVar[Columns] = {
        "task": "i8", "building": "i4", "trade": "text", "asset": "i8", "late_after": "f8",
        "estimate_min": "f8",
    }  # fmt: skip


@dataclass(slots=True)
class CaseMoved:
    """A cross-department case moved: ``what`` is accepted, bounced, stuck, decided or settled; ``at_department`` has it."""

    order: int
    what: str
    at_department: int
    columns: ClassVar[Columns] = {"order": "i8", "what": "text", "at_department": "i4"}


@dataclass(slots=True)
class StockIssued:
    """A slip of the stores (领料单): pieces asked for and handed out over the counter of a line.

    ``owed``: by so many pieces what somebody waits for grew, or, where it is negative, became less. ``empty``: the slip says
    that the shelf was found empty.
    """

    item: int
    asked: int
    given: int
    owed: int = 0
    empty: bool = False
    columns: ClassVar[Columns] = {"item": "i4", "asked": "i4", "given": "i4", "owed": "i4", "empty": "?"}


@dataclass(slots=True)
class StockReceived:
    """A purchase was accepted (验收入库): ``quantity`` pieces on the shelf, of ``ordered`` that were bought."""

    item: int
    purchase: int
    ordered: int
    quantity: int
    columns: ClassVar[Columns] = {"item": "i4", "purchase": "i8", "ordered": "i4", "quantity": "i4"}


@dataclass(slots=True)
class StockCounted:
    """A line was counted (盘点): what was found, right or wrong."""

    item: int
    found: int
    columns: ClassVar[Columns] = {"item": "i4", "found": "i4"}


@dataclass(slots=True)
class ItemSuperseded:
    """A line's item is used no more (淘汰换型): what lies there is dead stock, and the line goes on with its successor at none."""

    item: int
    columns: ClassVar[Columns] = {"item": "i4"}


@dataclass(slots=True)
class Woke:
    """A timer the controller asked for by ``Wake``."""

    tag: str
    subject: int
    columns: ClassVar[Columns] = {"tag": "text", "subject": "i8"}


@dataclass(slots=True)
class CommandRefused:
    """The world could not obey: truth and record disagree. ``command`` is its class name."""

    command: str
    order: int
    tech: int
    why: str
    columns: ClassVar[Columns] = {"command": "text", "order": "i8", "tech": "i4", "why": "text"}


Event = (
    RequestRegistered | ReminderReceived | RequestCancelled | ApprovalDecided | PartReady
    | OrderAccepted | OrderDeclined | OnSite | NoAccess | AccessGranted | TradeFound | MadeSafe
    | PartNeeded | VisitEnded | WorkCompleted | OrderConfirmed | OrderReopened | DutyChanged
    | PreventiveDue | CaseMoved | StockIssued | StockReceived | StockCounted | ItemSuperseded
    | Woke | CommandRefused
)  # fmt: skip

EVENTS: tuple[type[Event], ...] = (
    RequestRegistered, ReminderReceived, RequestCancelled, ApprovalDecided, PartReady,
    OrderAccepted, OrderDeclined, OnSite, NoAccess, AccessGranted, TradeFound, MadeSafe,
    PartNeeded, VisitEnded, WorkCompleted, OrderConfirmed, OrderReopened, DutyChanged,
    PreventiveDue, CaseMoved, StockIssued, StockReceived, StockCounted, ItemSuperseded,
    Woke, CommandRefused,
)  # fmt: skip
