"""Reading a TOML file with the line of every key.

``tomllib`` gives values without places. The finder below reads the same text once more, line by
line, and notes where each dotted key was written; a value inside a multi-line array or inline
table is told by the line of its key.
"""

import re
import tomllib
from copy import deepcopy
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from scenarios.problems import Problem, ScenarioProblems

Path_ = tuple[str | int, ...]
_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(
    r"^\s*((?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*'))*)\s*=(.*)$"
)
_PART = re.compile(r"[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*'")
_AT_LINE = re.compile(r"\(at line (\d+)")


@dataclass(slots=True)
class Document:
    """A file read: its values and the line of each key."""

    file: str
    folder: Path
    values: dict[str, Any]
    lines: dict[Path_, int] = field(default_factory=dict)

    def place(self, path: Path_) -> tuple[str, int]:
        """Where a key stands: the file, and its line."""
        return self.file, self.line(path)

    def line(self, path: Path_) -> int:
        """Line of a key, of the first key below it, or of the nearest above it; 0 if none is known."""
        below = [line for known, line in self.lines.items() if known[: len(path)] == path]
        if below:
            return min(below)
        for end in range(len(path), 0, -1):
            found = self.lines.get(path[:end])
            if found is not None:
                return found
        return 0


def read(path: Path) -> Document:
    """Read a TOML file.

    Raises
    ------
    ScenarioProblems
        If there is no such file, or it is not TOML.
    """
    shown = shown_path(path)
    try:
        text = path.read_text(encoding="utf-8")
        values, lines = _parsed(text)
        return Document(shown, path.parent, deepcopy(values), dict(lines))
    except OSError as error:
        raise ScenarioProblems([Problem(shown, 0, "file", str(error.strerror), "a readable TOML file")]) from error
    except UnicodeDecodeError as error:
        raise ScenarioProblems(
            [Problem(shown, 0, "file", f"bytes that are no UTF-8 ({error.reason})", "UTF-8 text")]
        ) from error
    except tomllib.TOMLDecodeError as error:
        at = _AT_LINE.search(str(error))
        given = f"what is no TOML ({error})"
        raise ScenarioProblems([Problem(shown, int(at[1]) if at else 0, "syntax", given, "TOML 1.0")]) from error


@lru_cache(maxsize=64)
def _parsed(text: str) -> tuple[dict[str, Any], dict[Path_, int]]:
    """Values and lines of a TOML text: a study reads the same few files for each of its scenarios.

    Kept by the text itself, so that a file that changes is never taken for what it was.
    """
    return tomllib.loads(text), key_lines(text)


def shown_path(path: Path) -> str:
    """The path as a message shows it: relative to the working directory where that is shorter."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def key_lines(text: str) -> dict[Path_, int]:
    """Line (from 1) of every key and table header of a TOML text."""
    lines: dict[Path_, int] = {}
    table: Path_ = ()
    counts: dict[Path_, int] = {}
    skipper = _Skipper()
    for number, line in enumerate(text.splitlines(), 1):
        if skipper.inside(line):
            continue
        header = _HEADER.match(line)
        if header:
            table = _resolve_header(_parts(header[2]), header[1] == "[[", counts)
            lines.setdefault(table, number)
            continue
        found = _KEY.match(line)
        if found:
            lines[table + _parts(found[1])] = number
            skipper.value(found[2])
    return lines


def _parts(dotted: str) -> Path_:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))


def _resolve_header(names: Path_, repeated: bool, counts: dict[Path_, int]) -> Path_:
    """Put the index of the present element behind each array of tables on the way."""
    path: Path_ = ()
    for depth, name in enumerate(names):
        path = (*path, name)
        if repeated and depth == len(names) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


class _Skipper:
    """Knows whether a line lies inside a multi-line string or array that an earlier line opened."""

    def __init__(self) -> None:
        self._quote = ""
        self._depth = 0

    def inside(self, line: str) -> bool:
        if not self._quote and not self._depth:
            return False
        self.value(line)
        return True

    def value(self, text: str) -> None:
        """Follow quotes and brackets through a piece of a value."""
        at = 0
        while at < len(text):
            if self._quote:
                at = self._to_quote_end(text, at)
            elif text[at] == "#":
                return
            else:
                at = self._one(text, at)
        if len(self._quote) == 1:
            self._quote = ""

    def _to_quote_end(self, text: str, at: int) -> int:
        if text[at] == "\\" and self._quote[0] == '"':
            return at + 2
        if text.startswith(self._quote, at):
            width = len(self._quote)
            self._quote = ""
            return at + width
        return at + 1

    def _one(self, text: str, at: int) -> int:
        for quote in ('"""', "'''", '"', "'"):
            if text.startswith(quote, at):
                self._quote = quote
                return at + len(quote)
        self._depth += (text[at] in "[{") - (text[at] in "]}")
        return at + 1
