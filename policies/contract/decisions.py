"""Everything a policy may be asked, on one page. A decision point is a Protocol of one method.

A rule is a class registered by name at its decision point. It declares (all optional):

``sees``        names of the fields it reads, of the view and of what it is shown, for ``twin policy list`` and the host
``key``         static key by which the waiting list is kept (dispatch only)
``by_priority`` whether the waiting list keeps the heads of each priority too (dispatch only)
``rounds``      minutes of the day at which it decides, or ``every_min``; at no other time then, but on emergencies at once
``work_lists``  whether it may give an order to a busy technician's work list
``continuous``  whether it is asked after every issue, and not at the day's review alone (replenish only)
``latency_min`` declared decision time, added in virtual time and compared with the budget
``requires``    modules it imports lazily
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from policies.contract.stock import Stock, StockItem
from policies.contract.views import Candidates, Technician, View, Waiting, WorkOrder

Pair = tuple[WorkOrder, Technician]


class Dispatch(Protocol):
    """派单: who goes where."""

    def dispatch(self, waiting: Waiting, candidates: Candidates, view: View) -> Sequence[Pair]:
        """Pairs to assign now; orders not named go on waiting.

        A rule without rounds is asked whenever an order becomes ready or a person idle, if there is somebody for
        the one or something for the other; what it leaves waiting it sees again then, and no clock asks it.
        """
        ...


class Escalate(Protocol):
    """熔断升级: what an open emergency allows as time passes."""

    def steps(self, order: WorkOrder, view: View) -> "Sequence[EscalationStep]":
        """The ladder of an emergency, by minutes since the report; empty: no breaker."""
        ...


class Reserve(Protocol):
    """预备队: how many idle technicians of a trade are held back for emergencies."""

    def hold(self, trade: str, view: View) -> int:
        """Number to hold [>= 0]."""
        ...


class Preempt(Protocol):
    """中断: whose present work gives way to an emergency."""

    def victim(self, order: WorkOrder, busy: Iterable[Pair], view: View) -> Technician | None:
        """One of the busy technicians (each with the order in hand), or None."""
        ...


class TriageRule(Protocol):
    """分诊: which trade and priority a request is given."""

    def triage(self, request: WorkOrder, view: View) -> "Triage":
        """Trade, priority 1-4, or a reason to reject."""
        ...


class Intake(Protocol):
    """受理: is this request one we already have?"""

    def duplicate_of(self, request: WorkOrder, open_here: Iterable[WorkOrder], view: View) -> int:
        """Number of the open order of the same building it repeats, or -1."""
        ...


class Approval(Protocol):
    """审批: whose signature an order needs before work."""

    def chain(self, order: WorkOrder, view: View) -> "Chain | None":
        """The approval chain, or None: released at once."""
        ...


class CaseOwner(Protocol):
    """联办: how a cross-department case is moved on."""

    def next_step(self, order: WorkOrder, what: str, at_department: int, view: View) -> "CaseStep | None":
        """What to do after a case move; None: leave it where it lies.

        ``what``: opened, accepted (the department acted, more are needed), bounced, stuck, decided
        (by the weekly review) or reminded (the requester asked again while it is stuck).
        """
        ...


class Replenish(Protocol):
    """补货: what is bought, for which shelf."""

    def replenish(self, stock: Stock, view: View) -> "Sequence[Purchase]":
        """What to buy now; each line once at most.

        Asked at the review of every day, whether anything changed or not; one that declares ``continuous`` after every
        issue too, of that line alone. ``order_size`` may make another lot of a quantity that is no rush.
        """
        ...


class ForecastRule(Protocol):
    """需求预测: what is expected of a line."""

    def forecast(self, item: StockItem, view: View) -> float:
        """Pieces expected in a month to come [>= 0]; asked when a month has ended, of every line."""
        ...


class OrderSize(Protocol):
    """采购批量: how much is bought at once of what is needed."""

    def lot(self, item: StockItem, quantity: int, view: View) -> int:
        """Pieces of the order [>= 1], where ``quantity`` would bring the line to where the replenishment wants it."""
        ...


@dataclass(slots=True)
class EscalationStep:
    """One rung: after ``after_min`` from the report without arrival, level ``level`` is reached.

    ``second`` offers an order that nobody accepted for ``accept_min`` to another technician,
    ``reserve`` opens the reserve, ``preempt`` allows pre-emption, ``partner`` calls an outside firm to
    this order: it leaves with the visit's end, and no other way sends it to a trade of the house.
    """

    after_min: float
    level: int
    second: bool = False
    reserve: bool = False
    preempt: bool = False
    partner: bool = False
    accept_min: float = 5.0


@dataclass(slots=True)
class Triage:
    """Verdict of triage; ``reject`` names the reason, empty: accepted."""

    trade: str
    priority: int
    reject: str = ""


@dataclass(slots=True)
class Chain:
    """An approval chain by name, its people asked one after the other or all at once."""

    name: str
    parallel: bool = False


@dataclass(slots=True)
class CaseStep:
    """Send the case to ``department`` (>= 0), or put it on the weekly agenda (-1)."""

    department: int


@dataclass(slots=True)
class Purchase:
    """So many pieces of a line; ``rush``: by the fast way, at its premium."""

    item: StockItem
    quantity: int
    rush: bool = False


DECISIONS: dict[str, str] = {
    "dispatch": "dispatch",
    "escalate": "steps",
    "reserve": "hold",
    "preempt": "victim",
    "triage": "triage",
    "intake": "duplicate_of",
    "approval": "chain",
    "case_owner": "next_step",
    "replenish": "replenish",
    "forecast": "forecast",
    "order_size": "lot",
}
"""Decision point → method a rule for it must have."""

BUDGET_MIN: dict[str, float] = {"dispatch": 2.0 / 60.0, "dispatch_batch": 20.0 / 60.0}
"""Hard budgets of declared latency [min]; other decisions: as dispatch (protocols 4)."""
