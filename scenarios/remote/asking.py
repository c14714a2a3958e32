"""A host, however it is asked: how it is, and what it decides."""

from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from policies.deploy.host.service import Decision, Status
from scenarios.remote.refusals import BadUrl

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
    """

    url: str
    credentials: Path | None = None
    ca: Path | None = None
    patience_s: float = field(default_factory=lambda: PATIENCE_S)

    @property
    def hello_s(self) -> float:
        """Seconds in which it must say how it is."""
        return min(HELLO_S, self.patience_s)

    def call(self) -> "Call":
        """The host, for the length of a block.

        Raises
        ------
        BadUrl, BadBroker, MissingExtra
            If the address is none, a file cannot be read, or MQTT is not installed.
        """
        return Call(self._host())

    def _host(self) -> Host:
        scheme = urlsplit(self.url).scheme
        if scheme in ("http", "https"):
            from scenarios.remote.over_http import HttpHost

            return HttpHost(self)
        if scheme in ("mqtt", "mqtts"):
            from scenarios.remote.over_mqtt import MqttHost

            return MqttHost(self)
        raise BadUrl(f"{self.url}: expected http://HOST:PORT, https://…, mqtt://HOST:PORT[/PREFIX] or mqtts://…")


@dataclass(frozen=True, slots=True)
class Call:
    """A host that is hung up on at the end of a block."""

    host: Host

    def __enter__(self) -> Host:
        return self.host

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.host.close()
