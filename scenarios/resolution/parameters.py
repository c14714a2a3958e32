"""Parameters that a rule's constructor takes, seen before it is made or asked anything.

A constructor takes whatever it is given, and a text where a number belongs would come out at the rule's
first answer, by a fallback that decides in its place.
"""

import inspect
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final, get_args, get_origin, get_type_hints

MANY: Final = {bool: "true or false", int: "whole numbers", float: "numbers", str: "texts"}
EXAMPLES: Final = {bool: "[true, false]", int: "[0, 1]", float: "[510.0, 840.0]", str: '["water"]'}
LISTS: Final = (list, tuple, Sequence)
WORDS: Final = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}


@dataclass(frozen=True, slots=True)
class Mistake:
    """A parameter that a rule does not take: what was given for it, and what is expected."""

    name: str
    given: str
    expected: str

    def __str__(self) -> str:
        return f"{self.name}: given {self.given}; expected {self.expected}"


def mistakes(rule: type, given: Mapping[str, Any]) -> Iterator[Mistake]:
    """What a rule's constructor does not take: names it does not know, values of another type than it declares."""
    taken = inspect.signature(rule).parameters
    if any(one.kind is inspect.Parameter.VAR_KEYWORD for one in taken.values()):
        return
    types = _types(rule)
    for name, value in given.items():
        shown = json.dumps(value, ensure_ascii=False, default=str)
        if name not in taken:
            near = get_close_matches(name, taken, 1)
            hint = f'; did you mean "{near[0]}"?' if near else ""
            yield Mistake(name, shown, f"one of its parameters, {', '.join(taken)}{hint}" if taken else "no parameter")
        elif not _fits(value, types.get(name, Any)):
            yield Mistake(name, shown, _words(types[name]))


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
    of = get_args(expected)
    if get_origin(expected) in LISTS and of and of[0] in MANY:
        return f"a list of {MANY[of[0]]}, as in {EXAMPLES[of[0]]}"
    return WORDS.get(expected) or inspect.formatannotation(expected).replace("collections.abc.", "")
