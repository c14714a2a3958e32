"""What an answer that nobody follows would have come to: what the guards say of it, how far people would walk."""

from collections.abc import Mapping, Sequence
from typing import Any

from policies.contract.decisions import Pair
from policies.controller import guards
from policies.controller.record import OVER, Record


def weighed(decision: str, answer: Any, question: Sequence[Any], record: Record, work_lists: bool) -> dict[str, Any]:
    """``refused``: what the guards have against an answer; if it is one of dispatch, ``pairs`` and their ``travel_min``.

    ``work_lists``: whether the rule itself declares them.
    """
    if answer is None:
        return {"refused": []}
    if decision == "dispatch":
        return _dispatch(answer, question, record, work_lists)
    try:
        refused = _refused(decision, answer, question, record)
    except Exception as error:  # an answer of any kind at all
        refused = f"is none ({type(error).__name__})"
    return {"refused": [refused] if refused else []}


def _dispatch(pairs: Any, question: Sequence[Any], record: Record, work_lists: bool) -> dict[str, Any]:
    site = record.view.site
    refused, travel, sent = [], 0.0, 0
    for pair in pairs:
        try:
            order, tech = pair
            why = guards.assignment(order, tech, question[0], site, work_lists)
        except Exception as error:
            why = f"is none ({type(error).__name__})"
        if why:
            refused.append(why)
        else:
            travel += record.view.minutes(tech, order)
            sent += 1
    return {"pairs": sent, "refused": refused, "travel_min": travel}


def travel_of(note: Mapping[str, Any], record: Record) -> tuple[int, float]:
    """The pairs of a note, and what people walk for them [min]."""
    pairs: list[Pair] = [
        (record.orders[order], record.technicians[tech])
        for order, tech in note.get("note", {}).get("answer", ())
        if order >= 0 <= tech
    ]
    return len(pairs), sum(record.view.minutes(tech, order) for order, tech in pairs)


def _refused(decision: str, answer: Any, question: Sequence[Any], record: Record) -> str:
    if decision == "preempt":
        order, busy, _ = question
        return guards.preemption(order, answer, busy, record.view.site)
    if decision == "escalate":
        return guards.ladder(list(answer))
    if decision == "triage":
        return guards.triage(answer, {trade for tech in record.technicians for trade in tech.skills})
    if decision == "approval":
        return guards.chain(answer)
    if decision == "case_owner":
        return guards.case_step(answer)
    if decision == "reserve":
        return "" if isinstance(answer, int) and answer >= 0 else "not a number of people >= 0"
    known = record.orders.get(answer)  # of intake
    return "no such open order" if answer >= 0 and (known is None or known.state in OVER) else ""
