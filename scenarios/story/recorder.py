"""Watching a command centre decide about one order: who could have been sent, and who was.

The wrappers stand where the rules stand, put the same question to the rule behind them and give the
same answer, so a watched run is the run itself. They hold plain data and travel with a forked world.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, final

from policies.contract.decisions import Pair
from policies.contract.views import Candidates, Technician, View, Waiting, WorkOrder
from policies.controller.centre import CommandCentre


@dataclass(slots=True)
class Candidate:
    """Somebody who could have been sent, as the office knew it then.

    ``travel_min`` from where he or she was last reported; ``level`` of skill in the order's trade
    (1-4); ``worked_min`` booked in the present shift; ``in_hand`` the order that would be interrupted, or -1.
    """

    tech: int
    travel_min: float
    level: int
    worked_min: float
    chosen: bool
    in_hand: int = -1


@dataclass(slots=True)
class Question:
    """One decision that touched the order.

    ``chosen`` is the technician's number or -1; ``instead``: orders that were given people of this
    trade by the same answer; ``waiting``: how many orders waited.
    """

    at: float
    decision: str
    rule: str
    chosen: int
    candidates: list[Candidate]
    waiting: int = 0
    instead: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Watch:
    """What was seen of one order."""

    order: int
    questions: list[Question] = field(default_factory=list)

    def on(self, centre: CommandCentre) -> None:
        """Stand in front of the rules of a centre (again after it adopted others)."""
        centre.dispatch.rule = WatchedDispatch(self, centre.dispatch.rule)
        centre.dispatch.fallback = WatchedDispatch(self, centre.dispatch.fallback)
        if centre.breaker.preempt is not None:
            centre.breaker.preempt = WatchedPreempt(self, centre.breaker.preempt)
        ladder: Any = centre.breaker
        ladder._anybody = WatchedLadder(self, centre)


@final
class WatchedDispatch:
    """A dispatch rule, watched."""

    def __init__(self, watch: Watch, rule: Any) -> None:
        self.watch = watch
        self.rule: Any = rule.rule if isinstance(rule, WatchedDispatch) else rule

    def dispatch(self, waiting: Waiting, candidates: Candidates, view: View) -> Sequence[Pair]:
        """Put the question to the rule; keep it if the order waits and somebody could take it."""
        order = view.orders.get(self.watch.order)
        if order is None or order not in waiting:
            return self._ask(waiting, candidates, view)
        people = self._people(order, candidates)
        seen = [_candidate(tech, order, view, -1) for tech in people]
        asked = len(waiting)
        pairs = self._ask(waiting, candidates, view)
        sent = next((tech for given, tech in pairs if given is order), None)
        if sent is not None and all(one.tech != sent.id for one in seen):
            seen.append(_candidate(sent, order, view, sent.order))
        if seen:
            self._keep(view.now, order, seen, sent, asked, pairs)
        return pairs

    def _ask(self, waiting: Waiting, candidates: Candidates, view: View) -> Sequence[Pair]:
        pairs: Sequence[Pair] = self.rule.dispatch(waiting, candidates, view)
        return pairs

    def _people(self, order: WorkOrder, candidates: Candidates) -> list[Technician]:
        """Idle people of the trade; for a rule that fills work lists everybody of the house who has it."""
        if getattr(self.rule, "work_lists", False):
            return [tech for tech in candidates.all() if order.trade in tech.skills]
        return list(candidates.idle(order.trade))

    def _keep(
        self, now: float, order: WorkOrder, seen: list[Candidate], sent: Technician | None, asked: int,
        pairs: Sequence[Pair],
    ) -> None:  # fmt: skip
        for one in seen:
            one.chosen = sent is not None and one.tech == sent.id
        others = [given.id for given, tech in pairs if given is not order and order.trade in tech.skills]
        chosen = -1 if sent is None else sent.id
        self.watch.questions.append(Question(now, "dispatch", type(self.rule).__name__, chosen, seen, asked, others))


@final
class WatchedPreempt:
    """A pre-emption rule, watched."""

    def __init__(self, watch: Watch, rule: Any) -> None:
        self.watch = watch
        self.rule: Any = rule.rule if isinstance(rule, WatchedPreempt) else rule

    def victim(self, order: WorkOrder, busy: Iterable[Pair], view: View) -> Technician | None:
        """Put the question to the rule; keep it if the order is the urgent one or one of those in hand."""
        pairs = list(busy)
        chosen: Technician | None = self.rule.victim(order, iter(pairs), view)
        if order.id == self.watch.order or any(present.id == self.watch.order for present, _ in pairs):
            seen = [_candidate(tech, order, view, present.id) for present, tech in pairs]
            for one in seen:
                one.chosen = chosen is not None and one.tech == chosen.id
            number = -1 if chosen is None else chosen.id
            self.watch.questions.append(Question(view.now, "preempt", type(self.rule).__name__, number, seen))
        return chosen


@final
class WatchedLadder:
    """The ladder's own choice (the nearest of those a rung allows), watched."""

    def __init__(self, watch: Watch, centre: CommandCentre) -> None:
        self.watch = watch
        self.centre = centre

    def __call__(self, order: WorkOrder, people: Iterable[Technician], now: float) -> Any:
        """Let the ladder choose; keep it if the order is ours."""
        offered = list(people)
        view = self.centre.record.view
        seen = [_candidate(tech, order, view, -1) for tech in offered] if order.id == self.watch.order else []
        choose: Callable[..., Any] = type(self.centre.breaker)._anybody
        commands = choose(self.centre.breaker, order, offered, now)
        for one in seen:
            one.chosen = one.tech == order.tech
        if seen:
            self.watch.questions.append(Question(now, "escalate", "ladder", order.tech, seen))
        return commands


def _candidate(tech: Technician, order: WorkOrder, view: View, in_hand: int) -> Candidate:
    return Candidate(
        tech.id, view.minutes(tech, order), tech.skills.get(order.trade, 0), tech.worked_min, False, in_hand
    )
