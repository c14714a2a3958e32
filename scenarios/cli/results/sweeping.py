"""``twin results gc``: throw away what belongs to older code or was left half written."""

import sys
from pathlib import Path
from typing import Any, Final

import click

from scenarios.cli.conduct import out_option, wrong_usage
from scenarios.cli.envelope import ANSWER_IS_NO, DONE, ending, envelope
from scenarios.cli.form import AtOnce
from scenarios.cli.results.common import json_option, size

SCHEMA: Final = "twin/results-gc@1"


@click.command(cls=AtOnce)
@click.argument("names", metavar="[STUDY]…", nargs=-1)
@click.option("--dry-run", is_flag=True, help="Say what would go and remove nothing.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@out_option
@json_option
def command(names: tuple[str, ...], dry_run: bool, yes: bool, out: Path, as_json: bool) -> None:
    """Remove runs made by other code than today's, and what interrupted writing left; of all studies or those named.

    Runs are numbers of the code that made them: keep that code, or an export, of what you publish.
    """
    code = DONE
    with ending(SCHEMA, as_json=as_json, wrong=wrong_usage()):
        from scenarios.study.sources import code_version
        from scenarios.study.studies import rubbish_of, studies, study_named, throw_away

        chosen = [study_named(name, out) for name in names] or studies(out)
        found = [(study, rubbish_of(study, code_version())) for study in chosen]
        total = sum(rubbish.size_bytes for _, rubbish in found)
        data: dict[str, Any] = {"dry_run": dry_run, "size_bytes": total, "removed": False, "studies": []}
        for study, rubbish in found:
            data["studies"].append({
                "study": study.name, "size_bytes": rubbish.size_bytes,
                "paths": {why: list(map(str, paths)) for why, paths in rubbish.why.items()},
            })  # fmt: skip
            for why, paths in rubbish.why.items():
                click.echo(f"{study.name}: {len(paths)} {why}", err=as_json)
                for path in paths if dry_run else ():
                    click.echo(f"  {path}", err=as_json)
        anything = any(rubbish.paths for _, rubbish in found)
        if not anything:
            click.echo("nothing to remove", err=as_json)
        elif dry_run:
            click.echo(f"{size(total)} would be removed", err=as_json)
        elif yes or click.confirm(f"remove {size(total)}?", err=True):
            for study, rubbish in found:
                throw_away(rubbish, study)
            data["removed"] = True
            click.echo(f"{size(total)} removed", err=as_json)
        else:
            code = ANSWER_IS_NO
            click.echo("twin: nothing was removed", err=True)
        if as_json:
            click.echo(envelope(SCHEMA, data, ok=code == DONE))
    sys.exit(code)
