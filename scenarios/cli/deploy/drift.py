"""``twin policy drift``: is the site still the campus the evidence was made on?"""

import sys
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from scenarios.cli.atonce import at_once
from scenarios.cli.conduct import jobs_option, sets_option, wrong_usage
from scenarios.cli.envelope import ANSWER_IS_NO, DONE, PARTIAL, WRONG_USAGE, Finish, ending, envelope
from scenarios.cli.form import Looking, Whole

if TYPE_CHECKING:
    from results.drift import Alarm, Change, Figure, Judged
    from scenarios.deploy.drift import Report, SiteDays
    from scenarios.study.arms import Arm

SCHEMA: Final = "twin/policy-drift@1"
REPLICATIONS: Final = 30
LEAST: Final = 10
SETTLE_DAYS: Final = 14
STOPPED: Final = (
    "interrupted while replications were run to compare with; they are not kept, and no verdict was written"
)
WORDS: Final = {
    "requests": "requests registered a day",
    "first_response": "first response (geometric mean)",
    "unfinished_visits": "visits that ended unfinished",
}


@click.command(cls=Looking)
@click.argument("site", metavar="STATE_OR_LOG", type=click.Path(path_type=Path))
@click.option(
    "--scenario", required=True, help="The scenario whose evidence the bundle carries, with the --set it was made with."
)
@sets_option
@click.option(
    "-n",
    "replications",
    type=Whole(LEAST),
    default=REPLICATIONS,
    show_default=True,
    help="Replications of the twin that say what is to be expected.",
)
@click.option("--seed", type=Whole(0), help="Seed of the replications (default: the scenario's own).")
@click.option(
    "--settle-days",
    type=Whole(0),
    default=SETTLE_DAYS,
    show_default=True,
    help="First days of the site that are not judged: work comes up that lay there before.",
)
@jobs_option
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the verdict as JSON too, as in drift.json.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")  # fmt: skip
def command(
    site: Path, scenario: str, sets: tuple[str, ...], replications: int, seed: int | None, settle_days: int, jobs: int,
    output: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Compare the days of a site with those the twin of its scenario expects.

    STATE_OR_LOG is the state of a host (a folder; nothing is written to it) or a log of events (lines of
    event and now). Requests a day, first response and unfinished visits are looked at, each day against what
    the twin's replications did on that day of the calendar, and in such a way that all figures together
    give at most one false alarm in 90 days. The verdict is current, stale since a day and because of a figure,
    or that there are too few days to say. Exit code 1 unless it is current.
    """
    current = False
    with ending(SCHEMA, as_json=as_json, wrong=_wrong(), stopped=STOPPED):
        from scenarios.deploy.drift import RunsFailed
        from scenarios.study.arms import arm_of

        arm, told = at_once(_wrong(), partial(arm_of, scenario, sets), partial(_days_of, site))
        days = told.without_first(settle_days)
        own = arm.scenario().scenario.run.seed if seed is None else seed
        warnings = _warnings(site, days, arm, own)
        try:
            report = _watched(days, arm, own, replications, jobs)
        except RunsFailed as failed:
            raise Finish(PARTIAL, *failed.errors, "nothing was judged") from failed
        current = report.verdict.state == "current"
        data = _data(report, arm, own)
        if output is not None:
            _write(output, envelope(SCHEMA, data, ok=current, warnings=warnings))
        for line in warnings:
            click.echo(f"warning: {line}", err=True)
        click.echo(envelope(SCHEMA, data, ok=current, warnings=warnings) if as_json else "\n".join(_lines(report, arm)))
    sys.exit(DONE if current else ANSWER_IS_NO)


def _wrong() -> tuple[type[Exception], ...]:
    from policies.deploy.host.journal import JournalProblem
    from policies.deploy.strict import WrongDocument
    from scenarios.deploy.drift import NothingToJudge

    return (*wrong_usage(), JournalProblem, NothingToJudge, WrongDocument)


def _days_of(site: Path) -> "SiteDays":
    from scenarios.deploy.drift import site_days

    try:
        return site_days(site)
    except OSError as error:
        raise Finish(WRONG_USAGE, f"cannot read {site}: {error.strerror or error}") from error


def _warnings(site: Path, days: "SiteDays", arm: "Arm", seed: int) -> list[str]:
    from scenarios.deploy.drift import other_office

    found = [other_office(site, arm.scenario(), seed)] if site.is_dir() else []
    if days.silent:
        start = arm.scenario().scenario.run.start
        named = ", ".join(str(start + timedelta(day)) for day in days.silent[:3])
        more = f" and {len(days.silent) - 3} more" if len(days.silent) > 3 else ""
        found.append(f"nothing at all was told on {named}{more}: these days are left out")
    return [line for line in found if line]


def _watched(days: "SiteDays", arm: "Arm", seed: int, replications: int, jobs: int) -> "Report":
    from scenarios.cli.progress import Progress
    from scenarios.deploy.drift import watched

    ended: list[None] = []
    with Progress("drift", replications, lambda: len(ended)):
        return watched(days, arm, seed, replications, jobs, lambda: ended.append(None))


def _data(report: "Report", arm: "Arm", seed: int) -> dict[str, Any]:
    from results.drift import FALSE_ALARM_DAYS

    found, site, start = report.verdict, report.site, report.start
    because = [_alarm(alarm, start, site.first) for alarm in found.because]
    return {
        "state": found.state, "since": because[0]["since"] if because else None, "because": because,
        "from": str(_date(report, 0)), "to": str(_date(report, site.count - 1)), "days": site.count,
        "silent_days": [str(start + timedelta(day)) for day in site.silent],
        "scenario": arm.name, "scenario_digest": arm.digest, "settings": list(arm.sets), "seed": seed,
        "replications": report.monitor.replications, "false_alarm_days": FALSE_ALARM_DAYS,
        "figures": [_figure(one, start, site.first) for one in found.figures],
    }  # fmt: skip


def _figure(one: "Judged", start: date, first: int) -> dict[str, Any]:
    return {
        "figure": one.figure.name, "kind": one.figure.kind, "state": one.state, "days": one.days,
        "enough_days": one.enough_days, "change_that_counts": one.figure.counts, "threshold": one.threshold,
        "last_four_weeks": one.recent, "alarms": [_alarm(alarm, start, first) for alarm in one.alarms],
    }  # fmt: skip


def _alarm(alarm: "Alarm", start: date, first: int) -> dict[str, Any]:
    return {
        "figure": alarm.figure, "direction": "up" if alarm.sign > 0 else "down",
        "since": str(start + timedelta(first + alarm.since)), "seen_on": str(start + timedelta(first + alarm.day)),
        "change": alarm.now, "stands": alarm.stands,
    }  # fmt: skip


def _lines(report: "Report", arm: "Arm") -> list[str]:
    """The verdict, then every figure with its passed alarms."""
    found = report.verdict
    span = f"{report.site.count} days from {_date(report, 0)} to {_date(report, report.site.count - 1)}"
    beside = f'{span} beside {report.monitor.replications} replications of "{arm.name}"'
    lines = [f"{_headline(report)}: {beside}" if found.state != "stale" else f"{_headline(report)} ({beside})"]
    for one in found.figures:
        lines.append(f"{WORDS[one.figure.name]}: {_state(one)}; last four weeks {_change(one.recent, one.figure)}")
        lines += [f"  an alarm on {_date(report, alarm.day)} has passed" for alarm in one.alarms if not alarm.stands]
    return lines


def _headline(report: "Report") -> str:
    found = report.verdict
    if found.state != "stale":
        return found.state
    of = {one.figure.name: one.figure for one in found.figures}
    said = "; ".join(
        f"{WORDS[alarm.figure]} {_change(alarm.now, of[alarm.figure])} from {_date(report, alarm.since)} on, "
        f"seen on {_date(report, alarm.day)}"
        for alarm in found.because
    )
    return f"stale since {_date(report, found.because[0].since)}, because {said}"


def _state(one: "Judged") -> str:
    counts = _signed(one.figure.counts, one.figure).lstrip("+")
    if one.state == "too few days":
        return f"too few days, {one.days} of the {one.enough_days} in which a change of {counts} would be seen"
    if one.state == "cannot be judged":
        return f"cannot be judged here, a change of {counts} would not be seen in as many days"
    return one.state


def _change(change: "Change", figure: "Figure") -> str:
    if change.size != change.size:
        return "not known"
    low, high = _signed(change.low, figure), _signed(change.high, figure)
    return f"{_signed(change.size, figure)} [{low}, {high}]"


def _signed(size: float, figure: "Figure") -> str:
    return f"{100.0 * size:+z.0f} {'points' if figure.kind == 'share' else '%'}"


def _date(report: "Report", day: int) -> date:
    return report.start + timedelta(report.site.first + day)


def _write(output: Path, text: str) -> None:
    from results.store import NotWritable
    from results.store.whole import write_bytes

    try:
        write_bytes(output, f"{text}\n".encode())
    except NotWritable as error:
        why = error.__cause__.strerror if isinstance(error.__cause__, OSError) else str(error)
        raise Finish(WRONG_USAGE, f"cannot write {output}: {why}") from error
