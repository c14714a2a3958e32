"""Problems of scenario files: collected, then told all at once.

::

    ValueError
    └── ScenarioProblems    every problem of every file read, in the order of the files
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong: where, what was given, what is expected. ``line`` 0: the file as a whole."""

    file: str
    line: int
    key: str
    given: str
    expected: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line} " if self.line else f"{self.file} "
        if self.file.startswith("--set ") and self.key in self.file.partition("=")[0]:
            return f"{self.file}: given {self.given}; expected {self.expected}"
        if self.given == f'"{self.file}"':
            place = ""
        return f"{place}{self.key}: given {self.given}; expected {self.expected}"

    def as_data(self) -> dict[str, object]:
        """Plain data for ``--json``."""
        return {
            "file": self.file, "line": self.line, "key": self.key, "given": self.given, "expected": self.expected,
        }  # fmt: skip


class ScenarioProblems(ValueError):
    """Every problem found, each once, file after file and line after line. The command line prints one a line and ends with exit code 2."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = _in_order(list(dict.fromkeys(problems)))
        super().__init__("\n".join(str(p) for p in self.problems))

    @property
    def errors(self) -> list[str]:
        """The problems as messages."""
        return [str(problem) for problem in self.problems]

    def __reduce__(self) -> tuple[type["ScenarioProblems"], tuple[list[Problem]]]:
        return ScenarioProblems, (self.problems,)


def _in_order(problems: list[Problem]) -> list[Problem]:
    """File after file as they come, line after line; what is said of a file as a whole stays beside what it was said after."""
    files = {file: number for number, file in enumerate(dict.fromkeys(one.file for one in problems))}
    lines: list[int] = []
    latest = dict.fromkeys(files, 0)
    for one in problems:
        latest[one.file] = one.line or latest[one.file]
        lines.append(latest[one.file])
    order = sorted(range(len(problems)), key=lambda k: (files[problems[k].file], lines[k]))
    return [problems[k] for k in order]


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """``' (did you mean "plumbing"?)'``, or nothing when no known name is near."""
    near = get_close_matches(given, list(known), 1)
    return f' (did you mean "{near[0]}"?)' if near else ""


def one_of(given: str, known: Iterable[str]) -> str:
    """``'one of a, b, c (did you mean "b"?)'``."""
    names = list(known)
    shown = ", ".join(names[:12]) + (f", … ({len(names)} in all)" if len(names) > 12 else "")
    return f"one of {shown}{did_you_mean(given, names)}"
