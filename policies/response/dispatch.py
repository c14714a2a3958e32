"""Dispatch (派单): today's home zones and rounds, the plan's weighted score, and pooled baselines.

Rules that order the waiting list otherwise are in ``dispatch_index``, the optimiser is in
``dispatch_batch``, and the rule that keeps people back is in ``dispatch_reserve``.
"""

from collections.abc import Iterable, Sequence
from typing import final

from policies.contract.decisions import Pair
from policies.contract.matching import first_for, match
from policies.contract.views import Candidates, Key, Technician, View, Waiting, WorkOrder

TOP_LEVEL = 4


@final
class NearestIdle:
    """The idle technician with the least travel time; who becomes idle takes the least key.

    Source: Larson & Odoni, Urban Operations Research, 1981, ch. 5 (closest-unit dispatch).
    """

    sees = ("trade", "building", "at")

    def dispatch(self, waiting: Waiting, candidates: Candidates, view: View) -> Sequence[Pair]:
        """Pairs for what changed since the last question."""
        orders, people = waiting.fresh, candidates.fresh
        if len(orders) == 1 and not people:
            order = orders[0]
            tech = candidates.nearest(order.trade, order.building)
            return ((order, tech),) if tech is not None else ()
        if len(people) == 1 and not orders:
            first = first_for(people[0], waiting)
            return ((first, people[0]),) if first is not None else ()
        minutes_to = view.site.minutes_to

        def choose(order: WorkOrder, idle: Iterable[Technician]) -> Technician | None:
            row = minutes_to[order.building]
            return min(idle, key=lambda tech: (row[tech.at], tech.id), default=None)

        return match(waiting, candidates, choose)


@final
class FifoPooled:
    """One queue for everybody: first come, first served, by who has been idle longest.

    Parameters
    ----------
    emergencies_first : bool
        Whether emergencies (P1) overtake; otherwise the order of report alone counts.

    Source: the pooled M/M/c queue, Kleinrock, Queueing Systems I, 1975, ch. 3.
    """

    sees = ("priority", "reported_at", "trade")

    def __init__(self, emergencies_first: bool = True) -> None:
        self.emergencies_first = emergencies_first

    def key(self, order: WorkOrder) -> Key:
        """Emergencies, then report time, then number."""
        return (self.emergencies_first and order.priority > 1, order.reported_at, order.id)

    def dispatch(self, waiting: Waiting, candidates: Candidates, view: View) -> Sequence[Pair]:
        """Pairs for what changed since the last question."""
        return match(waiting, candidates, _longest_idle)


def _longest_idle(order: WorkOrder, idle: Iterable[Technician]) -> Technician | None:
    return next(iter(idle), None)


@final
class LeastLoaded:
    """The idle technician who has worked least this shift; who becomes idle takes the least key.

    Balances load and nothing else: the baseline that shows what travel costs.

    Source: domain handbook M03 (pure load balancing raises travel).
    """

    sees = ("trade", "worked_min")

    def dispatch(self, waiting: Waiting, candidates: Candidates, view: View) -> Sequence[Pair]:
        """Pairs for what changed since the last question."""
        return match(waiting, candidates, _least_worked)


def _least_worked(order: WorkOrder, idle: Iterable[Technician]) -> Technician | None:
    return min(idle, key=lambda tech: (tech.worked_min, tech.id), default=None)


@final
class SkillPlaceLoad:
    """The plan's rule: skill, place and load in one weighted score, in minutes (按技能、位置、负荷).

    The least ``travel x minutes + skill x missing levels + load x hours worked`` goes; whoever has
    handed the order back before goes last. Who becomes idle takes the least key.

    Parameters
    ----------
    travel : float
        Weight of a minute of travel [1].
    skill : float
        Minutes of travel that one level more (of 1-4) is worth [min].
    load : float
        Minutes of travel that an hour less already worked this shift is worth [min/h].

    Source: plan 三(一)1 (M03).
    """

    sees = ("trade", "building", "tried", "skills", "at", "worked_min")

    def __init__(self, travel: float = 1.0, skill: float = 4.0, load: float = 1.5) -> None:
        self.travel = travel
        self.skill = skill
        self.load = load

    def dispatch(self, waiting: Waiting, candidates: Candidates, view: View) -> Sequence[Pair]:
        """Pairs for what changed since the last question."""
        minutes_to = view.site.minutes_to
        travel, skill, per_min = self.travel, self.skill, self.load / 60.0

        def choose(order: WorkOrder, idle: Iterable[Technician]) -> Technician | None:
            row, trade, tried = minutes_to[order.building], order.trade, order.tried
            best: Technician | None = None
            least: Key = ()
            for tech in idle:
                cost = travel * row[tech.at] + skill * (TOP_LEVEL - tech.skills[trade]) + per_min * tech.worked_min
                score = (tech.id in tried, cost, tech.id)
                if best is None or score < least:
                    best, least = tech, score
            return best

        return match(waiting, candidates, choose)
