"""The walls of the house: who may import whom."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest
from importlinter import cli

PACKAGES = ("policies", "twin", "hardware_emul", "results", "scenarios")
RANDOM_ROOMS = {
    "twin/streams.py",  # where every draw is made
    "scenarios/verify/draws.py",  # paths of textbook queues; no campus draws from it
    "scenarios/calibration/parts/chance.py",  # a buyer's errors and resamples of parts; no campus draws from it
    "policies/controller/conformance.py",  # unsettles the global generators to catch a rule that draws from them
}
STDLIB_ONLY = ("policies/contract", "policies/controller")


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(*PACKAGES, include_external_packages=True, cache_dir=None)


def _imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def _sources(root: Path, *folders: str) -> list[Path]:
    return sorted(file for folder in folders for file in (root / folder).rglob("*.py"))


def test_every_contract_of_import_linter_is_kept(root, monkeypatch, capsys):
    monkeypatch.chdir(root)
    assert cli.lint_imports(no_cache=True) == cli.EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_a_broken_wall_is_noticed(tmp_path, monkeypatch, capsys):
    for name, text in (("low", "import high\n"), ("high", "")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(text)
    (tmp_path / "walls.toml").write_text(
        '[tool.importlinter]\nroot_packages = ["low", "high"]\n'
        '[[tool.importlinter.contracts]]\nname = "down"\ntype = "layers"\nlayers = ["high", "low"]\n'
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    assert cli.lint_imports(config_filename="walls.toml", no_cache=True) != cli.EXIT_STATUS_SUCCESS
    assert "low is not allowed to import high" in capsys.readouterr().out


def test_contract_and_controller_import_the_standard_library_alone(root):
    strangers = {
        f"{file.relative_to(root)} imports {name}"
        for file in _sources(root, *STDLIB_ONLY)
        for name in _imports(file)
        if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith("policies.")
    }
    assert not strangers


def test_rules_load_heavy_libraries_only_when_asked(root):
    eager = set()
    for file in _sources(root, "policies"):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
                eager |= {
                    f"{file.relative_to(root)} imports {n} at the top"
                    for n in names
                    if n.split(".")[0] not in sys.stdlib_module_names and n.split(".")[0] != "policies"
                }
    assert not eager


def test_no_import_circle_between_modules(graph):
    ours = [m for m in graph.modules if m.split(".")[0] in PACKAGES]
    circles = [circle for circle in _circles(graph, ours) if len(circle) > 1]
    assert not circles


def test_random_generators_live_in_one_room(root):
    guilty = set()
    for file in _sources(root, *PACKAGES):
        where = str(file.relative_to(root))
        if where in RANDOM_ROOMS:
            continue
        if any(name.split(".")[0] in {"random", "secrets"} or "numpy.random" in name for name in _imports(file)):
            guilty.add(where)
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr == "random" and isinstance(node.value, ast.Name):
                guilty.add(where)
    assert not guilty


def _circles(graph: grimp.ImportGraph, modules: list[str]) -> list[list[str]]:
    """Strongly connected components (Tarjan 1972), without recursion."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: dict[str, None] = {}
    found: list[list[str]] = []
    for start in sorted(modules):
        if start in index:
            continue
        work = [(start, iter(sorted(graph.find_modules_directly_imported_by(start))))]
        index[start] = low[start] = len(index)
        stack[start] = None
        while work:
            module, rest = work[-1]
            for following in rest:
                if following not in index:
                    index[following] = low[following] = len(index)
                    stack[following] = None
                    work.append((following, iter(sorted(graph.find_modules_directly_imported_by(following)))))
                    break
                if following in stack:
                    low[module] = min(low[module], index[following])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[module])
                if low[module] == index[module]:
                    circle = []
                    while True:
                        member, _ = stack.popitem()
                        circle.append(member)
                        if member == module:
                            break
                    found.append(sorted(circle))
    return found


def test_the_search_for_circles_finds_one():
    graph = grimp.ImportGraph()
    for module in "abcd":
        graph.add_module(module)
    for importer, imported in ("ab", "bc", "ca", "cd"):
        graph.add_import(importer=importer, imported=imported)
    assert ["a", "b", "c"] in _circles(graph, list("abcd"))
