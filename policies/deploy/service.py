"""What a door sees of the host: events go in, decisions come out, each with its number.

Every observation is answered once. One that comes again under the same ``id`` gets the answer it got
the first time, so whoever did not hear it may ask again and no order is given twice.

ServiceError
├── TimeRunsBack       an observation before the last one
├── SameIdOtherEvent   an id that was used for something else
├── NotOurs            an event that the host tells itself, or that this office cannot take
└── Stopping           the host takes no observation at the moment: it stops, or its processes fail; ask again
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

ID_LENGTH: Final = 200
"""Letters an id may have at most."""


class ServiceError(RuntimeError):
    """An observation that is not taken; nothing was changed by it."""


class TimeRunsBack(ServiceError):
    """An observation before the last one."""


class SameIdOtherEvent(ServiceError):
    """An id that was used for something else."""


class NotOurs(ServiceError):
    """An event that the host tells itself (``Woke``, on the wall clock), or that this office cannot take."""


class Stopping(ServiceError):
    """The host takes no observation at the moment: it stops, or its processes fail; the same one may be told again."""


@dataclass(frozen=True, slots=True)
class Observation:
    """What somebody tells the host.

    ``event``: a plain event (``messages.to_plain``). ``now``: minute it was seen at; None: the host's
    own clock. ``id``: the teller's name for it, at most ``ID_LENGTH`` letters; "": it has none.
    """

    event: Mapping[str, Any]
    now: float | None = None
    id: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the host answered.

    ``number`` counts observations from 1 and never skips. ``commands`` are plain commands in the order
    in which they are to be obeyed; ``observation`` and ``decision`` the digests of what was seen and
    answered, as in a golden file [hex]; ``policy`` the SHA-256 of the bundle that answered [hex].
    ``fallback``: decision point → why its fallback answered in place of its rule. ``again``: this
    answer had been given before, to the same id.
    """

    number: int
    id: str
    now: float
    event: Mapping[str, Any]
    commands: Sequence[Mapping[str, Any]]
    observation: str
    decision: str
    policy: str
    fallback: Mapping[str, str] = field(default_factory=dict)
    again: bool = False


@dataclass(frozen=True, slots=True)
class Status:
    """How the host is.

    ``last``: number of the last decision, 0: none yet; ``now``: its minute. ``bundle``: name, version,
    sha256 and rules of what decides. ``office``: digest of the office (map, people, calendar, norm times, seed)
    it decides for; ``rules``: digest of its rules with their parameters. ``breakers``: decision point →
    "closed", "open" or "half-open". ``clock``: "stepped" (the teller says what time it is) or "wall".
    ``spare``: whether a warm spare stands ready. ``start``: first day of the office's calendar, from whose midnight minutes count
    [as 2025-09-01]. ``shadow``: the bundle that looks over its shoulder, or None.
    """

    last: int
    now: float
    bundle: Mapping[str, Any]
    office: str
    rules: str
    breakers: Mapping[str, str]
    clock: str
    spare: bool
    start: str
    shadow: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts since the host started, for whoever watches it.

    ``decided``: event kind → observations answered; ``commands``: command kind → how many were given;
    ``fallbacks``: (decision point, one of few reasons) → how often the fallback answered; ``guard_hits``: decision point → how
    often a guard refused; ``opened``: decision point → how often its breaker opened; ``restarts``: reason →
    how often a worker was replaced. ``latency_s``: upper bounds of buckets [s] → observations answered within
    (cumulative, the last bound is infinite); ``latency_sum_s`` [s]; ``worker_rss_bytes``: memory of the process that decides.
    """

    decided: Mapping[str, int]
    commands: Mapping[str, int]
    fallbacks: Mapping[tuple[str, str], int]
    guard_hits: Mapping[str, int]
    opened: Mapping[str, int]
    restarts: Mapping[str, int]
    latency_s: Mapping[float, int]
    latency_sum_s: float
    worker_rss_bytes: int


class Service(Protocol):
    """The host as a door sees it. Every method may be called from any thread."""

    def decide(self, seen: Observation) -> Decision:
        """Take an observation, answer it; it is kept before the answer is given.

        One whose ``id`` is known gets its answer again, before anything else about it is judged; a ``now`` that
        is missing then means the same one.

        Raises
        ------
        WrongDocument
            If the event is none, or speaks of people, buildings or trades that are not there, with every mistake.
        ServiceError
            By one of its classes.
        """
        ...

    def decisions(self, after: int, limit: int, wait_s: float = 0.0) -> Sequence[Decision]:
        """Decisions numbered above ``after``, oldest first, at most ``limit``; if there is none, wait up to ``wait_s`` for one."""
        ...

    def status(self) -> Status:
        """How the host is."""
        ...

    def figures(self) -> Figures:
        """Counts since the start."""
        ...
