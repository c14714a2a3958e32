"""Simulating one run again, watching one order, up to the order's end.

Runs are deterministic, so nothing needs to be kept of a run but how it was made: the second run is
the first. The wrappers that watch change no answer.
"""

from dataclasses import dataclass

from policies.contract.units import DAY_MIN
from policies.controller.centre import CommandCentre
from scenarios.story.lives import Step, is_over, last_minute, life_of, orders
from scenarios.story.recorder import Question, Watch
from scenarios.study.arms import Arm
from scenarios.study.replication import branch, burn_in
from scenarios.study.watchdog import LIMIT_S, Watchdog
from twin.world import World

SETTLES_DAYS = 9
"""Days after completion in which an order is signed or comes back (a week's silence is a signature)."""

LOOK_EVERY_DAYS = 7


class NoSuchOrder(LookupError):
    """The run has no order of that number."""


@dataclass(slots=True)
class Told:
    """The life of an order and the decisions about it."""

    order: int
    life: list[Step]
    questions: list[Question]
    world: World


def tell(arm: Arm, seed: int, replication: int, order: int, limit_s: float = LIMIT_S) -> Told:
    """Simulate a run again until the order is over and settled (or the run ends), and tell its life.

    Raises
    ------
    NoSuchOrder
        If nothing with that number was ever reported or opened, with the numbers there are.
    """
    watch = Watch(order)

    def prepare(world: World) -> None:
        held = _watch_of(world) or watch
        centre = world.controller
        assert isinstance(centre, CommandCentre)
        held.on(centre)
        world.parts.setdefault("watch", held)

    def enough(world: World) -> bool:
        if int(world.now // DAY_MIN) % LOOK_EVERY_DAYS:
            return False
        life = life_of(world.journal, order)
        return is_over(life, order) and world.now > last_minute(life) + SETTLES_DAYS * DAY_MIN

    dog = Watchdog(limit_s)
    with dog.on_guard():
        base = burn_in(arm, seed, replication, dog, prepare)
        world = branch(arm, base, dog, prepare, enough)
    life = life_of(world.journal, order)
    if not life:
        least, most = orders(world.journal)
        raise NoSuchOrder(f"no order {order} in this run: expected a number from {least} to {most}")
    found = _watch_of(world)
    return Told(order, life, found.questions if found is not None else [], world)


def _watch_of(world: World) -> Watch | None:
    """The watch travels with the world, so that a fork writes into its own."""
    found = world.parts.get("watch")
    return found if isinstance(found, Watch) else None
