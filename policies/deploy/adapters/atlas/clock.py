"""The office's minutes on the clocks of the campus: the first day is the host's to say, whose midnights they are the site's."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, final
from zoneinfo import ZoneInfo

from policies.contract.units import DAY_MIN

MINUTE_S: Final = 60.0


@final
@dataclass(frozen=True, slots=True)
class SiteClock:
    """``start``: first day of the office's calendar; ``zone``: whose midnights those are, None: this machine's."""

    start: date
    zone: ZoneInfo | None

    def local(self, at: datetime) -> datetime:
        """An instant as the clocks of the campus show it."""
        return at.astimezone(self.zone).replace(tzinfo=None)

    def minute(self, at: datetime) -> float:
        """Minutes from midnight of the first day of the calendar to an instant."""
        return self.minute_of(self.local(at))

    def minute_of(self, local: datetime) -> float:
        """Minutes from midnight of the first day of the calendar to what the clocks of the campus show."""
        since = local - datetime(self.start.year, self.start.month, self.start.day)  # noqa: DTZ001 (local)
        return since.days * DAY_MIN + since.seconds / MINUTE_S + since.microseconds / (MINUTE_S * 1e6)
