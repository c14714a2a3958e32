"""Rules by name. Built-ins and strangers come in by the same door: entry points.

Group ``campus_twin.policies``; an entry point is named ``decision.rule``, as in
``dispatch.nearest_idle = policies.response.dispatch:NearestIdle``.
"""

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Final

from policies.contract.decisions import DECISIONS

GROUP = "campus_twin.policies"
NONE = "none"
"""The name of no rule at all: the decision is not taken."""
OWN: Final = "a rule of your own must first be installed into this environment: pip install -e FOLDER, the one with its pyproject.toml"
"""What whoever names a rule that is not registered may have left out (docs/how-to/write-a-dispatch-rule.md)."""


class UnknownRule(LookupError):
    """No rule of that name at that decision point, or parameters it does not take."""


@cache
def _found() -> dict[str, EntryPoint]:
    return {point.name: point for point in sorted(entry_points(group=GROUP), key=lambda p: (p.name, p.value))}


def names(decision: str) -> list[str]:
    """Names of the rules at a decision point, sorted (without ``none``).

    Raises
    ------
    UnknownRule
        If there is no such decision point.
    """
    if decision not in DECISIONS:
        raise UnknownRule(_no_such("decision point", decision, list(DECISIONS)))
    prefix = decision + "."
    return sorted(name.removeprefix(prefix) for name in _found() if name.startswith(prefix))


def rule_class(decision: str, name: str) -> type:
    """The class registered under a name.

    Raises
    ------
    UnknownRule
        If there is none, with the nearest name.
    """
    known = names(decision)
    if name not in known:
        raise UnknownRule(f"{_no_such(f'{decision} rule', name, [*known, NONE])}; {OWN}")
    loaded = _found()[f"{decision}.{name}"].load()
    assert isinstance(loaded, type)
    return loaded


def make(decision: str, name: str, parameters: Mapping[str, Any] | None = None) -> Any:
    """An instance of a rule, or None for ``none``.

    Raises
    ------
    UnknownRule
        If the name or a parameter is unknown.
    """
    if name == NONE:
        return None
    found = rule_class(decision, name)
    try:
        return found(**(parameters or {}))
    except TypeError as error:
        raise UnknownRule(f"{decision} rule {name!r}: {error}") from error


def _no_such(what: str, given: str, known: list[str]) -> str:
    near = get_close_matches(given, known, 1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return f"no {what} {given!r}{hint} (known: {', '.join(known)})"
