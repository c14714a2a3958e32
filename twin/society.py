"""The society: occupant groups as agents of a Mesa model that the clock steps once a day.

A group takes up the app as it learns of it and as it is served well, remembers how long it waited,
and presses "urgent" more often the more it pays. Mesa is the society and never the clock. Two traps
of Mesa 3.3 are met here: agents get their number from our own counter (a restored model would start
again at 1), and the class-level registry of models is emptied (it would keep every world alive).

Source: domain handbook M01 (adoption), M04 (over-classification), 6.7 (memory). Diffusion: Bass,
Management Science 15(5), 1969.
"""

from math import exp
from typing import final

from policies.contract.units import HOUR_MIN
from twin.campus import Society as Habits
from twin.unopened import unopened

unopened("mesa")

from mesa.agent import Agent  # noqa: E402
from mesa.model import Model  # noqa: E402

TOLD_BY_OTHERS = 1.5
"""Weight of imitation beside the steady trickle of first users (Bass's q over p, A)."""


class Society(Model):  # type: ignore[misc]
    """All occupant groups of a campus."""

    def __init__(self, habits: Habits, groups: int, false_urgent: float) -> None:
        super().__init__(seed=0)
        self.numbered = 0
        self.habits = habits
        self.groups = [Group(self, false_urgent) for _ in range(groups)]

    def next_number(self) -> int:
        """The next agent's number, from a counter that a restored model keeps."""
        self.numbered += 1
        return self.numbered

    def open_app(self, buildings: tuple[int, ...]) -> None:
        """The app goes live for the groups of these buildings, and only for them."""
        live = dict.fromkeys(buildings)
        for index, group in enumerate(self.groups):
            group.app_live = index in live
            if group.app_live and group.adoption == 0.0:
                group.adoption = min(self.habits.adoption_start, self.habits.adoption_max)
            elif not group.app_live:
                group.adoption = 0.0

    def day(self) -> None:
        """One day of every group's life."""
        self.agents.do("day")


@final
class Group(Agent):  # type: ignore[misc]
    """The people of one building: memory of waits [h], adoption [0-1], share of false "urgent" [0-1]."""

    def __init__(self, society: Society, false_urgent: float) -> None:
        super().__init__(society)
        Agent._ids.pop(society, None)
        self.unique_id = society.next_number()
        self.base_false_urgent = false_urgent
        self.false_urgent = false_urgent
        self.app_live = False
        self.adoption = 0.0
        self.urgent_wait_h = 0.0
        self.normal_wait_h = 0.0
        self.expected_wait_h = 0.0
        self.today_urgent: list[float] = []
        self.today_normal: list[float] = []

    def waited(self, minutes: float, claimed_urgent: bool) -> None:
        """Somebody of the group was waited on: minutes from report to arrival."""
        (self.today_urgent if claimed_urgent else self.today_normal).append(minutes / HOUR_MIN)

    def day(self) -> None:
        """Remember the day, then let habits move."""
        habits: Habits = self.model.habits
        keep = exp(-1.0 / habits.memory_days)
        self.urgent_wait_h = _remember(self.urgent_wait_h, self.today_urgent, keep)
        served = _remember(self.normal_wait_h, self.today_normal, keep)
        pleased = not self.today_normal or served <= max(self.expected_wait_h, 0.01) * 1.2
        self.normal_wait_h = served
        self.expected_wait_h = served if self.expected_wait_h == 0.0 else 0.98 * self.expected_wait_h + 0.02 * served
        self.today_urgent.clear()
        self.today_normal.clear()
        self._press_urgent(habits)
        if self.app_live:
            self._take_up(habits, pleased)

    def _press_urgent(self, habits: Habits) -> None:
        """Press "urgent" more where it is visibly faster."""
        if self.normal_wait_h <= 0.0 or self.urgent_wait_h <= 0.0:
            return
        advantage = max(0.0, 1.0 - self.urgent_wait_h / self.normal_wait_h)
        self.false_urgent = min(habits.inflation_max, self.base_false_urgent + habits.inflation_gain * advantage)

    def _take_up(self, habits: Habits, pleased: bool) -> None:
        left = habits.adoption_max - self.adoption
        if left > 0.0 and pleased:
            self.adoption += habits.adoption_per_day * left * (0.2 + TOLD_BY_OTHERS * self.adoption)
        self.adoption = min(self.adoption, habits.adoption_max)


def _remember(memory: float, today: list[float], keep: float) -> float:
    if not today:
        return memory
    mean = sum(today) / len(today)
    return mean if memory == 0.0 else keep * memory + (1.0 - keep) * mean
