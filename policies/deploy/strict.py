"""Strict reading of plain values: every mistake is told, all at once, with its place.

A reader goes through a document and notes what is wrong where; what it hands out for a wrong value
is a stand-in, and ``done`` raises before anybody can use it.
"""

import math
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Final, NoReturn, final

NEVER_WORD: Final = "never"
"""How an infinite instant is written: null is what other systems write for *not known*, and that must not become one."""
TOLD: Final = 10
"""Unknown fields of an object that are told by name."""
SHOWN: Final = 60
"""Letters of a wrong value that an error shows."""


class WrongDocument(ValueError):
    """A document that is not what it should be; ``errors`` are its mistakes, one line each."""

    def __init__(self, errors: Collection[str]) -> None:
        super().__init__("; ".join(errors))
        self.errors = tuple(errors)


@final
class Reader:
    """Notes mistakes. ``what`` names the document in front of each."""

    def __init__(self, what: str = "") -> None:
        self.what = what
        self.errors: list[str] = []

    def wrong(self, where: str, said: str) -> None:
        """Note a mistake at a place (a dotted path; empty: the document itself)."""
        self.errors.append(": ".join(part for part in (self.what, where, said) if part))

    def done(self) -> None:
        """End of reading.

        Raises
        ------
        WrongDocument
            If anything was wrong.
        """
        if self.errors:
            raise WrongDocument(self.errors)

    def table(
        self, value: Any, where: str, required: Collection[str], optional: Collection[str] = ()
    ) -> dict[str, Any]:
        """An object with these keys and no others; what is there of them."""
        if not isinstance(value, dict):
            self.expected(where, value, "an object")
            return {}
        known = [*required, *optional]
        strangers = [key for key in value if key not in known]
        for key in strangers[:TOLD]:
            self.wrong(where, f"no field {key!r}{did_you_mean(key, known)} (known: {', '.join(known)})")
        if len(strangers) > TOLD:
            self.wrong(where, f"and {len(strangers) - TOLD} unknown fields more")
        for key in required:
            if key not in value:
                self.wrong(where, f"{key!r} is missing")
        return {key: value[key] for key in known if key in value}

    def mapping(self, value: Any, where: str) -> dict[str, Any]:
        """An object with any keys."""
        if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
            return dict(value)
        self.expected(where, value, "an object")
        return {}

    def items(self, value: Any, where: str, length: int = -1) -> Iterator[tuple[str, Any]]:
        """The items of a list, each with its place; ``length`` -1: any number of them."""
        if not isinstance(value, (list, tuple)):
            self.expected(where, value, "a list")
            return
        if length not in (-1, len(value)):
            self.expected(where, value, f"a list of {length}")
            return
        for number, item in enumerate(value):
            yield f"{where}[{number}]", item

    def number(self, value: Any, where: str, *, never: bool = False) -> float:
        """A finite number, or with ``never`` the word for an infinite one."""
        if never and value == NEVER_WORD:
            return math.inf
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            try:
                found = float(value)
            except OverflowError:
                found = math.inf
            if math.isfinite(found):
                return found
        self.expected(where, value, f'a number or "{NEVER_WORD}"' if never else "a number")
        return 0.0

    def whole(self, value: Any, where: str, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``; JSON does not tell 3 from 3.0."""
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool):
            if low <= value <= high:
                return int(value)
            self.expected(where, value, f"a whole number from {low} to {high}")
        else:
            self.expected(where, value, "a whole number")
        return 0

    def flag(self, value: Any, where: str) -> bool:
        """True or false."""
        if isinstance(value, bool):
            return value
        self.expected(where, value, "true or false")
        return False

    def text(self, value: Any, where: str) -> str:
        """A text that can be written as UTF-8."""
        if not isinstance(value, str):
            self.expected(where, value, "a text")
            return ""
        try:
            value.encode()
        except UnicodeEncodeError:
            self.wrong(where, f"{value!r} holds half a surrogate pair, which no file can hold")
        return value

    def expected(self, where: str, given: Any, wanted: str) -> None:
        """Note that a value is not what was wanted."""
        try:
            shown = repr(given)
        except RecursionError:
            shown = "something nested too deeply"
        shown = shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}…"
        self.wrong(where, f"{shown}, expected {wanted}")


def did_you_mean(given: str, known: Collection[str]) -> str:
    """``", did you mean 'tech'?"``, or nothing."""
    near = get_close_matches(given, known, 1)
    return f", did you mean {near[0]!r}?" if near else ""


def refuse(what: str, error: Exception) -> NoReturn:
    """Tell an error of the text below a document as a mistake of the document.

    Raises
    ------
    WrongDocument
        Always.
    """
    raise WrongDocument([f"{what}: {error}"]) from error
