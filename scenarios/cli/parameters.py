"""Parameters of rules as they are given on a command line or in a scenario: seen before a rule is asked anything.

A rule takes whatever its constructor is given, and a text where a number belongs would come out at its
first answer, by a fallback that decides in its place.
"""

import inspect
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final, get_type_hints

from scenarios.cli.envelope import WRONG_USAGE, Finish

if TYPE_CHECKING:
    from policies.controller.settings import RuleChoice
    from scenarios.problems import Problem

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
            WRONG_USAGE,
            f'parameters of {of}: given "{text}"; expected an inline table of TOML, as in {{ soon_min = 30.0 }} ({error})',
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


def see_scenarios(sources: Sequence[str], sets: Sequence[str]) -> None:
    """See that the rules of scenarios take what files and settings give them.

    Raises
    ------
    ScenarioProblems
        With every parameter that is not what its rule expects, where it was written.
    """
    from scenarios.problems import ScenarioProblems

    found = [problem for source in sources for problem in problems_in(source, sets)]
    if found:
        raise ScenarioProblems(found)


@contextmanager
def plainly(sources: Sequence[str], sets: Sequence[str]) -> Iterator[None]:
    """Resolve scenarios; what a rule's constructor refused is told as ``mistakes`` tells it, with its place."""
    from scenarios.problems import ScenarioProblems

    try:
        yield
    except ScenarioProblems as error:
        found = [problem for source in sources for problem in problems_in(source, sets)]
        raise ScenarioProblems(in_place_of(error.problems, found)) from None


def in_place_of(problems: "Sequence[Problem]", found: "Sequence[Problem]") -> "list[Problem]":
    """Problems of scenarios, those with the parameters of a rule told by ``found`` where it tells them."""
    told = dict.fromkeys(problem.key.rpartition(".")[0] for problem in found)
    return [*(problem for problem in problems if problem.key not in told), *found]


def problems_in(source: str, sets: Sequence[str]) -> "list[Problem]":
    """Parameters in a scenario or a measure that their rules do not take; none where it cannot be read at all."""
    from policies.contract.decisions import DECISIONS
    from policies.controller import registry
    from scenarios.problems import Problem, ScenarioProblems
    from scenarios.resolution.layers import stack

    try:
        merged = stack(source, (), sets, [])
    except ScenarioProblems:
        return []
    found: list[Problem] = []
    written = merged.values.get("policies")
    rules: dict[str, Any] = written if isinstance(written, dict) else {}
    for decision in DECISIONS:
        chosen = rules.get(decision)
        rule, given = (chosen.get("rule"), chosen.get("parameters")) if isinstance(chosen, dict) else ("", None)
        if rule not in registry.names(decision) or not isinstance(given, dict):
            continue
        for one in mistakes(registry.rule_class(decision, rule), given):
            path = ("policies", decision, "parameters", one.name)
            found.append(Problem(*merged.origin(path), ".".join(path), one.given, one.expected))
    return found


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
    return WORDS.get(expected) or inspect.formatannotation(expected).replace("collections.abc.", "")
