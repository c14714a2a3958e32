"""``controller.toml``: which rule at which decision point with which parameters, as a person reads it.

>>> from policies.controller.settings import RuleChoice
>>> print(write({"reserve": RuleChoice("fixed_reserve", {"per_trade": 2})}).decode())
# Which rule decides what. The attestation covers this file: change it and the bundle is refused.
format = "campus-twin/controller@1"
<BLANKLINE>
[rules.reserve]
rule = "fixed_reserve"
parameters = { per_trade = 2 }
<BLANKLINE>
"""

import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any, Final

from policies.controller.settings import RuleChoice
from policies.deploy.office import rules_of, rules_plain
from policies.deploy.strict import Reader, refuse

FORMAT: Final = "campus-twin/controller@1"
HEAD: Final = "# Which rule decides what. The attestation covers this file: change it and the bundle is refused.\n"
BARE: Final = re.compile(r"[A-Za-z0-9_-]+")


def write(rules: Mapping[str, RuleChoice]) -> bytes:
    """Rules as TOML, decision points and parameters sorted by name.

    Raises
    ------
    WrongDocument
        If a parameter is of a kind that a file cannot hold.
    """
    parts = [f'{HEAD}format = "{FORMAT}"\n']
    for decision, choice in sorted(rules_plain(rules).items()):
        parts.append(
            f"\n[rules.{_key(decision)}]\nrule = {_value(choice['rule'])}\nparameters = {_value(choice['parameters'])}\n"
        )
    if not rules:
        parts.append("\n[rules]\n")
    return "".join(parts).encode()


def read(given: bytes) -> dict[str, RuleChoice]:
    """The rules of a file.

    Raises
    ------
    WrongDocument
        With every mistake.
    """
    try:
        plain = tomllib.loads(given.decode())
    except ValueError as error:
        refuse("controller.toml", error)
    reader = Reader("controller.toml")
    found = reader.table(plain, "", ("format", "rules"))
    if found.get("format", FORMAT) != FORMAT:
        reader.expected("format", found["format"], f"{FORMAT!r}")
    rules = rules_of(found.get("rules", {}), reader, "rules")
    reader.done()
    return rules


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    inside = ", ".join(f"{_key(name)} = {_value(item)}" for name, item in sorted(value.items()))
    return f"{{ {inside} }}" if inside else "{}"


def _key(name: str) -> str:
    return name if BARE.fullmatch(name) else _quoted(name)


def _quoted(text: str) -> str:
    """A basic string of TOML: what JSON escapes, and the delete character besides."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
