"""The work orders of the simulated CMMS and the rules that hold for them.

ValueError
└── NotAllowed     against a rule; ``code``: the status HTTP has for it
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

OPEN, IN_PROGRESS, ON_HOLD, COMPLETE = "OPEN", "IN_PROGRESS", "ON_HOLD", "COMPLETE"
FOLLOWS: Final = {
    OPEN: (IN_PROGRESS, ON_HOLD, COMPLETE),
    IN_PROGRESS: (OPEN, ON_HOLD, COMPLETE),
    ON_HOLD: (OPEN, IN_PROGRESS, COMPLETE),
    COMPLETE: (OPEN, IN_PROGRESS),
}
"""Status → those that may follow it."""
PRIORITIES: Final = ("NONE", "LOW", "MEDIUM", "HIGH")
EMPTY: Final[Mapping[str, Any]] = {
    "asset": None, "assignedTo": [], "category": None, "customers": [], "description": "", "dueDate": None,
    "estimatedDuration": 0.0, "estimatedStartDate": None, "files": [], "image": None, "location": None, "primaryUser": None,
    "priority": "NONE", "requiredSignature": False, "team": None, "title": "",
}  # fmt: skip
"""Fields that are written whole, and what each is when it is left out."""


class NotAllowed(ValueError):
    """Against a rule."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code = code


@dataclass(slots=True)
class Known:
    """Whom and what the CMMS knows: id → name."""

    users: Mapping[int, str]
    categories: Mapping[int, str]
    locations: Mapping[int, str]

    def named(self, field_: str, value: Any) -> dict[str, Any] | None:
        """A reference ``{"id": …}`` with its name.

        Raises
        ------
        NotAllowed
            If there is none of that id.
        """
        if value is None:
            return None
        names = {"primaryUser": self.users, "category": self.categories, "location": self.locations}[field_]
        number = value.get("id") if isinstance(value, dict) else None
        if not isinstance(number, int) or number not in names:
            raise NotAllowed(404, f"{field_}: no id {number!r}")
        return {"id": number, "name": names[number]}


@dataclass(slots=True)
class Orders:
    """Every work order, as it is shown; each change is stamped and kept. ``now``: the virtual clock."""

    known: Known
    now: datetime
    of: dict[int, dict[str, Any]] = field(default_factory=dict)
    histories: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    comments: dict[int, list[dict[str, Any]]] = field(default_factory=dict)

    def create(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """A new work order.

        Raises
        ------
        NotAllowed
        """
        number = len(self.of) + 1
        order = {
            "id": number,
            "customId": f"WO{number:06d}",
            "status": OPEN,
            "createdAt": stamp(self.now),
            "archived": False,
        }
        order |= self._whole(given)
        self.of[number] = order
        self.histories[number], self.comments[number] = [], []
        self._changed(order, "created")
        return order

    def get(self, number: int) -> dict[str, Any]:
        """A work order.

        Raises
        ------
        NotAllowed
            If there is none of that id.
        """
        if number not in self.of:
            raise NotAllowed(404, f"no work order {number}")
        return self.of[number]

    def patch(self, number: int, given: Mapping[str, Any]) -> dict[str, Any]:
        """Write a work order whole: what is left out is emptied.

        Raises
        ------
        NotAllowed
        """
        order = self.get(number)
        before = order["primaryUser"]
        order |= self._whole(given)
        after = order["primaryUser"]
        self._changed(order, "changed" if before == after else f"given to {after['id'] if after else 'nobody'}")
        return order

    def change_status(self, number: int, status: Any, feedback: str = "") -> dict[str, Any]:
        """Put a work order into another status.

        Raises
        ------
        NotAllowed
        """
        order = self.get(number)
        if status not in FOLLOWS:
            raise NotAllowed(400, f"status: {status!r}, expected one of {', '.join(FOLLOWS)}")
        if status not in FOLLOWS[order["status"]]:
            raise NotAllowed(422, f"work order {number} is {order['status']}: it cannot become {status}")
        if status == IN_PROGRESS and order["primaryUser"] is None:
            raise NotAllowed(422, f"work order {number}: nobody has it, so nobody begins")
        order["status"] = status
        order["feedback"] = feedback
        order["completedOn"] = stamp(self.now) if status == COMPLETE else None
        self._changed(order, status)
        return order

    def comment(self, number: int, content: str) -> dict[str, Any]:
        """Put a note beside a work order.

        Raises
        ------
        NotAllowed
        """
        self.get(number)
        if not content:
            raise NotAllowed(422, "content: empty")
        self.comments[number].append({"content": content, "createdAt": stamp(self.now)})
        return self.comments[number][-1]

    def _whole(self, given: Mapping[str, Any]) -> dict[str, Any]:
        found = {name: given.get(name, empty) for name, empty in EMPTY.items()}
        if not found["title"]:
            raise NotAllowed(422, "title: is missing")
        if found["priority"] not in PRIORITIES:
            raise NotAllowed(400, f"priority: {found['priority']!r}, expected one of {', '.join(PRIORITIES)}")
        for name in ("primaryUser", "category", "location"):
            found[name] = self.known.named(name, found[name])
        return found

    def _changed(self, order: dict[str, Any], what: str) -> None:
        order["updatedAt"] = stamp(self.now)
        self.histories[order["id"]].append({"name": what, "createdAt": stamp(self.now)})


def stamp(at: datetime) -> str:
    """An instant as Atlas writes it."""
    return at.isoformat(timespec="milliseconds")


def minutes(count: float) -> timedelta:
    """So many minutes."""
    return timedelta(minutes=count)
