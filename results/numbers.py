"""Numbers as people read them: in tables, on the page and in sentences. No zero stands below zero.

``z`` in a format turns what was rounded to a negative zero into zero (PEP 682).
"""

from math import isfinite
from typing import Final

DASH: Final = "–"


def number(value: float | None) -> str:
    """A figure in a table: three or four digits; a dash for none.

    >>> number(-0.001), number(-12.34), number(1234.5), number(None)
    ('0.00', '-12.3', '1,234', '–')
    """
    if value is None or not isfinite(value):
        return DASH
    size = abs(value)
    return f"{value:z,.0f}" if size >= 1000.0 else f"{value:z.1f}" if size >= 10.0 else f"{value:z.2f}"


def in_words(value: float) -> str:
    """A number in a sentence: four digits.

    >>> in_words(-0.0), in_words(-0.123456)
    ('0', '-0.1235')
    """
    return f"{value:z.4g}"
