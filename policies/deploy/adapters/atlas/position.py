"""How far a bridge is: one file, whole or not at all.

ValueError
└── BadPosition    a file that holds no such thing
"""

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from policies.deploy import canonical, whole
from policies.deploy.strict import Reader, WrongDocument

KEPT: Final = 5_000
"""Finished work orders that are remembered: one of them that is opened again was sent back."""
COMPLETE: Final = "COMPLETE"
FIELDS: Final = ("after", "name", "now", "on_duty", "orders", "outbox", "since", "told", "wakes")


class BadPosition(ValueError):
    """A file that holds no position."""


@dataclass(slots=True)
class Known:
    """A work order as it was told last. ``status``: Atlas' word; ``tech``: who has it by the office's number, -1 nobody."""

    status: str
    tech: int = -1


@dataclass(slots=True)
class Position:
    """How far a bridge is.

    ``name``: begins the id of everything it tells, so that a bridge that begins anew is another. ``after``: number of the
    last decision that was carried out; ``told``: observations so far; ``now``: minute of the last;
    ``since``: from when on changes are looked for, by the clock of the CMMS ("": everything that is open).
    ``outbox``: observations that may not have been told; ``wakes``: timers that are open, (minute, tag, subject).
    """

    name: str
    after: int
    since: str = ""
    told: int = 0
    now: float = 0.0
    orders: dict[int, Known] = field(default_factory=dict)
    on_duty: list[int] = field(default_factory=list)
    wakes: list[tuple[float, str, int]] = field(default_factory=list)
    outbox: list[dict[str, Any]] = field(default_factory=list)

    def will_tell(self, event: Mapping[str, Any], now: float | None) -> None:
        """Put an event into the outbox under an id of its own; ``now`` None: at what minute is the host's business."""
        self.told += 1
        observation: dict[str, Any] = {"event": dict(event), "id": f"{self.name}-{self.told}"}
        if now is not None:
            self.now = max(self.now, now)
            observation["now"] = self.now
        self.outbox.append(observation)

    def remember(self, number: int, known: Known) -> None:
        """Note how a work order was told; of those that are finished only so many."""
        self.orders.pop(number, None)
        self.orders[number] = known
        finished = [one for one, it in self.orders.items() if it.status == COMPLETE]
        for one in finished[: max(0, len(finished) - KEPT)]:
            del self.orders[one]


def begun(last: int) -> Position:
    """The position of a bridge that begins: after the host's last decision."""
    return Position(f"atlas-{uuid.uuid4().hex[:8]}", last)


def written(position: Position) -> bytes:
    """A position as its file holds it."""
    plain = asdict(position)
    plain["orders"] = {str(number): [known.status, known.tech] for number, known in position.orders.items()}
    return canonical.text(plain)


def save(file: Path, content: bytes) -> None:
    """Keep it before anything is told by it, whole or not at all."""
    whole.write(file, content)


def load(file: Path) -> Position:
    """The position of a file.

    Raises
    ------
    BadPosition
        If it holds none.
    """
    reader = Reader(str(file))
    try:
        given = reader.table(canonical.parse(file.read_bytes()), "", FIELDS)
        reader.done()
        found = Position(
            name=reader.text(given["name"], "name"),
            after=reader.whole(given["after"], "after", 0, 2**53 - 1),
            since=reader.text(given["since"], "since"),
            told=reader.whole(given["told"], "told", 0, 2**53 - 1),
            now=reader.number(given["now"], "now"),
            orders={
                int(number): Known(reader.text(status, f"orders.{number}"), reader.whole(tech, "tech", -1, 2**31 - 1))
                for number, (status, tech) in reader.mapping(given["orders"], "orders").items()
            },
            on_duty=[reader.whole(one, at, 0, 2**31 - 1) for at, one in reader.items(given["on_duty"], "on_duty")],
            wakes=[
                (float(at), str(tag), int(subject)) for _, (at, tag, subject) in reader.items(given["wakes"], "wakes")
            ],
            outbox=[reader.mapping(one, at) for at, one in reader.items(given["outbox"], "outbox")],
        )
        reader.done()
    except (canonical.NotJson, WrongDocument, TypeError, ValueError, OSError) as error:
        raise BadPosition(
            f"{file}: {error}; remove it and the bridge begins with what is open and decided next"
        ) from error
    return found
