"""People around the simulated CMMS: callers who report, technicians who work off what they are given, a storekeeper.

Who does what when follows from the number of the work order alone, so that a day repeats to the minute:
travel 4 to 10 min, work 15 to 54 min; every seventh is left once for a part, which comes 40 min later.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from hardware_emul.cmms.orders import COMPLETE, IN_PROGRESS, ON_HOLD, OPEN, PRIORITIES, Orders, minutes

PART_EVERY: Final = 7
PART_MIN: Final = 40
HIGH_EVERY: Final = 9


@dataclass(slots=True)
class Technician:
    """Somebody with a handset. ``order``: in hand, 0 none; ``until``: when the present stage of it ends."""

    user: int
    until: datetime
    order: int = 0

    def step(self, orders: Orders, crew: "Crew") -> None:
        """Go on with what is in hand, or take up the most urgent of what was given."""
        if not self.order:
            self._take_up(orders)
        elif self.until <= orders.now:
            self._go_on(orders, crew)

    def _take_up(self, orders: Orders) -> None:
        mine = [one for one in orders.of.values() if one["status"] == OPEN and self._has(one)]
        if mine:
            first = min(mine, key=lambda one: (-PRIORITIES.index(one["priority"]), one["id"]))
            self.order = first["id"]
            self.until = orders.now + minutes(4 + self.order % 7)

    def _go_on(self, orders: Orders, crew: "Crew") -> None:
        order = orders.of[self.order]
        if not self._has(order) or order["status"] not in (OPEN, IN_PROGRESS):
            self.order = 0
        elif order["status"] == OPEN:
            orders.change_status(self.order, IN_PROGRESS)
            self.until = orders.now + minutes(15 + self.order * 13 % 40)
        elif self.order % PART_EVERY == 3 and self.order not in crew.parts:
            orders.change_status(self.order, ON_HOLD, "a part is missing")
            crew.parts[self.order] = orders.now + minutes(PART_MIN)
            self.order = 0
        else:
            orders.change_status(self.order, COMPLETE, "repaired")
            self.order = 0

    def _has(self, order: dict[str, Any]) -> bool:
        return order["primaryUser"] is not None and order["primaryUser"]["id"] == self.user


@dataclass(slots=True)
class Crew:
    """Everybody. ``calls``: when who reports what; ``parts``: work order → when its part comes."""

    technicians: list[Technician]
    calls: list[tuple[datetime, dict[str, Any]]] = field(default_factory=list)
    parts: dict[int, datetime] = field(default_factory=dict)

    def step(self, orders: Orders) -> None:
        """What happens in this minute."""
        while self.calls and self.calls[0][0] <= orders.now:
            orders.create(self.calls.pop(0)[1])
        for number, at in self.parts.items():
            if at <= orders.now and orders.of[number]["status"] == ON_HOLD:
                orders.change_status(number, OPEN, "the part is there")
        for one in self.technicians:
            one.step(orders, self)


def calls(orders: Orders, count: int, over_min: float) -> list[tuple[datetime, dict[str, Any]]]:
    """So many reports, evenly over so many minutes, going round places and trades."""
    places, trades = list(orders.known.locations), list(orders.known.categories)
    return [
        (
            orders.now + minutes(over_min * k / count),
            {
                "title": f"report {k + 1}", "location": {"id": places[k * 5 % len(places)]},
                "category": {"id": trades[k % len(trades)]},
                "priority": "HIGH" if k % HIGH_EVERY == 4 else PRIORITIES[1 + k % 2],
            },
        )
        for k in range(count)
    ]  # fmt: skip
