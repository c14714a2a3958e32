"""Turning a model's complaint into a problem a planner can act on."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from scenarios.problems import Problem, did_you_mean
from scenarios.schema.inline import inline

Place = Callable[[tuple[str | int, ...]], tuple[str, int]]
"""Path of a key → (file, line)."""

_KINDS: Mapping[str, str] = {
    "int": "a whole number", "float": "a number", "bool": "true or false", "string": "text in quotes",
    "list": "a list", "dict": "a table", "date": "a date such as 2025-06-30", "model": "a table",
}  # fmt: skip


def problem_of(error: ErrorDetails, model: type[BaseModel], place: Place) -> Problem:
    """One complaint: where, what was given, what is expected."""
    path = tuple(error["loc"])
    file, line = place(path)
    key = ".".join(str(part) for part in path) or "file"
    given = "nothing" if error["type"] == "missing" else shown(error["input"])
    return Problem(file, line, key, given, _expected(error, model, path))


def _expected(error: ErrorDetails, model: type[BaseModel], path: tuple[str | int, ...]) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return unknown_key(str(path[-1]), keys_at(model, path[:-1]))
    if kind == "missing":
        return "a value: the key is required"
    for name, text in (("ge", "at least"), ("gt", "more than"), ("le", "at most"), ("lt", "less than")):
        if name in context:
            return f"a number {text} {context[name]}"
    if kind == "too_short":
        return f"at least {context['min_length']} values"
    if kind == "too_long":
        return f"at most {context['max_length']} values"
    if kind == "string_pattern_mismatch":
        return "letters, digits, _ . + - alone: a folder bears the name"
    if kind == "value_error":
        return str(context["error"])
    if kind == "literal_error":
        near = did_you_mean(
            str(error["input"]), [w.strip("'") for w in context["expected"].replace(" or ", ", ").split(", ")]
        )
        return f"{context['expected']}{near}"
    if kind == "model_type" and "rule" in keys_at(model, path):
        return 'a table, as in { rule = "nearest_idle" }'
    return _KINDS.get(kind.split("_")[0], error["msg"])


def unknown_key(given: str, known: Sequence[str]) -> str:
    """What is expected in the place of a key that is none."""
    return f"a known key{did_you_mean(given, known)}; known here: {', '.join(known)}"


def shown(value: object) -> str:
    """A value as a message gives it, cut where it is long."""
    text = inline(value) if isinstance(value, bool | str | list | dict) else str(value)
    return text if len(text) <= 60 else text[:57] + "…"


def keys_at(model: Any, path: tuple[str | int, ...]) -> list[str]:
    """Known keys of the table at a path."""
    here = model
    for part in path:
        fields = getattr(here, "model_fields", None)
        here = _table(fields[part].annotation if fields and part in fields else here)
    return list(getattr(here, "model_fields", {}))


def _table(annotation: Any) -> Any:
    """The model inside an annotation such as ``dict[str, Model]`` or ``list[Model]``."""
    if hasattr(annotation, "model_fields"):
        return annotation
    for inner in get_args(annotation):
        found = _table(inner)
        if hasattr(found, "model_fields"):
            return found
    return annotation
