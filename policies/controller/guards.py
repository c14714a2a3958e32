"""Guards: what no rule may do, whoever wrote it. They stand outside the rules."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, final

from policies.contract.decisions import CaseStep, Chain, EscalationStep, Pair, Purchase, Triage
from policies.contract.stock import Stock
from policies.contract.views import P1, P4, Key, Site, Technician, Waiting, WorkOrder, standard_key

MOST_PIECES = 1_000_000
"""More of one line no office buys at once, nor expects in a month."""


def assignment(
    order: WorkOrder, tech: Technician, waiting: Waiting, site: Site, work_lists: bool, called: bool = False
) -> str:
    """Why a pair is refused, or "" if it may be.

    Skill, licence, duty, no double booking. A rule that declares ``work_lists`` may give orders to
    people who are busy or not on duty yet; nobody may be given what he or she may not do. An outside
    firm comes for its contract trades, or ``called`` to this order by a rung of the breaker.
    """
    if waiting.orders.get(order.id) is not order:
        return "the order is not waiting"
    if order.trade not in tech.skills:
        return f"no skill in {order.trade}"
    licence = site.licence_of.get(order.trade)
    if licence is not None and licence not in tech.licences:
        return f"no licence {licence}"
    if tech.crew == "partner" and not called and not site.open_to(tech, order.trade):
        return "an outside firm that no rung has called"
    if work_lists:
        return ""
    if not tech.on_duty:
        return "not on duty"
    if tech.order >= 0 or tech.queue:
        return "busy"
    return ""


def preemption(order: WorkOrder, tech: Technician, busy: Iterable[Pair], site: Site) -> str:
    """Why a pre-emption is refused, or "" if it may be: only of those at work on less, skilled and licensed."""
    if not any(tech is other for _, other in busy) or order.trade not in tech.skills:
        return "not somebody at work who could do it"
    licence = site.licence_of.get(order.trade)
    if licence is not None and licence not in tech.licences:
        return f"no licence {licence}"
    return ""


def ladder(steps: Sequence[Any]) -> str:
    """Why an escalation ladder is refused, or ""."""
    if not all(isinstance(step, EscalationStep) for step in steps):
        return "not escalation steps"
    times = [step.after_min for step in steps]
    if not all(0.0 <= time < float("inf") for time in times) or times != sorted(times):
        return "rungs are not at increasing times >= 0"
    return ""


def triage(verdict: Any, trades: Collection[str]) -> str:
    """Why a triage is refused, or ""."""
    if not isinstance(verdict, Triage) or not isinstance(verdict.reject, str):
        return "not a triage"
    if verdict.reject:
        return ""
    if not isinstance(verdict.priority, int) or not P1 <= verdict.priority <= P4:
        return "priority out of range"
    return "" if verdict.trade in trades else "nobody has that trade"


def chain(answer: Any) -> str:
    """Why an approval is refused, or ""."""
    if answer is None or (isinstance(answer, Chain) and isinstance(answer.name, str)):
        return ""
    return "not an approval chain"


def case_step(answer: Any) -> str:
    """Why a case step is refused, or ""."""
    if isinstance(answer, CaseStep) and isinstance(answer.department, int):
        return ""
    return "not a step to a department or the agenda"


def purchase(answer: Any, stock: Stock) -> str:
    """Why something to buy is refused, or ""."""
    if not isinstance(answer, Purchase) or not isinstance(answer.rush, bool):
        return "not a purchase"
    number = getattr(answer.item, "id", -1)
    if not (isinstance(number, int) and 0 <= number < len(stock) and stock.items[number] is answer.item):
        return "no line of the book"
    return pieces(answer.quantity)


def pieces(quantity: Any) -> str:
    """Why a number of pieces to buy is refused, or ""."""
    if type(quantity) is not int or not 1 <= quantity <= MOST_PIECES:
        return f"not a number of pieces from 1 to {MOST_PIECES:,}"
    return ""


def expectation(answer: Any) -> str:
    """Why a forecast is refused, or ""."""
    if type(answer) not in (int, float) or not 0.0 <= answer <= MOST_PIECES:
        return f"not a number of pieces from 0 to {MOST_PIECES:,}"
    return ""


@final
class GuardedKey:
    """A rule's own key for the waiting list; where it raises or is no tuple of numbers, the standard one.

    ``failed`` holds (order, why) until the desk has reported it.
    """

    __slots__ = ("_key", "failed")

    def __init__(self, key: Callable[[WorkOrder], Key]) -> None:
        self._key = key
        self.failed: list[tuple[int, str]] = []

    def __call__(self, order: WorkOrder) -> Key:
        try:
            key = self._key(order)
        except Exception as error:
            self.failed.append((order.id, f"key raised {type(error).__name__}"))
            return standard_key(order)
        if type(key) is tuple and all(isinstance(part, (int, float)) and part == part for part in key):
            return key
        self.failed.append((order.id, "key is no tuple of numbers"))
        return standard_key(order)


def in_reserve(held: int, staff: int, idle: int) -> bool:
    """Whether one more of a trade may not be sent to what is no emergency, where ``held`` are to be kept back.

    Parameters
    ----------
    held, staff, idle : people of the trade to hold back, of the office's own, and idle now; a trade never holds everybody
    """
    return 0 < min(held, staff - 1) >= idle
