"""``twin run``: replications of scenarios in parallel, kept cell by cell, resumable."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from scenarios.cli import controller, untilhw
from scenarios.cli.atonce import at_once
from scenarios.cli.conduct import STOPPED_RUNS, Request, burn_in_lines, options, partial, rows_of, study_of, wrong_usage
from scenarios.cli.envelope import ANSWER_IS_NO, DONE, PARTIAL, WRONG_USAGE, Finish, ending, envelope
from scenarios.cli.form import Looking
from scenarios.cli.words import Lang

if TYPE_CHECKING:
    from results.comparison import Comparison
    from scenarios.study.experiment import Findings, Study

SCHEMA: Final = "twin/run@1"


@click.command(cls=Looking)
@click.argument("scenarios", nargs=-1, required=True)
@options
@untilhw.options
@controller.options
@click.option("--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True)
def command(
    scenarios: tuple[str, ...], as_json: bool, lang: Lang, until_hw: tuple[str, ...], max_n: int, url: str | None,
    credentials: Path | None, ca: Path | None, **asked: Any,
) -> None:  # fmt: skip
    """Run SCENARIO… and keep every finished run.

    A run that is finished is never computed again; adding a scenario or replications computes only
    those. Each replication is burnt in once with today's practice and forked into every scenario.

    With --trace and --mapping a recorded log drives the runs. Where the mapping names a world of its
    own, SCENARIO… are the arms of that world.

    With --controller a host decides one replication of SCENARIO, from its first event to its last, and
    its journal is compared with the simulation's own: exit code 1 if they differ.
    """
    with ending(SCHEMA, as_json=as_json, wrong=(*wrong_usage(), *controller.wrong_usage()), stopped=STOPPED_RUNS):
        from scenarios.cli.keys import ids_by_key

        request = Request(scenarios, **asked)
        traced = request.trace is not None or request.mapping is not None
        elsewhere = url is not None and request.backend == "dask"  # refused, and no cluster need be waited for
        wanted, *_ = at_once(
            (*wrong_usage(), *controller.wrong_usage()),
            lambda: untilhw.parse(until_hw, ids_by_key()),
            lambda: controller.see(url, credentials, ca, request, until=bool(until_hw)),
            lambda: None if traced or elsewhere else study_of(request),
        )
        if url is not None:
            request = controller.one_run(request, until=bool(wanted))
        if request.trace is not None or request.mapping is not None:
            from scenarios.cli.trace import follow

            if wanted:
                raise Finish(WRONG_USAGE, "--until-hw: a recorded log is followed -n times; give -n instead")

            follow(request, lang, as_json=as_json)
            sys.exit(DONE)
        study, driven = study_of(request), None
        if url is not None:
            study = controller.beside(study, request)
            driven = controller.drive(study, url, credentials, ca)
        findings, short = untilhw.conduct_until(study, wanted, max_n, _levels, resume=asked["resume"])
        errors = partial(findings)
        said, short_burn_in, unsettled = burn_in_lines(
            study, wanted=asked["check_burn_in"], lang="en" if as_json else lang
        )
        short += short_burn_in
        differs = controller.difference(study, findings, driven)
        if as_json:
            notices = _notices(study, "en")
            warnings = [*notices, *short, *(w for arm in study.arms for w in arm.scenario().warnings)]
            data = {"not_validated": notices, **data_of(study, findings), "burn_in": said}
            if driven is not None:
                data["controller"] = {**driven.data, "same_journal": not differs}
            ok = not (errors or unsettled or differs)
            click.echo(envelope(SCHEMA, data, ok=ok, warnings=warnings, errors=[*errors, *unsettled, *differs]))
        else:
            _print(study, findings, lang)
            for line in (*said, *controller.lines(driven, same=not differs)):
                click.echo(line)
            for warning in short:
                click.echo(f"warning: {warning}", err=True)
        for error in (*errors, *unsettled, *differs):
            click.echo(f"twin: {error}", err=True)
    sys.exit(PARTIAL if errors else ANSWER_IS_NO if unsettled or differs else DONE)


def data_of(study: "Study", findings: "Findings") -> dict[str, Any]:
    """What was run, where it lies and the mean of every figure, keyed with its unit."""
    from scenarios.cli.keys import key_of

    found = _with_sections(study, findings)
    figures: dict[str, dict[str, Any]] = {arm.name: {} for arm in study.arms}
    for level in found.levels:
        figures[level.scenario][key_of(level.kpi)] = {
            "kpi": level.kpi, "mean": level.mean.estimate, "low": level.mean.low, "high": level.mean.high,
            "pooled": level.pooled,
            "replications": level.mean.n, "numerator": level.numerator, "denominator": level.denominator,
        }  # fmt: skip
    return {
        "study": study.folder,
        "table": Path(study.folder) / "kpis.parquet",
        "seed": study.seed,
        "replications": study.replications,
        "computed_runs": findings.computed,
        "failed_runs": findings.failures,
        "scenarios": [
            {
                "name": arm.name, "digest": arm.digest, "cells": _cells(study, findings, arm.name),
                "figures": figures[arm.name],
            }
            for arm in study.arms
        ],
    }  # fmt: skip


def _levels(findings: "Findings") -> untilhw.Found:
    """The mean of every figure of every scenario, for --until-hw."""
    for level in each_alone(findings).levels:
        yield level.kpi, level.mean, None


def each_alone(findings: "Findings") -> "Comparison":
    """Levels and attainments of every scenario over the replications it has itself; nothing is compared."""
    from results.comparison import compare

    alone = [compare({scenario: runs}) for scenario, runs in rows_of(findings).items()]
    return replace(
        alone[0],
        scenarios=[name for one in alone for name in one.scenarios],
        levels=[level for one in alone for level in one.levels],
        attainments=[attainment for one in alone for attainment in one.attainments],
    )


def _with_sections(study: "Study", findings: "Findings") -> "Comparison":
    """Every scenario alone; where orders are kept, quantiles of all of them by sections."""
    from scenarios.study.beside import shown_of

    return shown_of(study, each_alone(findings)).found


def _notices(study: "Study", lang: Lang) -> list[str]:
    from scenarios.study.validity import notices

    return notices([arm.scenario() for arm in study.arms], lang)


def _cells(study: "Study", findings: "Findings", scenario: str) -> list[dict[str, Any]]:
    paths = {(name.scenario, name.replication): study.folder / name.relative for name in study.names()}
    return [
        {
            "replication": replication, "path": paths[scenario, replication], "journal_digest": cell.journal_digest,
            "exogenous_digest": cell.exogenous_digest, "guard_hits": cell.guard_hits,
        }
        for replication, cell in sorted(findings.cells[scenario].items())
    ]  # fmt: skip


def _print(study: "Study", findings: "Findings", lang: Lang) -> None:
    from scenarios.cli.tables import console, levels, spread, targets

    found = _with_sections(study, findings)
    page = console()
    for notice in _notices(study, lang):
        page.print(notice, style="bold red", highlight=False, markup=False, soft_wrap=True)
    page.print(levels(found, found.family, lang))
    page.print()
    page.print(targets(found, lang))
    page.print()
    page.print(spread(found, lang))
    page.print()
    told = f"seed {study.seed}, {study.replications} replications; {findings.computed} runs computed now; all in {study.folder}"
    page.print(told, soft_wrap=True, highlight=False)
