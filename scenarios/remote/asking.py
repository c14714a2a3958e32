"""A host, however it is asked: how it is, and what it decides."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol

from policies.deploy.service import Decision, Status

PATIENCE_S: Final = 60.0
"""Seconds without an answer after which a host counts as gone."""
HELLO_S: Final = 10.0
"""The same before it has said anything: then more likely its address is wrong."""


class Host(Protocol):
    """A host somewhere else."""

    def status(self) -> Status:
        """How it is.

        Raises
        ------
        Unreachable, Refused
            If nobody answers, or it does not know us.
        """
        ...

    def decide(self, observation: dict[str, Any]) -> Decision:
        """Tell it an observation with its id; on a lost connection the same again, until there is an answer.

        Raises
        ------
        Unreachable, Refused
            If nobody answers, or it does not take the observation.
        """
        ...

    def close(self) -> None:
        """Hang up."""
        ...


@dataclass(frozen=True, slots=True)
class Where:
    """Where a host is and how to get in.

    ``credentials``: file of the token (HTTP), or of user and password, a line each (MQTT). ``ca``:
    certificates that vouch for the other side, if those of the system do not. ``patience_s``: as ``PATIENCE_S``.
    ``say``: told, once, that a host which has said nothing yet is waited for.
    """

    url: str
    credentials: Path | None = None
    ca: Path | None = None
    patience_s: float = field(default_factory=lambda: PATIENCE_S)
    say: Callable[[str], None] = lambda _: None

    @property
    def hello_s(self) -> float:
        """Seconds in which it must say how it is."""
        return min(HELLO_S, self.patience_s)

    def waiting(self, why: str) -> None:
        """Say that a host has not said yet how it is, and how long it is asked."""
        self.say(f"{self.url} {why}; asking for {self.hello_s:g} s")
