"""The topics of the MQTT door, each with what passes there."""

from dataclasses import dataclass
from typing import Final

EVENTS: Final = "events"
DECISIONS: Final = "decisions"
COMMANDS: Final = "commands"
ERRORS: Final = "errors"
STATUS: Final = "status"
HOST: Final = "host"
ONLINE: Final = b"online"
OFFLINE: Final = b"offline"
ABOUT: Final = {
    EVENTS: "in: an observation, or several; the host listens",
    DECISIONS: "out: every decision in the order of its number, and again whenever somebody asks again",
    f"{COMMANDS}/KIND": "out: every command of every decision, once it is decided, by its kind",
    ERRORS: "out: an observation that was not taken, and why",
    STATUS: "out, kept by the broker: online, or offline (also when the host dies: its last will)",
    HOST: "out, kept by the broker: how the host is, at most a second behind",
}
"""Topic under the prefix → which way it goes and what passes."""


@dataclass(frozen=True, slots=True)
class Topics:
    """The topics under a prefix."""

    prefix: str

    def of(self, *levels: str) -> str:
        """A topic by its levels under the prefix."""
        return "/".join((self.prefix, *levels))
