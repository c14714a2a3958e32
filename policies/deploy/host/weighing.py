"""What an answer that nobody follows would have come to: what the guards say of it, how far people would walk."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from policies.contract.decisions import Pair
from policies.contract.views import P1, Technician
from policies.controller import guards
from policies.controller.record import OVER, Record


def weighed(decision: str, answer: Any, question: Sequence[Any], record: Record) -> dict[str, Any]:
    """``refused``: what the guards have against an answer of any decision point but dispatch."""
    if answer is None:
        return {"refused": []}
    try:
        refused = _refused(decision, answer, question, record)
    except Exception as error:  # an answer of any kind at all
        refused = f"is none ({type(error).__name__})"
    return {"refused": [refused] if refused else []}


def weighed_dispatch(
    pairs: Any, question: Sequence[Any], record: Record, work_lists: bool, reserve: Any
) -> dict[str, Any]:
    """What would come of the pairs of an answer.

    ``refused``: what the guards have against them; ``in_reserve``: how many name somebody who is held back;
    ``stand``: the others, by number, and their ``travel_min``.

    Parameters
    ----------
    work_lists : whether the rule declares them
    reserve : the rule that says how many are held back, or None
    """
    site = record.view.site
    refused: list[str] = []
    stand: list[tuple[int, int]] = []
    sent: Counter[str] = Counter()
    held, travel = 0, 0.0
    for pair in pairs or ():
        try:
            order, tech = pair
            why = guards.assignment(order, tech, question[0], site, work_lists)
        except Exception as error:
            why = f"is none ({type(error).__name__})"
        if why:
            refused.append(why)
        elif order.priority != P1 and _held(tech, record, reserve, sent):
            held += 1
        else:
            stand.append((order.id, tech.id))
            travel += record.view.minutes(tech, order)
            sent.update(tech.skills if tech.order < 0 else ())
    return {"in_reserve": held, "refused": refused, "stand": stand, "travel_min": travel}


def pairs_of(note: Mapping[str, Any], record: Record) -> list[Pair]:
    """The pairs of a note."""
    return [
        (record.orders[order], record.technicians[tech])
        for order, tech in note.get("note", {}).get("answer", ())
        if order >= 0 <= tech
    ]


def _held(tech: Technician, record: Record, reserve: Any, sent: Mapping[str, int]) -> bool:
    """As the dispatch desk has it, after those that the same answer sent before."""
    if reserve is None or tech.order >= 0 or not tech.on_duty or tech.crew == "partner":
        return False
    try:
        hold = int(reserve.hold(tech.trade, record.view))
    except Exception:
        return False
    own = sum(1 for one in record.technicians if one.crew != "partner" and tech.trade in one.skills)
    return guards.in_reserve(hold, own, record.candidates.idle_count(tech.trade) - sent.get(tech.trade, 0))


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
    if decision == "replenish":
        return next(filter(None, (guards.purchase(one, record.stock) for one in answer)), "")
    if decision == "forecast":
        return guards.expectation(answer)
    if decision == "order_size":
        return guards.pieces(answer)
    if decision == "reserve":
        return "" if isinstance(answer, int) and answer >= 0 else "not a number of people >= 0"
    known = record.orders.get(answer)  # of intake
    return "no such open order" if answer >= 0 and (known is None or known.state in OVER) else ""
