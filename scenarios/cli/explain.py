"""``twin explain order``: the life of one order, with each decision's candidates and reasons."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from results.numbers import number
from scenarios.cli.conduct import out_option, wrong_usage
from scenarios.cli.envelope import ending, envelope
from scenarios.cli.explain_diff import diff
from scenarios.cli.form import Group, Whole
from scenarios.cli.words import Lang, say

if TYPE_CHECKING:
    from policies.contract.calendar import Calendar
    from scenarios.story.recorder import Candidate, Question
    from scenarios.story.replay import Told
    from scenarios.study.cells import Cell

SCHEMA: Final = "twin/explain-order@1"
INSTANTS: Final = ("again_at", "until", "late_after", "reported_at", "stamped_at")
"""Details that are instants: shown as dates."""
SHOWN_QUESTIONS: Final = 12


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Why did this happen? Runs are deterministic: one is simulated again and watched."""


command.add_command(diff)


@command.command()
@click.argument("number", metavar="ID", type=Whole(0))
@click.option(
    "--run", "run", required=True, metavar="R", help="A run: the path of its cell, or study:scenario:replication."
)
@out_option
@click.option("--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def order(number: int, run: str, out: Path, lang: Lang, as_json: bool) -> None:
    """The life of order ID in a run: what happened, who was asked, who could have gone and who went."""
    from scenarios.story.replay import NoSuchOrder

    with ending(SCHEMA, as_json=as_json, wrong=(*wrong_usage(), NoSuchOrder)):
        from scenarios.story.replay import tell
        from scenarios.study.experiment import arm_of_cell
        from scenarios.study.kept import find_cell
        from scenarios.study.sources import code_version

        store, cell = find_cell(run, out)
        warnings = []
        if cell.code != code_version():
            warnings.append(
                f"the run was made by code {cell.code}, this is {code_version()}: it may go another way here"
            )
        arm = arm_of_cell(store, cell)
        told = tell(arm, cell.seed, cell.replication, number)
        calendar = arm.scenario().calendar
        if as_json:
            click.echo(envelope(SCHEMA, data_of(told, cell, calendar), warnings=warnings))
            return
        for warning in warnings:
            click.echo(f"warning: {warning}", err=True)
        _print(told, cell, calendar, lang)


def data_of(told: "Told", cell: "Cell", calendar: "Calendar") -> dict[str, Any]:
    """The life and the decisions for machines; instants as minutes and as local date-times."""

    def when(at: float) -> dict[str, Any]:
        return {"at_min": at, "at": calendar.datetime_of(at).isoformat(timespec="seconds")}

    return {
        "order": told.order, "scenario": cell.scenario, "seed": cell.seed, "replication": cell.replication,
        "life": [
            {"n": step.n, **when(step.at), "what": step.what, "en": step.en, "zh": step.zh, "details": step.details}
            for step in told.life
        ],
        "decisions": [
            {
                **when(asked.at), "decision": asked.decision, "rule": asked.rule, "chosen_technician": asked.chosen,
                "orders_waiting": asked.waiting, "orders_served_instead": asked.instead, "reason": reason(asked),
                "candidates": [
                    {
                        "technician": one.tech, "travel_min": one.travel_min, "skill_level": one.level,
                        "worked_min": one.worked_min, "order_in_hand": one.in_hand, "chosen": one.chosen,
                    }
                    for one in asked.candidates
                ],
            }
            for asked in told.questions
        ],
    }  # fmt: skip


def reason(asked: "Question") -> str:
    """What sets the chosen one apart among the candidates, or why the order went on waiting."""
    if asked.chosen < 0:
        if asked.instead:
            return f"nobody for this order: {len(asked.instead)} other orders were served (first: {asked.instead[0]})"
        return "nobody sent"
    sent = next((one for one in asked.candidates if one.chosen), None)
    if sent is None:
        return "sent somebody who was no candidate"
    if len(asked.candidates) == 1:
        return "the only candidate"
    best = [word for word, leads in _leads(sent, asked.candidates) if leads]
    return (
        f"{' and '.join(best)} of {len(asked.candidates)}"
        if best
        else f"neither nearest, most skilled nor least loaded of {len(asked.candidates)}"
    )


def _leads(sent: "Candidate", among: "Sequence[Candidate]") -> list[tuple[str, bool]]:
    """In what the chosen one leads; what all share sets nobody apart."""

    def leads(mine: float, all_: list[float], best: float) -> bool:
        return mine == best and min(all_) != max(all_)

    travel = [one.travel_min for one in among]
    level = [float(one.level) for one in among]
    worked = [one.worked_min for one in among]
    return [
        ("nearest", leads(sent.travel_min, travel, min(travel))),
        ("most skilled", leads(float(sent.level), level, max(level))),
        ("least loaded", leads(sent.worked_min, worked, min(worked))),
    ]


def _print(told: "Told", cell: "Cell", calendar: "Calendar", lang: Lang) -> None:
    where = f"{cell.scenario}, seed {cell.seed}, replication {cell.replication}"
    click.echo(f"{say('life', lang)} {told.order} ({where})\n")
    reported = next((step.at for step in told.life if step.what == "RequestReported"), told.life[0].at)
    for step in told.life:
        what = step.zh if lang == "zh" else step.en
        click.echo(
            f"{_when(calendar, step.at)}  {_since(step.at - reported):>10}  {what}{_details(step.details, calendar)}"
        )
    click.echo(f"\n{say('decisions', lang)}")
    for asked in told.questions[:SHOWN_QUESTIONS]:
        _question(asked, calendar, lang)
    left = len(told.questions) - SHOWN_QUESTIONS
    if left > 0:
        click.echo(f"… {left} more (--json shows them all)")


def _question(asked: "Question", calendar: "Calendar", lang: Lang) -> None:
    chosen = f"→ {asked.chosen}" if asked.chosen >= 0 else "→ –"
    click.echo(f"{_when(calendar, asked.at)}  {asked.decision} ({asked.rule}) {chosen}: {reason(asked)}")
    heads = [say(key, lang) for key in ("candidate", "travel", "skill", "load", "in_hand")]
    rows = [
        [
            ("* " if one.chosen else "  ") + str(one.tech), number(one.travel_min), str(one.level), number(one.worked_min),
            "–" if one.in_hand < 0 else str(one.in_hand),
        ]
        for one in sorted(asked.candidates, key=lambda one: (not one.chosen, one.travel_min, one.tech))
    ]  # fmt: skip
    widths = [max(len(row[k]) for row in (heads, *rows)) for k in range(len(heads))]
    for row in ([f"  {heads[0]}", *heads[1:]], *rows):
        click.echo("    " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _when(calendar: "Calendar", at: float) -> str:
    return calendar.datetime_of(at).isoformat(sep=" ", timespec="seconds")


def _since(minutes: float) -> str:
    sign = "-" if minutes < 0 else "+"
    whole = abs(minutes)
    if whole >= 1440:
        return f"{sign}{whole / 1440:.1f} d"
    return f"{sign}{whole / 60:.1f} h" if whole >= 120 else f"{sign}{whole:.1f} min"


def _details(details: dict[str, Any], calendar: "Calendar") -> str:
    shown = [
        f"{key}={_when(calendar, value) if key in INSTANTS else f'{value:g}' if isinstance(value, float) else value}"
        for key, value in details.items()
        if value not in (-1, "")
    ]
    return f"  ({', '.join(shown)})" if shown else ""
