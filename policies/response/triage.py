"""Triage (分诊): which trade and priority a request is given. Nobody here has seen the fault."""

from collections import deque
from collections.abc import Iterable, Mapping
from itertools import takewhile
from typing import final

from policies.contract.decisions import Triage
from policies.contract.views import P1, P2, P3, REMEMBERED, View, WorkOrder


@final
class AsClaimed:
    """Today's practice: the clerk writes down what the caller says. Nothing reported is planned work.

    Source: domain handbook M01 (as-is).
    """

    sees = ("trade_claimed", "priority_claimed")

    def triage(self, request: WorkOrder, view: View) -> Triage:
        """Trade and priority as claimed, at most P3."""
        return Triage(request.trade_claimed, min(request.priority_claimed, P3))


@final
class Checklist:
    """The lean desk: an urgent claim is checked where the record says that claims are seldom borne out.

    Of the last requests that were claimed as emergencies and finished, the share in which something
    had to be made safe is taken, for the group and for everybody. The group's share is drawn towards
    everybody's by ``prior_claims`` claims; if it is then below ``relative`` of it, the claim is taken
    as urgent (P2), not as an emergency. A true emergency of such a group waits: the price of the rule.

    Parameters
    ----------
    relative : float
        Share of the campus's own rate below which a group's claims are checked [0-1].
    prior_claims : float
        Weight of the campus's rate, as a number of claims (> 0).
    look_back : int
        Requests looked back over, newest first; the record remembers the last ``REMEMBERED``.

    Raises
    ------
    ValueError
        If ``prior_claims`` is not positive, or ``look_back`` goes further than the record.

    Source: domain handbook M01, M04 (over-classification); shrinkage: Efron & Morris 1975.
    """

    sees = (
        "trade_claimed", "priority_claimed", "group", "orders", "completed_at", "safe_at",
    )  # fmt: skip

    def __init__(self, relative: float = 0.6, prior_claims: float = 10.0, look_back: int = 2500) -> None:
        if not prior_claims > 0.0:
            raise ValueError(f"prior_claims is {prior_claims}, expected a number of claims > 0")
        if not 0 < look_back <= REMEMBERED:
            raise ValueError(f"look_back is {look_back}, expected 1 to {REMEMBERED}, as far as the record remembers")
        self.relative = relative
        self.prior_claims = prior_claims
        self.look_back = look_back
        self._orders: Mapping[int, WorkOrder] | None = None
        self._claims: deque[tuple[int, WorkOrder]] = deque()
        self._seen = 0
        self._last: WorkOrder | None = None

    def triage(self, request: WorkOrder, view: View) -> Triage:
        """Trade as claimed; priority as claimed unless the group over-claims."""
        priority = min(request.priority_claimed, P3)
        if priority == P1 and self.over_claims(request.group, view):
            priority = P2
        return Triage(request.trade_claimed, priority)

    def over_claims(self, group: int, view: View) -> bool:
        """Whether a group's urgent claims are borne out much less often than everybody's."""
        claims, borne_out, theirs, theirs_borne_out = self._counted(group, view)
        if not claims or not borne_out:
            return False
        rate = borne_out / claims
        shrunk = (theirs_borne_out + self.prior_claims * rate) / (theirs + self.prior_claims)
        return shrunk < self.relative * rate

    def _counted(self, group: int, view: View) -> tuple[int, int, int, int]:
        claims = borne_out = theirs = theirs_borne_out = 0
        now = view.now
        for _, order in self._urgent_claims(view):
            completed_at = order.completed_at
            if completed_at <= now:
                was_one = order.safe_at < completed_at
                claims += 1
                borne_out += was_one
                if order.group == group:
                    theirs += 1
                    theirs_borne_out += was_one
        return claims, borne_out, theirs, theirs_borne_out

    def _urgent_claims(self, view: View) -> Iterable[tuple[int, WorkOrder]]:
        """Those of the last ``look_back`` requests that were claimed as emergencies; only what is new is looked at."""
        if self._orders is not view.orders:
            self._orders, self._seen, self._last = view.orders, 0, None
            self._claims.clear()
        new = list(takewhile(self._is_new, reversed(view.orders.values())))[::-1]
        for place, order in enumerate(new, self._seen):
            if order.priority_claimed == P1:
                self._claims.append((place, order))
        if new:
            self._seen += len(new)
            self._last = new[-1]
        while self._claims and self._claims[0][0] < self._seen - self.look_back:
            self._claims.popleft()
        return self._claims

    def _is_new(self, order: WorkOrder) -> bool:
        return order is not self._last
