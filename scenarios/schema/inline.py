"""Values as TOML writes them in one line."""

import json
from typing import Any


def inline(value: Any) -> str:
    """``{soon_min = 30.0, trades = ["water"]}``."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {inline(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(inline, value)) + "]"
    return json.dumps(value, ensure_ascii=False, default=str)
