"""``twin run … --trace FILE --mapping M.toml``: the arms on a recorded log, baseline first."""

from typing import Final

import click

from scenarios.cli.conduct import Request
from scenarios.cli.envelope import WRONG_USAGE, Finish, envelope
from scenarios.cli.words import Lang

SCHEMA: Final = "twin/trace@1"


def follow(asked: Request, lang: Lang, *, as_json: bool) -> None:
    """Run what was asked for on the log and print it; nothing is written to disk.

    Raises
    ------
    Finish
        If only one of log and mapping was given.
    """
    if asked.trace is None or asked.mapping is None:
        raise Finish(WRONG_USAGE, "--trace and --mapping go together: a log, and how its columns are read")
    from scenarios.trace import mapping_file, run

    study = run(
        asked.trace,
        mapping_file(asked.mapping),
        asked.scenarios,
        replications=asked.replications or 1,
        seed=1 if asked.seed is None else asked.seed,
        sets=asked.sets,
    )
    if as_json:
        click.echo(envelope(SCHEMA, study.data(), warnings=study.trace.notes))
        return
    click.echo("\n".join(study.lines()))
    if len(study.arms) > 1 and (asked.replications or 1) > 1:
        from scenarios.cli.tables import console, differences

        page = console()
        page.print()
        page.print(differences(study.comparison(), lang))
