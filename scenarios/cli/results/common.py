"""What the subcommands of ``twin results`` share: their options, and how they say sizes and instants."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

import click

UNITS: Final = ("B", "kB", "MB", "GB", "TB")


def json_option(command: Callable[..., None]) -> Callable[..., None]:
    """``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")(command)


def size(number: float) -> str:
    """``1234567`` → ``"1.2 MB"``."""
    for unit in UNITS:
        if number < 1000.0 or unit == UNITS[-1]:
            break
        number /= 1000.0
    return f"{number:.0f} {unit}" if unit == "B" else f"{number:.1f} {unit}"


def when(seconds: float) -> str:
    """A file's time as local date and time."""
    return datetime.fromtimestamp(seconds).astimezone().isoformat(sep=" ", timespec="minutes")[:16]
