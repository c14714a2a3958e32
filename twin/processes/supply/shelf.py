"""What truly lies on a shelf, to the piece and to the cent."""

from collections import deque
from typing import final

from twin.entities.job import Job

Waiting = tuple[Job | None, int]
"""Who waits (None: the place's own people) and for how many pieces."""


@final
class Shelf:
    """One line's shelf. Values in 0.01 CNY; what leaves takes its share of the value, so the whole never drifts.

    ``dead``: lots of a superseded item: (since [min], pieces, value), oldest first.
    """

    __slots__ = ("cents", "dead", "item", "on_hand", "waiting")

    def __init__(self, item: int) -> None:
        self.item = item
        self.on_hand = 0
        self.cents = 0
        self.waiting: deque[Waiting] = deque()
        self.dead: deque[tuple[float, int, int]] = deque()

    def put(self, pieces: int, cents: int) -> None:
        """Pieces arrive."""
        self.on_hand += pieces
        self.cents += cents

    def take(self, pieces: int) -> int:
        """Pieces leave; their value."""
        value = self.cents * pieces // self.on_hand
        self.on_hand -= pieces
        self.cents -= value
        return value
