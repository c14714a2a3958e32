"""The circuit breaker (紧急熔断): escalation ladders, reserves, and whose work gives way."""

from collections.abc import Iterable, Sequence
from typing import final

from policies.contract.decisions import EscalationStep, Pair
from policies.contract.plan import EMERGENCY_HANDLING_MIN, EMERGENCY_RESPONSE_MIN
from policies.contract.states import OrderState
from policies.contract.units import DAY_MIN, HOUR_MIN, NEVER
from policies.contract.views import P1, Technician, View, WorkOrder


@final
class Breaker302:
    """The plan's ladder, 30 minutes to the site and 2 hours to safety, one rung at each limit.

    Level 1: an order nobody accepts is offered to a second technician, as at every later level. Level 2: the shift lead
    opens the reserve and calls people off normal work. Level 3, the response limit: the command
    centre calls an outside firm. Level 4, the handling limit: everything once more.

    Parameters
    ----------
    second_min, lead_min, centre_min, handling_min : float
        Minutes since the report of the four rungs [min], increasing.

    Raises
    ------
    ValueError
        If the rungs do not increase.

    Source: plan 三(一)1 (T7); rungs: domain handbook M04.
    """

    sees = ()

    def __init__(
        self,
        second_min: float = 5.0,
        lead_min: float = 15.0,
        centre_min: float = EMERGENCY_RESPONSE_MIN,
        handling_min: float = EMERGENCY_HANDLING_MIN,
    ) -> None:
        if not 0.0 <= second_min < lead_min < centre_min < handling_min:
            raise ValueError(
                f"rungs at {second_min}, {lead_min}, {centre_min}, {handling_min} min: expected increasing times >= 0"
            )
        self.second_min = second_min
        self.lead_min = lead_min
        self.centre_min = centre_min
        self.handling_min = handling_min

    def steps(self, order: WorkOrder, view: View) -> Sequence[EscalationStep]:
        """The four rungs."""
        accept_min = self.second_min
        return (
            EscalationStep(self.second_min, 1, True, accept_min=accept_min),
            EscalationStep(self.lead_min, 2, True, reserve=True, preempt=True, accept_min=accept_min),
            EscalationStep(self.centre_min, 3, True, reserve=True, preempt=True, partner=True, accept_min=accept_min),
            EscalationStep(self.handling_min, 4, True, reserve=True, preempt=True, partner=True, accept_min=accept_min),
        )


@final
class AtOnce:
    """Everything is allowed from the first minute: the baseline that shows what a ladder saves.

    Source: domain handbook M04 (all normal rules suspended while an emergency is open).
    """

    sees = ()

    def steps(self, order: WorkOrder, view: View) -> Sequence[EscalationStep]:
        """One rung at the report, asked for again at the two limits of the plan."""
        return tuple(
            EscalationStep(after_min, level, second=True, reserve=True, preempt=True, partner=True)
            for level, after_min in enumerate((0.0, EMERGENCY_RESPONSE_MIN, EMERGENCY_HANDLING_MIN), 1)
        )


@final
class FixedReserve:
    """The same number of idle people of each trade is held back at every hour.

    Outside firms' trades hold nobody.

    Parameters
    ----------
    per_trade : int
        People held of each trade (>= 0).
    trades : tuple of str
        Trades that hold; empty: all.

    Raises
    ------
    ValueError
        If ``per_trade`` is negative.

    Source: domain handbook M04.
    """

    sees = ()

    def __init__(self, per_trade: int = 1, trades: Sequence[str] = ()) -> None:
        if per_trade < 0:
            raise ValueError(f"per_trade is {per_trade}, expected a number of people >= 0")
        self.per_trade = per_trade
        self.trades = tuple(trades)

    def hold(self, trade: str, view: View) -> int:
        """Number to hold."""
        if trade in view.site.partner_trades or (self.trades and trade not in self.trades):
            return 0
        return self.per_trade


@final
class ByHour:
    """One reserve for the day and one for the night.

    Parameters
    ----------
    day, night : int
        People held of each trade by day and by night (>= 0).
    from_h, to_h : float
        The day's first and last hour [h of the day].

    Raises
    ------
    ValueError
        If a number is negative or the day does not begin before it ends.

    Source: domain handbook M04 (reserve by calendar).
    """

    sees = ()

    def __init__(self, day: int = 1, night: int = 0, from_h: float = 8.0, to_h: float = 18.0) -> None:
        if day < 0 or night < 0:
            raise ValueError(f"reserves of {day} and {night}, expected numbers of people >= 0")
        if not 0.0 <= from_h < to_h <= 24.0:
            raise ValueError(f"a day from {from_h} to {to_h} h, expected 0 <= from_h < to_h <= 24")
        self.day = day
        self.night = night
        self.from_h = from_h
        self.to_h = to_h

    def hold(self, trade: str, view: View) -> int:
        """Number to hold."""
        if trade in view.site.partner_trades:
            return 0
        hour = view.now % DAY_MIN / HOUR_MIN
        return self.day if self.from_h <= hour < self.to_h else self.night


@final
class LowestPriority:
    """The least important work gives way; among equals the person who is nearest, then the lowest number.

    Source: plan 三(一)1; Kella & Yechiali 1985 (preemptive resume).
    """

    sees = ("priority", "trade", "building", "skills", "at", "licences")

    def victim(self, order: WorkOrder, busy: Iterable[Pair], view: View) -> Technician | None:
        """Whose present work gives way, or None."""
        best: Technician | None = None
        least = (0, NEVER, 0)
        for present, tech in able(order, busy, view):
            rank = (-present.priority, view.minutes(tech, order), tech.id)
            if best is None or rank < least:
                best, least = tech, rank
        return best


@final
class LeastRemaining:
    """Whoever is on the way gives way first, then who has least estimated work left; nearest, lowest number.

    The estimate is the office's service mean of the trade less the minutes since the technician was
    reported on site: what is truly left of a job is not known to anybody.

    Parameters
    ----------
    mean_min : float
        Service mean where the office has no estimate [min].

    Source: shortest remaining processing time turned round: little is left to come back for.
    """

    sees = (
        "priority", "trade", "building", "state", "estimate_min", "arrived_at", "assigned_at", "skills", "at",
        "licences",
    )  # fmt: skip

    def __init__(self, mean_min: float = 45.0) -> None:
        self.mean_min = mean_min

    def victim(self, order: WorkOrder, busy: Iterable[Pair], view: View) -> Technician | None:
        """Whose present work gives way, or None."""
        best: Technician | None = None
        least = (False, NEVER, NEVER, 0)
        for present, tech in able(order, busy, view):
            at_work = present.state == OrderState.ONSITE
            left = self.left_min(present, view.now) if at_work else 0.0
            rank = (at_work, left, view.minutes(tech, order), tech.id)
            if best is None or rank < least:
                best, least = tech, rank
        return best

    def left_min(self, present: WorkOrder, now: float) -> float:
        """Estimated work left [min, >= 0]."""
        begun = max(present.arrived_at, present.assigned_at)
        return max(0.0, (present.estimate_min or self.mean_min) - (now - begun))


def able(order: WorkOrder, busy: Iterable[Pair], view: View) -> Iterable[Pair]:
    """Those at work who could do the emergency and are not on one themselves."""
    licence = view.site.licence_of.get(order.trade)
    for present, tech in busy:
        if present.priority == P1 or order.trade not in tech.skills:
            continue
        if licence is None or licence in tech.licences:
            yield present, tech
