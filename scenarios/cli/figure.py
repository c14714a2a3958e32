"""``twin figure``: one figure of a kept study as a file of its own."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import click

from scenarios.cli.atonce import at_once
from scenarios.cli.conduct import out_option, wrong_usage
from scenarios.cli.envelope import WRONG_USAGE, Finish, ending, envelope
from scenarios.cli.form import Looking
from scenarios.cli.report import opened
from scenarios.cli.words import Lang

SCHEMA: Final = "twin/figure@1"


@click.command(cls=Looking)
@click.argument("name")
@click.argument("study", required=False)
@click.option(
    "-o",
    "--file",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to; the suffix says what: .svg, .png, .pdf (default: NAME.svg).",
)
@out_option
@click.option("--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")  # fmt: skip
def command(name: str, study: str | None, file: Path | None, out: Path, lang: Lang, as_json: bool) -> None:
    """Draw figure NAME of STUDY; the name "list" says what there is."""
    with ending(SCHEMA, as_json=as_json, wrong=wrong_usage()):
        from results import figures

        if name == "list":
            at_once(())
            there = {one: drawing.about for one, drawing in figures.FIGURES.items()}
            told = "\n".join(f"{one:12s} {what}" for one, what in there.items())
            click.echo(envelope(SCHEMA, there) if as_json else told)
            return
        target = file or Path(f"{name}.svg")
        _, _, (shown, _, _, warnings) = at_once(
            wrong_usage(),
            lambda: _see_known(name, figures.FIGURES),
            lambda: _see_format(target, figures.FORMATS),
            lambda: opened(study, out),
        )
        drawn = figures.file(name, shown, lang, target.suffix)
        if not drawn:
            found = shown.found
            raise Finish(
                WRONG_USAGE,
                f"{name}: this study has nothing to draw ({len(found.scenarios)} scenarios, {len(found.replications)} "
                f"replications); it needs {figures.FIGURES[name].needs}",
            )
        from results.store.whole import write_bytes

        write_bytes(target, drawn)
        if as_json:
            click.echo(envelope(SCHEMA, {"figure": name, "file": target, "bytes": len(drawn)}, warnings=warnings))
            return
        for warning in warnings:
            click.echo(f"warning: {warning}", err=True)
        click.echo(target)


def _see_known(name: str, known: Iterable[str]) -> None:
    from scenarios.problems import did_you_mean

    names = [*known, "list"]
    if name not in names:
        raise Finish(
            WRONG_USAGE, f'there is no figure "{name}"{did_you_mean(name, names)}; expected one of {", ".join(names)}'
        )


def _see_format(target: Path, formats: Iterable[str]) -> None:
    if target.suffix not in formats:
        raise Finish(WRONG_USAGE, f"-o {target}: given {target.suffix or 'no suffix'}; expected {', '.join(formats)}")
