"""``twin results``: what was run and is kept; questions, exports, throwing away."""

from importlib import import_module
from typing import Final

import click

from scenarios.cli.form import Group

SUBCOMMANDS: Final = {
    "list": "listing",
    "show": "showing",
    "query": "asking",
    "export": "exporting",
    "gc": "sweeping",
}
"""Subcommand → module of this folder that holds ``command``."""


class Subcommands(Group):
    """Subcommands that load when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(SUBCOMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in SUBCOMMANDS:
            return None
        found = import_module(f"scenarios.cli.results.{SUBCOMMANDS[cmd_name]}").command
        assert isinstance(found, click.Command)
        return found


@click.group(cls=Subcommands, context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Keep, show, ask and export what was run."""
