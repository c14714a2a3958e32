"""SimPy's Environment as a mere clock: event methods called back by its timeouts, no process."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import simpy

from benchmarks.peers.event_methods import EventMethods
from benchmarks.peers.tally import Tally
from scenarios.reference.model import ReferenceCampus
from twin.processes.path import PathRow


class Campus(EventMethods):
    """The reference campus on SimPy's clock."""

    def __init__(self, env: simpy.Environment, campus: ReferenceCampus, path: Sequence[PathRow]) -> None:
        super().__init__(env, campus, path)
        self.timeout = env.timeout

    def after(self, delay_min: float, method: Callable[..., None], item: Any) -> None:
        self.timeout(delay_min).callbacks.append(partial(method, item))


def run(campus: ReferenceCampus, path: Sequence[PathRow]) -> Tally:
    """Run the reference to its horizon."""
    env = simpy.Environment()
    model = Campus(env, campus, path)
    model.begin()
    env.run(until=campus.horizon_min)
    return model.tally
