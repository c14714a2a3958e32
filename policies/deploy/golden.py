"""The golden file: what a controller was told and what it answered, line by line, from its first event on.

A line is an observation (event and minute), the commands it was answered with, and the digest of
each. Another controller of the same settings that is told the same must give the same digests: that
is how a wheel proves that it decides as it did when it was judged.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Protocol, final

from policies.contract.commands import Command
from policies.contract.events import Event
from policies.deploy import canonical, messages
from policies.deploy.refusals import Malformed
from policies.deploy.strict import Reader, WrongDocument

LEAST: Final = 500
"""Observations a golden file holds at least (protocols 4)."""
SHOWN: Final = 10
"""Mistakes of a file that are told; the rest is counted."""
FIELDS: Final = ("commands", "decision", "event", "now", "observation")


class Controller(Protocol):
    """Whatever decides."""

    def handle(self, event: Event, now: float) -> Sequence[Command]:
        """Take one event, give commands."""
        ...


@dataclass(frozen=True, slots=True)
class Pair:
    """One line: the observation and the commands as plain values, and the digest of each [hex]."""

    seen: dict[str, Any]
    commands: list[dict[str, Any]]
    observation: str
    decision: str


@final
class Recorder:
    """Stands in front of a controller, keeps what passes and changes nothing.

    Raises
    ------
    WrongDocument
        From ``handle``, if an event or a command cannot be written.
    """

    def __init__(self, controller: Controller) -> None:
        self.controller = controller
        self.pairs: list[Pair] = []

    def handle(self, event: Event, now: float) -> Sequence[Command]:
        """Hand the event on and keep the answer."""
        seen = messages.observation(event, now)
        observation = canonical.digest(seen)
        commands = self.controller.handle(event, now)
        told = messages.decision(commands)
        self.pairs.append(Pair(seen, told, observation, canonical.digest(told)))
        return commands

    @property
    def answered(self) -> int:
        """Observations that were answered with at least one command."""
        return answered(self.pairs)


def answered(pairs: Sequence[Pair]) -> int:
    """Observations that were answered with at least one command."""
    return sum(bool(pair.commands) for pair in pairs)


def write(pairs: Sequence[Pair]) -> bytes:
    """Pairs as lines of canonical JSON."""
    return b"".join(
        canonical.text(
            {**pair.seen, "commands": pair.commands, "decision": pair.decision, "observation": pair.observation}
        )
        + b"\n"
        for pair in pairs
    )


def told_by(given: bytes, called: object = "events") -> list[tuple[Event, float]]:
    """The events and minutes of a log, in order of time: lines with ``event`` and ``now``; a golden file will do.

    Parameters
    ----------
    called : what a message calls the log, say its path

    Raises
    ------
    WrongDocument
        With the first mistakes, and how many more there are.
    """
    errors: list[str] = []
    found: list[tuple[Event, float]] = []
    for number, line in enumerate(given.splitlines(), 1):
        try:
            event, now = _told(line, f"{called}, line {number}")
        except WrongDocument as error:
            errors += error.errors
            continue
        if found and now < found[-1][1]:
            errors.append(
                f"{called}, line {number}: minute {now:g} after minute {found[-1][1]:g}, expected in order of time"
            )
        found.append((event, now))
    if errors:
        raise WrongDocument(_first(errors, str(called)))
    return found


def read(given: bytes) -> list[Pair]:
    """The pairs of a golden file, each held to its own digests.

    Raises
    ------
    Malformed
        If a line is no pair, a digest is not that of its content, or there are too few.
    """
    errors: list[str] = []
    pairs = []
    for number, line in enumerate(given.splitlines(), 1):
        try:
            pairs.append(_pair(line, f"golden file, line {number}"))
        except WrongDocument as error:
            errors += error.errors
    if not errors and len(pairs) < LEAST:
        errors.append(f"golden file: {len(pairs)} decisions, expected at least {LEAST}")
    if errors:
        raise Malformed(_first(errors, "golden file"))
    return pairs


def _first(errors: list[str], what: str) -> list[str]:
    more = [f"{what}: and {len(errors) - SHOWN} mistakes more"] if len(errors) > SHOWN else []
    return [*errors[:SHOWN], *more]


@contextmanager
def _named(what: str, reader: Reader) -> Iterator[None]:
    """Every mistake of a line says which line it is; those of the reader do already."""
    try:
        yield
    except canonical.NotJson as error:
        raise WrongDocument([f"{what}: {error}"]) from error
    except WrongDocument as error:
        if reader.errors:
            raise
        raise WrongDocument([f"{what}: {one}" for one in error.errors]) from error


def _told(line: bytes, what: str) -> tuple[Event, float]:
    reader = Reader(what)
    with _named(what, reader):
        given = reader.table(canonical.parse(line), "", ("event", "now"), ("commands", "decision", "observation"))
        reader.done()
        return messages.observed({"event": given["event"], "now": given["now"]})


def _pair(line: bytes, what: str) -> Pair:
    reader = Reader(what)
    with _named(what, reader):
        given = reader.table(canonical.parse(line), "", FIELDS)
        reader.done()
        event, now = messages.observed({"event": given["event"], "now": given["now"]})
        seen, told = messages.observation(event, now), messages.decision(messages.decided(given["commands"]))
    pair = Pair(seen, told, canonical.digest(seen), canonical.digest(told))
    for key, found in (("observation", pair.observation), ("decision", pair.decision)):
        if given[key] != found:
            reader.expected(key, given[key], f"the digest of what stands beside it, {found}")
    reader.done()
    return pair
