"""Parameters of rules as they are given on a command line or in a scenario: seen before a rule is asked anything.

A rule takes whatever its constructor is given, and a text where a number belongs would come out at its
first answer, by a fallback that decides in its place.
"""

import inspect
import json
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final, get_type_hints

from scenarios.cli.envelope import WRONG_USAGE, Finish

if TYPE_CHECKING:
    from policies.controller.settings import RuleChoice

WORDS: Final = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}


def parameters_of(text: str, of: str) -> dict[str, Any]:
    """An inline table of TOML as it stands behind an option. ``of``: the rule, for the message.

    Raises
    ------
    Finish
        If it is none.
    """
    import tomllib

    try:
        found = tomllib.loads(f"parameters = {text}")["parameters"]
    except tomllib.TOMLDecodeError as error:
        raise Finish(
            WRONG_USAGE, f'parameters of {of}: given "{text}"; expected an inline table of TOML ({error})'
        ) from None
    if not isinstance(found, dict):
        raise Finish(WRONG_USAGE, f'parameters of {of}: given "{text}"; expected a table, as in {{ soon_min = 30.0 }}')
    return found


def made(rule: type, named: str, given: Mapping[str, Any]) -> Any:
    """A rule with parameters.

    Raises
    ------
    Finish
        With every parameter that it does not take, or why it takes none of this.
    """
    wrong = list(mistakes(rule, given))
    if wrong:
        raise Finish(WRONG_USAGE, *(f"parameters of {named}: {line}" for line in wrong))
    try:
        return rule(**given)
    except (TypeError, ValueError) as error:
        raise Finish(WRONG_USAGE, f"parameters of {named}: given {dict(given)}; {error}") from error


def see_parameters(rules: "Iterable[tuple[str, RuleChoice]]") -> None:
    """See that rules by decision point take what they are given.

    Raises
    ------
    Finish
        With every parameter that is not what its rule expects.
    """
    from policies.controller import registry

    wrong = [
        f"parameters of {decision}.{choice.name}: {line}"
        for decision, choice in rules
        if choice.name != registry.NONE and choice.parameters
        for line in mistakes(registry.rule_class(decision, choice.name), choice.parameters)
    ]
    if wrong:
        raise Finish(WRONG_USAGE, *wrong)


def mistakes(rule: type, given: Mapping[str, Any]) -> Iterator[str]:
    """What a rule's constructor does not take: names it does not know, values of another type than it declares."""
    taken = inspect.signature(rule).parameters
    if any(one.kind is inspect.Parameter.VAR_KEYWORD for one in taken.values()):
        return
    types = _types(rule)
    for name, value in given.items():
        if name not in taken:
            near = get_close_matches(name, taken, 1)
            hint = f'; did you mean "{near[0]}"?' if near else ""
            yield f'no parameter "{name}"{hint} (it takes {", ".join(taken) or "none"})'
        elif not _fits(value, types.get(name, Any)):
            yield f"{name}: given {json.dumps(value, ensure_ascii=False, default=str)}; expected {_words(types[name])}"


def _types(rule: type) -> dict[str, Any]:
    """What a constructor declares, and where it declares nothing the type of the default."""
    found = {
        name: type(one.default)
        for name, one in inspect.signature(rule).parameters.items()
        if type(one.default) in WORDS
    }
    try:
        return found | get_type_hints(rule.__init__)  # type: ignore[misc]
    except Exception:  # a stranger's annotation may name anything
        return found


def _fits(value: Any, expected: Any) -> bool:
    """Whether a value of TOML is of a type, as JSON tells types apart: 1 is a number too, "1" and true are not."""
    from pydantic import PydanticSchemaGenerationError, PydanticUserError, TypeAdapter, ValidationError

    try:
        TypeAdapter(expected).validate_json(json.dumps(value, default=str), strict=True)
    except ValidationError:
        return False
    except (PydanticSchemaGenerationError, PydanticUserError):
        return True
    return True


def _words(expected: Any) -> str:
    return WORDS.get(expected) or inspect.formatannotation(expected).replace("collections.abc.", "")
