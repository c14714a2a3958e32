"""Save, restore and fork a running campus by pickle.

What never changes (travel times, the drawn stream, calendars, finished journal chunks) is shared
through ``persistent_id``, so that a fork costs milliseconds. Never by ``deepcopy``: it silently
shares what pickle refuses, and a bound append of the copy would write into the parent's list.
"""

import io
import pickle
from collections.abc import Callable
from typing import Any

from twin.world import World


class CannotFork(RuntimeError):
    """The world holds a live SimPy process, which Python cannot pickle."""


def fork(world: World) -> World:
    """An independent world that continues from here exactly as this one would.

    Raises
    ------
    CannotFork
        If a SimPy process runs beside the model, naming it.
    """
    return forks(world)()


def forks(world: World) -> Callable[[], World]:
    """A maker of forks of this moment: the state is written once and read at every call.

    Raises
    ------
    CannotFork
        If a SimPy process runs beside the model, naming it.
    """
    world.journal.flush()
    shared = _constants(world)
    body = _dump(world, shared)
    return lambda: _load(body, shared)


def save(world: World) -> bytes:
    """The whole world in bytes, to be restored in another process.

    Raises
    ------
    CannotFork
        If a SimPy process runs beside the model, naming it.
    """
    world.journal.flush()
    shared = _constants(world)
    return pickle.dumps((shared, _dump(world, shared)), protocol=pickle.HIGHEST_PROTOCOL)


def restore(saved: bytes) -> World:
    """The world of ``save``. Only read bytes you wrote yourself: pickle runs what it is told."""
    shared, body = pickle.loads(saved)
    return _load(body, shared)


def _constants(world: World) -> list[Any]:
    """Objects that never change, in a stated order."""
    constants: list[Any] = [world.repair.minutes_to]
    if world.births is not None:
        constants.append(world.births)
    daily = world.parts.get("daily")
    if daily is not None:
        constants += [daily.weather]
    fleet = world.parts.get("fleet")
    if fleet is not None:
        constants += [fleet.exposure]
    demand = world.parts.get("demand")
    if demand is not None:
        constants.append(demand.rows)
    constants += list(world.journal.chunks())
    return constants


def _dump(world: World, shared: list[Any]) -> bytes:
    live = world.clock.live_processes()
    if live:
        raise CannotFork(
            f"a live SimPy process cannot be saved: {', '.join(live)}; end it, or model it as event methods"
        )
    numbers = {id(constant): number for number, constant in enumerate(shared)}
    out = io.BytesIO()
    pickler = pickle.Pickler(out, protocol=pickle.HIGHEST_PROTOCOL)
    pickler.persistent_id = lambda found: numbers.get(id(found))  # type: ignore[method-assign]
    pickler.dump(world)
    return out.getvalue()


def _load(body: bytes, shared: list[Any]) -> World:
    unpickler = pickle.Unpickler(io.BytesIO(body))
    unpickler.persistent_load = lambda number: shared[number]  # type: ignore[method-assign]
    world = unpickler.load()
    assert isinstance(world, World)
    return world
