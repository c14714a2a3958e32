"""Units: minutes inside, everything else at the edge."""

from typing import Final

HOUR_MIN: Final = 60.0
DAY_MIN: Final = 1440.0
WEEK_MIN: Final = 7 * DAY_MIN
YEAR_DAYS: Final = 365
YEAR_MIN: Final = YEAR_DAYS * DAY_MIN
NEVER: Final = float("inf")


def clock_text(minute_of_day: float) -> str:
    """``510.0`` → ``"08:30"``."""
    whole = round(minute_of_day)
    return f"{whole // 60:02d}:{whole % 60:02d}"
