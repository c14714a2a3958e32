"""Figures as machines name them: snake_case English with the unit as suffix, never translated."""

import re
from functools import cache
from typing import Final

from results.kpis import KPIS, spec

SUFFIX: Final = {
    "%": "pct", "min": "min", "h": "h", "CNY": "cny", "min/order": "min_per_order", "per 100": "per_100_orders",
    "ratio": "ratio",
}  # fmt: skip
"""Unit → suffix; other units (orders, cases, hits) stand as they are."""


def key_of(figure: str) -> str:
    """``"K-E3"`` → ``"emergencies_handled_late_pct"``; a part stays behind its colon."""
    about, (_, colon, part) = spec(figure), figure.partition(":")
    words = _snake(about.en)
    suffix = SUFFIX.get(about.unit, _snake(about.unit))
    whole = words if words.endswith(suffix) else f"{words}_{suffix}"
    return whole + colon + part


@cache
def ids_by_key() -> dict[str, str]:
    """Key → id of every figure of the registry."""
    return {key_of(figure): figure for figure in KPIS}


def _snake(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
