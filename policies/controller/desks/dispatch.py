"""The dispatch desk (派单): asks who goes where when orders or people become ready, or at rounds."""

from collections.abc import Sequence
from typing import Any, final

from policies.contract.calendar import next_of_day
from policies.contract.commands import Assign, Command, GuardHit, Later, Unassign, Wake
from policies.contract.decisions import BUDGET_MIN, Dispatch, Pair, Reserve
from policies.contract.units import HOUR_MIN
from policies.contract.views import P1, Technician, WorkOrder
from policies.controller import guards
from policies.controller.record import Record

ROUND = "dispatch_round"
RETRY = "dispatch_retry"


@final
class DispatchDesk:
    """Keeps the waiting list moving.

    The rule is asked only when both sides are non-empty and only of what changed. Guards check each
    pair; a rule that raises, answers nonsense or declares more time than its budget is replaced by
    ``fallback`` for that question, and the hit is kept.
    """

    def __init__(self, record: Record, rule: Dispatch, fallback: Dispatch, reserve: Reserve | None = None) -> None:
        self.record = record
        self.fallback = fallback
        self.reserve = reserve
        self.generation = 0
        self._retry_at = -1.0
        self.trades = frozenset(trade for tech in record.technicians for trade in tech.skills)
        self._known = {tech.id: tech for tech in record.technicians}
        self._staff: dict[str, int] = {}
        for tech in record.technicians:
            if tech.crew != "partner":
                for trade in tech.skills:
                    self._staff[trade] = self._staff.get(trade, 0) + 1
        self.adopt(rule)

    def adopt(self, rule: Dispatch) -> None:
        """Another rule takes over; nobody who waits is lost."""
        declared: Any = rule
        self.rule = rule
        self.rounds: tuple[float, ...] = tuple(getattr(declared, "rounds", ()))
        self.every_min: float = float(getattr(declared, "every_min", 0.0))
        self.work_lists: bool = bool(getattr(declared, "work_lists", False))
        self.latency_min: float = float(getattr(declared, "latency_min", 0.0))
        self.batch = bool(self.rounds or self.every_min)
        self.slow = self.latency_min > BUDGET_MIN["dispatch_batch" if self.batch else "dispatch"]
        key = getattr(declared, "key", None)
        self._key = guards.GuardedKey(key) if key is not None else None
        self.record.waiting.rekey(self._key, bool(getattr(declared, "by_priority", False)))

    def begin(self, now: float) -> list[Command]:
        """A rule takes up its work: its first round, or what already waits.

        Rules are counted here and not when they are adopted: an office whose rules change before its first
        event gives the commands of one that was opened with them.
        """
        self.generation += 1
        if self.batch:
            return [Wake(self._next_round(now), ROUND, self.generation)]
        return self.retry(now) if len(self.record.waiting) else []

    def round(self, generation: int, now: float) -> list[Command]:
        """A round has come: decide on everything that waits. A round of an earlier rule is dropped."""
        if generation != self.generation:
            return []
        view = self.record.view
        view.round = True
        commands = self.ask(now)
        view.round = False
        commands.append(Wake(self._next_round(now), ROUND, self.generation))
        return commands

    def release(self, order: WorkOrder, now: float) -> list[Command]:
        """An order is ready."""
        record = self.record
        record.wait(order, now)
        if self.batch:
            return self.ask(now) if order.priority == P1 else []
        if record.candidates.idle_count(order.trade):
            return self.ask(now)
        record.waiting.fresh.clear()
        record.candidates.fresh.clear()
        return []

    def freed(self, now: float) -> list[Command]:
        """Somebody became idle."""
        record = self.record
        waiting, fresh = record.waiting, record.candidates.fresh
        if self.batch:
            return self.ask(now) if waiting.first_urgent() is not None else []
        if fresh and waiting.orders:
            return self.ask(now)
        fresh.clear()
        if waiting.fresh:
            waiting.fresh.clear()
        return []

    def retry(self, now: float) -> list[Command]:
        """A refused order is offered again."""
        self.record.waiting.fresh[:] = list(self.record.waiting.all())
        return self.ask(now) if not self.batch or self.record.waiting.first_urgent() else []

    def recall(self, tech: Technician, now: float) -> list[Command]:
        """Take a work list back from somebody who will not come."""
        commands: list[Command] = []
        for number in list(tech.queue):
            order = self.record.orders[number]
            self.record.take_back(order, tech)
            commands.append(Unassign(number, tech.id))
            commands += self.release(order, now)
        return commands

    def ask(self, now: float) -> list[Command]:
        """Put the question, check the answer, order what stands."""
        record = self.record
        commands: list[Command] = []
        if self._key is not None and self._key.failed:
            commands += [GuardHit("dispatch", number, -1, why) for number, why in self._key.failed]
            self._key.failed.clear()
        if self.slow:
            commands.append(GuardHit("dispatch", -1, -1, "declared latency over budget"))
            refused = True
        else:
            try:
                pairs = self.rule.dispatch(record.waiting, record.candidates, record.view)
                refused = self._give(pairs, commands, self.work_lists, now)
            except Exception as error:
                commands.append(GuardHit("dispatch", -1, -1, f"raised {type(error).__name__}"))
                refused = True
        if refused:
            self._give(self._fall_back(), commands, False, now)
        record.waiting.fresh.clear()
        record.candidates.fresh.clear()
        return commands

    def _fall_back(self) -> Sequence[Pair]:
        record = self.record
        record.waiting.fresh[:] = list(record.waiting.all())
        return self.fallback.dispatch(record.waiting, record.candidates, record.view)

    def _give(self, pairs: Sequence[Pair], commands: list[Command], work_lists: bool, now: float) -> bool:
        record = self.record
        waiting, site = record.waiting, record.view.site
        refused = False
        for order, tech in pairs:
            why = guards.assignment(order, tech, waiting, site, work_lists)
            if not why and self._known.get(tech.id) is not tech:
                why = "no such technician"
            if why:
                commands.append(GuardHit("dispatch", order.id, tech.id, why))
                refused = True
                continue
            if self.reserve is not None and order.priority != P1 and self._held(tech, commands):
                commands += self._again_next_hour(now)
                continue
            first = work_lists and order.priority == P1
            record.give(order, tech, now, first)
            command = Assign(order.id, tech.id, first)
            commands.append(Later(self.latency_min, command) if self.latency_min else command)
        return refused

    def _held(self, tech: Technician, commands: list[Command]) -> bool:
        """Whether sending this person would leave less than the reserve of the main trade.

        A trade never holds everybody it has.
        """
        if self.reserve is None or tech.order >= 0 or not tech.on_duty or tech.crew == "partner":
            return False
        try:
            held = self.reserve.hold(tech.trade, self.record.view)
        except Exception as error:
            commands.append(GuardHit("reserve", -1, tech.id, f"raised {type(error).__name__}"))
            return False
        if not isinstance(held, int) or held < 0:
            commands.append(GuardHit("reserve", -1, tech.id, "not a number of people >= 0"))
            return False
        return guards.in_reserve(held, self._staff[tech.trade], self.record.candidates.idle_count(tech.trade))

    def _again_next_hour(self, now: float) -> list[Command]:
        """Who was held back is looked at again when the reserve may have changed with the hour."""
        if self._retry_at > now:
            return []
        self._retry_at = (now // HOUR_MIN + 1) * HOUR_MIN
        return [Wake(self._retry_at, RETRY)]

    def _next_round(self, now: float) -> float:
        if self.rounds:
            return next_of_day(now, self.rounds)
        return (now // self.every_min + 1) * self.every_min
