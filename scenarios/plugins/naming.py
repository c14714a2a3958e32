"""Which rule a name means: a class by its module, a registered rule with or without its decision point."""

import sys
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Any

from policies.contract.decisions import DECISIONS
from policies.controller import registry
from policies.controller.conformance import decision_of


class NoSuchPlugin(LookupError):
    """What was named is no rule: not registered, not importable, or of no decision point."""


def resolve(plugin: str, decision: str | None = None) -> tuple[Any, str]:
    """A rule and its decision point by whatever names it.

    Raises
    ------
    NoSuchPlugin
        If nothing goes by that name, or its decision point cannot be told.
    """
    if plugin.endswith(".py"):
        module = Path(plugin).stem
        raise NoSuchPlugin(
            f"{plugin} is a file; expected MODULE:CLASS, as {module}:{_titled(module)}, or the name under which it is installed"
        )
    if ":" in plugin:
        rule = _imported(plugin)
    else:
        point, _, name = plugin.partition(".")
        if not name:
            point, name = _sole(plugin)
        try:
            found = registry.rule_class(point, name)
        except registry.UnknownRule as error:
            raise NoSuchPlugin(str(error)) from error
        if decision not in (None, point):
            raise NoSuchPlugin(
                f"{plugin} is a rule of {point}, and --decision {decision} is given: leave it away, or name a rule of {decision}"
            )
        return found, point
    told = decision or decision_of(rule)
    if told is None:
        methods = ", ".join(f"{method}() for {point}" for point, method in DECISIONS.items())
        raise NoSuchPlugin(f"{plugin} has the method of no one decision point (expected one of: {methods})")
    return rule, told


def _titled(module: str) -> str:
    return "".join(word.capitalize() for word in module.split("_"))


def _imported(plugin: str) -> Any:
    module, _, name = plugin.partition(":")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        loaded = import_module(module)
    except Exception as error:
        own = isinstance(error, ModuleNotFoundError) and error.name == module.partition(".")[0]
        why = (
            f"there is no module {module}{_near(module, _modules(here))}" if own else f"{type(error).__name__}: {error}"
        )
        raise NoSuchPlugin(f"{plugin}: {why} (expected MODULE:CLASS, importable here or from {here})") from error
    found = getattr(loaded, name, None)
    if found is None:
        classes = [
            one for one, kind in vars(loaded).items() if isinstance(kind, type) and kind.__module__ == loaded.__name__
        ]
        raise NoSuchPlugin(
            f"{plugin}: the module {module} has no {name}{_near(name, classes)}; its classes: {', '.join(classes) or 'none'}"
        )
    if not isinstance(found, type):
        raise NoSuchPlugin(f"{plugin} is {found!r}, expected a class")
    return found


def _modules(here: str) -> list[str]:
    return [path.stem for path in Path(here).glob("*.py")]


def _near(given: str, known: list[str]) -> str:
    near = get_close_matches(given, known, 1)
    return f" (did you mean {near[0]}?)" if near else ""


def _sole(name: str) -> tuple[str, str]:
    """The decision point of a rule named without one, if only one has it."""
    points = [point for point in DECISIONS if name in registry.names(point)]
    if len(points) == 1:
        return points[0], name
    if points:
        raise NoSuchPlugin(f"{name!r} is a rule of {', '.join(points)}; say which, as {points[0]}.{name}")
    near = get_close_matches(name, [known for point in DECISIONS for known in registry.names(point)], 1)
    hint = f"did you mean {near[0]!r}?" if near else "see twin policy list"
    raise NoSuchPlugin(
        f"no rule {name!r} at any decision point; {hint} (expected DECISION.RULE, RULE or MODULE:CLASS); {registry.OWN}"
    )
