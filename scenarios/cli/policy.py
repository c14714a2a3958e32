"""``twin policy``: which rules there are, whether one keeps to what all must, where one begins, who replaces whom, what ships.

``check`` also times the rule in an office of ten times the people and orders and proposes the
latency it should declare.
"""

from collections.abc import Sequence
from importlib import import_module
from inspect import Parameter, getdoc, signature
from pathlib import Path
from typing import Any, Final

import click

from policies.contract.decisions import DECISIONS
from policies.controller import registry
from policies.controller.conformance import Finding
from scenarios.cli import gate
from scenarios.cli.atonce import at_once
from scenarios.cli.envelope import ANSWER_IS_NO, WRONG_USAGE, Finish, ending, envelope
from scenarios.cli.form import Group, Looking
from scenarios.cli.parameters import made, parameters_of
from scenarios.plugins.examining import LOAD, Timing, examined, when_asked
from scenarios.plugins.naming import NoSuchPlugin, resolve

as_json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")


DEPLOYING: Final = {
    "canary": ("hosted", "canary"),
    "drift": ("drift", "command"),
    "keygen": ("keygen", "command"),
    "pack": ("pack", "command"),
    "parity": ("parity", "command"),
    "promote": ("hosted", "promote"),
    "rollback": ("hosted", "rollback"),
    "shadow": ("hosted", "shadow"),
    "verify": ("verify", "command"),
}
"""Subcommands that ship what was chosen → module of ``scenarios.cli.deploy`` that loads when called, and its command."""


class Subcommands(Group):
    """The commands of this file, then those that load when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*super().list_commands(ctx), *DEPLOYING]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in DEPLOYING:
            return super().get_command(ctx, cmd_name)
        module, name = DEPLOYING[cmd_name]
        found = getattr(import_module(f"scenarios.cli.deploy.{module}"), name)
        assert isinstance(found, click.Command)
        return found


@click.group(cls=Subcommands, context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """List and check decision rules, start one of your own, let it take another's place, pack the winner."""


command.add_command(gate.command)


@command.command("list")
@click.option("--decision", type=click.Choice(list(DECISIONS)), help="Only the rules of one decision point.")
@as_json_option
def list_(decision: str | None, as_json: bool) -> None:
    """Every rule that can be named in a scenario, ours and installed ones."""
    schema = "twin/policy-list@1"
    with ending(schema, as_json=as_json):
        rows = [
            describe(point, name) for point in ([decision] if decision else DECISIONS) for name in registry.names(point)
        ]
        if as_json:
            click.echo(envelope(schema, rows))
            return
        _table(
            ("decision", "rule", "what it does", "sees", "needs", "parameters"),
            [
                (
                    r["decision"],
                    r["rule"],
                    r["about"],
                    " ".join(r["sees"]),
                    " ".join(r["requires"]),
                    _shown(r["parameters"]),
                )
                for r in rows
            ],
        )


@command.command("check")
@click.argument("plugin")
@click.option(
    "--decision", type=click.Choice(list(DECISIONS)), help="Its decision point, where its methods do not tell."
)
@click.option(
    "--parameters",
    metavar="TOML",
    help='Check it with these, as in "{ soon_min = 30.0 }" (default: its own defaults).',
)
@as_json_option
def check_(plugin: str, decision: str | None, parameters: str | None, as_json: bool) -> None:
    """Check a rule: MODULE:CLASS, DECISION.RULE or the name of an installed entry point.

    Exit code 1 when it does not keep to something.
    """
    schema = "twin/policy-check@1"
    with ending(schema, as_json=as_json, wrong=(NoSuchPlugin,)):
        found, point = resolve(plugin, decision)
        rule = found if parameters is None else made(found, plugin, parameters_of(parameters, plugin))
        findings, timing = examined(rule, point)
        asked = "" if findings else when_asked(rule, point)
        _report(plugin, point, findings, timing, asked, schema if as_json else "")
        for finding in findings:
            if finding.place:
                click.echo(f"{finding.check} at {finding.place}", err=True)
        if findings:
            click.get_current_context().exit(ANSWER_IS_NO)


@command.command(cls=Looking)
@click.argument("name")
@click.option(
    "--decision", type=click.Choice(list(DECISIONS)), default="dispatch", show_default=True, help="Its decision point."
)
@click.option(
    "-o", "--output", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="Folder to write to."
)
@as_json_option
def new(name: str, decision: str, output: Path, as_json: bool) -> None:
    """Start a project NAME of a rule of your own: it installs, and its tests pass, before a line is changed."""
    schema = "twin/policy-new@1"
    with ending(schema, as_json=as_json):
        from scenarios.plugins import project

        at_once((), lambda: _see_free(project.problems(name, decision, output)))
        files = project.write(name, decision, output)
        click.echo(envelope(schema, {"decision": decision, "files": files}) if as_json else "\n".join(map(str, files)))


def _see_free(against: Sequence[str]) -> None:
    if against:
        raise Finish(WRONG_USAGE, *against)


def describe(decision: str, name: str) -> dict[str, Any]:
    """One rule: decision, name, one line, what it sees and needs, parameters with defaults."""
    try:
        rule = registry.rule_class(decision, name)
    except Exception as error:
        broken = f"cannot be loaded: {type(error).__name__}: {error}"
        return {"decision": decision, "rule": name, "about": broken, "sees": [], "requires": [], "parameters": {}}
    return {
        "decision": decision,
        "rule": name,
        "about": (getdoc(rule) or "").split("\n", 1)[0],
        "sees": list(getattr(rule, "sees", ())),
        "requires": list(getattr(rule, "requires", ())),
        "parameters": {
            key: None if parameter.default is Parameter.empty else parameter.default
            for key, parameter in signature(rule).parameters.items()
        },
    }


def _report(
    plugin: str, decision: str, findings: Sequence[Finding], timing: Timing | None, asked: str, schema: str
) -> None:  # fmt: skip
    if schema:
        data = {"plugin": plugin, "decision": decision, "findings": list(findings), "timing": timing, "asked": asked}
        click.echo(envelope(schema, data, ok=not findings))
        return
    _table(("check", "seen"), [(finding.check, finding.seen) for finding in findings] or [("all checks", "kept")])
    if timing is not None:
        click.echo(
            f"{plugin} ({decision}): median {timing.median_s * 1000:.3g} ms, P99 {timing.p99_s * 1000:.3g} ms at {LOAD}x load, "
            f"budget {timing.budget_s:.3g} s; declares latency_min = {timing.declared_latency_min:g}, "
            f"proposed latency_min = {timing.proposed_latency_min:g}"
        )
    if asked:
        click.echo(asked)


def _shown(parameters: dict[str, Any]) -> str:
    return " ".join(f"{name}={value!r}" for name, value in parameters.items())


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False, markup=False)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in heads:
        table.add_column(head, overflow="fold")
    for row in rows:
        table.add_row(*row)
    wide = console.is_terminal or console.width > 200
    (console if wide else Console(width=200, highlight=False, markup=False)).print(table)
