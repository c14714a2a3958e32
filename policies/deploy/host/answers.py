"""What a rule answered, as plain values and back: with the events, all that makes the office's record.

An answer that is none (an order nobody knows, a word for a number) cannot be written down as it was;
what stands for it is refused by the same guards, so the record comes out the same.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final, final

from policies.contract.decisions import CaseStep, Chain, EscalationStep, Purchase, Triage
from policies.contract.stock import StockItem
from policies.contract.views import Technician, WorkOrder
from policies.controller.record import Record

NONE: Final = {"none": True}
NONSENSE: Final = {"nonsense": True}
STRANGER: Final = -1
"""Number of an order or a person that the record does not know."""
NUMBERS: Final = 2**31
LEVELS: Final = 127
"""Largest numbers that a command's columns hold."""
FALLBACK: Final = "dispatch_fallback"
"""The question that is put to the fallback of dispatch; noted like any other."""

Note = dict[str, Any]


@final
class Nonsense:
    """Stands for an answer that is none: no desk can make anything of it."""


def plain(decision: str, answer: Any, record: Record) -> Note:
    """An answer as a plain object: ``{"answer": …}``, ``{"none": true}`` or ``{"nonsense": true}``."""
    if decision in ("dispatch", FALLBACK):
        return _pairs_plain(answer, record)
    if decision == "preempt":
        return _victim_plain(answer, record)
    if decision in ("reserve", "intake"):
        return {"answer": int(answer)} if isinstance(answer, int) else NONSENSE
    if decision == "escalate":
        return _steps_plain(answer)
    if decision == "replenish":
        return {"answer": [_purchase_plain(one, record) for one in answer]}
    if decision in ("forecast", "order_size"):
        return {"answer": answer} if type(answer) in (int, float) and _can_be_written(answer) else NONSENSE
    if answer is None:
        return NONE if decision in ("approval", "case_owner") else NONSENSE
    return _fields_plain(answer, _KIND[decision])


def back(decision: str, note: Mapping[str, Any], record: Record) -> Any:
    """The answer of a plain object."""
    if note == NONE:
        return None
    if note == NONSENSE:
        return Nonsense()
    answer = note["answer"]
    if decision in ("dispatch", FALLBACK):
        return [_pair(order, tech, record) for order, tech in answer]
    if decision == "preempt":
        return record.technicians[answer]
    if decision in ("reserve", "intake", "forecast", "order_size"):
        return answer
    if decision == "escalate":
        return [EscalationStep(**step) for step in answer]
    if decision == "replenish":
        return [_purchase(one, record) for one in answer]
    return _KIND[decision](**answer)


_KIND: Final[Mapping[str, Callable[..., Any]]] = {"triage": Triage, "approval": Chain, "case_owner": CaseStep}


def _pairs_plain(answer: Any, record: Record) -> Note:
    if not isinstance(answer, Sequence):
        return NONSENSE
    try:
        pairs = [(order, tech) for order, tech in answer]
    except (TypeError, ValueError):
        return NONSENSE
    return {"answer": [[_order(order, record), _tech(tech, record)] for order, tech in pairs]}


def _victim_plain(answer: Any, record: Record) -> Note:
    if answer is None:
        return NONE
    number = _tech(answer, record)
    return NONSENSE if number == STRANGER else {"answer": number}


def _steps_plain(answer: Any) -> Note:
    if not isinstance(answer, Sequence):
        return NONSENSE
    steps = [_fields_plain(step, EscalationStep).get("answer") for step in answer]
    if any(step is None or abs(step["level"]) > LEVELS for step in steps):
        return NONSENSE
    return {"answer": steps}


def _purchase_plain(one: Any, record: Record) -> list[Any]:
    """Number of the line, pieces, whether in a rush; what is no purchase has no answer to the last."""
    if not isinstance(one, Purchase) or not isinstance(one.rush, bool):
        return [STRANGER, 0, None]
    number = getattr(one.item, "id", STRANGER)
    known = isinstance(number, int) and 0 <= number < len(record.stock)
    line = number if known and record.stock.items[number] is one.item else STRANGER
    pieces = one.quantity if type(one.quantity) is int and _can_be_written(one.quantity) else 0
    return [line, pieces, one.rush]


def _purchase(told: Sequence[Any], record: Record) -> Purchase:
    """What was to be bought; of a stranger, a line that no book has."""
    line, pieces, rush = told
    item = StockItem(STRANGER, STRANGER) if line == STRANGER else record.stock.items[line]
    return Purchase(item, pieces, rush)


def _fields_plain(answer: Any, kind: Callable[..., Any]) -> Note:
    if type(answer) is not kind:
        return NONSENSE
    fields = asdict(answer)
    return {"answer": fields} if all(_can_be_written(value) for value in fields.values()) else NONSENSE


def _can_be_written(value: Any) -> bool:
    """Whether a field may end in a command."""
    if type(value) is str:
        return not any("\ud800" <= letter <= "\udfff" for letter in value)
    if type(value) is float:
        return value - value == 0.0
    return type(value) is bool or (type(value) is int and -NUMBERS <= value < NUMBERS)


def _order(order: Any, record: Record) -> int:
    number = getattr(order, "id", None)
    return number if isinstance(number, int) and record.orders.get(number) is order else STRANGER


def _tech(tech: Any, record: Record) -> int:
    number = getattr(tech, "id", None)
    if not isinstance(number, int) or not 0 <= number < len(record.technicians):
        return STRANGER
    return number if record.technicians[number] is tech else STRANGER


def _pair(order: int, tech: int, record: Record) -> tuple[WorkOrder, Technician]:
    """The two of a pair; where one is a stranger, the order is one that waits nowhere, and the pair is refused."""
    if STRANGER in (order, tech):
        return WorkOrder(STRANGER, 0, "", 1, "", -1, 0.0), record.technicians[max(tech, 0)]
    return record.orders[order], record.technicians[tech]
