"""Values as TOML writes them (the standard library reads TOML only)."""

import json
from collections.abc import Iterable
from typing import Any


def key(name: str) -> str:
    """A bare key where it may be bare, else quoted."""
    return name if name.replace("_", "").replace("-", "").isalnum() and name.isascii() else json.dumps(name)


def value(given: Any) -> str:
    """A string, number, flag, date, list or table on one line (JSON's strings are TOML's)."""
    if isinstance(given, list | tuple):
        return "[" + ", ".join(value(one) for one in given) + "]"
    if isinstance(given, dict):
        return "{" + ", ".join(f"{key(str(name))} = {value(one)}" for name, one in given.items()) + "}"
    if isinstance(given, bool | int | str):
        return json.dumps(given, ensure_ascii=False)
    return repr(given) if isinstance(given, float) else str(given)


def settings(table: dict[str, Any], above: Iterable[str] = (), whole: int = 99) -> list[str]:
    """A table as ``key=value`` settings, a setting a leaf; tables ``whole`` keys deep are written as one.

    >>> settings({"run": {"days": 7}, "campus": "campus_small"})
    ['run.days=7', 'campus="campus_small"']
    """
    found: list[str] = []
    for name, given in table.items():
        path = (*above, str(name))
        if isinstance(given, dict) and given and len(path) < whole:
            found += settings(given, path, whole)
        else:
            found.append(f"{'.'.join(path)}={value(given)}")
    return found
