"""The page of the command line, from the commands themselves."""

import re
from collections.abc import Iterator
from importlib import import_module

import click

from docs.pages.markdown import table, title
from scenarios.cli import COMMANDS

EXIT_CODES = (
    ("0", "done"),
    ("1", "the answer is no: `--fail-on` held, a check of a rule found what it does not keep to, a gate ruled no-go"),
    ("2", "wrong usage or configuration; nothing was written"),
    ("3", "partial: some replications failed, the good ones are kept, the failing seed is named"),
    ("4", "internal error"),
    ("130", "interrupted; what was finished before is kept, and the line says what that is"),
)


def cli_page() -> str:
    """Every subcommand with its arguments and options."""
    parts = [
        title("Command line", "scenarios.cli"),
        (
            "Data go to standard output, everything else to standard error. `--json` prints an envelope "
            '`{"schema": "twin/…@1", "ok": true, "data": …, "warnings": []}` with unit-suffixed keys that are never translated.\n'
        ),
        "## Exit codes\n",
        table(("code", "meaning"), EXIT_CODES),
    ]
    for name in COMMANDS:
        parts += _command(f"twin {name}", import_module(COMMANDS[name][0]).command)
    return "\n".join(parts)


def _command(name: str, command: click.Command) -> Iterator[str]:
    context = click.Context(command, info_name=name)
    usage = command.collect_usage_pieces(context)
    yield f"## `{name}`\n"
    yield f"```text\n{name} {' '.join(usage)}\n```\n"
    yield f"{_text(command.help)}\n"
    rows = [
        row
        for row in (p.get_help_record(context) for p in command.params if isinstance(p, click.Option))
        if row is not None
    ]
    if rows:
        yield table(("option", "what"), ((f"`{option}`", _text(what).replace("\n", " ")) for option, what in rows))
    if isinstance(command, click.Group):
        for sub in command.list_commands(context):
            found = command.get_command(context, sub)
            if found is not None:
                yield from _command(f"{name} {sub}", found)


def _text(text: str | None) -> str:
    return (
        re.sub(r"``([^`]+)``", r"`\1`", click.utils.make_str(text or ""))
        .replace("\b\n", "")
        .replace("|", "\\|")
        .strip()
    )
