"""Commands: what the office orders. The world obeys, or answers ``CommandRefused``.

``OpenOrder`` … ``Note`` are plain slotted records with declared journal columns, as events are.
"""

from dataclasses import dataclass
from typing import ClassVar

from policies.contract.events import Columns


@dataclass(slots=True)
class OpenOrder:
    """Make the request a work order (工单) of a trade and a triaged priority (1-4); the order keeps its number."""

    order: int
    trade: str
    priority: int
    columns: ClassVar[Columns] = {"order": "i8", "trade": "text", "priority": "i1"}


@dataclass(slots=True)
class MergeDuplicate:
    """Close a request with a link to the order it repeats (重复并单)."""

    request: int
    into: int
    columns: ClassVar[Columns] = {"request": "i8", "into": "i8"}


@dataclass(slots=True)
class RejectRequest:
    """Turn a request away (已驳回)."""

    request: int
    why: str
    columns: ClassVar[Columns] = {"request": "i8", "why": "text"}


@dataclass(slots=True)
class SeekApproval:
    """Send an order through a named approval chain (待审批), serial or parallel."""

    order: int
    chain: str
    parallel: bool
    columns: ClassVar[Columns] = {"order": "i8", "chain": "text", "parallel": "?"}


@dataclass(slots=True)
class ReservePart:
    """Take the named part from stock, or wait for it first come first served; ``PartReady`` answers."""

    order: int
    sku: int
    columns: ClassVar[Columns] = {"order": "i8", "sku": "i4"}


@dataclass(slots=True)
class Assign:
    """Give an order to a technician (派单): at once if free, else the end (``first``: the head) of the work list."""

    order: int
    tech: int
    first: bool = False
    columns: ClassVar[Columns] = {"order": "i8", "tech": "i4", "first": "?"}


@dataclass(slots=True)
class Unassign:
    """Take an order not yet under way back from a technician's work list."""

    order: int
    tech: int
    columns: ClassVar[Columns] = {"order": "i8", "tech": "i4"}


@dataclass(slots=True)
class Preempt:
    """Interrupt the technician's present order (中断); its remaining work is kept."""

    order: int
    tech: int
    columns: ClassVar[Columns] = {"order": "i8", "tech": "i4"}


@dataclass(slots=True)
class Escalate:
    """The breaker of an order reached a level: who was told, and what is allowed from now on."""

    order: int
    level: int
    columns: ClassVar[Columns] = {"order": "i8", "level": "i1"}


@dataclass(slots=True)
class SendCase:
    """Send a cross-department case on to a department (移交)."""

    order: int
    department: int
    columns: ClassVar[Columns] = {"order": "i8", "department": "i4"}


@dataclass(slots=True)
class PutOnAgenda:
    """Put a stuck case on the agenda of the next weekly review (协同复盘会)."""

    order: int
    columns: ClassVar[Columns] = {"order": "i8"}


@dataclass(slots=True)
class BuyStock:
    """Buy pieces for a line (采购); ``rush``: by the fast way, at its premium. ``StockReceived`` answers, in the end."""

    item: int
    quantity: int
    rush: bool = False
    columns: ClassVar[Columns] = {"item": "i4", "quantity": "i4", "rush": "?"}


@dataclass(slots=True)
class Wake:
    """Ask to be woken at an instant; ``Woke(tag, subject)`` answers."""

    at: float
    tag: str
    subject: int = -1
    columns: ClassVar[Columns] = {"at": "f8", "tag": "text", "subject": "i8"}


@dataclass(slots=True)
class GuardHit:
    """Nothing to obey, only to keep: a guard refused a decision, or a rule failed and its fallback decided."""

    decision: str
    order: int
    tech: int
    why: str
    columns: ClassVar[Columns] = {"decision": "text", "order": "i8", "tech": "i4", "why": "text"}


@dataclass(slots=True)
class Later:
    """A command that lands after the declared latency of the rule that gave it [min]."""

    after_min: float
    command: "Order"
    columns: ClassVar[Columns] = {"after_min": "f8"}


Order = (
    OpenOrder | MergeDuplicate | RejectRequest | SeekApproval | ReservePart | Assign | Unassign
    | Preempt | Escalate | SendCase | PutOnAgenda | BuyStock | Wake | GuardHit
)  # fmt: skip
Command = Order | Later

COMMANDS: tuple[type[Command], ...] = (
    OpenOrder, MergeDuplicate, RejectRequest, SeekApproval, ReservePart, Assign, Unassign,
    Preempt, Escalate, SendCase, PutOnAgenda, BuyStock, Wake, GuardHit, Later,
)  # fmt: skip
