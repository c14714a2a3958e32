"""Conformance: what every rule must keep to, ours and a stranger's, as checks anybody can run.

>>> from policies.controller.fallback import FirstCome
>>> check(FirstCome, "dispatch")
[]

Nine checks: the rule answers its decision point's method, gives the same answer twice, changes
nothing it is shown, answers within range, survives an empty office, declares a latency within its
budget, has parameters that can be read back and travels by pickle, reads nothing hidden, and does
not care what orders and people are called as long as their order is kept.
"""

import inspect
import pickle
import random
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from policies.contract.decisions import BUDGET_MIN, DECISIONS, CaseStep, Chain, EscalationStep, Purchase, Triage
from policies.contract.stock import Stock, StockItem
from policies.contract.views import Candidates, Site, Technician, View, Waiting, WorkOrder
from policies.controller import guards
from policies.controller.scenes import TRADES, Kinds, Names, Office, Scene, scenes


@dataclass(slots=True)
class Finding:
    """Something a rule does not keep to: which check, and what was seen. ``place``: where it raised, as file:line and its text."""

    check: str
    seen: str
    place: str = ""

    def __str__(self) -> str:
        return f"{self.check}: {self.seen}"


class HiddenRead(RuntimeError):
    """A rule read what is none of its business. No ``AttributeError``: asking with a default is asking."""


def decision_of(rule: Any) -> str | None:
    """The decision point whose method a rule has, if there is exactly one."""
    found = [decision for decision, method in DECISIONS.items() if callable(getattr(rule, method, None))]
    return found[0] if len(found) == 1 else None


def check(rule: Any, decision: str) -> list[Finding]:
    """Run every check on a rule.

    Parameters
    ----------
    rule : class or instance
        A class is made with its default parameters; an instance is checked as it is.
    decision : name of the decision point

    Returns
    -------
    list of Finding
        Empty: the rule keeps to all of it.

    Raises
    ------
    LookupError
        If there is no such decision point.
    """
    if decision not in DECISIONS:
        raise LookupError(f"no decision point {decision!r} (known: {', '.join(DECISIONS)})")
    made, why = _made(rule)
    if made is None:
        return [Finding("made", why)]
    if not callable(getattr(made, DECISIONS[decision], None)):
        return [Finding("method", f"no method {DECISIONS[decision]}(), which a rule for {decision!r} must have")]
    answers, findings = _answers(_new(made), decision, Office)
    if findings:
        return findings
    return [
        *_same_twice(made, decision, answers),
        *_changes_nothing(_new(made), decision),
        *_in_range(_new(made), decision),
        *_empty(_new(made), decision),
        *_in_time(made, decision),
        *_parameters(made),
        *_travels(made, decision, answers),
        *_hidden(_new(made), decision),
        *_renamed(made, decision, answers),
    ]


def ask(rule: Any, decision: str, scene: Scene) -> Any:
    """Put a scene's question; sequences come back as tuples."""
    answer = getattr(rule, DECISIONS[decision])(*scene.arguments)
    return tuple(answer) if decision in {"dispatch", "escalate", "replenish"} else answer


def parameters(rule: Any) -> dict[str, inspect.Parameter]:
    """What a rule's constructor takes, by name."""
    return dict(inspect.signature(rule if isinstance(rule, type) else type(rule)).parameters)


def _made(rule: Any) -> tuple[Any, str]:
    if not isinstance(rule, type):
        return rule, ""
    try:
        return rule(), ""
    except Exception as error:
        return None, f"{rule.__name__}() with default parameters raised {_said(error)}"


def _new(rule: Any) -> Any:
    """A rule made alike that has decided nothing yet; the rule itself if its parameters cannot be read."""
    try:
        return type(rule)(**{name: getattr(rule, name) for name in parameters(rule)})
    except Exception:
        return rule


def _answers(rule: Any, decision: str, make: Callable[[int], Office]) -> tuple[list[Any], list[Finding]]:
    answers: list[Any] = []
    for scene in scenes(decision, rule, make):
        try:
            answers.append(_plain(ask(rule, decision, scene), scene.office.names))
        except Exception as error:
            return answers, [Finding("raised", f"{scene.what}: {_said(error)}", _place(error))]
    return answers, []


def _plain(answer: Any, names: Names) -> Any:
    """An answer as numbers and texts, in the names of the unrenamed scene."""
    if isinstance(answer, (WorkOrder, Technician)):
        return names.number(answer.id)
    if isinstance(answer, Purchase):
        return names.number(answer.item.id), answer.quantity, answer.rush
    if isinstance(answer, tuple):
        return tuple(_plain(part, names) for part in answer)
    if isinstance(answer, (EscalationStep, Triage, Chain, CaseStep)):
        return tuple(getattr(answer, field) for field in answer.__slots__)
    return answer


def _same_twice(rule: Any, decision: str, answers: list[Any]) -> Iterator[Finding]:
    """Two rules made alike answer alike, whatever global generators hold."""
    state = random.getstate()
    try:
        for seed in (1, 2):
            random.seed(seed)
            again, findings = _answers(_new(rule), decision, Office)
            if findings or again != answers:
                yield Finding("deterministic", "asked the same again, a rule made alike answers otherwise")
                return
    finally:
        random.setstate(state)


def _changes_nothing(rule: Any, decision: str) -> Iterator[Finding]:
    for scene in scenes(decision, rule, Office):
        before = _state(scene)
        ask(rule, decision, scene)
        for name, value in _state(scene).items():
            if value != before.get(name):
                yield Finding("mutation", f"{scene.what}: changed {name} from {before.get(name)!r} to {value!r}")
                return


def _state(scene: Scene) -> dict[str, Any]:
    """Everything a rule is shown, as plain values by name."""
    found: dict[str, Any] = {}
    office = scene.office
    for order in office.orders:
        found |= {f"WorkOrder {order.id}.{slot}": getattr(order, slot) for slot in WorkOrder.__slots__}
    for tech in office.people:
        found |= {f"Technician {tech.id}.{slot}": _held(getattr(tech, slot)) for slot in Technician.__slots__}
    for item in office.stock.items:
        found |= {f"StockItem {item.id}.{slot}": _held(getattr(item, slot)) for slot in StockItem.__slots__}
    found["Stock"] = [item.id for item in office.stock.items]
    found["Stock.touched"] = list(office.stock.touched)
    found["View.orders"] = list(office.view.orders)
    found["View.now"], found["View.round"] = office.view.now, office.view.round
    found["Site.minutes_to"] = [list(row) for row in office.site.minutes_to]
    found["Site.zone_of"], found["Site.licence_of"] = office.site.zone_of, dict(office.site.licence_of)
    for argument in scene.arguments:
        if isinstance(argument, Waiting):
            found["Waiting"] = [order.id for order in argument.all()]
            found["Waiting.fresh"] = [order.id for order in argument.fresh]
        elif isinstance(argument, Candidates):
            found["Candidates"] = {trade: [tech.id for tech in argument.idle(trade)] for trade in TRADES}
            found["Candidates.fresh"] = [tech.id for tech in argument.fresh]
    return found


def _held(value: Any) -> Any:
    """A copy of what can be changed in place."""
    return value.copy() if isinstance(value, (list, dict)) else value


def _in_range(rule: Any, decision: str) -> Iterator[Finding]:
    for scene in scenes(decision, rule, Office):
        try:
            why = _wrong(ask(rule, decision, scene), rule, decision, scene)
        except Exception as error:
            why = f"nothing a {decision} rule may answer ({_said(error)})"
        if why:
            yield Finding("in range", f"{scene.what}: {why}")
            return


def _wrong(answer: Any, rule: Any, decision: str, scene: Scene) -> str:
    """Why an answer is out of range, or "": by the same guards the desks use."""
    if decision == "dispatch":
        return _wrong_pairs(answer, bool(getattr(rule, "work_lists", False)), scene)
    if decision == "escalate":
        return guards.ladder(answer)
    if decision == "reserve":
        return "" if type(answer) is int and answer >= 0 else f"{answer!r} is not a number of people >= 0"
    if decision == "preempt":
        order, _, view = scene.arguments
        busy = [] if "nobody" in scene.what else scene.office.busy()
        return "" if answer is None else guards.preemption(order, answer, busy, view.site)
    if decision == "triage":
        return guards.triage(answer, TRADES)
    if decision == "intake":
        if answer == -1:
            return ""
        request, _, view = scene.arguments
        other = view.orders.get(answer)
        here = other is not None and other.building == request.building and other is not request
        return "" if here and other.completed_at > view.now else f"{answer!r} is no other open order of the building"
    if decision == "replenish":
        return _wrong_purchases(answer, scene)
    if decision == "forecast":
        return guards.expectation(answer)
    if decision == "order_size":
        return guards.pieces(answer)
    return guards.chain(answer) if decision == "approval" else "" if answer is None else guards.case_step(answer)


def _wrong_purchases(bought: Any, scene: Scene) -> str:
    lines = scene.office.stock.items
    given: dict[int, None] = {}
    for one in bought:
        if not isinstance(one, Purchase) or not any(one.item is known for known in lines):
            return f"{one!r} is no purchase of a line of the book"
        why = "the line is bought twice" if one.item.id in given else guards.pieces(one.quantity)
        if why:
            return f"line {one.item.id}: {why}"
        given[one.item.id] = None
    return ""


def _wrong_pairs(pairs: Any, work_lists: bool, scene: Scene) -> str:
    waiting, _, view = scene.arguments
    given: dict[int, None] = {}
    sent: dict[int, None] = {}
    for order, tech in pairs:
        why = guards.assignment(order, tech, waiting, view.site, work_lists)
        if not any(tech is known for known in scene.office.people):
            why = "no such technician"
        elif order.id in given:
            why = "the order is given twice"
        elif tech.id in sent and not work_lists:
            why = "the technician is sent twice"
        if why:
            return f"order {order.id} to technician {tech.id}: {why}"
        given[order.id] = sent[tech.id] = None
    return ""


def _empty(rule: Any, decision: str) -> Iterator[Finding]:
    """An office with nobody and nothing, where the question can be put at all."""
    _, findings = _answers(rule, decision, lambda number: Office(number, empty=True))
    yield from (Finding("empty input", finding.seen) for finding in findings)


def _in_time(rule: Any, decision: str) -> Iterator[Finding]:
    declared = getattr(rule, "latency_min", 0.0)
    if not isinstance(declared, (int, float)) or not 0.0 <= declared < float("inf"):
        yield Finding("in time", f"latency_min is {declared!r}, expected a number of minutes >= 0")
    elif declared > budget_min(rule, decision):
        yield Finding(
            "in time", f"declares {declared * 60:.3g} s, its budget is {budget_min(rule, decision) * 60:.3g} s"
        )


def budget_min(rule: Any, decision: str) -> float:
    """Hard budget of a rule's declared latency [min]."""
    batch = decision == "dispatch" and bool(getattr(rule, "rounds", None) or getattr(rule, "every_min", None))
    return BUDGET_MIN["dispatch_batch" if batch else "dispatch"]


def _parameters(rule: Any) -> Iterator[Finding]:
    """A parameter is read back under its own name, the default and another value alike."""
    for name, parameter in parameters(rule).items():
        if parameter.kind not in (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY):
            yield Finding("parameters", f"*{name}: parameters must have names")
        elif parameter.default is inspect.Parameter.empty:
            yield Finding("parameters", f"{name} has no default")
        elif not hasattr(rule, name):
            yield Finding("parameters", f"{name} cannot be read back: the rule has no attribute of that name")
        else:
            yield from _another_value(rule, name)


def _another_value(rule: Any, name: str) -> Iterator[Finding]:
    present = getattr(rule, name)
    if isinstance(present, bool):
        other: Any = not present
    elif isinstance(present, (int, float)):
        other = present + 1
    else:
        return
    try:
        read = getattr(type(rule)(**{name: other}), name)
    except ValueError:
        return  # a legal refusal
    if read != other:
        yield Finding("parameters", f"{name}={other!r} is read back as {read!r}")


def _travels(rule: Any, decision: str, answers: list[Any]) -> Iterator[Finding]:
    """A world is saved and forked by pickle, its rules with it."""
    try:
        copy = pickle.loads(pickle.dumps(_new(rule)))
        again, findings = _answers(copy, decision, Office)
    except Exception as error:
        yield Finding("pickle", f"cannot be saved with a run: {_said(error)}")
        return
    if findings or again != answers:
        yield Finding("pickle", "restored from pickle, it answers otherwise")


def _public(kind: type) -> list[str]:
    return [name for name in dir(kind) if not name.startswith("_")]


def _hidden(rule: Any, decision: str) -> Iterator[Finding]:
    """Poisoned views: private attributes raise; fields it does not declare in ``sees`` are noticed."""
    read: dict[str, None] = {}
    watched = [_watched(kind, read) for kind in SHOWN]
    kinds = Kinds(*watched)
    for scene in scenes(decision, rule, lambda number: Office(number, kinds=kinds)):
        try:
            ask(rule, decision, scene)
        except Exception as error:
            yield Finding("hidden", f"{scene.what}: {_said(error)}")
            return
    declared = getattr(rule, "sees", None)
    if declared is not None:
        undeclared = sorted(set(read) - set(declared) - _ALWAYS_SEEN)
        if undeclared:
            yield Finding("hidden", f"reads {', '.join(undeclared)} without declaring it in sees")
        yield from map(_no_field, [name for name in declared if name not in _FIELDS])


def _no_field(name: str) -> Finding:
    near = get_close_matches(name, sorted(_FIELDS), 1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return Finding("hidden", f"declares {name!r} in sees, which is no field of what a rule is shown{hint}")


SHOWN = (WorkOrder, Technician, View, Site, Waiting, Candidates, Stock, StockItem)
"""The classes of what a rule is shown, in the order of ``Kinds``."""
_ALWAYS_SEEN = frozenset(
    {"id", *_public(Site), *_public(Waiting), *_public(Candidates), *_public(Stock), "now", "site", "round", "minutes"}
)
_FIELDS = _ALWAYS_SEEN | {*_public(WorkOrder), *_public(Technician), *_public(View), *_public(StockItem)}
"""All that a rule may name in ``sees``."""
_OURS = ("policies.contract.", "policies.controller.")


def _watched(kind: type, read: dict[str, None]) -> Any:
    """A view class that notes what a rule reads of it and lets nobody look behind."""

    def look(self: Any, name: str) -> Any:
        if not name.startswith("__") and not sys._getframe(1).f_globals.get("__name__", "").startswith(_OURS):
            if name.startswith("_"):
                raise HiddenRead(f"read the private attribute {kind.__name__}.{name}")
            if not hasattr(kind, name):
                raise HiddenRead(f"read {kind.__name__}.{name}, which the office does not know")
            read[name] = None
        return object.__getattribute__(self, name)

    return type(f"Watched{kind.__name__}", (kind,), {"__slots__": (), "__getattribute__": look})


_OTHER_NAMES = Names(1001, 6)
"""Gaps between the numbers, and every one odd: neither parity nor distance means anything."""


def _renamed(rule: Any, decision: str, answers: list[Any]) -> Iterator[Finding]:
    """Orders and people under other numbers in the same order get the same answers.

    Not asked of a rule that draws chance by order number and says so.
    """
    if "chance" in getattr(rule, "sees", ()):
        return
    renamed, findings = _answers(_new(rule), decision, lambda number: Office(number, names=_OTHER_NAMES))
    if decision == "intake":
        renamed = [_OTHER_NAMES.number(answer) if isinstance(answer, int) else answer for answer in renamed]
    if findings or renamed != answers:
        yield Finding("renaming", "answers otherwise when orders and people are numbered otherwise, in the same order")


def _place(error: Exception) -> str:
    """Where somebody else's code raised: file, line and what stands there."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{last.filename}:{last.lineno} in {last.name}: {last.line}" if last.line else ""


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


__all__ = ["Finding", "HiddenRead", "ask", "budget_min", "check", "decision_of", "parameters"]
