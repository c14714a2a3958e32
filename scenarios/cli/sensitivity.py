"""``twin sensitivity``: which assumptions the answer leans on, and whether the winner still wins."""

import sys
from typing import TYPE_CHECKING, Any, Final

import click

from scenarios.cli.atonce import at_once
from scenarios.cli.conduct import STOPPED_RUNS, Request, conduct, options, partial, study_of, wrong_usage
from scenarios.cli.envelope import DONE, PARTIAL, WRONG_USAGE, Finish, ending, envelope
from scenarios.cli.form import Looking, Whole
from scenarios.cli.words import Lang, say

if TYPE_CHECKING:
    from results.sensitivity import Sensitivity
    from scenarios.study.experiment import Study

SCHEMA: Final = "twin/sensitivity@1"


@click.command(cls=Looking)
@click.argument("baseline")
@click.argument("scenario", required=False)
@options
@click.option("--kpi", default="K-R1", show_default=True, help="The figure that decides (id or key).")
@click.option(
    "--parameters", "patterns", multiple=True, metavar="PATTERN", help='Only these assumptions, as in "work.*".'
)
@click.option("--top", type=Whole(1), default=10, show_default=True, help="How many are followed up and drawn.")
@click.option(
    "--screen",
    type=Whole(0),
    default=2,
    show_default=True,
    help="Replications every assumption is looked at with first; 0: all are followed up.",
)
@click.option("--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True)
def command(
    baseline: str, scenario: str | None, kpi: str, patterns: tuple[str, ...], top: int, screen: int, lang: Lang,
    as_json: bool, **asked: Any,
) -> None:  # fmt: skip
    """Move every assumption of the campus to the ends of its range, one at a time.

    The range is the one its note of provenance states. What moves: the figure of BASELINE and of
    SCENARIO, and the paired difference between them. Every assumption is screened with a few
    replications; the most sensitive are followed up with -n fresh ones. Give the options of the
    comparison (--set, --seed, --study): twin report then shows the tornado with it.
    """
    with ending(SCHEMA, as_json=as_json, wrong=wrong_usage(), stopped=STOPPED_RUNS):
        from scenarios.study.sensitivity import plan, see_known, study

        request = Request(tuple(filter(None, (baseline, scenario))), **asked)
        central, figure, _ = at_once(
            wrong_usage(),
            lambda: _central(request),
            lambda: _figure(kpi),
            lambda: see_known(_central(request), patterns),
        )
        planned = plan(central, figure, patterns, top, screen)
        if not planned.moves:
            raise Finish(WRONG_USAGE, "nothing to move: no assumption of this campus states a range in numbers")
        told, findings = study(planned, lambda one: conduct(one, resume=asked["resume"], some=True))
        errors = list(dict.fromkeys(line for one in findings for line in partial(one)))
        notices = _notices(central, "en" if as_json else lang)
        if as_json:
            data = {
                "not_validated": notices,
                **told.as_data(),
                "study": central.folder,
                "computed_runs": sum(one.computed for one in findings),
            }
            click.echo(envelope(SCHEMA, data, ok=not errors, warnings=notices, errors=errors))
        else:
            _print(told, central, notices, lang)
        for error in errors:
            click.echo(f"twin: {error}", err=True)
    sys.exit(PARTIAL if errors else DONE)


def _central(asked: Request) -> "Study":
    from scenarios.study.arms import same_period

    study = study_of(asked)
    if len(study.arms) < len(asked.scenarios):
        raise Finish(WRONG_USAGE, f'nothing to compare: the scenario given is the baseline "{study.arms[0].name}"')
    same_period(study.arms)
    return study


def _figure(kpi: str) -> str:
    from scenarios.cli.failon import figure_id
    from scenarios.cli.keys import ids_by_key

    try:
        return figure_id(kpi, ids_by_key())
    except ValueError as error:
        raise Finish(WRONG_USAGE, f'--kpi: given "{kpi}"; {error}') from None


def _notices(study: "Study", lang: Lang) -> list[str]:
    from scenarios.study.validity import notices

    return notices([arm.scenario() for arm in study.arms], lang)


def _print(told: "Sensitivity", central: "Study", notices: list[str], lang: Lang) -> None:
    from results.catalogue import tornado_lines
    from scenarios.cli import tables

    out = tables.console()
    for notice in notices:
        out.print(notice, style="bold red", highlight=False, markup=False, soft_wrap=True)
    out.print(tables.tornado(told, lang))
    out.print()
    for line in tornado_lines(told, lang):
        out.print(line, highlight=False, markup=False, soft_wrap=True)
    out.print(f"{say('cells', lang)}: {central.folder}/sensitivity", highlight=False, soft_wrap=True)
