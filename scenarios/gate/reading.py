"""Reading a gate file: every figure it names is one the ruler has, and has a better side."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from pydantic import ValidationError

from results.kpis import KPIS, spec
from scenarios import library
from scenarios.problems import Problem, ScenarioProblems, one_of
from scenarios.schema.document import Document, read
from scenarios.schema.faults import problem_of
from scenarios.schema.gate import GateFile


def read_gate(name: str) -> tuple[GateFile, str]:
    """The gate file of a path, or a shipped one by name, and the SHA-256 of its bytes [hex].

    Raises
    ------
    ScenarioProblems
        With everything wrong in the file.
    """
    path = library.find("gate", name, (name, 0, "--rules"))
    document = read(path)
    try:
        file = GateFile.model_validate(document.values)
    except ValidationError as error:
        raise ScenarioProblems(
            [problem_of(e, GateFile, lambda key: (document.file, document.line(key))) for e in error.errors()]
            + list(_wrong_figures(document))
        ) from error
    problems = list(_wrong_figures(document))
    if problems:
        raise ScenarioProblems(problems)
    return file, sha256(Path(path).read_bytes()).hexdigest()


def _wrong_figures(document: Document) -> Iterator[Problem]:
    """By what is written, so that they are told beside whatever is wrong with the form."""
    seen: dict[str, None] = {}
    for part, number, figure in _named(document):
        key = (part, number, "figure")
        where = (document.file, document.line(key), ".".join(map(str, key)))
        try:
            better = spec(figure).better
        except KeyError:
            yield Problem(*where, f'"{figure}"', one_of(figure, KPIS))
            continue
        if better == "neither":
            yield Problem(*where, f'"{figure}"', "a figure that has a better side")
        if figure in seen:
            yield Problem(*where, f'"{figure}"', "each figure once: a goal or a guard")
        seen[figure] = None


def _named(document: Document) -> Iterator[tuple[str, int, str]]:
    """Figures as they are written: goals or guards, number, figure."""
    for part in ("goals", "guards"):
        rows = document.values.get(part)
        for number, row in enumerate(rows if isinstance(rows, list) else ()):
            if isinstance(row, dict) and isinstance(row.get("figure"), str):
                yield part, number, row["figure"]
