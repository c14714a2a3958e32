"""``twin results list``: every study, how far it is and how large."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from scenarios.cli.conduct import out_option, wrong_usage
from scenarios.cli.envelope import ending, envelope
from scenarios.cli.form import AtOnce
from scenarios.cli.results.common import json_option, size, when
from scenarios.cli.words import Lang, say

if TYPE_CHECKING:
    from scenarios.study.studies import StudyFolder

SCHEMA: Final = "twin/results-list@1"


@click.command(cls=AtOnce)
@out_option
@click.option("--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True)
@json_option
def command(out: Path, lang: Lang, as_json: bool) -> None:
    """List the studies: runs finished of those asked for, what is kept, size, when last written (by the file system)."""
    with ending(SCHEMA, as_json=as_json, wrong=wrong_usage()):
        from scenarios.study.studies import studies

        there = studies(out)
        if as_json:
            click.echo(envelope(SCHEMA, {"out": out, "studies": [data_of(one) for one in there]}))
        elif there:
            _print(there, lang)
        else:
            click.echo(f"twin: no studies in {out}; twin run SCENARIO makes one", err=True)


def data_of(study: "StudyFolder") -> dict[str, Any]:
    """A study for machines."""
    from scenarios.study.sources import code_version

    told = study.manifest
    return {
        "study": study.name, "folder": study.folder, "state": study.state, "finished_runs": len(study.finished),
        "asked_runs": len(study.asked), "scenarios": [one["name"] for one in told["scenarios"]],
        "seed": told["seed"], "replications": told["replications"], "code": told["code"],
        "code_is_current": told["code"] == code_version(), "kept": study.kept, "size_bytes": study.size_bytes,
        "written_at_s": study.written,
    }  # fmt: skip


def _print(there: "list[StudyFolder]", lang: Lang) -> None:
    from scenarios.cli.tables import console, table_of

    heads = ("study", "runs", "state", "scenarios", "seed", "kept", "code", "size", "written")
    rows = []
    for study in there:
        told = data_of(study)
        rows.append((
            told["study"], f"{told['finished_runs']}/{told['asked_runs']}", say(f"state_{told['state']}", lang),
            ", ".join(told["scenarios"]), str(told["seed"]), say(f"kept_{told['kept']}", lang),
            say("current" if told["code_is_current"] else "older", lang), size(told["size_bytes"]),
            when(told["written_at_s"]),
        ))  # fmt: skip
    console().print(table_of(say("studies", lang), [say(f"head_{head}", lang) for head in heads], rows))
