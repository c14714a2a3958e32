"""Whether an event makes sense in an office: the people, buildings and trades it names are there.

A message that is well formed may still speak of somebody who does not work here. Taken, it would be the teller's mistake and
booked against a rule; so it is refused before anybody is asked, with everything that is wrong with it.
"""

from collections.abc import Mapping
from typing import Any, Final, final

from policies.contract.units import NEVER, YEAR_DAYS
from policies.contract.views import P1, P4
from policies.controller.settings import Settings
from policies.deploy.messages import KIND
from policies.deploy.strict import Reader, did_you_mean

LONGEST_JUMP_MIN: Final = 2.0 * YEAR_DAYS * 1440.0
"""Two years without an event are a mistake in the minute, such as seconds since 1970."""
AHEAD_MIN: Final = 5.0
"""How far a teller's clock may be ahead of the host's own."""
ANYBODY: Final = frozenset({"CommandRefused"})
"""Events that may speak of somebody who is not there: that is what they are about."""


@final
class Sense:
    """What an office knows by name."""

    def __init__(self, settings: Settings) -> None:
        self._people = len(settings.technicians)
        self._places = len(settings.site.minutes_to)
        self._trades = sorted({trade for tech in settings.technicians for trade in tech.skills})

    def see(self, event: Mapping[str, Any]) -> None:
        """See that a plain event speaks of what is there.

        Raises
        ------
        WrongDocument
            With everything that is not.
        """
        reader = Reader(event[KIND])
        if event[KIND] not in ANYBODY:
            self._within(event, "tech", self._people, "people", reader)
        self._within(event, "building", self._places, "buildings", reader)
        for name in ("order", "request", "task"):
            if event.get(name, 0) < 0:
                reader.wrong(name, f"{event[name]}, expected 0 or more")
        trade = event.get("trade")
        if trade is not None and trade not in self._trades:
            near = did_you_mean(trade, self._trades)
            reader.wrong("trade", f"nobody here does {trade!r}{near} (known: {', '.join(self._trades)})")
        if not P1 <= event.get("priority", P1) <= P4:
            reader.wrong("priority", f"{event['priority']}, expected {P1} (emergency) to {P4} (planned)")
        reader.done()

    @staticmethod
    def _within(event: Mapping[str, Any], name: str, count: int, what: str, reader: Reader) -> None:
        number = event.get(name)
        if number is not None and not 0 <= number < count:
            reader.wrong(name, f"{number} is none of the {count} {what} of this office (0 to {count - 1})")


def minute(now: float, last: float, clock: float | None) -> None:
    """See that a minute is one that can have come.

    Parameters
    ----------
    last : minute of the last observation, 0 before the first
    clock : minute by the host's own clock, or None: tellers say what time it is

    Raises
    ------
    WrongDocument
        If it is none, lies years ahead, or ahead of the host's own clock.
    """
    reader = Reader()
    if not -NEVER < now < NEVER:
        reader.expected("now", now, "a minute since the office's calendar began")
    elif clock is not None and now > clock + AHEAD_MIN:
        reader.wrong("now", f"minute {now!r} lies ahead of the host's own clock, which is at minute {clock:.1f}")
    elif now > max(last, 0.0) + LONGEST_JUMP_MIN:
        reader.wrong(
            "now",
            f"minute {now!r} lies years after minute {last!r}: expected minutes since the office's calendar began",
        )
    reader.done()
