"""What files of the house import, read from their statements: nothing is loaded."""

import ast

from tests.conftest import ROOT

OURS = ("hardware_emul", "policies", "results", "scenarios", "twin")


def of_the_house():
    """Name of each module of the house → its path in the project."""
    found = {}
    for package in OURS:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(path, modules):
    """Modules of the house that a file imports anywhere in it, with the packages they lie in; not for types alone."""
    for node in _statements(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0 and node.module, f"{path}: relative imports are not followed here"
            names = [node.module, *(f"{node.module}.{one.name}" for one in node.names)]
        for name in names:
            parts = name.split(".")
            yield from (ahead for k in range(len(parts)) if (ahead := ".".join(parts[: k + 1])) in modules)


def reached(*roots):
    """Everything that importing the roots, and calling what is in them, can import by a statement."""
    modules, todo, seen = of_the_house(), list(roots), set()
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += imports(modules[name], modules)
    return {modules[name] for name in seen}


def _statements(node):
    """Every node but those under ``if TYPE_CHECKING``, which no run sees."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and isinstance(child.test, ast.Name) and child.test.id == "TYPE_CHECKING":
            for other in child.orelse:
                yield other
                yield from _statements(other)
        else:
            yield child
            yield from _statements(child)
