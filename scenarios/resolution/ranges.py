"""The range of an assumption, as its note of provenance states it right behind the tag.

::

    [A], 5-25: why                  from 5 to 25, in the unit of the key ("-5 to 0" where one is negative)
    [A], x 0.6-1.6                  times 0.6 to times 1.6
    [A], 42 x 0.6-1.6               from 42 times 0.6 to 42 times 1.6, wherever the value lies now
    [A], +-0.08 or +-25 %           up and down by an amount, or by a share of the value
    [fitted]                        the 95 % interval its calibration kept

A note with its range elsewhere ("handbook 6.2", "by class") states none that could be moved to.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

_NUMBER: Final = r"-?\d+(?:\.\d+)?"
_BEHIND_TAG: Final = re.compile(r"^\[[^\]]+\],? ")
_CENTRE: Final = re.compile(rf"({_NUMBER}) x ")
_FORMS: Final = (
    ("times", re.compile(rf"(?:{_NUMBER} )?x ({_NUMBER})-({_NUMBER})(?![\w.])")),
    ("share", re.compile(rf"\+-({_NUMBER}) ?%()")),
    ("plus", re.compile(rf"\+-({_NUMBER})()(?![\w.%])")),
    ("to", re.compile(rf"({_NUMBER})(?:-| to )({_NUMBER})(?![\w.])")),
)
End = Literal["low", "high"]
ENDS: Final[tuple[End, End]] = ("low", "high")


@dataclass(frozen=True, slots=True)
class Range:
    """What an assumption may be. ``kind``: ``to`` (values), ``times`` (factors), ``plus`` (amounts added).

    ``centre``: what the values are factors of, where the note says so.
    """

    kind: Literal["to", "times", "plus"]
    low: float
    high: float
    centre: float | None = None

    def at(self, end: End, value: float) -> float:
        """The value moved to an end of its range."""
        limit = self.low if end == "low" else self.high
        return limit if self.kind == "to" else value * limit if self.kind == "times" else value + limit

    def told(self, end: End) -> str:
        """An end of the range as people read it."""
        limit = self.low if end == "low" else self.high
        return f"{limit:g}" if self.kind == "to" else f"× {limit:g}" if self.kind == "times" else f"{limit:+g}"


def range_of(note: str) -> Range | None:
    """The range a note states right behind its tag; None if it states none there.

    Raises
    ------
    ValueError
        If the low end is above the high one.
    """
    tag = _BEHIND_TAG.match(note)
    if tag is None:
        return None
    for kind, form in _FORMS:
        found = form.match(note, tag.end())
        if found is not None:
            one = _range(kind, float(found[1]), float(found[2] or 0.0), note)
            return one if kind != "times" else _of_centre(one, _CENTRE.match(note, tag.end()))
    return None


def _of_centre(factors: Range, centre: re.Match[str] | None) -> Range:
    """Values, where the note says what the factors are of."""
    if centre is None:
        return factors
    of = float(centre[1])
    return Range("to", of * factors.low, of * factors.high, of)


def _range(kind: str, first: float, second: float, note: str) -> Range:
    if kind == "share":
        return Range("times", 1.0 - first / 100.0, 1.0 + first / 100.0)
    if kind == "plus":
        return Range("plus", -first, first)
    if first > second:
        raise ValueError(f'range {first:g}-{second:g} of the note "{note}": expected the low end first')
    return Range("times" if kind == "times" else "to", first, second)
