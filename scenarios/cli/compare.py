"""``twin compare``: scenarios against a baseline on the same replications, with verdicts."""

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from scenarios.cli import htmlpage, untilhw
from scenarios.cli.alike import alike
from scenarios.cli.atonce import at_once
from scenarios.cli.conduct import (
    STOPPED_RUNS,
    Request,
    burn_in_lines,
    guard_hits,
    options,
    partial,
    rows_of,
    study_of,
    wrong_usage,
)
from scenarios.cli.envelope import ANSWER_IS_NO, DONE, PARTIAL, WRONG_USAGE, Finish, ending, envelope
from scenarios.cli.failon import FailOn, parse
from scenarios.cli.form import Looking
from scenarios.cli.places import see_writable
from scenarios.cli.words import Inputs, Lang, say

if TYPE_CHECKING:
    from results.comparison import Comparison
    from scenarios.study.experiment import Findings, Study

SCHEMA: Final = "twin/compare@1"


@click.command(cls=Looking)
@click.argument("baseline")
@click.argument("scenarios", nargs=-1, required=True)
@options
@untilhw.options
@click.option(
    "--kpi", "kpis", multiple=True, help="Judge these figures only (id or key; repeatable); Holm runs over them."
)
@click.option(
    "--fail-on",
    "fail_on",
    multiple=True,
    metavar="EXPR",
    help='End with 1 if it holds for a scenario (not the baseline), as in "K-E3>5".',
)
@click.option(
    "-o",
    "--page",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the comparison as one HTML file.",
)
@click.option("--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True)
def command(
    baseline: str, scenarios: tuple[str, ...], kpis: tuple[str, ...], fail_on: tuple[str, ...], page: Path | None,
    lang: Lang, as_json: bool, until_hw: tuple[str, ...], max_n: int, **asked: Any,
) -> None:  # fmt: skip
    """Compare SCENARIO… with BASELINE, replication by replication.

    What is missing is run first. The baseline stands first; differences are paired on common random
    numbers; a verdict is better, worse, equivalent or not shown.
    """
    no: list[str] = []
    with ending(SCHEMA, as_json=as_json, wrong=wrong_usage(), stopped=STOPPED_RUNS):
        from scenarios.cli.keys import ids_by_key
        from scenarios.study.arms import same_period
        from scenarios.study.reopened import asked_by

        questions, wanted, judged, study, _ = at_once(
            wrong_usage(),
            lambda: parse(fail_on, ids_by_key()),
            lambda: untilhw.parse(until_hw, ids_by_key()),
            lambda: _judged(kpis),
            lambda: study_of(Request((baseline, *scenarios), **asked)),
            lambda: None if page is None else see_writable(page),
        )
        if len(study.arms) < 2:
            raise Finish(WRONG_USAGE, f'nothing to compare: every scenario given is the baseline "{baseline}" itself')
        same_period(study.arms)
        findings, short = untilhw.conduct_until(study, wanted, max_n, _paired, resume=asked["resume"])
        if not findings.complete:
            raise Finish(
                PARTIAL,
                *map(str, findings.failures),
                "no replication is complete for every scenario: nothing to compare",
            )
        found = _compared(findings, judged)
        found.warnings += [*short, *alike(rows_of(findings), found.replications, "en" if as_json else lang)]
        differing = htmlpage.differing_inputs(study)
        hits = guard_hits(findings, found.replications)
        errors = partial(findings)
        no = _answers(questions, found)
        from scenarios.study.beside import shown_of

        shown = shown_of(study, found)
        said, short_burn_in, unsettled = burn_in_lines(
            study, wanted=asked["check_burn_in"], lang="en" if as_json else lang
        )
        found.warnings += short_burn_in
        no += unsettled
        if page is not None:
            command = shlex.join(["twin", *asked_by(study, *(judged or ()))])
            htmlpage.write(page, study, shown, differing, hits, lang, command)
        if as_json:
            notices = _notices(study, "en")
            data = {"not_validated": notices, **data_of(study, found, differing, hits, no, page), "burn_in": said}
            warnings = [
                *notices,
                *found.warnings,
                *(w for arm in study.arms for w in arm.scenario().warnings),
            ]
            click.echo(envelope(SCHEMA, data, ok=not (errors or no), warnings=warnings, errors=[*errors, *no]))
        else:
            _print(study, found, differing, hits, page, lang, said)
        for line in (*errors, *no):
            click.echo(f"twin: {line}", err=True)
    sys.exit(PARTIAL if errors else ANSWER_IS_NO if no else DONE)


def data_of(
    study: "Study", found: "Comparison", differing: Inputs, hits: dict[str, dict[str, int]], no: Sequence[str],
    page: Path | None,
) -> dict[str, Any]:  # fmt: skip
    """The comparison for machines: every figure under a key that ends in its unit."""
    from scenarios.cli.keys import key_of

    data: dict[str, Any] = found.as_data()
    for part in ("levels", "attainments", "differences"):
        data[part] = [{"key": key_of(row["kpi"]), **row} for row in data[part]]
    data["inputs_that_differ"] = {
        scenario: [{"key": key, "baseline": before, "scenario": after} for key, before, after in rows]
        for scenario, rows in differing.items()
    }
    return {
        **data, "guard_hits": hits, "answers_no": list(no), "study": study.folder, "seed": study.seed, "page": page,
        "digests": {arm.name: arm.digest for arm in study.arms},
    }  # fmt: skip


def _judged(kpis: Sequence[str]) -> list[str] | None:
    from scenarios.cli.keys import ids_by_key

    if not kpis:
        return None
    names = [f"{kpi}>0" for kpi in kpis]
    try:
        return [question.kpi for question in parse(names, ids_by_key())]
    except Finish as wrong:
        raise Finish(
            WRONG_USAGE, *(e.replace("--fail-on", "--kpi").replace('>0"', '"') for e in wrong.errors)
        ) from None


def _compared(findings: "Findings", judged: list[str] | None) -> "Comparison":
    from results.comparison import compare

    return compare(rows_of(findings), kpis=judged)


def _paired(findings: "Findings") -> untilhw.Found:
    """Every difference to the baseline, for --until-hw."""
    from results.comparison import compare
    from results.kpis import KPIS
    from results.statistics import Interval

    if not findings.complete:
        return
    for one in compare(rows_of(findings), kpis=list(KPIS)).differences:
        yield one.kpi, Interval(one.difference, one.low, one.high, one.n), one.base


def _answers(questions: Sequence[FailOn], found: "Comparison") -> list[str]:
    """Questions whose answer is no, with the scenario and the value."""
    said = []
    for question in questions:
        for scenario in found.scenarios[1:]:
            try:
                value = found.figure(scenario, question.kpi).mean.estimate
            except KeyError:
                value = None
            if question.holds(value):
                said.append(
                    f"--fail-on {question.text}: {scenario} has {question.kpi} = {'undefined' if value is None else f'{value:.6g}'}"
                )
    return said


def _notices(study: "Study", lang: Lang) -> list[str]:
    from scenarios.study.validity import notices

    return notices([arm.scenario() for arm in study.arms], lang)


def _inputs(study: "Study") -> Inputs:
    from scenarios.resolution.showing import differences

    first = study.arms[0].scenario()
    return {arm.name: differences(first, arm.scenario()) for arm in study.arms[1:]}


def _print(
    study: "Study",
    found: "Comparison",
    differing: Inputs,
    hits: dict[str, dict[str, int]],
    page: Path | None,
    lang: Lang,
    burn_in: Sequence[str],
) -> None:
    from scenarios.cli import tables

    out = tables.console()
    for notice in _notices(study, lang):
        out.print(notice, style="bold red", highlight=False, markup=False, soft_wrap=True)
    run = study.arms[0].scenario().scenario.run
    out.print(
        f"{study.arms[0].scenario().campus.name}: {run.days} d + {run.run_out_days} d, {len(found.replications)} {say('paired', lang)}, "
        f"seed {study.seed}, {say('level', lang)} {found.level:.0%}",
        highlight=False, soft_wrap=True,
    )  # fmt: skip
    parts = [
        tables.targets(found, lang), tables.differences(found, lang), tables.spread(found, lang),
        tables.costs(found, lang),
    ]  # fmt: skip
    if found.standings:
        parts.insert(2, tables.standings(found, lang))
    if any(differing.values()):
        parts.append(tables.inputs(differing, lang))
    if hits:
        parts.append(tables.guards(hits, lang))
    for part in parts:
        out.print()
        out.print(part)
        if part is parts[1]:
            out.print(say("holm", lang), style="dim", highlight=False, soft_wrap=True)
        if part is parts[2] and found.standings:
            out.print(say("standings_note", lang), style="dim", highlight=False, soft_wrap=True)
    for warning in found.warnings:
        click.echo(f"warning: {warning}", err=True)
    out.print()
    for line in burn_in:
        out.print(line, highlight=False, markup=False, soft_wrap=True)
    out.print(f"{say('cells', lang)}: {study.folder}", highlight=False, soft_wrap=True)
    if page is not None:
        out.print(f"{say('page', lang)}: {page}", highlight=False, soft_wrap=True)
