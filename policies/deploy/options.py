"""Options of a program on a controller: what has a wrong form is noted, and told with everything else.

``argparse`` ends at the first; whoever starts a host over a slow line wants to know of all.
"""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import Any, NoReturn


class Options(ArgumentParser):
    """A parser that goes on. ``wrong``: what had a wrong form in the last line it read; such an option is None."""

    def __init__(self, **words: Any) -> None:
        self.wrong: list[str] = []
        self._flags: list[str] = []
        super().__init__(allow_abbrev=False, **words)

    def add_argument(self, *names: Any, **words: Any) -> Any:
        """As ``ArgumentParser`` does; options are known by name from then on."""
        self._flags += [name for name in names if name.startswith("--")]
        return super().add_argument(*names, **words)

    def read(self, argv: Sequence[str] | None) -> Namespace:
        """What was typed (None: behind the program's name), after a look at what is no option at all."""
        given = sys.argv[1:] if argv is None else argv
        for word in given:
            flag = word.partition("=")[0]
            if flag.startswith("--") and flag != "--" and flag not in self._flags:
                self.wrong.append(f"{flag}: no such option{_near(flag, self._flags)}")
        return self.parse_args(argv)

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
