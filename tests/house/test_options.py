"""An option of the commands that run replications is written once, where they share it."""

import ast

from tests.conftest import ROOT

CLI = ROOT / "scenarios" / "cli"
SHARED = CLI / "conduct.py"
EVERYWHERE = "'--json'"
"""One line, and commands have it that load nothing of those that run replications."""


def options(path):
    """Every ``click.option(…)`` of a file, as it reads."""
    tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    calls = (node for node in tree if isinstance(node, ast.Call) and ast.unparse(node.func) == "click.option")
    return [ast.unparse(node) for node in calls]


def test_no_option_that_is_shared_is_written_again():
    shared = {text for text in options(SHARED) if EVERYWHERE not in text}
    assert len(shared) > 10
    others = [path for path in sorted(CLI.rglob("*.py")) if path != SHARED]
    assert [path.name for path in others if shared & set(options(path))] == []
    assert [path.name for path in others if len(options(path)) != len(set(options(path)))] == []
