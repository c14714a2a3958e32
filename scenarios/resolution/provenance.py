"""Where numbers come from: notes by dotted key, ``*`` for any part, each beginning with a tag.

``[Sn]`` source n of the domain handbook, ``[D]`` arithmetic on a source, ``[W]`` well known,
``[A]`` assumption, always with a range or a reason; ``[fitted]`` calibrated from a log, with its intervals. The most special key wins.
"""

import re
from collections.abc import Iterator
from typing import Any

TAG = re.compile(r"^\[(?:S\d+[a-d]?|D|W|A|fitted)(?:, ?(?:S\d+[a-d]?|D|W|A|fitted))*\][,:;]? \S")


def note_for(provenance: dict[str, str], key: str) -> str:
    """The note of a dotted key, of the nearest key above it, or an empty text."""
    return provenance.get(pattern_for(provenance, key), "")


def pattern_for(provenance: dict[str, str], key: str) -> str:
    """The key of the note that speaks of a dotted key (``trades.*.work_cv``), or an empty text."""
    parts = key.split(".")
    for end in range(len(parts), 0, -1):
        given = parts[:end]
        named = [part for part in given if not part.isdigit()]
        fits = [known for known in provenance if _fits(known, given, named)]
        if fits:
            return min(fits, key=lambda known: known.count("*"))
    return ""


def _fits(known: str, given: list[str], named: list[str]) -> bool:
    """Whether a pattern speaks of a key; the index in a list of tables need not be written (``named``)."""
    length = known.count(".") + 1
    return any(
        length == len(parts) and all(p in ("*", part) for p, part in zip(known.split("."), parts, strict=True))
        for parts in (given, named)
    )


def numeric_keys(values: dict[str, Any], above: str = "") -> Iterator[str]:
    """Dotted keys whose values are numbers or lists of numbers (clock windows count)."""
    for key, value in values.items():
        name = f"{above}.{key}" if above else key
        if isinstance(value, dict):
            yield from numeric_keys(value, name)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for number, one in enumerate(value):
                yield from numeric_keys(one, f"{name}.{number}")
        elif _is_number(value) or (
            isinstance(value, list) and value and all(_is_number(v) or _is_window(v) for v in value)
        ):
            yield name


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_window(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"\d{1,2}:\d{2}-\d{1,2}:\d{2}", value) is not None
