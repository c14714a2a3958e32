"""``twin policy``: which rules there are, whether a plug-in keeps to what every rule must, and bundles of them.

``check`` also times the rule in an office of ten times the people and orders and proposes the
latency it should declare. The time is this machine's; it goes nowhere but to the screen.
"""

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from inspect import Parameter, getdoc, signature
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import click

from policies.contract.decisions import DECISIONS
from policies.controller import registry
from policies.controller.conformance import Finding, ask, budget_min, check, decision_of
from policies.controller.scenes import Office, scenes
from scenarios.cli.envelope import ANSWER_IS_NO, ending, envelope

MINUTE_S: Final = 60.0
LOAD: Final = 10
"""People and orders of the office a rule is timed in, as a multiple of the usual one."""
TIMED_QUESTIONS: Final = 100
as_json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")


DEPLOYING: Final = ("keygen", "pack", "verify")
"""Subcommands that ship what was chosen; each is a module of ``scenarios.cli.deploy`` that loads when called."""


class Subcommands(click.Group):
    """The commands of this file, then those that load when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*super().list_commands(ctx), *DEPLOYING]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in DEPLOYING:
            return super().get_command(ctx, cmd_name)
        found = import_module(f"scenarios.cli.deploy.{cmd_name}").command
        assert isinstance(found, click.Command)
        return found


class NoSuchPlugin(click.UsageError):
    """What was named is no rule: not registered, not importable, or of no decision point."""


@dataclass(slots=True)
class Timing:
    """How long a rule took at ten times the usual load [s], and what it should declare [min]."""

    questions: int
    median_s: float
    p99_s: float
    budget_s: float
    proposed_latency_min: float
    declared_latency_min: float


@click.group(cls=Subcommands, context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """List decision rules, check a plug-in, pack what was chosen for a real controller."""


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
@as_json_option
def check_(plugin: str, decision: str | None, as_json: bool) -> None:
    """Check a rule: MODULE:CLASS, DECISION.RULE or the name of an installed entry point.

    Exit code 1 when it does not keep to something.
    """
    schema = "twin/policy-check@1"
    with ending(schema, as_json=as_json, wrong=(click.UsageError,)):
        found, point = resolve(plugin, decision)
        findings = check(found, point)
        timing = None if findings else timed(found, point)
        findings += _late(timing)
        _report(plugin, point, findings, timing, schema if as_json else "")
        if findings:
            click.get_current_context().exit(ANSWER_IS_NO)


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


def resolve(plugin: str, decision: str | None = None) -> tuple[Any, str]:
    """A rule and its decision point by whatever names it.

    Raises
    ------
    NoSuchPlugin
        If nothing goes by that name, or its decision point cannot be told.
    """
    if ":" in plugin:
        rule = _imported(plugin)
    else:
        point, _, name = plugin.partition(".")
        if not name:
            point, name = _sole(plugin)
        try:
            return registry.rule_class(point, name), point
        except registry.UnknownRule as error:
            raise NoSuchPlugin(str(error)) from error
    told = decision or decision_of(rule)
    if told is None:
        methods = ", ".join(f"{method}() for {point}" for point, method in DECISIONS.items())
        raise NoSuchPlugin(f"{plugin} has the method of no one decision point (expected one of: {methods})")
    return rule, told


def timed(rule: Any, decision: str) -> Timing:
    """Ask a rule in offices of ten times the load and take the time of each question."""
    made = rule() if isinstance(rule, type) else rule
    taken: list[float] = []
    while len(taken) < TIMED_QUESTIONS:
        for scene in scenes(decision, made, lambda number: Office(number, size=LOAD), offices=2):
            started = perf_counter()
            ask(made, decision, scene)
            taken.append(perf_counter() - started)
    taken.sort()
    p99_s = taken[math.ceil(0.99 * len(taken)) - 1]
    return Timing(
        questions=len(taken),
        median_s=taken[len(taken) // 2],
        p99_s=p99_s,
        budget_s=budget_min(made, decision) * MINUTE_S,
        proposed_latency_min=_rounded_up(p99_s / MINUTE_S),
        declared_latency_min=float(getattr(made, "latency_min", 0.0)),
    )


def _rounded_up(value: float) -> float:
    """The next number with one digit, so that a proposal is never below what was measured."""
    digit = 10.0 ** math.floor(math.log10(value))
    return float(f"{math.ceil(value / digit) * digit:.1g}")


def _imported(plugin: str) -> Any:
    module, _, name = plugin.partition(":")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        found = getattr(import_module(module), name)
    except Exception as error:
        why = f"{type(error).__name__}: {error}"
        raise NoSuchPlugin(f"{plugin}: {why} (expected MODULE:CLASS, importable here or from {here})") from error
    if not isinstance(found, type):
        raise NoSuchPlugin(f"{plugin} is {found!r}, expected a class")
    return found


def _sole(name: str) -> tuple[str, str]:
    """The decision point of a rule named without one, if only one has it."""
    points = [point for point in DECISIONS if name in registry.names(point)]
    if len(points) == 1:
        return points[0], name
    if points:
        raise NoSuchPlugin(f"{name!r} is a rule of {', '.join(points)}; say which, as {points[0]}.{name}")
    near = get_close_matches(name, [known for point in DECISIONS for known in registry.names(point)], 1)
    hint = f"did you mean {near[0]!r}?" if near else "see twin policy list"
    raise NoSuchPlugin(f"no rule {name!r} at any decision point; {hint} (expected DECISION.RULE, RULE or MODULE:CLASS)")


def _late(timing: Timing | None) -> list[Finding]:
    if timing is None or timing.p99_s <= timing.budget_s:
        return []
    return [
        Finding("in time", f"takes {timing.p99_s:.3g} s (P99 at {LOAD}x load), its budget is {timing.budget_s:.3g} s")
    ]


def _report(plugin: str, decision: str, findings: Sequence[Finding], timing: Timing | None, schema: str) -> None:
    if schema:
        data = {"plugin": plugin, "decision": decision, "findings": list(findings), "timing": timing}
        click.echo(envelope(schema, data, ok=not findings))
        return
    _table(("check", "seen"), [(finding.check, finding.seen) for finding in findings] or [("all checks", "kept")])
    if timing is not None:
        click.echo(
            f"{plugin} ({decision}): median {timing.median_s * 1000:.3g} ms, P99 {timing.p99_s * 1000:.3g} ms at {LOAD}x load, "
            f"budget {timing.budget_s:.3g} s; declares latency_min = {timing.declared_latency_min:g}, "
            f"proposed latency_min = {timing.proposed_latency_min:g}"
        )


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
