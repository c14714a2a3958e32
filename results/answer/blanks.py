"""Blanks in a commentary: ``{ARM KPI}`` is a level of the results, ``{ARM KPI REFERENCE}`` a paired difference."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

_FORM: Final = re.compile(r"\{([^\s{}]+) ([^\s{}]+)(?: ([^\s{}]+))?\}")


@dataclass(frozen=True, slots=True)
class Blank:
    """One blank; ``reference`` empty: a level."""

    text: str
    arm: str
    kpi: str
    reference: str


def blanks_of(text: str) -> Iterator[Blank]:
    """Every blank of a text."""
    for found in _FORM.finditer(text):
        yield Blank(found[0], found[1], found[2], found[3] or "")


def filled(text: str, said: Callable[[Blank], str]) -> str:
    """The text with what the results say in place of every blank."""
    return _FORM.sub(lambda found: said(Blank(found[0], found[1], found[2], found[3] or "")), text)
