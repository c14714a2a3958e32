"""What the host tells, as plain JSON values: read off its own records, so that a field added there is told here."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, Final

from policies.deploy.service import Decision, Status

NOT_TOLD_TO_THE_TELLER: Final = frozenset({"event"})
"""Fields of a decision that only the feed carries: whoever told the event has it."""


def decision(given: Decision) -> dict[str, Any]:
    """A decision as whoever told its event gets it."""
    return _record(given, NOT_TOLD_TO_THE_TELLER)


def feed(given: Sequence[Decision], after: int) -> dict[str, Any]:
    """Decisions as the feed carries them; ``after`` is what to ask with the next time."""
    return {"decisions": [_record(one) for one in given], "after": given[-1].number if given else after}


def status(given: Status) -> dict[str, Any]:
    """How the host is."""
    return _record(given)


def _record(given: Decision | Status, without: frozenset[str] = frozenset()) -> dict[str, Any]:
    return {one.name: _plain(getattr(given, one.name)) for one in fields(given) if one.name not in without}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(one) for one in value] if isinstance(value, (list, tuple)) else value
