"""Markdown: titles, docstrings, tables."""

import inspect
import re
from collections.abc import Iterable
from typing import Any

NUMBERS = {"i1": "integer", "i4": "integer", "i8": "integer", "f8": "number", "?": "yes or no", "text": "text"}


def title(text: str, module: str) -> str:
    """The head of a page."""
    return f"<!-- Written from the code by `make docs`; edit the docstrings instead. -->\n\n# {text}\n\nModule `{module}`.\n"


def doc(thing: object) -> str:
    """A docstring without its sections, as Markdown."""
    text = inspect.cleandoc(getattr(thing, "__doc__", None) or "")
    return re.sub(r"``([^`]+)``", r"`\1`", text).split("\n\nParameters\n")[0].split("\n\nRaises\n")[0]


def line(thing: object) -> str:
    """The first paragraph of a docstring on one line, fit for a table."""
    return doc(thing).split("\n\n")[0].replace("\n", " ").replace("|", "\\|")


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table."""
    body = "".join(f"| {' | '.join(row)} |\n" for row in rows)
    return f"| {' | '.join(head)} |\n|{'---|' * len(head)}\n{body}"


def record(kind: Any) -> str:
    """A slotted record: what it says and its columns, or its fields where it has none."""
    columns = getattr(kind, "columns", None)
    fields = columns or dict.fromkeys(kind.__slots__, "")
    rows = ((f"`{name}`", NUMBERS.get(dtype, _type_of(kind, name))) for name, dtype in fields.items())
    head = f"## `{kind.__name__}`\n\n{doc(kind)}\n"
    return f"{head}\n{table(('column' if columns else 'field', 'type'), rows)}" if fields else head


def plain(value: object) -> str:
    """A value as a reader would write it."""
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple | list):
        return ", ".join(plain(v) for v in value)
    return str(value)


def _type_of(kind: Any, name: str) -> str:
    hint = kind.__annotations__.get(name, "")
    return f"`{getattr(hint, '__name__', hint)}`"
