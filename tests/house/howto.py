"""Runs a documentation page as a reader would: files are written, commands typed, Python executed.

A fenced block tells by its info string what it is::

    ```console               lines that begin with "$ " are typed; what follows is the output (doctest's "..." elides)
    ```python                executed after the Python blocks before it, so that names carry over
    ```toml file=my.toml     written to that file (any language)

Anything else is only read. A page that says ``<!-- needs: shared -->`` runs with the shared data or is
skipped; ``$CAMPUS_SHARED`` names their folder. A line ``$ … ; exit 2`` expects that exit code.
"""

import doctest
import os
import re
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL

FENCE = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```[ ]*$", re.MULTILINE | re.DOTALL)
EXIT = re.compile(r"\s*;\s*exit (\d+)\s*$")
NEEDS_SHARED = "<!-- needs: shared -->"
LOOSE = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@dataclass(slots=True)
class Block:
    """One fenced block: language, file to write to ("" none), text."""

    language: str
    file: str
    text: str


@dataclass(slots=True)
class Typed:
    """A command line with the exit code and the output it should have ("" any)."""

    line: str
    code: int
    output: str


def blocks(page: str) -> list[Block]:
    """The fenced blocks of a page, in order."""
    return [Block(lang, (re.findall(r"file=(\S+)", info) or [""])[0], text) for lang, info, text in FENCE.findall(page)]


def typed(text: str) -> list[Typed]:
    """The commands of a console block; a line that ends in a backslash goes on."""
    commands: list[Typed] = []
    for line in text.replace("\\\n", "").splitlines(keepends=True):
        if line.startswith("$ "):
            code = EXIT.search(line)
            commands.append(Typed(EXIT.sub("", line[2:]).strip(), int(code[1]) if code else 0, ""))
        elif commands:
            commands[-1].output += line
    return commands


def run_page(page: str, folder: Path, shared: Path | None = None) -> int:
    """Run a page in an empty folder; how many blocks were run.

    Raises
    ------
    AssertionError
        If a command ends otherwise than the page says, or prints something else.
    """
    begun: list[int] = []
    try:
        return _run_blocks(page, folder, shared, begun)
    finally:
        for group in begun:  # whatever a command left running
            with suppress(ProcessLookupError):
                os.killpg(group, SIGKILL)


def _run_blocks(page: str, folder: Path, shared: Path | None, begun: list[int]) -> int:
    python = ""
    ran = 0
    for block in blocks(page):
        if block.file:
            target = folder / block.file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.text, encoding="utf-8")
        elif block.language == "console":
            for command in typed(block.text):
                _run(["bash", "-c", command.line], command, folder, shared, begun)
        elif block.language == "python":
            python += block.text
            _run([sys.executable, "-c", python], Typed(block.text, 0, ""), folder, shared, begun)
        else:
            continue
        ran += 1
    return ran


def _run(argv: list[str], command: Typed, folder: Path, shared: Path | None, begun: list[int]) -> None:
    there = str(Path(sys.executable).parent)
    env = {**os.environ, "PATH": f"{there}{os.pathsep}{os.environ['PATH']}", "COLUMNS": "160", "NO_COLOR": "1"}
    env["PYTHONPATH"] = str(folder)
    if shared is not None:
        env["CAMPUS_SHARED"] = str(shared)
    done = subprocess.Popen(
        argv, cwd=folder, env=env, text=True, start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    begun.append(done.pid)
    stdout, stderr = done.communicate()
    said = f"$ {command.line}\n{stdout}\n{stderr}"
    assert done.returncode == command.code, f"exit {done.returncode}, the page says {command.code}\n{said}"
    if command.output.strip():
        printed = stdout if stdout.strip() else stderr
        assert doctest.OutputChecker().check_output(command.output, printed, LOOSE), (
            f"the page shows\n{command.output}\n{said}"
        )
