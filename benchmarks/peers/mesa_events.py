"""Mesa 3.3's event list: event methods scheduled on a ``DEVSimulator`` (documentation, "Event-based simulation")."""

from collections.abc import Callable, Sequence
from typing import Any

import mesa
from mesa.experimental.devs import DEVSimulator

from benchmarks.peers.event_methods import EventMethods
from benchmarks.peers.tally import Tally
from scenarios.reference.model import ReferenceCampus
from twin.processes.path import PathRow


class _Time:
    """The simulator's time, under the name the model knows."""

    def __init__(self, simulator: DEVSimulator) -> None:
        self._simulator = simulator

    @property
    def now(self) -> float:
        """The time [min]."""
        return self._simulator.time  # type: ignore[no-any-return]


class Campus(EventMethods):
    """The reference campus on Mesa's simulator."""

    def __init__(self, simulator: DEVSimulator, campus: ReferenceCampus, path: Sequence[PathRow]) -> None:
        super().__init__(_Time(simulator), campus, path)
        self.simulator = simulator

    def after(self, delay_min: float, method: Callable[..., None], item: Any) -> None:
        self.simulator.schedule_event_relative(method, delay_min, function_args=[item])


class CampusModel(mesa.Model):
    """A Mesa model driven by events instead of steps."""

    def __init__(self, simulator: DEVSimulator, campus: ReferenceCampus, path: Sequence[PathRow]) -> None:
        super().__init__(seed=0)
        simulator.setup(self)
        self.campus = Campus(simulator, campus, path)
        self.campus.begin()


def run(campus: ReferenceCampus, path: Sequence[PathRow]) -> Tally:
    """Run the reference to its horizon."""
    simulator = DEVSimulator()
    model = CampusModel(simulator, campus, path)
    simulator.run_until(campus.horizon_min)
    return model.campus.tally
