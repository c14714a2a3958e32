"""A controller that asks a host and believes nothing it can check."""

from collections.abc import Callable, Sequence
from typing import final

from policies.contract.commands import Command
from policies.contract.events import Event
from policies.controller.settings import RuleChoice
from policies.deploy import canonical, messages
from policies.deploy.service import Decision
from policies.deploy.strict import WrongDocument
from scenarios.remote.asking import Host
from scenarios.remote.refusals import FallbackUsed, OtherAnswer, OtherTeller, RulesChange


@final
class RemoteController:
    """Hands every event to a host, under an id of its own, and gives the commands that come back.

    Parameters
    ----------
    run : begins every id; two runs must never share one
    policy : SHA-256 of the bundle that is to answer [hex]
    watch : called with the minute of every observation

    Attributes
    ----------
    told : observations so far
    commands : commands so far
    now : minute of the last observation
    """

    def __init__(self, host: Host, run: str, policy: str, watch: Callable[[float], None]) -> None:
        self.host = host
        self.run = run
        self.policy = policy
        self.watch = watch
        self.told = 0
        self.commands = 0
        self.now = 0.0

    def handle(self, event: Event, now: float) -> Sequence[Command]:
        """Ask the host.

        Raises
        ------
        RemoteError
            By one of its classes.
        """
        seen = messages.observation(event, now)
        self.told += 1
        self.now = now
        self.watch(now)
        answer = self.host.decide({**seen, "id": f"{self.run}-{self.told}"})
        commands = self._commands(answer)
        self._see(answer, canonical.digest(seen))
        self.commands += len(commands)
        return commands

    def adopt(self, rules: dict[str, RuleChoice]) -> None:
        """Before the first event the host has these rules already (that was compared); later it cannot change them.

        Raises
        ------
        RulesChange
            Once it was told something.
        """
        if self.told:
            raise RulesChange(f"{', '.join(rules)} would change after {self.told} observations; a host keeps its rules")

    def _commands(self, answer: Decision) -> list[Command]:
        try:
            commands = messages.decided(list(answer.commands))
        except WrongDocument as error:
            raise OtherAnswer(f"decision {answer.number}: {error}") from error
        if canonical.digest(messages.decision(commands)) != answer.decision:
            raise OtherAnswer(f"decision {answer.number}: its digest is not that of its commands")
        return commands

    def _see(self, answer: Decision, observation: str) -> None:
        if answer.number != self.told:
            raise OtherTeller(
                f"decision {answer.number} where {self.told} was due: somebody else tells this host events too, "
                "or it fell and lost its record"
            )
        if answer.observation != observation:
            raise OtherAnswer(f"decision {answer.number}: the host saw something else than it was told")
        if answer.policy != self.policy:
            raise OtherAnswer(
                f"decision {answer.number} was made by another bundle ({answer.policy[:16]}…): it was swapped"
            )
        if answer.fallback:
            why = "; ".join(f"{point}: {reason}" for point, reason in answer.fallback.items())
            raise FallbackUsed(
                f"decision {answer.number} was made by a fallback ({why}): what follows is not what the rules would do"
            )
