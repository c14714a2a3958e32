"""Parameters of rules as they are given on a command line."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from scenarios.cli.envelope import WRONG_USAGE, Finish

if TYPE_CHECKING:
    from policies.controller.settings import RuleChoice


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
    from scenarios.resolution.parameters import mistakes

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
    from scenarios.resolution.parameters import mistakes

    wrong = [
        f"parameters of {decision}.{choice.name}: {line}"
        for decision, choice in rules
        if choice.name != registry.NONE and choice.parameters
        for line in mistakes(registry.rule_class(decision, choice.name), choice.parameters)
    ]
    if wrong:
        raise Finish(WRONG_USAGE, *wrong)
