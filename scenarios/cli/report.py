"""``twin report``: a kept study as one HTML file, in English or Chinese; nothing is run."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from scenarios.cli import htmlpage
from scenarios.cli.alike import alike
from scenarios.cli.conduct import guard_hits, out_option, rows_of, wrong_usage
from scenarios.cli.envelope import ending, envelope
from scenarios.cli.form import AtOnce
from scenarios.cli.places import see_writable
from scenarios.cli.study import with_doses
from scenarios.cli.words import Lang

if TYPE_CHECKING:
    from results.shown import Shown
    from scenarios.study.experiment import Findings, Study

SCHEMA: Final = "twin/report@1"


@click.command(cls=AtOnce)
@click.argument("study", required=False)
@click.option("-o", "--page", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The HTML file.")
@out_option
@click.option("--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")  # fmt: skip
def command(study: str | None, page: Path, out: Path, lang: Lang, as_json: bool) -> None:
    """Write STUDY (its name or folder; without one, the only study there is) as one self-contained HTML file.

    Verdict first: targets, what differs in the inputs, paired differences, figures, costs beside
    gains, side effects, assumptions with their provenance, how to reproduce. The file asks nobody.
    """
    with ending(SCHEMA, as_json=as_json, wrong=wrong_usage()):
        from scenarios.study.reopened import asked_by
        from scenarios.study.validity import notices as not_validated

        see_writable(page)
        shown, again, findings, warnings = opened(study, out, "en" if as_json else lang)
        hits = guard_hits(findings, shown.found.replications)
        asked = shlex.join(["twin", *asked_by(again)])
        htmlpage.write(page, again, shown, htmlpage.differing_inputs(again), hits, lang, asked)
        notices = not_validated([arm.scenario() for arm in again.arms], "en" if as_json else lang)
        if as_json:
            data = {
                "not_validated": notices,
                "page": page,
                "study": again.folder,
                "language": lang,
                "bytes": page.stat().st_size,
                "command": asked,
            }
            click.echo(envelope(SCHEMA, data, warnings=[*notices, *warnings]))
            return
        for warning in (*notices, *warnings):
            click.echo(f"warning: {warning}", err=True)
        click.echo(page)


def opened(name: str | None, out: Path, lang: Lang = "en") -> "tuple[Shown, Study, Findings, list[str]]":
    """A kept study compared again, and what to say about it."""
    from results.catalogue import say
    from results.comparison import compare
    from scenarios.study.arms import same_period
    from scenarios.study.beside import shown_of
    from scenarios.study.reopened import reopen
    from scenarios.study.sources import code_version
    from scenarios.study.studies import study_named

    kept = study_named(name, out)
    study, findings = reopen(kept)
    same_period(study.arms)
    warnings = []
    if kept.manifest["code"] != code_version():
        warnings.append(say("other_code", lang, made=kept.manifest["code"], here=code_version()))
    if kept.state != "complete":
        told = {"study": kept.name, "there": len(kept.finished), "asked": len(kept.asked)}
        warnings.append(say("runs_missing", lang, state=say(f"state_{kept.state}", lang), **told))
    found = compare(rows_of(findings))
    with_doses(found, study)
    warnings += alike(rows_of(findings), found.replications, lang)
    found.warnings += warnings
    return shown_of(study, found), study, findings, warnings
