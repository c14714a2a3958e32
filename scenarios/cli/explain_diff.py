"""``twin explain diff``: which orders make the difference of two runs, and where the runs part."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from results.numbers import in_words, number
from scenarios.cli.atonce import at_once
from scenarios.cli.conduct import out_option, wrong_usage
from scenarios.cli.envelope import WRONG_USAGE, Finish, ending, envelope
from scenarios.cli.form import Looking, Whole
from scenarios.cli.words import Lang, say

if TYPE_CHECKING:
    from policies.contract.calendar import Calendar
    from scenarios.story.contrast import Case, Contrast
    from scenarios.story.lives import Step
    from scenarios.story.parting import Row
    from scenarios.study.cells import Cell

SCHEMA: Final = "twin/explain-diff@1"


@click.command("diff", cls=Looking)
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@click.option("--kpi", default="K-R1", show_default=True, help="A figure that is a sum over orders (id or key).")
@click.option("--top", type=Whole(1), default=10, show_default=True, help="Orders shown with their chains of causes.")
@out_option
@click.option("--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")  # fmt: skip
def diff(first: str, second: str, kpi: str, top: int, out: Path, lang: Lang, as_json: bool) -> None:
    """Why do runs A and B differ? Both are simulated again and parted order by order.

    A run is the path of its cell, or study:scenario:replication. What the orders add sums to the
    difference; shown are the stages of the wait, the first event in which the runs differ, and the
    orders that cost the loser most.
    """
    from results.contributions import NotByOrder

    with ending(SCHEMA, as_json=as_json, wrong=(*wrong_usage(), NotByOrder)):
        from scenarios.cli.failon import figure_id
        from scenarios.cli.keys import ids_by_key
        from scenarios.story.contrast import contrast
        from scenarios.study.experiment import arm_of_cell
        from scenarios.study.kept import find_cell

        def decided() -> str:
            try:
                return figure_id(kpi, ids_by_key())
            except ValueError as error:
                raise Finish(WRONG_USAGE, f'--kpi: given "{kpi}"; {error}') from None

        figure, (store_a, a), (store_b, b) = at_once(
            wrong_usage(), decided, lambda: find_cell(first, out), lambda: find_cell(second, out)
        )
        _same_replication(a, b)
        arms = arm_of_cell(store_a, a), arm_of_cell(store_b, b)
        found = contrast(*arms, a.seed, a.replication, figure, top)
        warnings = _code(a, b)
        calendar = arms[0].scenario().calendar
        if as_json:
            click.echo(envelope(SCHEMA, data_of(found, a, b, calendar), warnings=warnings))
            return
        for warning in warnings:
            click.echo(f"warning: {warning}", err=True)
        _print(found, a, b, calendar, lang)


def _same_replication(a: "Cell", b: "Cell") -> None:
    """Only runs through the same faults, from the same burn-in, can be parted order by order."""
    mine, other = (a.seed, a.replication, a.base_digest), (b.seed, b.replication, b.base_digest)
    if mine != other:
        raise Finish(
            WRONG_USAGE,
            f"{a.scenario} (seed {a.seed}, replication {a.replication}, burn-in {a.base_digest}) and "
            f"{b.scenario} (seed {b.seed}, replication {b.replication}, burn-in {b.base_digest}) did not live through the same "
            "faults; expected two scenarios of one study and one replication",
        )


def _code(a: "Cell", b: "Cell") -> list[str]:
    from scenarios.study.sources import code_version

    now = code_version()
    return [
        f"{one.scenario} was run by code {one.code}, this is {now}: it may go another way here"
        for one in (a, b)
        if one.code != now
    ]


def data_of(found: "Contrast", a: "Cell", b: "Cell", calendar: "Calendar") -> dict[str, Any]:
    """The difference for machines: every order's part, the stages, the parting, the costliest with their chains."""
    difference = found.difference
    return {
        "kpi": difference.kpi, "first": a.scenario, "second": b.scenario, "seed": a.seed, "replication": a.replication,
        "value_first": difference.before, "value_second": difference.after, "difference": difference.amount,
        "loser": None if found.loser is None else (a.scenario, b.scenario)[found.loser],
        "stages": difference.stages,
        "contributions": [asdict(one) for one in difference.contributions],
        "parting": None if found.parting is None else asdict(found.parting),
        "costliest": [
            {
                "key": list(case.contribution.key), "amount": case.contribution.amount,
                "first": [_step(step, calendar) for step in case.before],
                "second": [_step(step, calendar) for step in case.after],
            }
            for case in found.costliest
        ],
    }  # fmt: skip


def _step(step: "Step", calendar: "Calendar") -> dict[str, Any]:
    return {"at_min": step.at, "at": _when(calendar, step.at), "what": step.what, "details": step.details}


def _print(found: "Contrast", a: "Cell", b: "Cell", calendar: "Calendar", lang: Lang) -> None:
    from results.catalogue import name_of
    from results.kpis import spec

    told = found.difference
    unit = spec(told.kpi).unit
    click.echo(f"{told.kpi} {name_of(told.kpi, lang)} [{unit}], seed {a.seed}, replication {a.replication}")
    click.echo(f"  {a.scenario} {number(told.before)} → {b.scenario} {number(told.after)}: {_signed(told.amount)}")
    shared = [one for one in told.contributions if one.before and one.after]
    both = sum(one.amount for one in shared)
    click.echo(
        f"  {say('in_both', lang).format(n=len(shared))}: {_signed(both)}; {say('in_one', lang).format(n=len(told.contributions) - len(shared))}: {_signed(told.amount - both)}"
    )
    if told.stages:
        click.echo(
            "  "
            + " · ".join(
                f"{say(f'stage_{name}', lang)} {_signed(minutes)}" for name, minutes in told.stages.items() if minutes
            )
        )
    click.echo(f"\n{say('parting', lang)}")
    if found.parting is None:
        click.echo(f"  {say('never', lang)}")
    else:
        for cell, row in ((a, found.parting.first), (b, found.parting.second)):
            click.echo(f"  {cell.scenario}: {_row(row, calendar)}")
    if found.loser is None:
        return
    click.echo(f"\n{say('costliest', lang).format(loser=(a, b)[found.loser].scenario)}")
    for case in found.costliest:
        _case(case, a, b, unit, calendar, lang)


def _case(case: "Case", a: "Cell", b: "Cell", unit: str, calendar: "Calendar", lang: Lang) -> None:
    click.echo(f"  {_signed(case.contribution.amount)} {unit}")
    for cell, part, chain in ((a, case.contribution.before, case.before), (b, case.contribution.after, case.after)):
        if part is None:
            click.echo(f"    {cell.scenario}: –")
            continue
        click.echo(
            f"    {cell.scenario}, {say('order', lang)} {part.order}, {number(part.value)} {unit}: {_chain(chain, calendar, lang)}"
        )


def _chain(steps: "list[Step]", calendar: "Calendar", lang: Lang) -> str:
    """The steps with the time since the one before."""
    told, before = [], None
    for step in steps:
        words = step.zh if lang == "zh" else step.en
        told.append(f"{words} {_when(calendar, step.at) if before is None else _elapsed(step.at - before)}")
        before = step.at
    return " → ".join(told) or "–"


def _row(row: "Row | None", calendar: "Calendar") -> str:
    if row is None:
        return "–"
    return (
        f"{_when(calendar, row.at)} {row.table} ({', '.join(f'{key}={value}' for key, value in row.details.items())})"
    )


def _when(calendar: "Calendar", at: float) -> str:
    return calendar.datetime_of(at).isoformat(sep=" ", timespec="minutes")


def _elapsed(minutes: float) -> str:
    if minutes >= 1440.0:
        return f"+{minutes / 1440.0:.1f} d"
    return f"+{minutes / 60.0:.1f} h" if minutes >= 120.0 else f"+{minutes:.0f} min"


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else ''}{in_words(value)}"
