"""How many orders are open, told from the feed of decisions alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from policies.deploy.messages import KIND
from policies.deploy.service import Decision

LEFT: Final = frozenset({"NoAccess", "OrderDeclined", "PartNeeded", "TradeFound", "VisitEnded"})
"""Events after which nobody has an order."""
OVER: Final = frozenset({"RequestCancelled", "WorkCompleted"})
"""Events after which an order is over."""
CLOSED: Final = frozenset({"MergeDuplicate", "RejectRequest"})
"""Commands that end it."""
EMERGENCY: Final = 1


@dataclass(slots=True)
class Tally:
    """Counted from the first decision on. ``priority``: open order → its priority; ``given``: order → who has it."""

    priority: dict[int, int] = field(default_factory=dict)
    given: dict[int, int] = field(default_factory=dict)
    closed: dict[int, int] = field(default_factory=dict)
    last: int = 0
    fallback: str = ""

    @property
    def waiting(self) -> int:
        """Open orders that nobody has."""
        return sum(order not in self.given for order in self.priority)

    @property
    def emergencies(self) -> int:
        """Open orders of priority 1."""
        return sum(priority == EMERGENCY for priority in self.priority.values())

    def add(self, decision: Decision) -> None:
        """Count a decision: its event, then its commands."""
        self.last = decision.number
        for point, why in decision.fallback.items():
            self.fallback = f"{point}: {why}"
        self._hear(decision.event)
        for command in decision.commands:
            self._obey(command["command"] if command[KIND] == "Later" else command)

    def _hear(self, event: Mapping[str, Any]) -> None:
        kind, order = event[KIND], event.get("order", event.get("request", event.get("task", -1)))
        if kind in ("RequestRegistered", "PreventiveDue") and order not in self.closed:
            self.priority.setdefault(order, event.get("priority", 4))
        elif kind in OVER:
            self._close(order)
        elif kind == "OrderReopened" and order in self.closed:
            self.priority[order] = self.closed.pop(order)
        elif (kind in LEFT and self.given.get(order) == event["tech"]) or (
            kind == "CommandRefused" and event["command"] == "Assign" and self.given.get(order) == event["tech"]
        ):
            del self.given[order]
        elif kind == "CommandRefused" and event["command"] == "Unassign" and order in self.priority:
            self.given[order] = event["tech"]

    def _obey(self, command: Mapping[str, Any]) -> None:
        kind, order = command[KIND], command.get("order", command.get("request", -1))
        if kind in CLOSED:
            self._close(order)
        elif order not in self.priority:
            return
        elif kind == "OpenOrder":
            self.priority[order] = command["priority"]
        elif kind == "Assign":
            self.given[order] = command["tech"]
        elif kind in ("Preempt", "Unassign"):
            self.given.pop(order, None)

    def _close(self, order: int) -> None:
        if order in self.priority:
            self.closed[order] = self.priority.pop(order)
        self.given.pop(order, None)
