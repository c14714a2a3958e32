"""Options of a program on a controller: what has a wrong form is noted, and told with everything else.

``argparse`` ends at the first; whoever starts a host over a slow line wants to know of all.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import Any, NoReturn


class Options(ArgumentParser):
    """A parser that goes on. ``wrong``: what had a wrong form in the last line it read; such an option is None."""

    def __init__(self, **words: Any) -> None:
        super().__init__(**words)
        self.wrong: list[str] = []

    def noted(self, flag: str, read: Callable[[str], Any], expected: str) -> Callable[[str], Any]:
        """A ``type`` that notes what it cannot read; ``expected`` says what it reads."""

        def reading(given: str) -> Any:
            try:
                return read(given)
            except ValueError:
                self.wrong.append(f"{flag}: given {given!r}; expected {expected}")
                return None

        return reading

    def one_of(self, flag: str, known: Sequence[str]) -> dict[str, Any]:
        """``type`` and ``metavar`` of an option that takes one of several words."""

        def reading(given: str) -> str | None:
            if given in known:
                return given
            self.wrong.append(f"{flag}: given {given!r}; expected one of {', '.join(known)}{_near(given, known)}")
            return None

        return {"type": reading, "metavar": f"{{{','.join(known)}}}"}

    def error(self, message: str) -> NoReturn:
        """What is missing or unknown, after what was noted until then; exit code 2."""
        self.print_usage(sys.stderr)
        self.exit(2, "".join(f"{line}\n" for line in (*self.wrong, f"{self.prog}: error: {message}")))


def _near(given: str, known: Sequence[str]) -> str:
    near = get_close_matches(given, known, 1)
    return f' (did you mean "{near[0]}"?)' if near else ""
