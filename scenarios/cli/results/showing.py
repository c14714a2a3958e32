"""``twin results show``: one run (or one study): what made it and what it gave."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from results.numbers import number
from scenarios.cli.conduct import out_option, wrong_usage
from scenarios.cli.envelope import ending, envelope
from scenarios.cli.form import AtOnce
from scenarios.cli.results.common import json_option
from scenarios.cli.words import Lang, say

if TYPE_CHECKING:
    from scenarios.study.cells import Cell
    from scenarios.study.studies import StudyFolder

SCHEMA: Final = "twin/results-show@1"


@click.command(cls=AtOnce)
@click.argument("what", metavar="RUN")
@click.option("--resolved", is_flag=True, help="Print every value of the resolved scenario too.")
@out_option
@click.option("--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True)
@json_option
def command(what: str, resolved: bool, out: Path, lang: Lang, as_json: bool) -> None:
    """Show RUN: its scenario, seed, code version and figures.

    RUN is ``study:scenario:replication`` or the path of a cell. The name of a study alone lists its runs.
    """
    with ending(SCHEMA, as_json=as_json, wrong=wrong_usage()):
        from scenarios.study.kept import find_cell
        from scenarios.study.studies import study_named

        if ":" not in what and not what.endswith(".parquet"):
            study = study_named(what, out)
            if as_json:
                click.echo(envelope(SCHEMA, study_data(study)))
            else:
                _print_study(study, lang)
            return
        store, cell = find_cell(what, out)
        recipe = store.scenario(cell.scenario_digest)
        if resolved and "resolved" not in recipe:
            from scenarios.study.experiment import arm_of_cell

            recipe["resolved"] = arm_of_cell(store, cell).scenario().values()
        if as_json:
            click.echo(envelope(SCHEMA, run_data(cell, recipe)))
        else:
            _print_run(cell, recipe, resolved, lang)


def run_data(cell: "Cell", recipe: dict[str, Any]) -> dict[str, Any]:
    """A run for machines."""
    from scenarios.cli.keys import key_of

    figures = [{"key": key_of(row.kpi), **row._asdict()} for row in cell.kpis]
    return {**cell.about, "figures": figures, "scenario_recipe": recipe}


def study_data(study: "StudyFolder") -> dict[str, Any]:
    """A study's manifest and its runs for machines."""
    runs = [
        {"scenario": name.scenario, "replication": name.replication, "finished": name in study.finished,
         "path": study.folder / name.relative}
        for name in study.asked
    ]  # fmt: skip
    return {**study.manifest, "study": study.name, "state": study.state, "kept": study.kept, "runs": runs}


def _print_run(cell: "Cell", recipe: dict[str, Any], resolved: bool, lang: Lang) -> None:
    from scenarios.cli.tables import console, name_of, table_of
    from scenarios.resolution.showing import flat

    page = console()
    facts = [
        (say("scenario", lang), f"{cell.scenario} ({recipe['source']})"),
        (say("settings", lang), ", ".join(recipe["settings"]) or "–"),
        (say("seed", lang), str(cell.seed)), (say("replication", lang), str(cell.replication)),
        (say("code", lang), cell.code), (say("scenario_digest", lang), cell.scenario_digest),
        (say("base_digest", lang), cell.base_digest), (say("journal_digest", lang), cell.journal_digest),
        (say("exogenous_digest", lang), cell.exogenous_digest),
        (say("journal_rows", lang), f"{sum(cell.counts.values()):,}"),
        (say("guards", lang), str(sum(cell.guard_hits.values()))),
    ]  # fmt: skip
    page.print(table_of(say("run", lang), [say("what", lang), say("value", lang)], facts))
    page.print()
    heads = [say(word, lang) for word in ("figure", "value", "numerator", "denominator")]
    rows = [
        (name_of(row.kpi, lang), number(row.value), number(row.numerator), number(row.denominator)) for row in cell.kpis
    ]
    page.print(table_of(say("figures", lang), heads, rows))
    if resolved:
        page.print()
        rows_of_inputs = [(key, str(value)) for key, value in flat(recipe["resolved"])]
        page.print(table_of(say("resolved", lang), [say("input", lang), say("value", lang)], rows_of_inputs))


def _print_study(study: "StudyFolder", lang: Lang) -> None:
    from scenarios.cli.tables import console, table_of

    told = study.manifest
    rows = []
    for one in told["scenarios"]:
        done = sum(name.scenario == one["name"] for name in study.finished)
        rows.append((one["name"], one["digest"], ", ".join(one["settings"]) or "–", f"{done}/{told['replications']}"))
    page = console()
    page.print(
        f"{study.name}: {say(f'state_{study.state}', lang)}, {say('seed', lang)} {told['seed']}, "
        f"{say('code', lang)} {told['code']}",
        highlight=False, soft_wrap=True,
    )  # fmt: skip
    page.print()
    heads = [say(word, lang) for word in ("scenario", "scenario_digest", "settings", "head_runs")]
    page.print(table_of(say("scenarios", lang), heads, rows))
