"""The ``twin`` command. Subcommands load when they are called: ``twin --help`` imports click alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import IO, Any, Final

import click

from scenarios.cli.form import Group
from scenarios.interruption import EXIT_CODE, NOT_BEGUN, listening

COMMANDS: Final = {
    "scenario": ("scenarios.cli.scenario", "List, show, compare, check and start scenario files."),
    "run": ("scenarios.cli.run", "Run scenarios: replications in parallel, resumable."),
    "compare": ("scenarios.cli.compare", "Compare scenarios with a baseline, paired, with verdicts."),
    "sensitivity": (
        "scenarios.cli.sensitivity",
        "Which assumptions the answer leans on; whether the winner still wins.",
    ),
    "calibrate": ("scenarios.cli.calibrate", "From your own log to a campus overlay: intervals, verdicts."),
    "fit": ("scenarios.cli.fit", "Fit today's practice to bands: free parameters moved, reported on fresh seeds."),
    "study": ("scenarios.cli.study", "Planners' questions as files; each answered by a page."),
    "report": ("scenarios.cli.report", "A kept study as one HTML file, in English or Chinese."),
    "figure": ("scenarios.cli.figure", "One figure of a kept study as a file."),
    "results": ("scenarios.cli.results", "List, show, query, export and clear away what was run."),
    "policy": ("scenarios.cli.policy", "List and check decision rules; pack and verify them for a real controller."),
    "explain": ("scenarios.cli.explain", "The life of one order, with every decision's candidates."),
    "verify": ("scenarios.cli.verify", "Prove the engine against models whose true values are known."),
    "bench": ("scenarios.cli.bench", "Benchmarks: the dispatch reference."),
}
"""Subcommand → (module that holds ``command``, one line of help)."""


class Refused(click.ClickException):
    """Wrong configuration: every problem on a line of its own, exit code 2."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(self.message, file=file, err=True)


class Interrupted(click.ClickException):
    """Ctrl-C outside a command's body (there ``envelope.ending`` hears it), say while its libraries load."""

    exit_code = EXIT_CODE

    def __init__(self) -> None:
        super().__init__(NOT_BEGUN)

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"twin: {self.message}", file=file, err=True)


class LazyGroup(Group):
    """A group whose commands are imported when first needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        found = COMMANDS.get(cmd_name)
        if found is None:
            return None
        command = import_module(found[0]).command
        assert isinstance(command, click.Command)
        return command

    def make_context(self, *given: Any, **more: Any) -> click.Context:
        with _told():
            return super().make_context(*given, **more)

    def invoke(self, ctx: click.Context) -> Any:
        with _told(), listening():
            return super().invoke(ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@contextmanager
def _told() -> Iterator[None]:
    """What a command's own code does not tell."""
    try:
        yield
    except KeyboardInterrupt:
        raise Interrupted from None
    except Exception as error:
        from scenarios.problems import ScenarioProblems

        if isinstance(error, ScenarioProblems):
            raise Refused(str(error)) from error
        raise


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="campus-twin")
def main() -> None:
    """Campus Logistics Twin: try a change of campus services before you make it."""
