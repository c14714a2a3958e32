"""What a door may be told: where it stands, who may come in, and how much of anything.

ValueError
└── DoorProblem    a door that must not, or cannot, be opened like that
"""

from dataclasses import dataclass, fields
from typing import Final

from policies.deploy.doors.http.token import Token

LOOPBACK: Final = "127.0.0.1"


class DoorProblem(ValueError):
    """A door that must not, or cannot, be opened like that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpSettings:
    """Where an HTTP door stands and its limits.

    ``host`` and ``port`` (0: any free one); ``token``: None, whoever reaches the door may come in, so without one it
    opens on loopback only, unless ``open_without_token``. ``body_bytes``: size of a body [bytes], which
    must be here ``body_s`` after its head, and a head ``head_s`` after its first byte; ``idle_s``: how long a silent
    connection is kept [s]. ``connections`` at once. ``requests_per_s`` for each client address (None: as many as come),
    after ``burst`` at once; ``clients``: addresses remembered. ``batch``: observations in one request; ``page``: decisions in
    one answer; ``wait_s``: how long the feed may wait for one [s]; ``waiting``: how many may wait at once. ``stop_s``: how
    long answers under way are waited for when the door closes [s].

    Raises
    ------
    DoorProblem
        If a limit is none.
    """

    host: str = LOOPBACK
    port: int = 0
    token: Token | None = None
    open_without_token: bool = False
    body_bytes: int = 2**20
    body_s: float = 30.0
    head_s: float = 10.0
    idle_s: int = 60
    connections: int = 256
    requests_per_s: float | None = 500.0
    burst: int = 1000
    clients: int = 4096
    batch: int = 1000
    page: int = 1000
    wait_s: float = 30.0
    waiting: int = 32
    stop_s: int = 10

    def __post_init__(self) -> None:
        """A limit of nothing would be a door that looks open and lets nobody in."""
        wrong = [
            f"{one.name} = {value}, expected more than 0"
            for one in fields(self)
            if one.name not in ("host", "port", "token", "open_without_token")
            and (value := getattr(self, one.name)) is not None
            and not value > 0
        ]
        if not 0 <= self.port < 2**16:
            wrong.append(f"port = {self.port}, expected 0 (any free one) to {2**16 - 1}")
        if wrong:
            raise DoorProblem("; ".join(wrong))
