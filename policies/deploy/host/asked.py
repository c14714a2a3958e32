"""Rules behind glass: a desk asks, and what is answered is noted; or a note answers and no rule is asked.

The same office runs in two ways. **Live**, a rule is asked, each time within its budget, and what it says
is noted. **By the notes**, the notes of somebody who was live answer, and no line of any rule runs.
Either way the same record comes out, so what a rule does to its process it cannot do to the record.

BaseException
├── Overtime           raised inside a rule that has used up its budget
└── OutOfStep          notes that were kept answer another question than the one that is asked
"""

import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from itertools import tee
from time import perf_counter
from typing import Any, Final, final

from policies.contract.decisions import DECISIONS
from policies.contract.views import Key, WorkOrder, standard_key
from policies.controller.record import Record
from policies.deploy.host.answers import FALLBACK, NONSENSE, Nonsense, Note, back, plain
from policies.deploy.host.weighing import pairs_of, weighed, weighed_dispatch

OVER_BUDGET: Final = "OverBudget"
FORKED: Final = "Forked"
STARTS: Final = frozenset(
    {"os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system", "pty.spawn", "subprocess.Popen"}
)
"""Events of the interpreter's own audit with which another process begins."""
OUT_OF_STEP: Final = "OutOfStep"
"""Why there is no answer where somebody's notes answer another question."""


class Overtime(BaseException):
    """Raised inside a rule that has used up its budget; no rule's ``except Exception`` swallows it."""


class OutOfStep(BaseException):
    """Notes that were kept answer another question than the one that is asked."""


class Forked(RuntimeError):
    """Raised inside a rule that starts a process."""


@dataclass(frozen=True, slots=True)
class Declared:
    """What a rule declares of itself that a desk goes by, so that the desk goes the same way without the rule."""

    rounds: Sequence[float] = ()
    every_min: float = 0.0
    work_lists: bool = False
    latency_min: float = 0.0
    by_priority: bool = False
    continuous: bool = False

    @classmethod
    def of(cls, rule: Any) -> "Declared":
        """What a rule declares."""
        return cls(
            tuple(float(one) for one in getattr(rule, "rounds", ())),
            float(getattr(rule, "every_min", 0.0)),
            bool(getattr(rule, "work_lists", False)),
            float(getattr(rule, "latency_min", 0.0)),
            bool(getattr(rule, "by_priority", False)),
            bool(getattr(rule, "continuous", False)),
        )

    def as_plain(self) -> dict[str, Any]:
        """A plain object; ``Declared(**…)`` reads it."""
        return {**asdict(self), "rounds": list(self.rounds)}


def _nobody(decision: str) -> None:
    """Nobody wants to know whom we ask."""


@dataclass(slots=True)
class Asking:
    """One event's questions: what may be asked, what was answered.

    ``script``: notes that answer, None while live; ``strict``: they were kept, and must answer what is asked. ``withheld``: decision point → why its rule is not
    asked. ``hard_s``: budgets [s]. ``announce`` is called before a rule is. ``reserve``: the rule of the reserve, if one was put on.
    """

    record: Record | None = None
    script: deque[Note] | None = None
    strict: bool = False
    withheld: Mapping[str, str] = field(default_factory=dict)
    hard_s: Mapping[str, float] = field(default_factory=dict)
    announce: Callable[[str], None] = _nobody
    notes: list[Note] = field(default_factory=list)
    peeked: list[Note] = field(default_factory=list)
    forked: bool = False
    timed: bool = False
    reserve: Any = None


@final
class Asked:
    """A rule of one decision point, as its desk knows it. ``rule`` None: only notes can answer."""

    def __init__(self, decision: str, declared: Declared, asking: Asking, rule: Any = None) -> None:
        self.decision = decision
        self._asking = asking
        self.rounds = declared.rounds
        self.every_min = declared.every_min
        self.work_lists = declared.work_lists
        self.latency_min = declared.latency_min
        self.by_priority = declared.by_priority
        self.continuous = declared.continuous
        self.put_on(rule)

    def put_on(self, rule: Any) -> None:
        """From now on this rule is the one that is asked."""
        self.rule = rule
        if self.decision == "reserve":
            self._asking.reserve = rule
        self._key: Callable[[WorkOrder], Key] | None = getattr(rule, "key", None)
        self.key = self._timed_key if self._key is not None else None

    def dispatch(self, *question: Any) -> Any:
        return self._answer(question)

    def steps(self, *question: Any) -> Any:
        return self._answer(question)

    def hold(self, *question: Any) -> Any:
        return self._answer(question)

    def victim(self, *question: Any) -> Any:
        return self._answer(question)

    def triage(self, *question: Any) -> Any:
        return self._answer(question)

    def duplicate_of(self, *question: Any) -> Any:
        return self._answer(question)

    def chain(self, *question: Any) -> Any:
        return self._answer(question)

    def next_step(self, *question: Any) -> Any:
        return self._answer(question)

    def replenish(self, *question: Any) -> Any:
        return self._answer(question)

    def forecast(self, *question: Any) -> Any:
        return self._answer(question)

    def lot(self, *question: Any) -> Any:
        return self._answer(question)

    def _answer(self, question: tuple[Any, ...]) -> Any:
        asking = self._asking
        if asking.script is None:
            answer, note = self._live(question)
        else:
            if self.rule is not None and self.decision != FALLBACK:
                question, again = _twice(self.decision, question)
                answer, peeked = self._live(question)
                asking.peeked.append({**peeked, **self._weighed(answer, again)})
            answer, note = self._read(self._by_the_notes(question, asking.script), question)
            if self.rule is not None and self.decision == "dispatch":
                record = _record(asking)
                asking.peeked[-1]["instead"] = weighed_dispatch(
                    pairs_of(note, record), question, record, self.work_lists, asking.reserve
                )
        asking.notes.append(note)
        if "raised" in note:
            raise _named(note["raised"])
        return answer

    def _weighed(self, answer: Any, question: tuple[Any, ...]) -> dict[str, Any]:
        """What would come of an answer that nobody follows."""
        record = _record(self._asking)
        if self.decision != "dispatch":
            return weighed(self.decision, answer, question, record)
        work_lists = bool(getattr(self.rule, "work_lists", False))
        return weighed_dispatch(answer, question, record, work_lists, self._asking.reserve)

    def _by_the_notes(self, question: tuple[Any, ...], script: deque[Note]) -> Note:
        """The note that answers. Where somebody's notes leave out the fallback, whose guards were others, it is asked."""
        if script and script[0].get("of") == self.decision:
            return script.popleft()
        if self._asking.strict:
            raise OutOfStep(
                f"{self.decision} is asked, the notes answer {script[0].get('of') if script else 'nothing'}"
            )
        return self._live(question)[1] if self.decision == FALLBACK else {"of": self.decision, "raised": OUT_OF_STEP}

    def _read(self, note: Note, question: tuple[Any, ...]) -> tuple[Any, Note]:
        """The answer of a note, and the note that is kept: one that cannot be read, as when its writer's record was another, is nonsense."""
        if "raised" in note:
            return None, note
        try:
            return back(self.decision, note["note"], _record(self._asking)), note
        except Exception:  # a note of any kind at all
            return self._live(question) if self.decision == FALLBACK else (Nonsense(), {**note, "note": NONSENSE})

    def _live(self, question: tuple[Any, ...]) -> tuple[Any, Note]:
        asking, decision = self._asking, self.decision
        why = asking.withheld.get(decision)
        if why is not None:
            return None, {"of": decision, "raised": why, "withheld": True}
        asking.announce(decision)
        started = perf_counter()
        answer, raised = self._within(question, asking.hard_s.get(decision, 0.0))
        spent = perf_counter() - started
        if not raised and asking.forked:
            raised, asking.forked = FORKED, False
        if raised:
            return None, {"of": decision, "raised": raised, "s": spent}
        return answer, {"of": decision, "note": plain(decision, answer, _record(asking)), "s": spent}

    def _within(self, question: tuple[Any, ...], hard_s: float) -> tuple[Any, str]:
        """The rule's answer, or the name of what it raised."""
        try:
            with _timed(self._asking, hard_s):
                answer = getattr(self.rule, DECISIONS[self.decision.removesuffix("_fallback")])(*question)
                return (list(answer) if self.decision in ("dispatch", "replenish") else answer), ""
        except Overtime:
            return None, OVER_BUDGET
        except BaseException as error:  # a rule's SystemExit is its own failure, and not the end of the office
            return None, type(error).__name__

    def _timed_key(self, order: WorkOrder) -> Key:
        assert self._key is not None
        if self.decision in self._asking.withheld:
            return standard_key(order)
        if self._asking.timed:
            return self._key(order)
        try:
            with _timed(self._asking, self._asking.hard_s.get(self.decision, 0.0)):
                return self._key(order)
        except Overtime:
            raise _named(OVER_BUDGET) from None


def behind_glass(declared: Mapping[str, Declared], asking: Asking) -> dict[str, Asked | None]:
    """Rules by decision point as the desks take them, none put on; where nothing is declared, none decides."""
    return {
        decision: Asked(decision, declared[decision], asking) if decision in declared else None
        for decision in DECISIONS
    }


def fallback_behind_glass(rule: Any, asking: Asking) -> Asked:
    """The fallback of dispatch: it is no rule, but what it answers is part of what happened."""
    return Asked(FALLBACK, Declared(), asking, rule)


def watch_the_time() -> None:
    """From now on a rule that has used up its budget is interrupted."""
    signal.signal(signal.SIGALRM, _overtime)


def forbid_forks(asking: Asking) -> None:
    """From now on a rule that starts a process gets ``Forked`` instead; a child it forks all the same ends before it does anything."""

    def noted() -> None:
        asking.forked = True

    def forbidden(event: str, told: Any) -> None:
        if event in STARTS:
            raise Forked(event)

    sys.addaudithook(forbidden)
    os.register_at_fork(before=noted, after_in_child=lambda: os._exit(0))


@contextmanager
def _timed(asking: Asking, hard_s: float) -> Iterator[None]:
    """Inside, ``Overtime`` is raised after so many seconds (0: never)."""
    asking.timed = True
    signal.setitimer(signal.ITIMER_REAL, hard_s)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        asking.timed = False


def _overtime(number: int, frame: Any) -> None:
    raise Overtime


def _twice(decision: str, question: tuple[Any, ...]) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """A question for the rule, and again for the guards: whom it might pre-empt can be run through once only."""
    if decision != "preempt":
        return question, question
    order, busy, view = question
    here, there = tee(busy)
    return (order, here, view), (order, there, view)


def _record(asking: Asking) -> Record:
    assert asking.record is not None
    return asking.record


def _named(name: str) -> Exception:
    """An exception of a name: the guard's note of it reads the same, live and by the notes."""
    found: Exception = type(name, (Exception,), {})(name)
    return found
