"""What the office decided, carried out in the CMMS.

Every command is carried out by looking how the work order is and making it as it is to be, so that
one that is carried out again, because the bridge fell before it noted that it was, changes nothing.
What cannot be carried out is refused in the words the simulated world has for it: the office knows them.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, final

from policies.deploy.adapters.atlas.clock import SiteClock
from policies.deploy.adapters.atlas.cmms import COMPLETE, IN_PROGRESS, ON_HOLD, OPEN, Atlas, CmmsOrder
from policies.deploy.adapters.atlas.config import PRIORITIES, Config
from policies.deploy.adapters.atlas.life import Plain
from policies.deploy.adapters.atlas.position import Known, Position
from policies.deploy.adapters.calling import Declined
from policies.deploy.messages import KIND
from policies.deploy.service import Decision

NOTED: Final = {
    "Escalate": "urgent: escalation level {level}",
    "PutOnAgenda": "for the agenda of the weekly review",
    "ReservePart": "part {sku} is wanted from the store",
    "SendCase": "for department {department}",
    "SeekApproval": "approval chain {chain}: a work order was a request that somebody approved",
}
"""Command → note: Atlas has no field for these."""
GIVEN: Final = ("Assign", "Unassign")
"""Commands of which the office must hear when they are not obeyed, else it waits for ever."""


@final
class Obeying:
    """Carries out commands; what the office is to hear of that goes into the outbox of the position.

    Parameters
    ----------
    tell : where it tells what the CMMS will not do
    """

    def __init__(
        self, atlas: Atlas, config: Config, clock: SiteClock, position: Position, tell: Callable[[str], None]
    ) -> None:
        self._atlas = atlas
        self._tell = tell
        self._config = config
        self._clock = clock
        self._position = position
        self._ways: dict[str, Callable[[Plain, Known], None]] = {
            "Assign": self._assign, "Unassign": self._unassign, "Preempt": self._preempt, "OpenOrder": self._open,
            "RejectRequest": self._reject, "MergeDuplicate": self._merge,
        }  # fmt: skip

    def decision(self, decision: Decision) -> None:
        """Carry out a decision's commands in their order.

        Raises
        ------
        Away, Declined
            If the CMMS is away, or its key opens nothing; then all of it is to be carried out again.
        """
        for place, command in enumerate(decision.commands, 1):
            inner = command["command"] if command[KIND] == "Later" else command
            try:
                self._command(inner, f"decision {decision.number}.{place}")
            except Declined as declined:
                if declined.shut:
                    raise
                self._tell(f"not carried out, {inner[KIND]} of decision {decision.number}: {declined}")
                if inner[KIND] in GIVEN:
                    self._refuse(inner, "the CMMS will not have it")

    def _command(self, command: Mapping[str, Any], name: str) -> None:
        if command[KIND] == "Wake":
            if self._config.stepped:
                self._position.wakes.append((command["at"], command["tag"], command["subject"]))
            return
        number = command.get("order", command.get("request", -1))
        known = self._position.orders.get(number)
        if known is None:
            return
        if command[KIND] in self._ways:
            self._ways[command[KIND]](dict(command), known)
        elif command[KIND] in NOTED:
            self._atlas.note(number, f"{NOTED[command[KIND]].format(**command)} ({name})")
            if command[KIND] == "SeekApproval":
                self._say({KIND: "ApprovalDecided", "order": number, "granted": True})

    def _assign(self, command: Plain, known: Known) -> None:
        """Give an order; one on hold, or begun just as it was taken off somebody, is open first."""
        number, tech = command["order"], command["tech"]
        user = self._config.users.get(tech)
        if user is None:
            self._refuse(command, "nobody of that number in the CMMS")
            return
        seen = self._atlas.get(number)
        if seen.user != user and (seen.status == COMPLETE or (seen.status == IN_PROGRESS and seen.user is not None)):
            self._refuse(command, "already finished" if seen.status == COMPLETE else "already assigned")
            return
        left_alone = seen.status == IN_PROGRESS and seen.user is None
        if left_alone or seen.status == known.status == ON_HOLD:
            self._atlas.change_status(number, OPEN)
            known.status = OPEN
        if seen.user != user:
            self._atlas.patch(seen, primaryUser={"id": user})
        known.tech = tech

    def _unassign(self, command: Plain, known: Known) -> None:
        seen, tech = self._atlas.get(command["order"]), command["tech"]
        if seen.status in (IN_PROGRESS, COMPLETE) and seen.user == self._config.users.get(tech):
            self._refuse(command, "under way or not there")
            return
        self._take_off(seen, tech, known)

    def _preempt(self, command: Plain, known: Known) -> None:
        """The order waits, and the office hears that the visit ended: the CMMS has no word for an interruption."""
        number, tech = command["order"], command["tech"]
        seen = self._atlas.get(number)
        if seen.status == COMPLETE or seen.user not in (None, self._config.users.get(tech)):
            self._refuse(command, "not on this order")
            return
        if seen.status == IN_PROGRESS:
            self._atlas.change_status(number, ON_HOLD, "interrupted for an emergency")
        self._take_off(seen, tech, known)
        known.status = ON_HOLD
        self._say({KIND: "VisitEnded", "order": number, "tech": tech, "why": "preempted"})

    def _open(self, command: Plain, known: Known) -> None:
        category = self._config.categories.get(command["trade"])
        priority = PRIORITIES[command["priority"]]
        seen = self._atlas.get(command["order"])
        if category is not None and (seen.category, seen.priority) != (category, priority):
            self._atlas.patch(seen, category={"id": category}, priority=priority)

    def _reject(self, command: Plain, known: Known) -> None:
        self._finish(command["request"], f"turned away: {command['why']}", known)

    def _merge(self, command: Plain, known: Known) -> None:
        self._finish(command["request"], f"the same as work order {command['into']}", known)

    def _finish(self, number: int, why: str, known: Known) -> None:
        if self._atlas.get(number).status != COMPLETE:
            self._atlas.change_status(number, COMPLETE, why)
        known.status = COMPLETE

    def _take_off(self, seen: CmmsOrder, tech: int, known: Known) -> None:
        if seen.user is not None and seen.user == self._config.users.get(tech):
            self._atlas.patch(seen, primaryUser=None)
        if known.tech == tech:
            known.tech = -1

    def _refuse(self, command: Mapping[str, Any], why: str) -> None:
        self._say(
            {
                KIND: "CommandRefused",
                "command": command[KIND],
                "order": command["order"],
                "tech": command["tech"],
                "why": why,
            }
        )

    def _say(self, event: Plain) -> None:
        stepped = self._config.stepped
        self._position.will_tell(event, self._clock.minute(self._atlas.at) if stepped else None)
