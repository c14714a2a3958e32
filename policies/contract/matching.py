"""Matching orders to people one at a time: what most dispatch rules share.

A rule supplies only its taste: ``choose(order, idle technicians)``. New orders take the person the
rule likes best; a person who becomes idle takes the waiting order with the least key, and ``choose`` is not asked
then. A rule that lets orders wait although somebody is idle asks for ``in_key_order``: there ``choose`` is asked of
every order, and None goes on to the next.
"""

from collections.abc import Callable, Iterable
from typing import final

from policies.contract.views import Candidates, Technician, View, Waiting, WorkOrder

Pair = tuple[WorkOrder, Technician]
Choose = Callable[[WorkOrder, Iterable[Technician]], Technician | None]


def match(waiting: Waiting, candidates: Candidates, choose: Choose) -> list[Pair]:
    """Pairs for what changed since the last question.

    One new order or one new idle person (nearly always) costs one look; several at one instant are
    served in key order.
    """
    orders, people = waiting.fresh, candidates.fresh
    if len(orders) == 1 and not people:
        order = orders[0]
        tech = choose(order, candidates.idle(order.trade))
        return [(order, tech)] if tech is not None else []
    if len(people) == 1 and not orders:
        first = first_for(people[0], waiting)
        return [(first, people[0])] if first is not None else []
    return in_key_order(waiting, candidates, choose)


def first_for(tech: Technician, waiting: Waiting) -> WorkOrder | None:
    """The waiting order of a person's trades with the least key."""
    best: WorkOrder | None = None
    for trade in tech.trades:
        order = waiting.first(trade)
        if order is not None and (best is None or waiting.key(order) < waiting.key(best)):
            best = order
    return best


def in_key_order(waiting: Waiting, candidates: Candidates, choose: Choose) -> list[Pair]:
    """Every waiting order in key order takes the person the rule likes best of those left.

    Nobody is left for most of a long list, so it is not gone through: a trade's orders are looked at
    one by one, only as long as somebody of the trade is left.
    """
    taken: dict[int, None] = {}
    pairs: list[Pair] = []
    queues = {trade: waiting.in_order(trade) for trade in candidates.idle_trades()}
    heads = {trade: order for trade, queue in queues.items() if (order := next(queue, None)) is not None}
    while heads:
        trade, order = min(heads.items(), key=lambda head: (waiting.key(head[1]), head[1].id))
        left = [tech for tech in candidates.idle(trade) if tech.id not in taken]
        tech = choose(order, left) if left else None
        if tech is not None:
            taken[tech.id] = None
            pairs.append((order, tech))
        following = next(queues[trade], None) if left else None
        if following is None:
            del heads[trade]
        else:
            heads[trade] = following
    return pairs


def serve(orders: Iterable[WorkOrder], candidates: Candidates, choose: Choose) -> list[Pair]:
    """The orders, in the order given, each take the person the rule likes best of those left."""
    taken: dict[int, None] = {}
    pairs: list[Pair] = []
    for order in orders:
        left = [t for t in candidates.idle(order.trade) if t.id not in taken]
        tech = choose(order, left) if left else None
        if tech is not None:
            taken[tech.id] = None
            pairs.append((order, tech))
    return pairs


@final
class Nearest:
    """A taste: the least travel time, ties to the lowest number; who handed the order back goes last."""

    def __init__(self, view: View) -> None:
        self._minutes_to = view.site.minutes_to

    def __call__(self, order: WorkOrder, idle: Iterable[Technician]) -> Technician | None:
        """The person for an order, or None."""
        row, tried = self._minutes_to[order.building], order.tried
        if tried:
            return min(idle, key=lambda tech: (tech.id in tried, row[tech.at], tech.id), default=None)
        return min(idle, key=lambda tech: (row[tech.at], tech.id), default=None)
