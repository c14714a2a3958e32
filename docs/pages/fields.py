"""What the views hold and what their methods take, with types, read from their own code."""

import ast
import inspect
import textwrap
from typing import Any


def signature_of(function: Any) -> str:
    """What a method is given and what it gives, without itself, fit for a table."""
    asked = inspect.signature(function)
    given = [str(one) for name, one in asked.parameters.items() if name != "self"]
    gives = asked.return_annotation
    return _plain(f"({', '.join(given)}) -> {gives if isinstance(gives, str) else inspect.formatannotation(gives)}")


def fields_of(one: Any) -> dict[str, str]:
    """Public fields of a slotted object by name: the type its class's constructor says, else that of the value."""
    said = _said(type(one))
    names = [name for name in type(one).__slots__ if not name.startswith("_")]
    return {name: _plain(said.get(name) or _type(getattr(one, name))) for name in names}


def _type(value: Any) -> str:
    name = type(value).__name__
    return f"tuple[{_type(value[0])}, ...]" if isinstance(value, tuple) and value else name


def _said(kind: Any) -> dict[str, str]:
    """Annotations of a constructor: of its parameters, and of what it assigns."""
    (begun,) = ast.parse(textwrap.dedent(inspect.getsource(kind.__init__))).body
    assert isinstance(begun, ast.FunctionDef)
    found = {one.arg: ast.unparse(one.annotation) for one in begun.args.args if one.annotation is not None}
    for step in ast.walk(begun):
        if isinstance(step, ast.AnnAssign) and isinstance(step.target, ast.Attribute):
            found[step.target.attr] = ast.unparse(step.annotation)
    return {name: text.removesuffix(" | None") for name, text in found.items()}


def _plain(text: str) -> str:
    """Without the modules types come from, and with bars that do not end a cell."""
    for module in ("collections.abc.", "policies.contract.views.", "policies.contract.decisions.", "typing."):
        text = text.replace(module, "")
    return text.replace("'", "").replace("|", "\\|")
